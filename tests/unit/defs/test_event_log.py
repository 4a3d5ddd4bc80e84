"""The event log while a run reports many days."""

from pathlib import Path

import dagster as dg
import pytest

from movie_assets.defs.event_log import EVENTS_AT_ONCE, event_log_kept_open, newest_materializations

RUN = "00000000-0000-4000-8000-000000000000"
RAW = dg.AssetKey("raw_tmdb")


@pytest.fixture
def instance(tmp_path):
    """An instance with the storage of a laptop: a SQLite file for each run, and one for what all runs share."""
    with dg.DagsterInstance.local_temp(str(tmp_path)) as made:
        report(made, "2026-01-01")
        yield made


def report(instance, day):
    """An event in the file of the run, and one in the shared file."""
    instance.report_engine_event(day, job_name="refresh", run_id=RUN)
    instance.report_runless_asset_event(dg.AssetMaterialization(RAW, partition=day))


def journals(instance):
    """How many of the two files have a journal that is not folded in."""
    files = [Path(instance.event_log_storage.path_for_shard(shard)) for shard in ("index", RUN)]
    return sum(file.with_name(f"{file.name}-wal").exists() for file in files)


def test_no_event_waits_for_a_journal_to_be_folded_in(instance):
    """The journals stay while the log is held and go when it is let go; every event is there at any time."""
    with event_log_kept_open(instance, RUN):
        report(instance, "2026-01-02")
        report(instance, "2026-01-03")

        assert journals(instance) == 2
        assert instance.get_materialized_partitions(RAW) == {"2026-01-01", "2026-01-02", "2026-01-03"}
    assert journals(instance) == 0
    assert [entry.message for entry in instance.all_logs(RUN)] == ["2026-01-01", "2026-01-02", "2026-01-03"]


def test_a_log_that_is_no_sqlite_file_is_left_alone():
    """Events in memory, or in PostgreSQL, are written as ever."""
    with dg.DagsterInstance.ephemeral() as instance, event_log_kept_open(instance, RUN):
        instance.report_runless_asset_event(dg.AssetMaterialization(RAW, partition="2026-01-01"))

        assert instance.get_materialized_partitions(RAW) == {"2026-01-01"}


def test_the_newest_writing_of_each_day_is_found():
    """Of as many days as a run may have, and of no other day; one that Dagster does not know is left out."""
    days = [f"2026-{number}" for number in range(EVENTS_AT_ONCE + 2)]
    with dg.DagsterInstance.ephemeral() as instance:
        for day in (*days, days[0]):
            instance.report_runless_asset_event(dg.AssetMaterialization(RAW, partition=day))

        found = newest_materializations(instance, RAW, [*days[:-1], "unknown"])

    assert {day: one.storage_id for day, one in found.items()} == {
        **{day: number for number, day in enumerate(days[:-1], start=1)},
        days[0]: len(days) + 1,
    }
