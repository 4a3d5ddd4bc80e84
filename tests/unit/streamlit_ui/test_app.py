"""The page in each of its states, against real HTTP. Synopses in other languages: test_app_translation.py."""

import pytest

from streamlit_ui.views import answer as answer_words
from streamlit_ui.views import frame as frame_words
from streamlit_ui.views import messages
from streamlit_ui.views import messages as states_words
from tests.support.pages import filled, opened, predicted, text_of
from tests.support.service_lookalike import a_description, an_answer


def test_a_fresh_page_asks_for_a_film(page):
    """Before anything is asked the page says what to do."""
    assert messages.WAITING.en in text_of(page)
    assert page.number_input(key="runtime").value is None


def test_an_example_fills_the_form_in_one_click(page, service):
    """Every field holds the example's value, and nothing is asked of the model yet."""
    filled(page)

    assert page.number_input(key="runtime").value == 112
    assert page.selectbox(key="main_genre").value == "Drama"
    assert page.multiselect(key="further_genres").value == ["Crime"]
    assert page.selectbox(key="original_language").value == "en"
    assert page.text_area(key="overview").value.startswith("A retired detective")
    assert service.films == []


def test_an_answer_shows_rating_mood_and_model(page, service):
    """The rating with what it rests on, down to the bundle."""
    service.answer = an_answer(
        features={"runtime": 112.0, "main_genre": "Mockumentary", "overview_sentiment": None},
        warnings=[{"code": "unknown_main_genre", "field": "genres", "message": "…"}],
    )

    words = text_of(predicted(page))

    assert "6.8 out of 10" in words
    assert "Bright (+0.12" in words
    assert "main genre, mood of the synopsis" in words
    assert answer_words.WARNINGS["unknown_main_genre"].en in words
    assert "4,100 made-up films, 1 January 2026 to 14 January 2026" in words
    assert "5e0a5e0a5e0a of 14 January 2026" in words
    assert "movie_rating:abc123" in words


def test_an_answer_of_the_full_feature_set_is_shown(page, service):
    """Features that are lists or dates are read; those that were left out are named, empty lists among them."""
    features = {
        "runtime": 112.0,
        "overview_len": 68,
        "genres": ["Drama", "Crime"],
        "release_date": "2026-03-01",
        "title": "The Last Case",
        "collection": None,
        "production_companies": ["Harbour Lane Pictures"],
        "directors": [],
        "cast": [],
    }
    service.answer = an_answer(
        features=features,
        interval={"low": 5.9, "high": 7.4, "level": 0.8},
        base_value=6.1,
        contributions=dict.fromkeys(features, 0.1),
    )

    words = text_of(predicted(page))

    assert "6.8 out of 10" in words
    assert "68 characters" in words
    assert "series, directors, cast" in words


def test_the_film_is_sent_in_plain_words(page, service):
    """What is in the form is what the service gets."""
    predicted(page)

    assert service.films == [
        {
            "runtime": 112.0,
            "genres": ["Drama", "Crime"],
            "original_language": "en",
            "overview": "A retired detective returns to a quiet town to solve one last case.",
            "title": "The Last Case",
        }
    ]


def test_words_from_outside_are_never_markup(page, service):
    """A title or a message cannot put anything into the page but words."""
    service.answer = an_answer(warnings=[{"code": "new", "field": "title", "message": "<img src=x> is odd"}])

    predicted(page)

    assert any("&lt;img src=x&gt; is odd" in block.value for block in page.html)


def test_a_warning_nobody_translated_is_shown_as_the_service_said_it(page, service):
    """A newer service may warn of things the page has no words for."""
    service.answer = an_answer(warnings=[{"code": "new", "field": "title", "message": "Something is odd."}])

    assert "Something is odd." in text_of(predicted(page))


def test_without_a_mood_the_page_says_so(page, service):
    """A missing mood is said and not shown as neutral."""
    service.answer = an_answer(mood=None)

    assert answer_words.MOOD_NONE.en in text_of(predicted(page))


def test_a_changed_form_says_that_the_answer_is_older(page):
    """A number beside other facts than its own would mislead."""
    predicted(page).number_input(key="runtime").set_value(90).run()

    assert answer_words.CHANGED_SINCE.en in text_of(page)


def test_the_language_switches_in_place(page, service):
    """Words change, what was typed and answered stays, and nobody is asked again."""
    predicted(page)

    page.segmented_control(key="page_language").set_value("ko").run()

    words = text_of(page)
    assert frame_words.TITLE.ko in words
    assert "6.8 10점 만점" in words
    assert "2026년 1월 14일" in words
    assert page.selectbox(key="main_genre").value == "Drama"
    assert page.selectbox(key="main_genre").label == "주 장르"
    assert "드라마" in page.selectbox(key="main_genre").options
    assert page.multiselect(key="further_genres").value == ["Crime"]
    assert page.text_area(key="overview").value.startswith("A retired detective")
    assert len(service.films) == 1


@pytest.mark.parametrize("empty", ["runtime", "original_language"])
def test_a_missing_fact_is_asked_for(page, service, empty):
    """Without running time or language no request is made, and the page says what it lacks."""
    filled(page)
    field = page.number_input if empty == "runtime" else page.selectbox
    field(key=empty).set_value(None).run()
    page.button(key="predict").click().run()

    assert messages.MISSING[empty].en in text_of(page)
    assert service.films == []


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("slow", "slow"),
        ("cut", "down"),
        ("not_ready", "not_ready"),
        ("refused", "refused"),
        ("no_key", "no_key"),
        ("busy", "busy"),
        ("broken", "broken"),
        ("older", "other_version"),
        ("html", "foreign"),
    ],
)
def test_each_trouble_is_one_sentence_and_a_retry_keeps_what_was_typed(page, service, fault, kind):
    """The page says which trouble it is; when it is over, the retry button gives the answer."""
    service.fault = fault
    predicted(page, overview="A quiet town awakes and everyone is happy again.")
    words = text_of(page)
    assert states_words.SERVICE_ERRORS[kind].en.split("{")[0] in words
    assert page.text_area(key="overview").value == "A quiet town awakes and everyone is happy again."

    service.fault = None
    page.button(key="retry").click().run()

    assert "6.8 out of 10" in text_of(page)
    assert service.films[-1]["overview"] == "A quiet town awakes and everyone is happy again."


def test_a_bad_request_names_the_field_and_what_is_allowed(page, service):
    """The service's own sentence is shown beside the field's name in the page's words."""
    service.fault = "refused"

    words = text_of(predicted(page))

    assert "check running time" in words
    assert "got 0." in words
    assert "above 0, at most 1000" in words


@pytest.mark.parametrize("fault", ["cut", "not_ready", "slow", "older", "html"])
def test_a_page_opened_in_trouble_says_so_and_comes_back(stack, service, fault):
    """Without a description there is no form; a retry brings it."""
    service.fault = fault
    page = opened()
    assert page.error
    assert not page.number_input

    service.fault = None
    page.button(key="retry").click().run()

    assert page.number_input(key="runtime")
    assert messages.MISSING["runtime"].en not in text_of(page), "nothing was asked, so nothing is missing"


@pytest.mark.parametrize("fault", ["not_ready", "cut", "slow", "busy"])
def test_a_page_goes_on_by_itself_when_the_service_is_back(page, service, fault):
    """The look at the service, once it is due, asks again what was asked."""
    service.fault = fault
    predicted(page)
    service.fault = None

    page.session_state["visit"].requested_at = float("-inf")  # as if the last try were long ago
    page.run()

    assert "6.8 out of 10" in text_of(page)


def test_a_replaced_service_brings_its_own_track_record(page, service):
    """The answer of another bundle than the form was built from makes the page read the card again."""
    service.answer = an_answer(bundle_id="beef" * 16)
    service.description = a_description(bundle_id="beef" * 16, decision="The newer one is better.")

    predicted(page).segmented_control(key="view").set_value("record").run()

    assert "The newer one is better." in text_of(page)


def test_made_up_data_cannot_be_missed(page):
    """Before and beside every answer the page says that the films are made up."""
    assert [warning.value for warning in page.warning] == [frame_words.SYNTHETIC.en]
    assert [warning.value for warning in predicted(page).warning] == [frame_words.SYNTHETIC.en]


@pytest.mark.parametrize("source", ["tmdb", "dump"])
def test_real_films_bring_the_attribution(stack, service, source):
    """Wherever TMDB's films may have been used its notice stands, and nothing is called made up."""
    service.description = a_description(source=source)

    words = text_of(opened())

    assert frame_words.ATTRIBUTION.en in words
    assert frame_words.SYNTHETIC.en not in words


def test_a_provisional_model_is_called_so(stack, service):
    """A model measured on few films is not passed off as proven."""
    service.description = a_description(provisional=True)

    assert frame_words.PROVISIONAL.en in text_of(opened())


def test_a_wrong_setting_is_named(stack, monkeypatch):
    """The person who runs the page learns which variable to change."""
    monkeypatch.setenv("MOVIE_TRANSLATION", "maybe")

    words = text_of(opened())

    assert "MOVIE_TRANSLATION" in words
    assert "'on' or 'off'" in words
