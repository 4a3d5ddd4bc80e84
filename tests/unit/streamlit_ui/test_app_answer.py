"""The answer card: how certain the rating is, what moved it, how it compares, and the link to the model's card."""

import pytest

from streamlit_ui import names
from streamlit_ui.contract import Histogram
from streamlit_ui.views import answer as words
from streamlit_ui.views import model_card as record_words
from tests.support.pages import html_of, predicted, text_of
from tests.support.service_lookalike import a_description, an_answer

NEW_WARNING = {"code": "new", "field": "title", "message": "<img src=x> is odd."}
FULL_FEATURES = {
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
WITHOUT_A_DATE = {
    "features": {"runtime": 112.0, "release_date": None, "cast": []},
    "contributions": {"runtime": 0.2, "release_date": 0.1, "facts_not_given": -0.3},
    "assumed_release_year": 2026,
}
MANY_REASONS = dict.fromkeys(names.FEATURES, 0.01) | {"runtime": 0.5}


@pytest.mark.parametrize(
    ("fields", "sentences"),
    [
        ({}, ["6.8 out of 10", "Bright (+0.12", "80% of such films are rated between 5.6 and 7.7."]),
        ({}, ["off by 0.48 points on average", "Higher than 72% of their ratings"]),
        ({}, ["4,100 made-up films, 1 January 2026 to 14 January 2026", "5e0a5e0a5e0a of 14 January 2026"]),
        ({}, ["movie_rating:abc123", "112 min", "starting from 6.5"]),
        ({"interval": None, "interval_note": "Too few films."}, [words.NO_INTERVAL.en]),
        ({"interval": None, "interval_note": None}, [words.OLDER_SERVICE.en]),
        ({"mood": None}, [words.MOOD_NONE.en]),
        ({"warnings": [NEW_WARNING]}, ["<img src=x> is odd."]),
        ({"features": FULL_FEATURES, "contributions": dict.fromkeys(FULL_FEATURES, 0.1)}, ["68 characters"]),
        ({"features": FULL_FEATURES}, ["series, directors, cast"]),
        (WITHOUT_A_DATE, ["release date 2026 assumed +0.10", "facts not given −0.30", "release date (2026 assumed)"]),
        ({"features": {"main_genre": "Drama", "overview_sentiment": None}}, ["Left out mood of the synopsis"]),
        ({"contributions": MANY_REASONS}, [f"{len(MANY_REASONS) - 6} other details combined"]),
    ],
    ids=str,
)
def test_the_card_has_what_the_service_answers(page, service, fields, sentences):
    """The rating with its certainty and provenance; features may be lists or dates, and empty lists are left out."""
    service.answer = an_answer(**fields)

    text = " ".join(text_of(predicted(page)).split())

    assert [sentence for sentence in sentences if sentence not in text] == []


@pytest.mark.parametrize(
    ("fields", "absent"),
    [
        ({"interval": None}, 'class="band"'),
        ({"contributions": None, "base_value": None}, words.REASONS.en),
        ({"warnings": [NEW_WARNING]}, "<img"),
    ],
    ids=["no interval", "no reasons", "text from outside is not markup"],
)
def test_what_the_service_does_not_answer_is_not_drawn(page, service, fields, absent):
    """No empty charts, and no HTML from outside."""
    service.answer = an_answer(**fields)

    assert absent not in html_of(predicted(page))


def test_the_reasons_are_ranked_and_signed(page, service):
    """The largest first, in either direction."""
    service.answer = an_answer(contributions={"runtime": 0.12, "main_genre": 0.21, "original_language": -0.44})

    text = text_of(predicted(page))

    assert text.index("original language") < text.index("main genre") < text.index("running time")
    assert "+0.21" in text
    assert "−0.44" in text


@pytest.mark.parametrize("code", words.WARNINGS)
def test_each_warning_is_in_plain_words(page, service, code):
    """The service's codes are for programs."""
    service.answer = an_answer(warnings=[{"code": code, "field": None, "message": "…"}])

    predicted(page)
    if code == "overview_not_english":  # a translation is offered first
        page.button(key="as_typed").click().run()

    assert words.WARNINGS[code].en in text_of(page)


def test_a_warning_names_the_unknown_names(page, service):
    """With the nearest known one, a code by its name."""
    found = {"Atlantis": None, "Frnace": "FR"}
    warned = {"code": "unknown_production_country", "field": "production_countries", "message": "…", "names": found}
    service.answer = an_answer(warnings=[warned])

    predicted(page)

    assert "(Atlantis, Frnace: did you mean France?)" in text_of(page)


@pytest.mark.parametrize(("rating", "share"), [(3.0, 0.0), (5.0, 0.1), (5.5, 0.25), (8.0, 1.0), (9.9, 1.0)])
def test_a_share_below_counts_part_of_a_bin(rating, share):
    """Ratings are evenly spread within a bin."""
    assert Histogram(edges=[4.0, 5.0, 6.0, 7.0, 8.0], films=[10, 30, 40, 20]).share_below(rating) == pytest.approx(
        share
    )


def test_the_bin_of_the_rating_is_marked(page):
    """In the histogram of the training films."""
    assert 'class="here"' in html_of(predicted(page))


def test_without_the_histogram_there_is_no_comparison(page, service):
    """The card of an older model has none."""
    service.description = a_description(bundle_id="beef" * 16) | {"training_ratings": None}
    service.answer = an_answer(bundle_id="beef" * 16)  # another model: the page reads the description again

    assert words.AMONG.en not in text_of(predicted(page))


def test_the_answer_links_to_the_card_of_its_model(page):
    """One click shows how good the model is; the answer is still there on the way back."""
    predicted(page).button(key="to_card").click().run()
    assert record_words.DECISION.en in text_of(page)

    page.segmented_control(key="view").set_value("film").run()

    assert "6.8 out of 10" in text_of(page)
    assert page.number_input(key="runtime").value == 112
