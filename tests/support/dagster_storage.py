"""Reads Dagster's storage beside the servers that write it: materializations, check results, processes of runs."""

import contextlib
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import dagster as dg

from movie_assets.definitions import build_definitions
from movie_assets.settings import Settings

EVENTS = 10_000  # the most that Dagster gives at once


@contextlib.contextmanager
def instance_at(home: Path) -> Iterator[dg.DagsterInstance]:
    """The instance of a DAGSTER_HOME, which its dagster.yaml asks the environment for."""
    before = os.environ.get("DAGSTER_HOME")
    os.environ["DAGSTER_HOME"] = str(home)
    try:
        with dg.DagsterInstance.from_config(str(home)) as instance:
            yield instance
    finally:
        if before is None:
            del os.environ["DAGSTER_HOME"]
        else:
            os.environ["DAGSTER_HOME"] = before


class DagsterStorage:
    """The events of the instance in a DAGSTER_HOME."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self._instance = instance
        self._graph = build_definitions(Settings()).resolve_asset_graph()

    @classmethod
    @contextlib.contextmanager
    def at(cls, home: Path) -> "Iterator[DagsterStorage]":
        """The storage that the servers of this home write to."""
        with instance_at(home) as instance:
            yield cls(instance)

    def days(self, asset: str) -> list[str]:
        """The days that are materialized, in order."""
        return sorted(self._instance.get_materialized_partitions(dg.AssetKey(asset)))

    def materialized_days(self, asset: str) -> list[str]:
        """The day of every materialization, so a day materialized twice comes twice."""
        events = self._instance.fetch_materializations(dg.AssetKey(asset), limit=EVENTS).records
        return sorted(event.partition_key or "" for event in events)

    def materialization(self, asset: str, day: str) -> dg.AssetMaterialization:
        """The newest materialization of a day."""
        chosen = dg.AssetRecordsFilter(dg.AssetKey(asset), asset_partitions=[day])
        [newest] = self._instance.fetch_materializations(chosen, limit=1).records
        assert newest.asset_materialization is not None
        return newest.asset_materialization

    def missing_checks(self, assets: Sequence[str]) -> dict[str, list[str]]:
        """Asset -> the days with a check that has no result since the day was materialized."""
        return {asset: days for asset in assets if (days := self._missing_checks(asset))}

    def _missing_checks(self, asset: str) -> list[str]:
        results, daily = self.check_results(asset), self._daily_checks(asset)
        return [day for day in self.days(asset) if any((day, check.name) not in results for check in daily)]

    def check_results(self, asset: str) -> dict[tuple[str, str], str]:
        """(day, check) -> SUCCEEDED or FAILED, of checks since the day was materialized."""
        found = self._instance.event_log_storage.get_asset_check_partition_info(self._daily_checks(asset))
        return {
            (one.partition_key or "", one.check_key.name): one.latest_execution_status.value
            for one in found
            if one.latest_execution_status.value in {"SUCCEEDED", "FAILED"}
            and one.latest_check_event_storage_id > (one.latest_materialization_storage_id or 0)
        }

    def _daily_checks(self, asset: str) -> list[dg.AssetCheckKey]:
        checks = [one for one in self._graph.asset_check_keys if one.asset_key == dg.AssetKey(asset)]
        return [one for one in checks if self._graph.get(one).partitions_def is not None]

    def process_of(self, run_id: str) -> int | None:
        """The id of the process of a run; None before Dagster has started it."""
        messages = (entry.message or "" for entry in self._instance.all_logs(run_id))
        found = (re.search(r"\(pid: (\d+)\)", text) for text in messages)
        return next((int(match[1]) for match in found if match), None)
