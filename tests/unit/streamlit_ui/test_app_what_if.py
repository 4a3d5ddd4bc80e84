"""What if: other facts, the change they make, and versions side by side."""

import pytest

from streamlit_ui.views import messages
from streamlit_ui.views import what_if as words
from tests.support.pages import KOREAN, opened, predicted, text_of
from tests.support.service_lookalike import an_answer


def control(kind, key):
    """The control with this name, for whichever answer."""
    return next(widget for widget in kind if widget.key.startswith(key))


def with_runtime(page, minutes):
    """The page after a change of the running time in what if."""
    control(page.slider, "what_if_runtime").set_value(minutes).run()
    return page


def test_nothing_is_requested_before_a_change(page, service):
    """The answer for the scored film is known."""
    assert words.UNCHANGED.en in text_of(predicted(page))
    assert len(service.films) == 1


def test_another_running_time_is_rated_beside_the_film(page, service):
    """The difference is shown; form and answer stay as they are."""
    predicted(page)
    service.answer = an_answer(predicted_rating=7.61)

    text = text_of(with_runtime(page, 150))

    beyond_noise = words.BEYOND_NOISE.en.format(noise=0.48)
    for sentence in ("+0.80 points", "From 6.8 to 7.6", beyond_noise, "6.8 out of 10"):
        assert sentence in text
    assert page.number_input(key="runtime").value == 112
    assert service.films[-1]["runtime"] == 150
    assert service.films[-1]["reasons"] is False
    assert "what_if" not in service.films[-1]


def test_a_tone_is_sent_without_changing_the_synopsis(page, service):
    """As the derived input."""
    predicted(page)

    control(page.slider, "what_if_tone").set_value(-0.5).run()

    assert service.films[-1]["what_if"] == {"overview_sentiment": -0.5}
    assert service.films[-1]["overview"] == service.films[0]["overview"]


def test_genres_are_sent_with_the_main_one_first(page, service):
    """The others stay."""
    predicted(page)

    control(page.selectbox, "what_if_main").set_value("Action").run()

    assert service.films[-1]["genres"] == ["Action", "Crime"]


@pytest.mark.parametrize(
    ("typical_error", "rating", "noise"), [(0.48, 6.71, 0.48), (None, 7.61, 1.06)], ids=["card", "half the interval"]
)
def test_a_change_within_the_typical_error_counts_as_none(stack, service, typical_error, rating, noise):
    """An older card has no typical error."""
    service.description["card"]["typical_error"] = typical_error
    page = predicted(opened())
    service.answer = an_answer(predicted_rating=rating)

    assert words.WITHIN_NOISE.en.format(noise=noise) in text_of(with_runtime(page, 150))


def test_a_synopsis_that_was_left_out_stays_left_out(page, service):
    """In every variation."""
    predicted(page, overview=KOREAN).button(key="without_synopsis").click().run()

    with_runtime(page, 150)

    assert [film["omit"] for film in service.films[1:]] == [["overview"], ["overview"]]
    assert "overview" not in service.films[-1]


def test_three_versions_can_be_compared(page, service):
    """Each with its rating, its range and its difference from the first."""
    predicted(page).button(key="keep_version").click().run()
    for minutes, rating in ((130, 7.01), (150, 7.31)):
        service.answer = an_answer(predicted_rating=rating)
        with_runtime(page, minutes).button(key="keep_version").click().run()

    text = text_of(page)
    for sentence in (*(f"Version {number}" for number in (1, 2, 3)), "+0.20", "+0.50"):
        assert sentence in text
    assert page.button(key="keep_version").disabled
    page.button(key="clear_versions").click().run()
    assert words.VERSION.en.format(number=1) not in text_of(page)


def test_versions_of_different_models_are_marked(page, service):
    """A difference between models is none between films."""
    predicted(page).button(key="keep_version").click().run()
    service.answer = an_answer(bundle_id="beef" * 16)
    with_runtime(page, 150).button(key="keep_version").click().run()

    assert words.OTHER_MODELS.en in text_of(page)


def test_a_reset_restores_the_scored_film(page):
    """One click undoes every change."""
    with_runtime(predicted(page), 150).button(key="what_if_reset").click().run()

    assert control(page.slider, "what_if_runtime").value == 112
    assert words.UNCHANGED.en in text_of(page)


def test_a_change_rated_by_another_model_shows_no_difference(page, service):
    """The model was replaced between the two."""
    predicted(page)
    service.answer = an_answer(bundle_id="beef" * 16, predicted_rating=7.61)

    text = text_of(with_runtime(page, 150))

    assert words.OTHER_MODEL.en in text
    assert "+0.80" not in text


@pytest.mark.parametrize(("fault", "kind"), [("cut", "down"), ("busy", "busy")])
def test_an_error_keeps_the_answer_and_the_comparison(page, service, fault, kind):
    """Only the variation is missing, until the service is back."""
    predicted(page).button(key="keep_version").click().run()
    service.fault = fault

    text = text_of(with_runtime(page, 150))

    error = messages.SERVICE_ERRORS[kind].en
    for sentence in (error, messages.GOES_ON.en, "6.8 out of 10", words.VERSION.en.format(number=1)):
        assert sentence in text
    assert page.button(key="keep_version").disabled
