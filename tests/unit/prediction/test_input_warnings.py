"""What is said of films that are unlike those a bundle learnt from."""

from datetime import date, timedelta

import pytest

from movie_assets.prediction.encodings import AnyOf, Number, OneOf, ReleaseDay
from movie_assets.prediction.features import Encoders, columns_of
from movie_assets.prediction.input_warnings import AHEAD, InputWarnings
from tests.support.builders import OVERVIEW, a_movie

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


def said_of(movie, *, encoders=ENCODERS, **features):
    return InputWarnings(encoders).of(movie, seen_of(movie) | features)


def test_a_film_like_those_learnt_from_is_not_remarked_on():
    """Nor is one without a date."""
    assert said_of(a_movie()) == []
    assert said_of(a_movie(release_date=None)) == []


@pytest.mark.parametrize(
    ("said", "code", "field", "message"),
    [
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
def test_what_hardly_any_film_had_is_said_with_its_range(said, code, field, message):
    """At either end."""
    [warning] = said_of(a_movie(**said))

    assert (warning.code, warning.field) == (code, field)
    assert message in warning.message


@pytest.mark.parametrize("said", [{"runtime": 62}, {"runtime": 191}, {"release_date": NEWEST + AHEAD}])
def test_the_ends_of_a_range_are_within_it(said):
    """And a film of next year is what a forecast is for."""
    assert said_of(a_movie(**said)) == []


def test_a_mood_that_was_set_beyond_all_moods_is_said():
    """Under the name of the wish."""
    [warning] = said_of(a_movie(), overview_sentiment=0.9)

    assert (warning.code, warning.field) == ("overview_sentiment_out_of_range", "what_if")


def test_a_synopsis_too_short_to_judge_is_said_once():
    """Seven words are too few; that their characters are few as well goes without saying."""
    short, enough = said_of(a_movie(overview="Love and happy loss in a town.")), said_of(a_movie(overview="One " * 20))

    assert [warning.code for warning in short] == ["overview_too_short"]
    assert "has 7 words" in short[0].message
    assert enough == []


def test_a_mood_that_was_set_is_not_said_to_be_left_out():
    """Without a synopsis the length alone is missing then."""
    [left_out] = said_of(a_movie(overview=None))
    [with_mood] = said_of(a_movie(overview=None), overview_sentiment=0.2)

    assert "its mood and length were left out" in left_out.message
    assert "its length was left out" in with_mood.message


def test_without_known_ranges_none_is_made_up():
    """A bundle that does not look at dates has nothing to say of them."""
    bare = {name: (Number(median=1),) for name in ("runtime", "overview_sentiment", "overview_len")}
    names = {name: ENCODERS.encodings[name] for name in ("main_genre", "original_language")}
    warnings = InputWarnings(Encoders(encodings=bare | names))

    assert warnings.ranges == {}
    assert warnings.of(a_movie(runtime=1_000), seen_of(a_movie(runtime=1_000))) == []


def test_the_names_known_are_sorted_for_a_form():
    """Of those lists alone that the bundle looks at."""
    assert InputWarnings(ENCODERS).names == {
        "genres": ("Comedy", "Drama"),
        "original_languages": ("en", "ko"),
        "production_countries": ("KR", "US"),
    }
