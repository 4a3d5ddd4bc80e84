"""Warnings: reported day by day; they block nothing."""

from datetime import UTC, date, datetime, timedelta

import dagster as dg
import pytest

from movie_assets.definitions import build_definitions
from movie_assets.defs.checks.blocking import AS_USUAL
from movie_assets.defs.checks.warnings import NEWEST_DAY, day_due, warning_checks
from movie_assets.defs.partitions import daily
from movie_assets.settings import Settings
from movie_assets.storage.folders import days_of
from tests.support.checked_days import evaluations, failed_properties, keep_cleaned
from tests.support.memory_bucket import MemoryBucket
from tests.support.platform import failures

FIRST, LAST = date(2024, 5, 1), date(2024, 5, 12)
DAYS = daily(FIRST, LAST)
CHECKS = warning_checks(DAYS)
CLEANED = "synthetic/cleaned_movies"


class CountingBucket(MemoryBucket):
    """A bucket that records the keys that were read."""

    def read(self, key):
        self.reads = [*getattr(self, "reads", []), key]
        return super().read(key)


@pytest.fixture
def bucket():
    return CountingBucket()


def keep_all(bucket, **strange):
    """Write all days alike, except the first, which also holds a history, and the last, which is `strange`."""
    for number in range(12):
        day = FIRST + timedelta(days=number)
        changes = {"films": 900} if day == FIRST else strange if day == LAST else {}
        keep_cleaned(bucket, day.isoformat(), **{"films": 100, **changes})


def test_a_usual_day_gives_no_warning(bucket):
    """The check passes on its day, with figures; the history of the first day is no measure."""
    keep_all(bucket)

    found = evaluations(bucket, CHECKS, DAYS, LAST.isoformat())

    assert set(found) == {(LAST.isoformat(), AS_USUAL.name), (None, NEWEST_DAY)}
    usual = found[LAST.isoformat(), AS_USUAL.name]
    assert usual.passed
    assert failed_properties(usual) == {}
    assert len(usual.metadata["properties"].records) == 7
    assert usual.metadata["films"].value == 100
    assert usual.metadata["mean_rating"].value == pytest.approx(6.9)


def test_an_unusual_day_warns_and_stays_in_the_windows(bucket):
    """The run succeeds, and the check names the unusual properties."""
    keep_all(bucket, films=20, genres=[{"name": "Western"}])

    found = evaluations(bucket, CHECKS, DAYS, LAST.isoformat())

    warned = found[LAST.isoformat(), AS_USUAL.name]
    assert not warned.passed
    assert warned.severity == dg.AssetCheckSeverity.WARN
    assert set(failed_properties(warned)) == {"as_many_films_as_usual", "genres_are_as_usual"}
    assert failed_properties(warned)["as_many_films_as_usual"] == "20 films"
    assert LAST.isoformat() in days_of(bucket, CLEANED)


def test_each_day_is_compared_with_those_before_it(bucket):
    """A strange day does not make the days before it strange."""
    keep_all(bucket, films=20)

    found = evaluations(bucket, CHECKS, DAYS, "2024-05-11", LAST.isoformat())

    assert found["2024-05-11", AS_USUAL.name].passed
    assert not found[LAST.isoformat(), AS_USUAL.name].passed


def test_days_of_another_cleaning_version_are_not_compared(bucket):
    """Their genres and languages may be named otherwise."""
    for number in range(12):
        day = FIRST + timedelta(days=number)
        genres = {"genres": [{"name": "Sci-Fi"}], "version": 1} if day < LAST else {}
        keep_cleaned(bucket, day.isoformat(), films=100, **genres)

    found = evaluations(bucket, CHECKS, DAYS, LAST.isoformat())

    assert found[LAST.isoformat(), AS_USUAL.name].passed


def test_every_day_is_read_once_a_run(bucket):
    """However many days are compared with it."""
    keep_all(bucket)
    bucket.reads = []

    evaluations(bucket, CHECKS, DAYS, "2024-05-10", LAST.isoformat())

    for day in ("2024-05-03", "2024-05-10", LAST.isoformat()):
        assert len([key for key in bucket.reads if f"{day}/movies" in key]) == 1, day
        assert len([key for key in bucket.reads if f"{day}/manifest" in key]) == 1, day
    assert [key for key in bucket.reads if FIRST.isoformat() in key] == []


def test_a_newest_day_that_has_not_come_is_a_warning(bucket):
    """With the expected and the newest day; the check is about the whole asset."""
    keep_cleaned(bucket, "2024-05-10")

    found = evaluations(bucket, CHECKS, DAYS, "2024-05-10")[None, NEWEST_DAY]

    assert not found.passed
    assert found.severity == dg.AssetCheckSeverity.WARN
    assert found.metadata["expected"].value == f"{LAST} or later"
    assert found.metadata["actual"].value == "2024-05-10"


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2024, 5, 13, 11, 59, tzinfo=UTC), "2024-05-11"),
        (datetime(2024, 5, 13, 12, 0, tzinfo=UTC), "2024-05-12"),
        (datetime(2026, 1, 1, tzinfo=UTC), "2024-05-12"),
    ],
)
def test_a_day_has_half_a_day_to_come(now, due):
    """It ends at midnight, and its refresh runs in the morning."""
    assert day_due("2024-05-12", now=now) == due


def test_a_calendar_that_has_not_begun_waits_for_no_day():
    """Before the first day ends there is none to come."""
    assert day_due("", now=datetime(2024, 5, 1, tzinfo=UTC)) == ""


def test_check_freshness_runs_that_check_alone():
    """Whatever else has or has not run."""
    job = build_definitions(Settings()).resolve_job_def("check_freshness")

    assert [step.name for step in job.nodes] == ["cleaned_movies_newest_day_is_there"]


def test_the_old_name_of_check_freshness_fails_with_the_new_one():
    """A person may have written it down."""
    job = build_definitions(Settings()).resolve_job_def("look_for_newest_day")

    assert "is now check_freshness" in failures(job.execute_in_process(raise_on_error=False))
