"""Dagster's event log where a run reports many days: kept open, and asked once about all of them.

What is reported: days.py and checks.py. Which log an instance has: dagster.yaml; PostgreSQL's needs none of this.
"""

import contextlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster import StringSource
from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluationTargetMaterializationData,  # has no public name either
)
from dagster._core.storage.event_log import SqliteEventLogStorage  # a storage is extended by what it is made of
from dagster._serdes import ConfigurableClassData
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import StaticPool

EVENTS_AT_ONCE = 100  # an event holds pictures and tables, tens of kilobytes
FILES_KEPT_OPEN = 8  # what all runs share, and the runs read or written last
BUSY_SECONDS = 30  # as long as Dagster waits for another process that is writing

Target = AssetCheckEvaluationTargetMaterializationData


class ReusingEventLog(SqliteEventLogStorage):
    """Dagster's SQLite event log, in the same files, that keeps its connections.

    Dagster makes an engine for every statement and closes the file after it: it compiles each statement anew, and
    SQLite moves its journal into the file each time. Keeping both halves what an event costs; what is written is the
    same, and as durable.
    """

    def __init__(self, dagster_home: str, inst_data: ConfigurableClassData | None = None) -> None:
        """The log below this folder, where Dagster keeps it too."""
        self._home = dagster_home
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        super().__init__(str(Path(dagster_home) / "history" / "runs"), inst_data)

    @classmethod
    def config_type(cls) -> Any:
        """What dagster.yaml says."""
        return {"dagster_home": StringSource}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> "ReusingEventLog":
        """Dagster's way to make one."""
        return cls(inst_data=inst_data, **config_value)

    @contextlib.contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock, self._engine(shard).connect() as connection, connection.begin():
            yield connection

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            engine = create_engine(
                self.conn_string_for_shard(shard),
                poolclass=StaticPool,  # one connection, handed on under the lock
                connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
            )
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            self._engines[shard] = engine
        self._engines.move_to_end(shard)
        while len(self._engines) > FILES_KEPT_OPEN:
            _, forgotten = self._engines.popitem(last=False)
            forgotten.dispose()
        return self._engines[shard]

    def dispose(self) -> None:
        """Close every file."""
        self._close()
        super().dispose()

    def wipe(self) -> None:
        """Delete every event; the files are gone, so none may stay open."""
        self._close()
        super().wipe()

    def _close(self) -> None:
        with self._db_lock:
            while self._engines:
                _, engine = self._engines.popitem()
                engine.dispose()


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
