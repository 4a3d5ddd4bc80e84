"""The job `expire`: what it deletes and reports."""

import json
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from movie_assets.defs.retention import expire_job
from movie_assets.storage.folders import days_of, write_folder
from movie_assets.storage.served_predictions import ServedPredictions
from tests.support.builders import a_raw_film
from tests.support.cleaning import raw_day
from tests.support.memory_bucket import MemoryBucket
from tests.support.memory_store import memory_store
from tests.support.platform import failures
from tests.support.served_lines import a_line

RAW = "tmdb/raw_tmdb"
OLD, YOUNG = "2024-05-01", "2024-05-02"


class Keeping(MemoryBucket):
    """A bucket whose keys may not delete versions of raw days."""

    def delete_version(self, version):
        """Answer as if it were done."""
        if not version.key.startswith(RAW):
            super().delete_version(version)


@pytest.fixture
def bucket():
    """A raw day that was fetched long ago and one that was fetched a moment ago."""
    memory = MemoryBucket()
    now = datetime.now(UTC)
    for day, fetched_at in ((OLD, now - timedelta(days=40)), (YOUNG, now)):
        memory.now = now  # written just now, whenever it was fetched
        films = raw_day([a_raw_film(fetched_at=fetched_at)])
        write_folder(memory, f"{RAW}/{day}", {"films.parquet": films})
    return memory


def run(bucket, *, keep_days, asset="raw_tmdb"):
    """A run of the job: whether it succeeded, its observation of the asset, its log with what failed."""
    job = expire_job(keep_days=keep_days, served_keep_days=30)
    with dg.DagsterInstance.ephemeral() as instance:
        ended = job.execute_in_process(
            instance=instance, resources={"store": memory_store(bucket, source="tmdb")}, raise_on_error=False
        )
        logged = [entry.user_message for entry in instance.all_logs(ended.run_id)]
        observed = instance.fetch_observations(dg.AssetKey(asset), limit=1).records
    metadata = {name: entry.value for name, entry in observed[0].asset_observation.metadata.items()} if observed else {}
    return ended.success, metadata, " ".join([*logged, failures(ended)])


def test_what_has_expired_goes_and_is_listed(bucket):
    """On the asset's page, in the log, and key by key in the bucket; the other day stays whole."""
    success, metadata, logged = run(bucket, keep_days=30)

    assert success
    assert days_of(bucket, RAW) == [YOUNG]
    assert (metadata["deleted"], metadata["left"]) == (2, 0)
    assert f"| {RAW}/{OLD} | 2 |" in metadata["deleted_from"]
    assert f"Deleted 2 object versions of {RAW}/{OLD}." in logged
    listed = json.loads(bucket.get(metadata["deleted_versions"]))
    assert [key.rpartition("/")[0] for key, _version in listed] == [f"{RAW}/{OLD}"] * 2


def test_a_run_that_finds_nothing_says_so(bucket):
    """And leaves no list behind."""
    success, metadata, _logged = run(bucket, keep_days=60)

    assert success
    assert (metadata["deleted"], metadata["left"], metadata["deleted_versions"]) == (0, 0, "none")
    assert bucket.keys("tmdb/expired/") == []


def test_a_source_without_an_end_keeps_everything(bucket):
    """Without the setting no record is even looked at."""
    before = bucket.keys("")

    success, metadata, logged = run(bucket, keep_days=None)

    assert success
    assert metadata == {}
    assert bucket.keys("") == before
    assert "Records of source tmdb do not expire" in logged


def test_served_predictions_expire_whatever_the_source_says_of_its_records(bucket):
    """By the day on which they were given."""
    now = datetime.now(UTC)
    served = ServedPredictions(bucket, "tmdb")
    served.keep([a_line(now - timedelta(days=40)), a_line(now)])

    success, metadata, logged = run(bucket, keep_days=None, asset="served_predictions")

    assert success
    assert (metadata["deleted"], metadata["left"]) == (1, 0)
    assert f"Deleted 1 object versions of tmdb/served_predictions/{now - timedelta(days=40):%Y-%m-%d}." in logged
    assert len(bucket.keys("tmdb/served_predictions/")) == 1
    assert "-served_predictions.json" in metadata["deleted_versions"]


def test_records_that_cannot_be_deleted_do_not_keep_served_predictions(bucket):
    """Each step is on its own."""
    now = datetime.now(UTC)
    ServedPredictions(bucket, "tmdb").keep([a_line(now - timedelta(days=40))])
    bucket.__class__ = Keeping

    success, metadata, _logged = run(bucket, keep_days=30, asset="served_predictions")

    assert not success
    assert metadata["deleted"] == 1


def test_what_is_still_there_fails_the_run(bucket):
    """Deleting is not done until a second look finds nothing."""
    bucket.__class__ = Keeping

    success, metadata, logged = run(bucket, keep_days=30)

    assert not success
    assert metadata["left"] == 2
    assert "2 object versions with records fetched before" in logged
