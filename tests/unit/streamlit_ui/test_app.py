"""The page in each of its states, over real HTTP. Answers: test_app_answer.py; translation: test_app_translation.py."""

import pytest

from streamlit_ui.views import answer as answer_words
from streamlit_ui.views import frame as frame_words
from streamlit_ui.views import messages
from tests.support.pages import filled, in_korean, opened, predicted, show_view, text_of
from tests.support.service_lookalike import a_description, an_answer

SYNOPSIS = "A quiet town awakes and everyone is happy again."


def test_a_fresh_page_waits_for_a_film(page):
    """Before the first request the page says what to do."""
    assert messages.WAITING.en in text_of(page)
    assert page.number_input(key="runtime").value is None


def test_an_example_fills_the_form_in_one_click(page, service):
    """Every field has the example's value, and nothing is requested yet."""
    filled(page)

    assert page.number_input(key="runtime").value == 112
    assert page.selectbox(key="main_genre").value == "Drama"
    assert page.multiselect(key="further_genres").value == ["Crime"]
    assert page.selectbox(key="original_language").value == "en"
    assert page.text_area(key="overview").value.startswith("A retired detective")
    assert service.films == []


def test_the_request_has_the_film_of_the_form(page, service):
    """And nothing else."""
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


def test_a_changed_form_marks_the_answer_as_older(page):
    """A rating beside other facts would mislead."""
    predicted(page).number_input(key="runtime").set_value(90).run()

    assert answer_words.CHANGED_SINCE.en in text_of(page)


def test_the_language_switches_in_place(page, service):
    """The text changes, input and answer stay, and there is no second request."""
    in_korean(predicted(page))

    text = text_of(page)
    assert frame_words.TITLE.ko in text
    assert "6.8 10점 만점" in text
    assert "2026년 1월 14일" in text
    assert page.selectbox(key="main_genre").value == "Drama"
    assert page.selectbox(key="main_genre").label == "주 장르"
    assert "드라마" in page.selectbox(key="main_genre").options
    assert page.multiselect(key="further_genres").value == ["Crime"]
    assert page.text_area(key="overview").value.startswith("A retired detective")
    assert len(service.films) == 1


@pytest.mark.parametrize("empty", ["runtime", "original_language"])
def test_a_missing_fact_is_requested(page, service, empty):
    """Without running time or language the service is not called."""
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
def test_each_error_has_a_message_and_a_retry_keeps_the_input(page, service, fault, kind):
    """When the error is over, the retry button brings the answer."""
    service.fault = fault
    predicted(page, overview=SYNOPSIS)
    assert messages.SERVICE_ERRORS[kind].en.split("{")[0] in text_of(page)
    assert page.text_area(key="overview").value == SYNOPSIS

    service.fault = None
    page.button(key="retry").click().run()

    assert "6.8 out of 10" in text_of(page)
    assert service.films[-1]["overview"] == SYNOPSIS


def test_a_refused_film_names_the_field_and_what_is_allowed(page, service):
    """The service's own message, beside the field's name on the page."""
    service.fault = "refused"

    text = text_of(predicted(page))

    assert all(words in text for words in ("check running time", "got 0.", "above 0, at most 1000"))


@pytest.mark.parametrize("fault", ["cut", "not_ready", "slow", "older", "html"])
def test_a_page_opened_during_an_error_recovers(stack, service, fault):
    """Without a description there is no form; a retry brings it."""
    service.fault = fault
    page = opened()
    assert page.error
    assert not page.number_input

    service.fault = None
    page.button(key="retry").click().run()

    assert page.number_input(key="runtime")
    assert messages.MISSING["runtime"].en not in text_of(page), "there was no request, so nothing is missing"


@pytest.mark.parametrize("fault", ["not_ready", "cut", "slow", "busy"])
def test_a_page_retries_by_itself_when_the_service_is_back(page, service, fault):
    """At the next check of the service."""
    service.fault = fault
    predicted(page)
    service.fault = None

    page.session_state["visit"].requested_at = float("-inf")  # as if the last request were long ago
    page.run()

    assert "6.8 out of 10" in text_of(page)


def test_an_answer_of_another_bundle_brings_its_track_record(page, service):
    """The page reads the description again."""
    service.answer = an_answer(bundle_id="beef" * 16)
    service.description = a_description(bundle_id="beef" * 16, decision="The newer one is better.")

    assert "The newer one is better." in text_of(show_view(predicted(page), "record"))


def test_made_up_data_has_a_banner(page):
    """Before and beside every answer."""
    assert [warning.value for warning in page.warning] == [frame_words.SYNTHETIC.en]
    assert [warning.value for warning in predicted(page).warning] == [frame_words.SYNTHETIC.en]


@pytest.mark.parametrize(
    ("card", "sentence"),
    [
        ({"source": "tmdb"}, frame_words.ATTRIBUTION.en),
        ({"source": "dump"}, frame_words.ATTRIBUTION.en),
        ({"source": "tmdb", "provisional": True}, frame_words.PROVISIONAL.en),
    ],
)
def test_the_card_decides_on_attribution_and_banners(stack, service, card, sentence):
    """Wherever TMDB's films may have been used its notice is shown; a provisional model is called so."""
    service.description = a_description(**card)

    text = text_of(opened())

    assert sentence in text
    assert frame_words.SYNTHETIC.en not in text


def test_a_wrong_setting_is_named(stack, monkeypatch):
    """The person who runs the page learns which variable to change."""
    monkeypatch.setenv("MOVIE_TRANSLATION", "maybe")

    text = text_of(opened())

    assert "MOVIE_TRANSLATION" in text
    assert "'on' or 'off'" in text
