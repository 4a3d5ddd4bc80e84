"""What if: other facts, the change they make, and versions side by side."""

import pytest

from streamlit_ui.views import messages as state_words
from streamlit_ui.views import what_if as words
from tests.support.pages import KOREAN, opened, predicted, text_of
from tests.support.service_lookalike import an_answer


def test_nothing_is_asked_before_something_is_changed(page, service):
    """The film as it was scored is already known."""
    assert words.UNCHANGED.en in text_of(predicted(page))
    assert len(service.films) == 1


def test_another_running_time_is_rated_beside_the_film(page, service):
    """The change is shown; form and answer stay as they are."""
    predicted(page)
    service.answer = an_answer(predicted_rating=7.61)

    control(page.slider, "what_if_runtime").set_value(150).run()

    text = text_of(page)
    assert "+0.80 points" in text
    assert "From 6.8 to 7.6" in text
    assert words.BEYOND_NOISE.en.format(noise=0.48) in text
    assert "6.8 out of 10" in text
    assert page.number_input(key="runtime").value == 112
    assert service.films[-1]["runtime"] == 150
    assert service.films[-1]["reasons"] is False
    assert "what_if" not in service.films[-1]


def test_the_tone_is_set_and_the_synopsis_left_alone(page, service):
    """The service is told the mood; nobody invents a synopsis."""
    predicted(page)

    control(page.slider, "what_if_tone").set_value(-0.5).run()

    assert service.films[-1]["what_if"] == {"overview_sentiment": -0.5}
    assert service.films[-1]["overview"] == service.films[0]["overview"]


def test_genres_are_switched(page, service):
    """Main and further genres, in the order the service wants."""
    predicted(page)

    control(page.selectbox, "what_if_main").set_value("Action").run()

    assert service.films[-1]["genres"] == ["Action", "Crime"]


def test_a_change_within_the_noise_is_called_none(page, service):
    """A tenth of a point is less than the model is usually off."""
    predicted(page)
    service.answer = an_answer(predicted_rating=6.71)

    control(page.slider, "what_if_runtime").set_value(150).run()

    assert words.WITHIN_NOISE.en.format(noise=0.48) in text_of(page)


def test_without_a_typical_error_half_the_interval_is_the_noise(stack, service):
    """An older card says less."""
    del service.description["card"]["typical_error"]

    page = predicted(opened())
    service.answer = an_answer(predicted_rating=7.61)
    control(page.slider, "what_if_runtime").set_value(150).run()

    assert words.WITHIN_NOISE.en.format(noise=1.06) in text_of(page)


def test_without_the_synopsis_it_stays_left_out(page, service):
    """What was left out of the answer is left out of its variations."""
    predicted(page, overview=KOREAN).button(key="without_synopsis").click().run()
    assert service.films[-1]["omit"] == ["overview"]

    control(page.slider, "what_if_runtime").set_value(150).run()

    assert service.films[-1]["omit"] == ["overview"]
    assert "overview" not in service.films[-1]


def test_up_to_three_versions_stand_side_by_side(page, service):
    """Each with its rating, its range and its difference from the first."""
    predicted(page).button(key="keep_version").click().run()
    for minutes, rating in ((130, 7.01), (150, 7.31)):
        service.answer = an_answer(predicted_rating=rating)
        control(page.slider, "what_if_runtime").set_value(minutes).run()
        page.button(key="keep_version").click().run()

    text = text_of(page)
    assert all(words.VERSION.en.format(number=number) in text for number in (1, 2, 3))
    assert "+0.20" in text
    assert "+0.50" in text
    assert page.button(key="keep_version").disabled
    page.button(key="clear_versions").click().run()
    assert words.VERSION.en.format(number=1) not in text_of(page)


def test_versions_of_different_models_are_told_apart(page, service):
    """A difference between two models is none between two films."""
    predicted(page).button(key="keep_version").click().run()
    service.answer = an_answer(bundle_id="beef" * 16)
    control(page.slider, "what_if_runtime").set_value(150).run()
    page.button(key="keep_version").click().run()

    assert words.OTHER_MODELS.en in text_of(page)


def test_the_controls_go_back_to_the_film(page):
    """One click undoes every change."""
    predicted(page)
    control(page.slider, "what_if_runtime").set_value(150).run()

    page.button(key="what_if_reset").click().run()

    assert control(page.slider, "what_if_runtime").value == 112
    assert words.UNCHANGED.en in text_of(page)


def test_a_change_rated_by_another_model_is_no_change_of_the_film(page, service):
    """The model was replaced between the two; what differs may be the model."""
    predicted(page)
    service.answer = an_answer(bundle_id="beef" * 16, predicted_rating=7.61)

    control(page.slider, "what_if_runtime").set_value(150).run()

    text = text_of(page)
    assert words.OTHER_MODEL.en in text
    assert "+0.80" not in text


@pytest.mark.parametrize(("fault", "kind"), [("cut", "down"), ("busy", "busy")])
def test_trouble_leaves_the_answer_standing(page, service, fault, kind):
    """Only the variation is missing; it comes by itself, and what was kept stays."""
    predicted(page).button(key="keep_version").click().run()
    service.fault = fault
    control(page.slider, "what_if_runtime").set_value(150).run()

    text = text_of(page)
    assert state_words.SERVICE_ERRORS[kind].en in text
    assert state_words.GOES_ON.en in text
    assert "6.8 out of 10" in text
    assert words.VERSION.en.format(number=1) in text
    assert page.button(key="keep_version").disabled


def control(kind, key):
    """The control of that name, whatever answer it belongs to."""
    return next(widget for widget in kind if widget.key.startswith(key))
