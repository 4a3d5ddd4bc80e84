"""The IO manager of the daily assets: each day is a folder in the bucket, written as it is made.

The format of a file: storage/formats.py. What makes a folder complete: storage/folders.py.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import dagster as dg

from movie_assets.defs.days import Day, DayReader, DayRejectedError, Days, StoredDay
from movie_assets.defs.resources import ObjectStore
from movie_assets.storage.bucket import MissingObjectError
from movie_assets.storage.folders import write_folder
from movie_assets.storage.formats import bytes_of
from movie_assets.training.bundles import save_bundle
from movie_assets.training.legacy_artifacts import write_legacy_artifacts

ENDED_EARLY = {dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED}


class DayFolders(dg.ConfigurableIOManager):
    """Writes and reads the folders `<source>/<asset>/<yyyy-mm-dd>/`.

    Dagster reports the days of a step at its end. If the step fails, the days it has written are reported before that;
    if its process is killed, the next run of those days reports them.
    """

    store: dg.ResourceDependency[ObjectStore]

    def handle_output(self, context: dg.OutputContext, obj: Days) -> None:
        """Make and write each day; raises Failure at the end if one was rejected, TypeError for anything but Days."""
        if not isinstance(obj, Days):
            raise TypeError(f"{context.asset_key.to_user_string()} must return Days, not {type(obj).__name__}.")
        written: dict[str, Mapping[str, Any]] = {}
        try:
            self._write_all(context, obj, written)
        except BaseException:  # a cancelled run too
            for day, metadata in written.items():
                context.log_event(dg.AssetMaterialization(context.asset_key, partition=day, metadata=dict(metadata)))
            raise
        for day, metadata in written.items():
            obj.context.add_asset_metadata(metadata, partition_key=day)

    def load_input(self, context: dg.InputContext) -> DayReader:
        """A reader of the upstream asset's days."""
        return DayReader(self.store.bucket(), self.store.prefix(context.asset_key.to_user_string()))

    def _write_all(self, context: dg.OutputContext, days: Days, written: dict[str, Mapping[str, Any]]) -> None:
        """Adds the metadata of each day to `written` as soon as the day is in the bucket."""
        asset = context.asset_key.to_user_string()
        stored_days = DayReader(self.store.bucket(), self.store.prefix(asset))
        unreported = UnreportedDays(days.context, stored_days, labels=days.labels)
        rejected: list[str] = []
        for number, key in enumerate(days.keys, start=1):
            so_far = f"({number} of {len(days.keys)})"
            if stored := unreported.find(key):
                run_id = stored.folder.run_id
                written[key] = {**days.metadata_of(stored), "kept_by": f"run {run_id}, which was killed"}
                context.log.info(f"{asset} {key} was written by the killed run {run_id} {so_far}")
                continue
            try:
                written[key] = self._write(asset, days.make(key), days)
            except DayRejectedError as error:
                rejected.append(str(error))
                context.log.error(f"{key} rejected {so_far}: {error}")
                continue
            context.log.info(f"{asset} {key} written {so_far}")
        if rejected:
            raise dg.Failure(
                description=f"{len(rejected)} of {len(days.keys)} days rejected, nothing downstream can learn from "
                f"them. {' '.join(rejected)}"
            )

    def _write(self, asset: str, day: Day, days: Days) -> Mapping[str, Any]:
        bucket = self.store.bucket()
        if day.bundle is not None:
            save_bundle(bucket, self.store.source, day.bundle)
        if day.legacy_artifacts is not None:
            write_legacy_artifacts(bucket, self.store.source, day.key, day.legacy_artifacts)
        files = {name: bytes_of(value) for name, value in day.files.items()}
        prefix = self.store.prefix(asset, day.key)
        write_folder(bucket, prefix, files, run_id=days.context.run.run_id, labels=days.labels)
        if day.after_write is not None:
            day.after_write()
        return day.metadata


class UnreportedDays:
    """The days of an asset that a killed run has written and not reported to Dagster."""

    def __init__(
        self, context: dg.AssetExecutionContext, stored: DayReader, *, labels: Mapping[str, int | str]
    ) -> None:
        self._instance = context.instance
        self._asset = context.asset_key
        self._upstream = [key for key in context.assets_def.dependency_keys if key != context.asset_key]
        self._stored = stored
        self._labels = labels
        self._run = cache(context.instance.get_run_record_by_id)
        self._newest_upstream = cache(self._find_newest_upstream)

    def find(self, day: str) -> StoredDay | None:
        """That day; None if it must be made: Dagster knows it, something upstream was materialized since, or this
        version of the asset would give it other labels.
        """
        try:
            stored = self._stored.day(day)
        except MissingObjectError:
            return None
        if stored.folder.labels != self._labels:
            return None
        run = self._run(stored.folder.run_id) if stored.folder.run_id else None
        if run is None or run.dagster_run.status not in ENDED_EARLY or run.start_time is None:
            return None
        if self._newest(dg.AssetRecordsFilter(self._asset, asset_partitions=[day])) >= run.start_time:
            return None
        return stored if self._newest_upstream() <= (run.end_time or 0) else None

    def _find_newest_upstream(self) -> float:
        return max((self._newest(dg.AssetRecordsFilter(asset)) for asset in self._upstream), default=0)

    def _newest(self, records_filter: dg.AssetRecordsFilter) -> float:
        """When the newest materialization was reported; 0 if there is none."""
        records = self._instance.fetch_materializations(records_filter, limit=1).records
        return records[0].timestamp if records else 0
