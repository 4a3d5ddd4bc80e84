"""Dagster's event log where a run reports many days: kept open while it writes, asked once about all of them.

What is reported: days.py and checks.py. Where the log is: dagster.yaml.
"""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping

import dagster as dg
from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluationTargetMaterializationData,  # has no public name either
)
from dagster._core.storage.event_log import SqliteEventLogStorage  # no public name says which storage it is

EVENTS_AT_ONCE = 100  # an event holds pictures and tables, tens of kilobytes
INDEX = "index"  # beside the file of each run, what all runs share

Target = AssetCheckEvaluationTargetMaterializationData


@contextlib.contextmanager
def event_log_kept_open(instance: dg.DagsterInstance, run_id: str) -> Iterator[None]:
    """Hold a connection to each SQLite file that this run writes to; any other storage is left alone.

    Dagster opens and closes both files for every event. SQLite moves its journal into a file, and waits for the disk,
    when the last connection closes: with one held that happens now and then, and what is written is as durable.
    """
    log = instance.event_log_storage
    with contextlib.ExitStack() as held:
        if isinstance(log, SqliteEventLogStorage):
            for shard in (INDEX, run_id):
                file = held.enter_context(contextlib.closing(sqlite3.connect(log.path_for_shard(shard))))
                file.execute("PRAGMA schema_version").fetchone()  # a file is opened by the first read
        yield


def newest_materializations(
    instance: dg.DagsterInstance, asset: dg.AssetKey, days: Iterable[str]
) -> Mapping[str, Target]:
    """By day, the writing that a check of it looks at; Dagster calls a check that names none out of date."""
    kind = dg.DagsterEventType.ASSET_MATERIALIZATION
    ids = sorted(instance.event_log_storage.get_latest_storage_id_by_partition(asset, kind, set(days)).values())
    found = {}
    for start in range(0, len(ids), EVENTS_AT_ONCE):
        batch = ids[start : start + EVENTS_AT_ONCE]
        asked = dg.AssetRecordsFilter(asset, storage_ids=batch)
        for record in instance.fetch_materializations(asked, limit=len(batch)).records:
            found[str(record.partition_key)] = Target(
                storage_id=record.storage_id, run_id=record.run_id, timestamp=record.timestamp
            )
    return found
