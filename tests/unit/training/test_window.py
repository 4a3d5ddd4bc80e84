"""The training window of a day: the films in it, their split, and how it is read from the bucket."""

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from movie_assets.catalogue.cleaning_version import CLEANING_VERSION, CLEANING_VERSIONS
from movie_assets.prediction.features import FEATURES
from movie_assets.storage.folders import quarantine_day, withdraw_folder
from movie_assets.training.split import is_holdout
from movie_assets.training.window import EmptyWindowError, OutdatedDayError, Windows
from tests.support.builders import OVERVIEW
from tests.support.cleaned_days import a_cleaned_film, a_part, a_window, keep_day
from tests.support.memory_bucket import MemoryBucket


def test_every_film_is_in_one_part():
    """Train and holdout share no film and leave none out, each as its id says."""
    window = a_window(300)

    assert sorted(window.train.ids + window.holdout.ids) == list(range(1, 301))
    assert is_holdout(window.holdout.ids).all()
    assert not is_holdout(window.train.ids).any()


def test_the_summary_adds_up():
    """What cards and metadata say of a window."""
    summary = a_window(300).summary

    assert summary["train_films"] + summary["holdout_films"] == summary["films"] == 300
    assert (summary["first_day"], summary["last_day"]) == ("2026-01-07", "2026-01-07")
    assert summary["digest"] == "films-300-1"


@pytest.mark.parametrize(("votes", "weight"), [(0, 0.0), (50, 0.5), (150, 0.75), (450, 0.9)])
def test_a_rating_weighs_as_its_votes(votes, weight):
    """votes / (votes + 50): a rating of fifty votes counts half."""
    assert a_part(a_cleaned_film(vote_count=votes)).weights[0] == pytest.approx(weight)


def test_votes_are_no_column():
    """Votes weigh and measure; an estimator never sees them, nor the rating: the feature spec is the allow-list."""
    columns = a_part(a_cleaned_film()).columns

    assert list(columns) == [feature.name for feature in FEATURES]
    assert not {"rating", "vote_count"} & set(columns)


def test_a_synopsis_that_is_not_english_is_left_out_as_in_service():
    """Its mood of 0 means nothing, and its length and words are those of another language."""
    part = a_part(a_cleaned_film(), a_cleaned_film(overview_is_english=False))

    assert part.columns["overview_sentiment"] == [0.1, None]
    assert part.columns["overview_len"] == [80, None]
    assert part.columns["overview"] == [OVERVIEW, None]
    assert part.columns["runtime"] == [112.0, 112.0]


def test_the_values_of_a_film_are_plain():
    """Lists are lists of which the first five actors count, days are dates, and what is missing is None."""
    actors = [f"Actor {number}" for number in range(7)]
    part = a_part(
        a_cleaned_film(cast=np.array(actors), directors=np.array([], dtype=object), collection=None),
        a_cleaned_film(release_date=pd.NaT, collection="Harbour Collection", runtime=None, main_genre=pd.NA),
    )

    assert part.columns["cast"] == [actors[:5], []]
    assert part.columns["directors"] == [[], []]
    assert part.columns["release_date"] == [date(2024, 3, 15), None]
    assert part.columns["collection"] == [None, "Harbour Collection"]
    assert part.columns["runtime"] == [112.0, None]
    assert part.columns["main_genre"] == ["Drama", None]


@pytest.fixture
def bucket():
    return MemoryBucket()


@pytest.fixture
def windows(bucket):
    return Windows(bucket, "synthetic")


def films(*ids, **changes):
    """Films of these ids."""
    return [a_cleaned_film(id=film_id, **changes) for film_id in ids]


def ids_of(window):
    """The films of a window."""
    return window.frame["id"].tolist()


def test_a_window_holds_all_days_up_to_its_own(bucket, windows):
    """Earlier days and the day itself, no later one, ordered by film."""
    keep_day(bucket, "2026-01-03", *films(5))
    keep_day(bucket, "2026-01-01", *films(9, 2))
    keep_day(bucket, "2026-01-02", *films(4))

    window = windows.up_to("2026-01-02")

    assert ids_of(window) == [2, 4, 9]
    assert window.days == ("2026-01-01", "2026-01-02")
    assert window.frame["vote_count"].tolist() == [200, 200, 200]


def test_the_newest_record_of_a_film_counts(bucket, windows):
    """By the day that holds it, whenever it was fetched: a day filled in later does not overtake."""
    late, early = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    keep_day(bucket, "2026-01-01", *films(1, rating=5.0, fetched_at=late, vote_count=10))
    keep_day(bucket, "2026-01-02", *films(1, rating=7.0, fetched_at=early, vote_count=20))

    frame = windows.up_to("2026-01-02").frame

    assert frame[["rating", "vote_count", "partition"]].to_numpy().tolist() == [[7.0, 20, "2026-01-02"]]
    assert windows.up_to("2026-01-01").frame["rating"].tolist() == [5.0]


def test_a_day_that_is_withdrawn_or_held_is_not_learnt_from(bucket, windows):
    """Nor named among the window's days; the films of the others are their own, and it may be let in again."""
    for day, film_id in (("2026-01-01", 1), ("2026-01-02", 2), ("2026-01-03", 3), ("2026-01-04", 4)):
        keep_day(bucket, day, *films(film_id, rating=float(film_id)))
    withdraw_folder(bucket, "synthetic/cleaned_movies/2026-01-02")
    quarantine_day(bucket, "synthetic/cleaned_movies/2026-01-03", ["ids_are_unique"])

    window = windows.up_to("2026-01-05")

    found = window.frame[["id", "rating", "partition"]].to_numpy().tolist()
    assert found == [[1, 1.0, "2026-01-01"], [4, 4.0, "2026-01-04"]]
    assert window.days == ("2026-01-01", "2026-01-04")
    quarantine_day(bucket, "synthetic/cleaned_movies/2026-01-03", [])
    assert ids_of(windows.up_to("2026-01-03")) == [1, 3]


def test_a_day_without_films_is_a_day(bucket, windows):
    """Empty days are green, belong to the window and change no type."""
    keep_day(bucket, "2026-01-01", *films(1))
    before = windows.up_to("2026-01-01").frame.dtypes
    keep_day(bucket, "2026-01-02")

    window = windows.up_to("2026-01-02")

    assert window.days == ("2026-01-01", "2026-01-02")
    assert window.frame.dtypes.equals(before)


def test_the_digest_is_of_the_days_and_their_content(bucket, windows):
    """It changes with any film and any day, and with nothing else."""
    keep_day(bucket, "2026-01-01", *films(1))
    first = windows.up_to("2026-01-01").digest

    keep_day(bucket, "2026-01-01", *films(1))
    keep_day(bucket, "2026-01-09", *films(9))
    keep_day(bucket, "2026-01-01", *films(7), source="dump")
    unchanged = windows.up_to("2026-01-01").digest
    keep_day(bucket, "2026-01-02")
    longer = windows.up_to("2026-01-02").digest
    keep_day(bucket, "2026-01-01", *films(1, rating=6.6))
    other = windows.up_to("2026-01-01").digest

    assert unchanged == first
    assert len({first, longer, other}) == 3


def test_a_day_that_was_read_before_is_read_anew_where_it_is_another(bucket, windows):
    """Else it is handed out whole, as if read again, whatever was done to the window before."""
    keep_day(bucket, "2026-01-01", *films(1))
    keep_day(bucket, "2026-01-02", *films(2, rating=5.0))
    before = windows.up_to("2026-01-02")
    before.frame["rating"] = 0.0
    keep_day(bucket, "2026-01-02", *films(2, rating=8.0))

    assert windows.up_to("2026-01-02").frame["rating"].tolist() == [6.5, 8.0]


def test_a_column_without_a_value_on_one_day_is_the_column_of_the_others(bucket, windows):
    """A day whose films have no genre at all changes no type, and the genres of the other days are read."""
    keep_day(bucket, "2026-01-01", *films(1, main_genre=None))
    keep_day(bucket, "2026-01-02", *films(2))

    genres = windows.up_to("2026-01-02").frame["main_genre"]

    assert genres.isna().tolist() == [True, False]
    assert str(genres.dtype) == "str"


def test_votes_that_fit_no_film_alone_are_an_error(bucket, windows):
    """Two counts for one film would make two films of it."""
    keep_day(bucket, "2026-01-01", *films(1, 1))

    with pytest.raises(ValueError, match="not a one-to-one merge"):
        windows.up_to("2026-01-01")


def test_nothing_to_learn_from_is_said(bucket, windows):
    """With the source, the day, where it was looked for and what to do; other sources and later days do not help."""
    keep_day(bucket, "2026-01-01", *films(1), source="dump")
    keep_day(bucket, "2026-01-09", *films(9))

    with pytest.raises(
        EmptyWindowError,
        match=r"No cleaned film of source synthetic up to 2026-01-02 in memory: materialize raw_tmdb and cleaned",
    ):
        windows.up_to("2026-01-02")


def test_days_without_a_film_say_where_the_reasons_are(bucket, windows):
    """To fetch and clean them would give the same."""
    keep_day(bucket, "2026-01-01")

    with pytest.raises(
        EmptyWindowError, match=r"1 days of cleaned_movies .* none holds a film: dropped\.parquet of each"
    ):
        windows.up_to("2026-01-02")


def test_a_day_of_an_earlier_version_is_named_with_what_to_do(bucket, windows):
    """A column that estimators see now is not in it; guessing it would make two kinds of films."""
    film = a_cleaned_film()
    keep_day(bucket, "2026-01-01", {name: value for name, value in film.items() if name != "directors"})
    keep_day(bucket, "2026-01-02", film)

    with pytest.raises(
        OutdatedDayError,
        match=r"cleaned_movies/2026-01-01 was cleaned by an earlier version: .*directors.* Materialize cleaned",
    ):
        windows.up_to("2026-01-02")


@pytest.mark.parametrize(
    ("versions", "last"),
    [
        ((CLEANING_VERSION, None, None, CLEANING_VERSION, None), "2026-01-03"),
        ((CLEANING_VERSION, 1, CLEANING_VERSION, 1, 1), "2026-01-04"),
        ((CLEANING_VERSION, CLEANING_VERSION + 1, CLEANING_VERSION, CLEANING_VERSION, None), "2026-01-02"),
    ],
)
def test_a_window_has_days_of_one_cleaning_version(bucket, windows, versions, last):
    """The first other day is named with the commands; a day whose manifest names none is of the first version."""
    for number, version in enumerate(versions, start=1):
        keep_day(bucket, f"2026-01-0{number}", *films(number), version=version)

    assert windows.up_to("2026-01-01").summary["cleaning_version"] == CLEANING_VERSION
    with pytest.raises(OutdatedDayError) as raised:
        windows.up_to("2026-01-04")

    said = str(raised.value)
    assert said.startswith(f"2026-01-02 of source synthetic was cleaned by version {versions[1] or 1} of the rules")
    assert f"this is version {CLEANING_VERSION} ({CLEANING_VERSIONS[CLEANING_VERSION]})" in said
    assert f"run make clean-again, or in Dagster materialize cleaned_movies from 2026-01-02 to {last}." in said


def test_an_outdated_day_that_is_in_no_window_stops_nothing(bucket, windows):
    """A quarantined day, a later one, one of another source."""
    keep_day(bucket, "2026-01-01", *films(1), version=1, source="dump")
    keep_day(bucket, "2026-01-02", *films(2), version=1)
    quarantine_day(bucket, "synthetic/cleaned_movies/2026-01-02", ["ids_are_unique"])
    keep_day(bucket, "2026-01-03", *films(3))
    keep_day(bucket, "2026-01-04", *films(4), version=1)

    assert ids_of(windows.up_to("2026-01-03")) == [3]


def test_a_day_that_comes_out_the_same_under_new_rules_changes_no_window(bucket, windows):
    """Its digest is of its files."""
    keep_day(bucket, "2026-01-01", *films(1), version=1)
    before = windows.digests(["2026-01-01"])
    keep_day(bucket, "2026-01-01", *films(1))

    assert windows.digests(["2026-01-01"]) == before
    assert windows.up_to("2026-01-01").digest == before["2026-01-01"]


def test_digests_are_those_of_the_windows(bucket, windows):
    """Of many days at once, without reading a film; a day without any film has one too."""
    empty = windows.digests(["2026-01-01"])
    for number, day in enumerate(("2026-01-01", "2026-01-03"), start=1):
        keep_day(bucket, day, *films(number))
    days = ["2026-01-01", "2026-01-02", "2026-01-03"]

    assert windows.digests(days) == {day: windows.up_to(day).digest for day in days}
    assert empty != windows.digests(["2026-01-01"])
    assert windows.digests([]) == {}
