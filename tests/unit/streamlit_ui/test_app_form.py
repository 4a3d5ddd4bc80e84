"""The form: examples, optional facts, and what comes back after a reload."""

import json
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from streamlit_ui.views import form as words
from streamlit_ui.views.one_film import KOREAN
from tests.support.pages import APP, filled, opened, predicted, show_view, text_of

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


@pytest.fixture
def full_page(page):
    """The form with every optional fact."""
    filled(page)
    for key, value in FACTS.items():
        _field(page, key).set_value(value)
    return page


def test_optional_facts_are_sent_as_the_service_wants_them(full_page, service):
    """Names separated by commas are lists; empty fields are not sent."""
    full_page.button(key="predict").click().run()

    film = service.films[-1]
    assert film["release_date"] == "2026-03-01"
    assert film["production_countries"] == ["KR", "FR"]
    assert film["production_companies"] == ["Harbour Lane", "Moon Pictures"]
    assert film["cast"] == ["A. One", "B. Two"]
    assert film["collection"] == "Cases"


def test_an_example_replaces_every_fact(full_page, service):
    """Nothing of the previous film stays."""
    predicted(full_page)

    assert set(service.films[-1]) == {"runtime", "genres", "original_language", "overview", "title"}


def test_the_korean_example_is_rated_by_its_own_translation(page, service, libretranslate):
    """Nothing is sent to a translator, and no consent is needed."""
    page.button(key="example_3").click().run()
    page.button(key="predict").click().run()

    assert service.films[-1]["overview"] == KOREAN.english
    assert page.text_area(key="overview").value == KOREAN.film.overview
    assert words.OVERVIEW_ENGLISH_READY.en in text_of(page)
    assert libretranslate.questions == []


def test_the_characters_of_the_synopsis_are_counted(page):
    """As typed, without the space around it."""
    assert "20 characters." in text_of(filled(page, overview=" A quiet town awakes. \n"))


def test_the_url_has_coded_facts_and_no_text(full_page):
    """URLs end up in logs and histories."""
    page = full_page.run()

    assert page.query_params == {
        "runtime": "112",
        "genre": ["Drama", "Crime"],
        "language": "en",
        "released": "2026-03-01",
        "country": ["KR", "FR"],
        "spoken": "ko",
    }
    assert "Case" not in json.dumps(page.query_params)


def reloaded(query):
    """The page opened at a URL with this query."""
    page = AppTest.from_file(APP, default_timeout=30)
    for name, values in query.items():
        page.query_params[name] = values
    return page.run()


def test_a_reload_brings_the_facts_back(stack):
    """From the URL alone."""
    page = reloaded({"runtime": "95", "genre": ["Horror", "Drama"], "released": "2026-05-04", "page": "ko"})

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
def test_invalid_values_of_the_url_are_ignored(stack, query):
    """The page opens with an empty form."""
    page = reloaded(query)

    assert not page.exception
    assert page.number_input(key="runtime").value is None
    assert page.query_params == {}


def test_the_form_survives_a_look_at_the_track_record(stack):
    """Fields that are not drawn keep their values."""
    page = show_view(show_view(filled(opened()), "record"), "film")

    assert page.number_input(key="runtime").value == 112
    assert page.multiselect(key="further_genres").value == ["Crime"]
    assert page.text_area(key="overview").value.startswith("A retired detective")


def _field(page, key):
    kinds = {"release_date": page.date_input, "production_countries": page.multiselect}
    kinds["spoken_languages"] = page.multiselect
    return kinds.get(key, page.text_input)(key=key)
