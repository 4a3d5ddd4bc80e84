"""Expired records and predictions are deleted with every copy, and nothing else is."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from movie_assets.retention.expiry import Retention, ServedRetention
from movie_assets.storage.bucket import StoreUnreachableError
from movie_assets.storage.folders import days_of, find_folder, quarantine_day, read_file, withdraw_folder, write_folder
from movie_assets.storage.formats import parquet_of
from movie_assets.storage.served_predictions import ServedPredictions
from movie_assets.training.legacy_artifacts import LegacyArtifacts, write_legacy_artifacts
from tests.support.memory_bucket import MemoryBucket
from tests.support.served_lines import a_line

START = datetime(2026, 1, 1, tzinfo=UTC)
KEEP_DAYS = 180
DAY = "2026-01-01"
RAW, CLEANED = "tmdb/raw_tmdb", "tmdb/cleaned_movies"
VOTES = parquet_of(pd.DataFrame({"id": [603], "vote_count": [9]}))  # without the time of a fetch


@pytest.fixture
def bucket():
    return MemoryBucket()


def after(days):
    """So many days after the start."""
    return START + timedelta(days=days)


def keep(bucket, *fetched, written=None, folder=f"{RAW}/{DAY}"):
    """Write a day with one record for each day it was fetched on; by default as the last one came."""
    bucket.now = after(max(fetched, default=0) if written is None else written)
    frame = pd.DataFrame({"id": range(len(fetched)), "fetched_at": [after(days) for days in fetched]})
    films = parquet_of(frame.astype({"fetched_at": "datetime64[us, UTC]"}))
    write_folder(bucket, folder, {"films.parquet": films, "movie_votes.parquet": VOTES})


def sweep(bucket, days, source="tmdb"):
    """The sweep of that day."""
    return Retention(bucket, source, keep_days=KEEP_DAYS).sweep(after(days))


def left(bucket):
    """Every key that still has a version or a marker."""
    return sorted({version.key for version in bucket.versions("")})


def test_a_record_expires_after_its_retention(bucket):
    """The day after the last day of its retention, without a trace."""
    keep(bucket, 0)
    assert sweep(bucket, KEEP_DAYS).deleted == ()

    swept = sweep(bucket, KEEP_DAYS + 1)

    assert swept.summary == {f"{RAW}/{DAY}": 3}
    assert swept.left == ()
    assert left(bucket) == []


@pytest.mark.parametrize(
    ("fetched", "written", "folder"),
    [
        (
            [0],
            KEEP_DAYS,
            CLEANED,
        ),  # a day that was cleaned again yesterday is as old as ever
        ([0], 1, CLEANED),
        ([0, 100], 100, RAW),  # no record outlives its time because another of the same table is younger
        ([0], 0, "tmdb/rejected/cleaned_movies"),  # refused ones are copies too
        ([], 0, CLEANED),  # a day without a film is as old as its writing
    ],
)
def test_a_day_expires_completely_with_its_oldest_record(bucket, fetched, written, folder):
    """Its votes, which have no time of a fetch, go with it."""
    keep(bucket, *fetched, written=written, folder=f"{folder}/{DAY}")

    sweep(bucket, KEEP_DAYS + 1)

    assert left(bucket) == []


def test_a_younger_fetch_of_the_day_stays_whole(bucket):
    """The earlier one goes, with all that is only its own; what both have in common stays."""
    keep(bucket, 0)
    keep(bucket, 100)

    sweep(bucket, KEEP_DAYS + 1)

    folder = find_folder(bucket, f"{RAW}/{DAY}")
    assert read_file(bucket, folder, "movie_votes.parquet") == VOTES
    assert read_file(bucket, folder, "films.parquet")
    assert [one.key.rpartition("/")[2].partition(".")[0] for one in bucket.versions("")] == [
        "films",
        "manifest",
        "movie_votes",
        "movie_votes",
    ]


def test_an_earlier_version_never_takes_the_place_of_one_that_expires(bucket):
    """Where the newest version holds the oldest record, the whole day goes."""
    keep(bucket, 100)
    keep(bucket, 0, written=110)

    sweep(bucket, KEEP_DAYS + 1)

    assert days_of(bucket, RAW) == []
    assert left(bucket) == []


def test_quarantines_and_markers_expire_with_the_day(bucket):
    """A day that was quarantined and withdrawn leaves no trace, however recently that was."""
    keep(bucket, 0, folder=f"{CLEANED}/{DAY}")
    bucket.now = after(100)
    quarantine_day(bucket, f"{CLEANED}/{DAY}", ["ids_are_unique: 603"])
    quarantine_day(bucket, f"{CLEANED}/{DAY}", [])
    withdraw_folder(bucket, f"{CLEANED}/{DAY}")

    sweep(bucket, KEEP_DAYS + 1)

    assert left(bucket) == []


def test_a_young_withdrawn_day_stays_withdrawn(bucket):
    """Its marker is what keeps it out of sight."""
    keep(bucket, 0, folder=f"{CLEANED}/{DAY}")
    withdraw_folder(bucket, f"{CLEANED}/{DAY}")

    assert sweep(bucket, 100).deleted == ()
    assert days_of(bucket, CLEANED) == []


def test_a_young_quarantined_day_stays_quarantined(bucket):
    """However long ago the check failed."""
    for days in (0, 0.5):
        bucket.now = after(days)
        quarantine_day(bucket, f"{CLEANED}/{DAY}", [f"ids_are_unique: 603, seen after {days} days"])
    keep(bucket, 100, folder=f"{CLEANED}/{DAY}")

    sweep(bucket, KEEP_DAYS + 1)

    assert b"0.5 days" in bucket.get(f"{CLEANED}/{DAY}/held.json")
    assert len(bucket.versions(f"{CLEANED}/{DAY}/held.json")) == 1  # the earlier one is no day's any more
    assert days_of(bucket, CLEANED) == []


def test_checkpoints_and_files_without_a_manifest_expire(bucket):
    """An interrupted fetch leaves copies too."""
    bucket.now = after(0)
    bucket.put(f"tmdb/progress/{DAY}/603.json", b"{}")
    bucket.put(f"{RAW}/{DAY}/movie_votes.0123456789ab.parquet", VOTES)
    bucket.now = after(1)  # to the second as old as may be kept
    bucket.put(f"tmdb/progress/{DAY}/604.json", b"{}")

    sweep(bucket, KEEP_DAYS + 1)

    assert left(bucket) == [f"tmdb/progress/{DAY}/604.json"]


def test_other_sources_and_what_holds_no_record_are_never_touched(bucket):
    """Their keys are not even listed."""
    for folder in (f"synthetic/raw_tmdb/{DAY}", f"tmdb/encoders/{DAY}", f"tmdb_more/raw_tmdb/{DAY}"):
        keep(bucket, 0, folder=folder)
    before = bucket.versions("")

    assert sweep(bucket, 1000).deleted == ()
    assert bucket.versions("") == before


def test_days_that_remain_are_as_they_were(bucket):
    """And the sweep reports the oldest record."""
    for number, day in ((0, DAY), (50, "2026-02-20")):
        keep(bucket, number, folder=f"{CLEANED}/{day}")

    swept = sweep(bucket, KEEP_DAYS + 1)

    assert days_of(bucket, CLEANED) == ["2026-02-20"]
    assert swept.oldest_kept == after(50)


def test_a_sweep_that_dies_leaves_no_manifest_without_its_files(bucket, monkeypatch):
    """Manifests are deleted first, and the next sweep continues."""
    keep(bucket, 0)
    deleted = []

    def once(version):
        if deleted:
            raise StoreUnreachableError("The S3 server of memory did not answer.")
        deleted.append(version.key)
        MemoryBucket.delete_version(bucket, version)

    with monkeypatch.context() as dying:
        dying.setattr(bucket, "delete_version", once)
        with pytest.raises(StoreUnreachableError):
            sweep(bucket, KEEP_DAYS + 1)

    assert deleted == [f"{RAW}/{DAY}/manifest.json"]
    sweep(bucket, KEEP_DAYS + 1)
    assert left(bucket) == []


def test_listing_expired_versions_deletes_nothing(bucket):
    """A dry run."""
    keep(bucket, 0)
    before = bucket.versions("")

    expired = Retention(bucket, "tmdb", keep_days=KEEP_DAYS).expired(after(KEEP_DAYS + 1))

    assert len(expired) == 3
    assert bucket.versions("") == before


def test_versions_that_could_not_be_deleted_are_reported(bucket, monkeypatch):
    """A sweep lists again after deleting."""
    keep(bucket, 0)
    deleting = bucket.delete_version
    monkeypatch.setattr(bucket, "delete_version", lambda one: None if "votes" in one.key else deleting(one))

    swept = sweep(bucket, KEEP_DAYS + 1)

    assert [version.key.rpartition("/")[2][:11] for version in swept.left] == ["movie_votes"]


def test_legacy_tables_expire_and_legacy_models_stay(bucket):
    """By the time of their fetch in the manifest, whenever they were written; a younger table stays."""
    files = {"cleaned_movies.csv": b"id\n603\n", "best_model.pkl": b"trees"}
    old, younger = {"films_fetched_from": after(0).isoformat()}, {"films_fetched_from": None}
    for days, day, films, about in (
        (20, DAY, b"id\n603\n", old),
        (0, "2026-01-02", b"id\n603\n", old),
        (100, "2026-01-02", b"id\n", younger),
    ):
        bucket.now = after(days)
        write_legacy_artifacts(bucket, "tmdb", day, LegacyArtifacts({**files, "cleaned_movies.csv": films}, about))
    assert sweep(bucket, KEEP_DAYS).deleted == ()

    swept = sweep(bucket, KEEP_DAYS + 1)

    assert swept.summary == {f"tmdb/models/{DAY}": 1, "tmdb/models/2026-01-02": 1}
    assert swept.left == ()
    assert bucket.get("tmdb/models/2026-01-02/cleaned_movies.csv") == b"id\n"
    assert bucket.exists(f"tmdb/models/{DAY}/best_model.pkl")


def test_served_predictions_expire_after_the_end_of_their_day(bucket):
    """Every version of the day's files; younger days, other sources and records are not looked at."""
    served = ServedPredictions(bucket, "tmdb")
    served.keep([a_line(after(0))])
    served.keep([a_line(after(0))])  # shipped twice: a second version
    served.keep([a_line(after(1))])
    ServedPredictions(bucket, "dump").keep([a_line(after(0))])
    keep(bucket, 0)
    before = len(bucket.versions(""))
    retention = ServedRetention(bucket, "tmdb", keep_days=30)
    assert retention.sweep(after(31) - timedelta(seconds=1)).deleted == ()

    swept = retention.sweep(after(31))

    assert swept.summary == {f"tmdb/served_predictions/{DAY}": 2}
    assert (swept.left, swept.oldest_kept) == ((), after(2))
    assert len(bucket.versions("")) == before - 2
    assert [key.split("/")[2] for key in served.files("2026-01-02")] == ["2026-01-02"]


def test_a_deleted_file_of_served_predictions_goes_with_its_marker(bucket):
    """A file deleted by hand is still there as a version."""
    served = ServedPredictions(bucket, "tmdb")
    served.keep([a_line(after(0))])
    [key] = served.files(DAY)
    bucket.delete(key)

    ServedRetention(bucket, "tmdb", keep_days=30).sweep(after(31))

    assert left(bucket) == []
