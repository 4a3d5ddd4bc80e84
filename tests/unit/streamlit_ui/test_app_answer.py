"""The answer card: how sure the number is, what moved it, where it stands, and the way to the model's card."""

import pytest

from streamlit_ui import names
from streamlit_ui.contract import Histogram
from streamlit_ui.views import answer as words
from streamlit_ui.views import track_record as record_words
from tests.support.pages import predicted, text_of
from tests.support.service_lookalike import a_description, an_answer


def test_the_rating_stands_with_its_interval_and_typical_error(page):
    """A number alone would promise more than the model can."""
    text = text_of(predicted(page))

    assert "80% of such films are rated between 5.6 and 7.7." in text
    assert "off by 0.48 points on average" in text


def test_without_an_interval_the_page_says_so(page, service):
    """Too few films: no range is made up."""
    service.answer = an_answer(interval=None, interval_note="The films learnt from were too few for an interval.")

    text = text_of(predicted(page))

    assert words.NO_INTERVAL.en in text
    assert 'class="band"' not in drawn(page)


def test_an_older_service_is_not_taken_for_one_with_few_films(page, service):
    """It gives no range and no reason for it."""
    service.answer = an_answer(interval=None, interval_note=None)

    assert words.OLDER_SERVICE.en in text_of(predicted(page))


def test_the_reasons_are_ranked_and_signed(page, service):
    """The largest first, whichever way it went, with what the model saw."""
    service.answer = an_answer(contributions={"runtime": 0.12, "main_genre": 0.21, "original_language": -0.44})

    text = text_of(predicted(page))

    assert text.index("original language") < text.index("main genre") < text.index("running time")
    assert "+0.21" in text
    assert "−0.44" in text
    assert "112 min" in text
    assert "starting from 6.5" in text


def test_many_small_reasons_are_one_line(page, service):
    """Fifteen facts would hide the three that matter; their sum is still there."""
    reasons = dict.fromkeys(names.FEATURES, 0.01) | {"runtime": 0.5}
    service.answer = an_answer(contributions=reasons)

    text = text_of(predicted(page))

    assert f"{len(reasons) - 6} other details combined" in text


def test_without_reasons_there_is_no_empty_chart(page, service):
    """An older service gives none."""
    service.answer = an_answer(contributions=None, base_value=None)

    assert words.REASONS.en not in text_of(predicted(page))


@pytest.mark.parametrize("code", words.WARNINGS)
def test_each_warning_is_in_plain_words(page, service, code):
    """The service's codes are for programs."""
    service.answer = an_answer(warnings=[{"code": code, "field": None, "message": "…"}])

    predicted(page)
    if code == "overview_not_english":  # it is offered to a translator first
        page.button(key="as_typed").click().run()

    assert words.WARNINGS[code].en in text_of(page)


def test_the_film_stands_among_those_learnt_from(page):
    """10 of 100 below 5, 30 between 5 and 6, and four fifths of those between 6 and 7."""
    assert "Higher than 72% of their ratings" in text_of(predicted(page))
    assert 'class="here"' in drawn(page)


@pytest.mark.parametrize(("rating", "share"), [(3.0, 0.0), (5.0, 0.1), (5.5, 0.25), (8.0, 1.0), (9.9, 1.0)])
def test_a_share_below_counts_part_of_a_bin(rating, share):
    """Films lie evenly within a bin, as far as anybody knows."""
    assert Histogram(edges=[4.0, 5.0, 6.0, 7.0, 8.0], films=[10, 30, 40, 20]).share_below(rating) == pytest.approx(
        share
    )


def test_a_service_without_the_distribution_is_served(page, service):
    """Where the card has none, its place is not shown."""
    service.description = a_description(bundle_id="beef" * 16) | {"training_ratings": None}
    service.answer = an_answer(bundle_id="beef" * 16)  # another model: the page describes it anew

    assert words.AMONG.en not in text_of(predicted(page))


def test_the_answer_leads_to_the_card_of_its_model(page):
    """One click from the number to how good the model is; the answer is still there on the way back."""
    predicted(page).button(key="to_card").click().run()
    assert record_words.DECISION.en in text_of(page)

    page.segmented_control(key="view").set_value("film").run()

    assert "6.8 out of 10" in text_of(page)
    assert page.number_input(key="runtime").value == 112


def drawn(page):
    return " ".join(block.value for block in page.html)
