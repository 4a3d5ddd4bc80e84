"""Warnings about films that differ from those a bundle learnt from."""

from datetime import date, timedelta

import pytest

from movie_assets.prediction.encodings import AnyOf, Number, OneOf, ReleaseDay, TrackRecordEncoding
from movie_assets.prediction.features import Encoders, columns_of
from movie_assets.prediction.input_warnings import AHEAD, InputWarnings
from movie_assets.prediction.track_record import TrackRecord
from tests.support.builders import OVERVIEW, a_movie


def a_record(*names):
    """A track record of these names, each of one film."""
    record = TrackRecord(
        half_at=1.0,
        names=names,
        starts=tuple(range(len(names) + 1)),
        days=(NEWEST.toordinal(),) * len(names),
        sums=(0.5,) * len(names),
        weights=(1.0,) * len(names),
    )
    return (TrackRecordEncoding(record=record),)


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
        ({"genres": []}, "no_genres", "genres", "The film has no genres; it was treated as"),
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


FULL = Encoders(
    encodings=ENCODERS.encodings
    | {
        "genres": (AnyOf(known=("Drama", "Crime"), usual={}),),
        "spoken_languages": (AnyOf(known=("en",), usual={}),),
        "production_companies": a_record("Harbour Lane Pictures"),
        "directors": a_record("Ada Example", "Ben Example"),
        "cast": a_record("Cleo Example"),
        "collection": a_record("The Harbour Collection"),
    }
)


@pytest.mark.parametrize(
    ("field", "value", "code", "nearest"),
    [
        ("genres", ["Drama", "Thriler"], "unknown_genre", {"Thriler": "Thriller"}),
        ("genres", ["Drama", "Krime"], "unknown_genre", {"Krime": "Crime"}),
        ("genres", ["Crmie", "Drama"], "unknown_genre", {"Crmie": "Crime"}),
        ("genres", ["Comdey"], "unknown_main_genre", {"Comdey": "Comedy"}),
        ("original_language", "Koraen", "unknown_original_language", {"Koraen": "ko"}),
        ("spoken_languages", ["Englsih", "ko"], "unknown_spoken_language", {"Englsih": "en"}),
        ("production_countries", ["Atlantis", "fr"], "unknown_production_country", {"Atlantis": None}),
        (
            "production_companies",
            ["Harbor Lane Pictures"],
            "unknown_production_company",
            {"Harbor Lane Pictures": "Harbour Lane Pictures"},
        ),
        ("directors", ["Ben Example", "Ada Exampel"], "unknown_director", {"Ada Exampel": "Ada Example"}),
        ("cast", ["Somebody Else"], "unknown_actor", {"Somebody Else": None}),
        (
            "collection",
            "The Harbor Collection",
            "unknown_collection",
            {"The Harbor Collection": "The Harbour Collection"},
        ),
    ],
)
def test_an_unknown_name_is_named_in_every_field(field, value, code, nearest):
    """With the nearest name that the model knows, in the form of the vocabulary."""
    [warning] = warnings_of(a_movie(**{field: value}), encoders=FULL)

    assert (warning.code, warning.field, warning.names) == (code, field, nearest)
    assert all(repr(name) in warning.message for name in nearest)


def test_names_written_otherwise_have_no_warning():
    """Nor have genres, languages and countries that are too rare for a column."""
    film = a_movie(
        genres=["드라마", "Western"],
        original_language="English",
        production_countries=["South Korea", "Fiji"],
        spoken_languages=["eng", "Basque"],
    )

    assert warnings_of(film, encoders=FULL) == []


def test_a_warning_names_five_at_most():
    """However many names are sent."""
    film = a_movie(directors=[f"Director {number}" for number in range(50)], cast=["Actor " + "x" * 190])

    director, actor = warnings_of(film, encoders=FULL)

    assert len(director.names) == 5
    assert "45 more; they were treated as unknown" in director.message
    assert len(actor.message) < 200


def test_every_name_is_known_once():
    """Also to a bundle that learnt two ways to write it."""
    learnt = {
        "main_genre": (OneOf(known=("Drama", "Sci-Fi", "Science Fiction"), seen=3),),
        "production_countries": (AnyOf(known=("Argentina", "AR", "United States of America"), usual={}),),
    }

    names = InputWarnings(Encoders(encodings=ENCODERS.encodings | learnt)).names

    assert names["genres"] == ("Drama", "Science Fiction")
    assert names["production_countries"] == ("AR", "US")
