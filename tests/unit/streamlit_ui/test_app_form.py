"""The form: examples, optional facts, and what comes back after a reload."""

import json
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from streamlit_ui.views import form as words
from streamlit_ui.views.film import KOREAN
from tests.support.pages import APP, filled, opened, predicted, text_of

FACTS = {
    "title": "The Last Case",
    "release_date": date(2026, 3, 1),
    "production_countries": ["KR", "FR"],
    "spoken_languages": ["ko"],
    "production_companies": "Harbour Lane, Moon Pictures ,",
    "directors": "Park Ji-eun",
    "cast": "A. One, B. Two",
    "collection": "Cases",
}


def test_optional_facts_are_sent_as_the_service_wants_them(page, service):
    """Names typed with commas are lists; what is left empty is not sent."""
    filled(page)
    for key, value in FACTS.items():
        _field(page, key).set_value(value)
    page.button(key="predict").click().run()

    film = service.films[-1]
    assert film["release_date"] == "2026-03-01"
    assert film["production_countries"] == ["KR", "FR"]
    assert film["production_companies"] == ["Harbour Lane", "Moon Pictures"]
    assert film["cast"] == ["A. One", "B. Two"]
    assert film["collection"] == "Cases"


def test_an_example_replaces_every_fact(page, service):
    """Nothing of the film before stays behind."""
    filled(page)
    for key, value in FACTS.items():
        _field(page, key).set_value(value)
    predicted(page)

    assert set(service.films[-1]) == {"runtime", "genres", "original_language", "overview", "title"}


def test_the_korean_example_is_rated_by_the_english_it_brings(page, service, libretranslate):
    """One click and a button; nothing is sent to a translator and nobody is asked."""
    page.button(key="example_3").click().run()
    page.button(key="predict").click().run()

    assert service.films[-1]["overview"] == KOREAN.english
    assert page.text_area(key="overview").value == KOREAN.film.overview
    assert words.OVERVIEW_ENGLISH_READY.en in text_of(page)
    assert libretranslate.questions == []


def test_the_characters_of_the_synopsis_are_counted(page):
    """As the person typed it, without the space around it."""
    assert "20 characters." in text_of(filled(page, overview=" A quiet town awakes. \n"))


def test_short_facts_are_in_the_address_and_words_never(page):
    """Addresses end in logs and histories."""
    filled(page)
    for key, value in FACTS.items():
        _field(page, key).set_value(value)
    page.run()

    assert page.query_params == {
        "runtime": "112",
        "genre": ["Drama", "Crime"],
        "language": "en",
        "released": "2026-03-01",
        "country": ["KR", "FR"],
        "spoken": "ko",
    }
    assert "Case" not in json.dumps(page.query_params)


def test_a_reload_brings_the_facts_back(stack):
    """The address alone fills them in."""
    page = AppTest.from_file(APP, default_timeout=30)
    for name, values in {"runtime": "95", "genre": ["Horror", "Drama"], "released": "2026-05-04", "page": "ko"}.items():
        page.query_params[name] = values
    page.run()

    assert page.number_input(key="runtime").value == 95
    assert page.selectbox(key="main_genre").value == "Horror"
    assert page.multiselect(key="further_genres").value == ["Drama"]
    assert page.date_input(key="release_date").value == date(2026, 5, 4)
    assert page.segmented_control(key="page_language").value == "ko"


@pytest.mark.parametrize(
    "query",
    [
        {"runtime": "-5"},
        {"runtime": "0"},
        {"runtime": "9999"},
        {"runtime": "1e3"},
        {"released": "yesterday"},
        {"released": "0001-01-01"},
        {"genre": "x" * 500},
        {"view": "admin"},
        {"page": "fr"},
    ],
    ids=str,
)
def test_an_address_somebody_made_up_is_left(stack, query):
    """The page opens as if it had said nothing."""
    page = AppTest.from_file(APP, default_timeout=30)
    for name, value in query.items():
        page.query_params[name] = value
    page.run()

    assert not page.exception
    assert page.number_input(key="runtime").value is None
    assert page.query_params == {}


def test_the_form_survives_a_look_at_the_track_record(stack):
    """Fields that are not drawn are kept."""
    page = filled(opened())
    page.segmented_control(key="view").set_value("record").run()
    page.segmented_control(key="view").set_value("film").run()

    assert page.number_input(key="runtime").value == 112
    assert page.multiselect(key="further_genres").value == ["Crime"]
    assert page.text_area(key="overview").value.startswith("A retired detective")


def _field(page, key):
    kinds = {"release_date": page.date_input, "production_countries": page.multiselect}
    kinds["spoken_languages"] = page.multiselect
    return kinds.get(key, page.text_input)(key=key)
