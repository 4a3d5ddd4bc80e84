"""The track record, and the banners about the model in service."""

import re

import pytest

from streamlit_ui.views import answer as answer_words
from streamlit_ui.views import frame as frame_words
from streamlit_ui.views import model_card as words
from tests.support.pages import in_korean, opened, predicted, show_view, text_of
from tests.support.service_lookalike import a_description, a_status, an_answer

SUCCESSOR = "beef" * 16
PIN = {"at": "2026-01-15T09:00:00Z", "by": "dana", "why": "it rates everything 9 ![x](http://127.0.0.1:1/x.png)"}


def a_rollout(kind):
    """A trial of another model."""
    return {"kind": kind, "percent": 10, "begun_at": "2026-01-15T09:00:00Z", "until": "2026-01-15T09:10:00Z"}


@pytest.fixture
def record(stack):
    """Opens the page at the track record."""
    return lambda: show_view(opened(), "record")


def test_the_card_is_in_plain_words(record):
    """Training data, typical error, simple guesses, coverage of the range."""
    text = text_of(record())

    assert "As of 14 January 2026, it was trained on 4,100 made-up films, using LightGBM on five facts." in text
    assert words.OFF_UNCOUNTED.en.format(error=0.48) in text
    assert words.GUESS.en.format(mean=0.69, genre=0.66) in text
    assert words.COVERAGE.en.format(share=0.813) in text


def test_a_backtest_is_shown(record, service):
    """The measure closest to a real prediction."""
    service.description = a_description(
        backtest={"cut": "2024-07-04", "test_films": 364, "train_films": 1500, "metrics": {"mae_6_votes": 0.52}}
    )

    assert words.BACKTEST.en.format(cut="4 July 2024", error=0.52, films=364) in text_of(record())


def test_metrics_decision_and_genres_are_shown(record):
    """The decision, every metric, and the error of each genre with its number of films."""
    text = text_of(record())

    assert "0.731 beats the champion's 0.744" in text
    assert re.search(r"Unseen films with 50 votes or more\s+812", text)
    assert re.search(r"Drama\s+403 films\s+0.43", text)
    assert text.index("Drama") < text.index("Horror")


def test_predicted_against_actual_is_a_chart_with_a_description(record):
    """For screen readers."""
    page = record()

    [chart] = page.get("vega_lite_chart")
    assert chart.proto.alt == words.SCATTER_NOTE.en.format(films=3)


def test_decisions_are_listed_and_forecasts_have_a_place(record):
    """With who and why."""
    text = text_of(record())

    assert "release of 5e0a5e0a5e0a" in text
    assert "promoted on 2026-01-14" in text
    assert words.NO_FORECASTS.en in text


@pytest.mark.parametrize("status", [None, a_status(decisions=None)], ids=["older service", "no agent"])
def test_a_service_without_decisions_works(record, service, status):
    """An older service has no such route, and one without a release agent no decisions."""
    service.status = status

    assert words.NO_DECISIONS.en in text_of(record())


def test_a_card_of_an_older_model_has_fewer_sections(record, service):
    """Nothing fails."""
    for name in ("typical_error", "table", "coverage", "features"):
        del service.description["card"][name]
    for name in ("training_ratings", "holdout_sample", "errors_by_genre"):
        service.description[name] = None

    text = text_of(record())

    assert words.DECISION.en in text
    assert words.BY_GENRE.en not in text


@pytest.mark.parametrize(
    ("status", "sentence"),
    [({"phase": phase}, sentence) for phase, sentence in frame_words.PHASES.items()]
    + [({"phase": "switching", "rollout": a_rollout(kind)}, frame_words.TRIALS[kind]) for kind in frame_words.TRIALS],
)
def test_a_change_of_the_model_has_a_banner(stack, service, status, sentence):
    """Predictions continue, and the person knows why a rating may differ."""
    service.status = a_status(**status)

    page = opened()

    assert sentence.en.format(percent=10) in [info.value for info in page.info]
    assert "6.8 out of 10" in text_of(predicted(page))


def test_a_replaced_model_has_a_banner_without_a_click(page, service):
    """The rating keeps its model's own card; the next one is marked as another model's."""
    predicted(page)
    service.status, service.description = a_status(bundle_id=SUCCESSOR), a_description(bundle_id=SUCCESSOR)
    service.answer = an_answer(bundle_id=SUCCESSOR, predicted_rating=7.21)
    page.session_state["visit"].status_read_at = float("-inf")  # as if the last look were long ago
    page.run()
    text = text_of(page)
    assert frame_words.REPLACED.en in text
    assert "6.8 out of 10" in text
    assert "5e0a5e0a5e0a of 14 January 2026" in text

    page.button(key="predict").click().run()

    text = text_of(page)
    assert "7.2 out of 10" in text
    assert answer_words.ANOTHER_MODEL.en in text
    assert frame_words.REPLACED.en not in text


def test_during_a_trial_no_rating_counts_as_outdated(page, service):
    """Either model may answer, and the one that did may still be in service."""
    predicted(page)
    service.status = a_status(bundle_id=SUCCESSOR, phase="switching", rollout=a_rollout("canary"))
    page.session_state["visit"].status_read_at = float("-inf")

    assert frame_words.REPLACED.en not in text_of(page.run())


def test_a_pinned_model_has_a_banner(stack, service):
    """Since when, by whom and why; the reason makes no picture or link."""
    service.status = a_status(pinned=PIN)

    [info] = [info.value for info in opened().info]

    assert "since 15 January 2026 (dana" in info
    assert "![" not in info
    assert "Newer models wait." in info


def test_korean_has_its_own_dates_and_names(stack):
    """Except for the records of the platform."""
    text = text_of(show_view(in_korean(opened()), "record"))

    assert "2026년 1월 14일" in text
    assert "드라마" in text
    assert words.RECORDED.ko in text
