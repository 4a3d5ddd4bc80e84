"""Warnings about films that differ from those a bundle learnt from."""

from datetime import date, timedelta

import pytest

from movie_assets.prediction.encodings import AnyOf, Number, OneOf, ReleaseDay
from movie_assets.prediction.features import Encoders, columns_of
from movie_assets.prediction.input_warnings import AHEAD, InputWarnings
from tests.support.builders import OVERVIEW, a_movie

KOREAN = "은퇴한 형사가 마지막 사건을 해결하기 위해 조용한 마을로 돌아온다."
NEWEST = date(2025, 6, 30)
ENCODERS = Encoders(
    encodings={
        "runtime": (Number(median=105, low=62, high=191),),
        "main_genre": (OneOf(known=("Drama", "Comedy"), seen=2),),
        "original_language": (OneOf(known=("ko", "en"), seen=2),),
        "overview_sentiment": (Number(median=0, low=-0.6, high=0.7),),
        "overview_len": (Number(median=90, low=50, high=900),),
        "release_date": (ReleaseDay(newest=NEWEST, low=date(1931, 2, 3)),),
        "production_countries": (AnyOf(known=("US", "KR"), usual={}),),
    }
)


def seen_of(movie):
    """What an estimator may see of one movie."""
    return {name: value for name, [value] in columns_of([movie]).items()}


def warnings_of(movie, *, encoders=ENCODERS, **features):
    return InputWarnings(encoders).of(movie, seen_of(movie) | features)


def test_a_film_like_those_learnt_from_has_no_warning():
    """Nor is one without a date."""
    assert warnings_of(a_movie()) == []
    assert warnings_of(a_movie(release_date=None)) == []


@pytest.mark.parametrize(
    ("changes", "code", "field", "message"),
    [
        ({"genres": ["Slow Television"]}, "unknown_main_genre", "genres", "'Slow Television'"),
        ({"genres": []}, "unknown_main_genre", "genres", "The film has no genres; it was treated as"),
        ({"original_language": "qq"}, "unknown_original_language", "original_language", "'qq'"),
        ({"overview": None}, "no_overview", "overview", "Without a synopsis its mood and length were left out"),
        ({"overview": "  "}, "no_overview", "overview", "Without a synopsis"),
        ({"overview": KOREAN}, "overview_not_english", "overview", "not in English"),
        ({"runtime": 61}, "runtime_out_of_range", "runtime", "runtime from 62 to 191 minutes, this one 61."),
        ({"runtime": 900}, "runtime_out_of_range", "runtime", "this one 900."),
        ({"overview": OVERVIEW * 20}, "overview_len_out_of_range", "overview", "from 50 to 900 characters"),
        (
            {"release_date": date(1895, 12, 28)},
            "release_date_out_of_range",
            "release_date",
            "from 1931-02-03 to 2027-06-30, this one 1895-12-28.",
        ),
        ({"release_date": NEWEST + AHEAD + timedelta(1)}, "release_date_out_of_range", "release_date", "2027-07-01"),
    ],
)
def test_a_film_unlike_those_learnt_from_has_a_warning(changes, code, field, message):
    """With the field it concerns, and the usual range."""
    [warning] = warnings_of(a_movie(**changes))

    assert (warning.code, warning.field) == (code, field)
    assert message in warning.message


@pytest.mark.parametrize("changes", [{"runtime": 62}, {"runtime": 191}, {"release_date": NEWEST + AHEAD}])
def test_the_ends_of_a_range_are_within_it(changes):
    """And a film of next year is what a forecast is for."""
    assert warnings_of(a_movie(**changes)) == []


def test_an_extreme_mood_that_was_set_has_a_warning():
    """About the input of the request."""
    [warning] = warnings_of(a_movie(), overview_sentiment=0.9)

    assert (warning.code, warning.field) == ("overview_sentiment_out_of_range", "what_if")


def test_a_synopsis_too_short_to_judge_has_one_warning():
    """Seven words are too few; a second warning about its characters would add nothing."""
    [warning] = warnings_of(a_movie(overview="Love and happy loss in a town."))

    assert warning.code == "overview_too_short"
    assert "has 7 words" in warning.message
    assert warnings_of(a_movie(overview="One " * 20)) == []


def test_a_mood_that_was_set_is_not_left_out():
    """Without a synopsis only the length is missing then."""
    [warning] = warnings_of(a_movie(overview=None), overview_sentiment=0.2)

    assert "its length was left out" in warning.message


def test_without_known_ranges_there_are_no_warnings():
    """As of dates in a bundle that does not use them."""
    bare = {name: (Number(median=1),) for name in ("runtime", "overview_sentiment", "overview_len")}
    names = {name: ENCODERS.encodings[name] for name in ("main_genre", "original_language")}
    warnings = InputWarnings(Encoders(encodings=bare | names))

    assert warnings.ranges == {}
    assert warnings.of(a_movie(runtime=1_000), seen_of(a_movie(runtime=1_000))) == []


def test_the_names_known_are_sorted_for_a_form():
    """Only of lists that the bundle uses."""
    assert InputWarnings(ENCODERS).names == {
        "genres": ("Comedy", "Drama"),
        "original_languages": ("en", "ko"),
        "production_countries": ("KR", "US"),
    }
