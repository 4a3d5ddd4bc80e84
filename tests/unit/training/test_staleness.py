"""The state of each day, and which days are stale."""

from datetime import UTC, datetime, timedelta

import pytest

from movie_assets.catalogue.cleaning_version import CLEANING_VERSION
from movie_assets.retention.expiry import Retention
from movie_assets.storage.folders import quarantine_day, withdraw_folder, write_folder
from movie_assets.storage.formats import json_of
from movie_assets.storage.keys import CHOICE, ENCODERS
from movie_assets.training.champions import champion_before
from movie_assets.training.records import LearntFrom
from movie_assets.training.staleness import day_states, stale_days
from movie_assets.training.window import Windows
from tests.support.cleaned_days import a_cleaned_film, keep_day
from tests.support.memory_bucket import MemoryBucket
from tests.support.records import a_choice

DAYS = ["2026-01-01", "2026-01-02", "2026-01-04"]


FETCHED = datetime(2026, 1, 1, 9, tzinfo=UTC)  # the first day; each further one a day later


def collect(bucket, day, *, number):
    """Keep a cleaned day of one film."""
    bucket.now = FETCHED + timedelta(days=number)
    keep_day(bucket, day, a_cleaned_film(id=number, fetched_at=bucket.now))


def train(bucket, day, *, assets=("encoders", "best_model"), champion="one", names_days=True):
    """Keep these assets of the day as made from what is there now."""
    window = Windows(bucket, "synthetic").up_to(day)
    before = champion_before(bucket, "synthetic", day)
    learnt = LearntFrom(window=window.digest, window_days=dict(window.day_digests) if names_days else None)
    choice = a_choice(window=window.digest, before=before.bundle_id if before else None, champion=champion)
    for asset, name, record in (("encoders", ENCODERS, learnt), ("best_model", CHOICE, choice)):
        if asset in assets:
            write_folder(bucket, f"synthetic/{asset}/{day}", {name: record.to_json()})


def expire(bucket, *, days):
    """Delete what was fetched before so many days after the first."""
    swept = Retention(bucket, "synthetic", keep_days=10).sweep(FETCHED + timedelta(days=10 + days - 0.5))
    assert swept.deleted


def stale(bucket):
    return stale_days(bucket, "synthetic")


@pytest.fixture
def bucket():
    """Three days, made one after the other; the third of January is a gap."""
    bucket = MemoryBucket()
    for number, day in enumerate(DAYS):
        collect(bucket, day, number=number)
        train(bucket, day)
    return bucket


def test_days_made_in_order_are_not_stale(bucket):
    """Whatever other sources hold."""
    keep_day(bucket, "2026-01-01", a_cleaned_film(id=9), source="dump")

    assert stale(bucket) == []


def test_a_filled_gap_makes_the_later_days_stale(bucket):
    """And no earlier one; a withdrawn day does the same."""
    keep_day(bucket, "2026-01-03", a_cleaned_film(id=7))

    assert stale(bucket) == ["2026-01-04"]

    withdraw_folder(bucket, "synthetic/cleaned_movies/2026-01-02")

    assert stale(bucket) == ["2026-01-02", "2026-01-04"]


def test_a_day_is_stale_until_its_champion_is_made_again(bucket):
    """A retraining that was stopped after the encoders leaves the day stale."""
    keep_day(bucket, "2026-01-03", a_cleaned_film(id=7))
    train(bucket, "2026-01-04", assets=["encoders"])
    half = stale(bucket)
    train(bucket, "2026-01-04", assets=["best_model"])

    assert half == ["2026-01-04"]
    assert stale(bucket) == []


def test_a_champion_that_does_not_name_its_window_is_stale(bucket):
    """As of an old record."""
    write_folder(bucket, "synthetic/best_model/2026-01-01", {CHOICE: a_choice(window=None, champion="one").to_json()})

    assert stale(bucket) == ["2026-01-01"]


def test_expired_days_make_no_day_stale(bucket):
    """Neither those that have learnt from them nor, when all is gone, any; and nothing is stale."""
    expire(bucket, days=2)

    assert Windows(bucket, "synthetic").up_to(DAYS[-1]).days == (DAYS[-1],)
    assert stale(bucket) == []

    expire(bucket, days=9)

    assert stale(bucket) == []


def test_a_gap_that_is_filled_after_an_expiry_is_found(bucket):
    """The day trained after it is not stale."""
    expire(bucket, days=1)
    collect(bucket, "2026-01-03", number=7)
    collect(bucket, "2026-01-05", number=8)
    train(bucket, "2026-01-05")

    assert stale(bucket) == ["2026-01-04"]


def test_a_day_that_was_withdrawn_or_held_has_not_expired(bucket):
    """Versions of it are still there."""
    expire(bucket, days=1)
    withdraw_folder(bucket, "synthetic/cleaned_movies/2026-01-02")
    withdrawn = stale(bucket)
    collect(bucket, "2026-01-02", number=1)
    restored = stale(bucket)
    quarantine_day(bucket, "synthetic/cleaned_movies/2026-01-02", ["ids_are_unique"])

    assert withdrawn == stale(bucket) == ["2026-01-02", "2026-01-04"]
    assert restored == []


def test_a_record_without_the_days_of_its_window_is_compared_by_digest(bucket):
    """Of old records, for which an expired day is like a withdrawn one."""
    train(bucket, DAYS[-1], names_days=False)
    before = stale(bucket)

    expire(bucket, days=1)

    assert before == []
    assert stale(bucket) == [DAYS[-1]]


def test_a_day_that_was_passed_over_is_stale(bucket):
    """It has encoders and no champion, and a later day has one; the last day may still be under way."""
    for day in (DAYS[1], DAYS[-1]):
        withdraw_folder(bucket, f"synthetic/best_model/{day}")
    under_way = stale(bucket)
    train(bucket, DAYS[-1])

    assert under_way == []
    assert stale(bucket) == [DAYS[1]]


def test_a_day_passed_over_whose_films_have_expired_is_not_stale(bucket):
    """It cannot be made again."""
    withdraw_folder(bucket, f"synthetic/best_model/{DAYS[1]}")
    train(bucket, DAYS[-1])

    expire(bucket, days=2)

    assert stale(bucket) == []


def test_another_champion_makes_the_next_day_stale(bucket):
    """Which was compared with the earlier one."""
    train(bucket, DAYS[1], champion="two")

    assert stale(bucket) == [DAYS[-1]]


def test_a_day_that_names_no_champion_passes_on_the_one_before(bucket):
    """As the next day sees it: the champion is that of the latest day that names one."""
    train(bucket, DAYS[1], champion=None)

    assert stale(bucket) == []


def test_the_state_of_a_day_is_what_the_bucket_holds(bucket):
    """Its assets, and why a day is in no window."""
    write_folder(bucket, "synthetic/rejected/cleaned_movies/2026-01-05", {"reasons.json": json_of(["too few"])})
    write_folder(bucket, "synthetic/raw_tmdb/2026-01-05", {"films.parquet": b""})
    write_folder(bucket, "synthetic/rejected/cleaned_movies/2026-01-01", {"reasons.json": json_of(["long ago"])})
    quarantine_day(bucket, "synthetic/cleaned_movies/2026-01-04", ["ids_are_unique"])

    states = {state.day: state for state in day_states(bucket, "synthetic")}

    assert list(states) == [*DAYS, "2026-01-05"]
    assert states["2026-01-01"].there == ("cleaned_movies", "encoders", "best_model")
    assert states["2026-01-05"].there == ("raw_tmdb",)
    assert [day for day, state in states.items() if state.rejected] == ["2026-01-05"]
    assert [day for day, state in states.items() if state.held] == ["2026-01-04"]
    assert [day for day, state in states.items() if state.stale] == ["2026-01-04"]


def test_the_state_of_a_day_has_the_version_that_cleaned_it(bucket):
    """Of quarantined days too; none where there are no cleaned films."""
    keep_day(bucket, DAYS[0], a_cleaned_film(id=1), version=None)
    keep_day(bucket, DAYS[1], a_cleaned_film(id=2), version=1)
    quarantine_day(bucket, f"synthetic/cleaned_movies/{DAYS[1]}", ["ids_are_unique"])
    write_folder(bucket, "synthetic/raw_tmdb/2026-01-05", {"films.parquet": b""})

    versions = [state.cleaning_version for state in day_states(bucket, "synthetic")]

    assert versions == [1, 1, CLEANING_VERSION, None]


def test_an_empty_bucket_has_no_days():
    """Before anything was made."""
    assert day_states(MemoryBucket(), "synthetic") == []
