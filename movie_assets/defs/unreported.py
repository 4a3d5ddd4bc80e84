"""Days that a killed run has kept and could not report; the next run that is asked for them reports them.

Dagster reports the days of a step at its end, so `kill -9` leaves days in the bucket that it does not know. How days
are written and reported otherwise: io_managers.py.
"""

from functools import cache

import dagster as dg

from movie_assets.defs.days import DayReader, KeptDay
from movie_assets.storage.bucket import MissingObjectError

ENDED_EARLY = {dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED}


class UnreportedDays:
    """The days of an asset that are in the bucket as a run wrote them that ended before it reported them."""

    def __init__(self, context: dg.AssetExecutionContext, there: DayReader) -> None:
        self._instance = context.instance
        self._asset = context.asset_key
        self._upstream = [key for key in context.assets_def.dependency_keys if key != context.asset_key]
        self._there = there
        self._run = cache(context.instance.get_run_record_by_id)
        self._newest_upstream = cache(self._find_newest_upstream)

    def find(self, day: str) -> KeptDay | None:
        """That day, unless Dagster knows it or something upstream was made again since; then it must be made."""
        try:
            kept = self._there.day(day)
        except MissingObjectError:
            return None
        run = self._run(kept.folder.run_id) if kept.folder.run_id else None
        if run is None or run.dagster_run.status not in ENDED_EARLY or run.start_time is None:
            return None
        if self._newest(dg.AssetRecordsFilter(self._asset, asset_partitions=[day])) >= run.start_time:
            return None
        return kept if self._newest_upstream() <= (run.end_time or 0) else None

    def _find_newest_upstream(self) -> float:
        return max((self._newest(dg.AssetRecordsFilter(asset)) for asset in self._upstream), default=0)

    def _newest(self, asked: dg.AssetRecordsFilter) -> float:
        """When the newest materialization was reported; 0 if there is none."""
        records = self._instance.fetch_materializations(asked, limit=1).records
        return records[0].timestamp if records else 0
