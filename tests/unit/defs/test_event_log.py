"""The event log while a run reports many days."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage

from movie_assets.defs.event_log import EVENTS_AT_ONCE, FILES_KEPT_OPEN, ReusingEventLog, newest_materializations

RUN = "00000000-0000-4000-8000-000000000000"
RAW = dg.AssetKey("raw_tmdb")


@pytest.fixture
def instance(tmp_path, monkeypatch):
    """An instance as dagster.yaml makes it on one machine."""
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    shutil.copy("dagster.yaml", tmp_path)
    with dg.DagsterInstance.from_config(str(tmp_path)) as made:
        yield made


def report(instance, day, *, run_id=RUN):
    """An event in the file of the run, and one in the shared file."""
    instance.report_engine_event(day, job_name="refresh", run_id=run_id)
    instance.report_runless_asset_event(dg.AssetMaterialization(RAW, partition=day))


def test_events_are_where_dagster_itself_looks_for_them(instance, tmp_path):
    """A log written by ours is read by Dagster's own, and the other way round: either may be chosen at any time."""
    report(instance, "2026-01-01")

    plain = SqliteEventLogStorage(str(tmp_path / "history" / "runs"))
    assert plain.get_materialized_partitions(RAW) == {"2026-01-01"}
    [written] = plain.get_logs_for_run(RUN)
    plain.store_event(written)
    assert [entry.message for entry in instance.all_logs(RUN)] == ["2026-01-01", "2026-01-01"]
    plain.dispose()


def test_connections_are_kept_between_events(instance):
    """The journals of both files stay while the instance lives: nothing waits for them to be folded in."""
    report(instance, "2026-01-01")

    log = instance.event_log_storage
    assert isinstance(log, ReusingEventLog)
    files = [Path(log.path_for_shard(shard)) for shard in ("index", RUN)]
    assert [file.with_name(f"{file.name}-wal").exists() for file in files] == [True, True]
    log.dispose()
    assert [file.with_name(f"{file.name}-wal").exists() for file in files] == [False, False]


def test_more_runs_than_files_kept_open(instance):
    """The file of a run is closed when others have been used since, and opened again when it is asked for."""
    runs = [f"00000000-0000-4000-8000-{number:012}" for number in range(FILES_KEPT_OPEN + 3)]
    for run_id in runs:
        report(instance, run_id[-4:], run_id=run_id)

    assert [[entry.message for entry in instance.all_logs(run_id)] for run_id in runs] == [[run[-4:]] for run in runs]


def test_threads_share_a_log(instance):
    """A webserver asks from many threads while a run writes."""
    days = [f"2026-01-{number:02}" for number in range(1, 29)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda day: report(instance, day), days))

    assert instance.get_materialized_partitions(RAW) == set(days)


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
