"""Everything the assets keep goes through here to S3: days as folders, and the training windows read from them.

The format of a file: storage/formats.py. What makes a folder whole: storage/folders.py.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from movie_assets.defs.days import Day, DayReader, DayRejectedError, Days
from movie_assets.defs.resources import ObjectStore
from movie_assets.defs.unreported import UnreportedDays
from movie_assets.storage.folders import write_folder
from movie_assets.storage.formats import bytes_of
from movie_assets.training.bundles import save_bundle
from movie_assets.training.legacy_artifacts import write_legacy_artifacts
from movie_assets.training.window import Windows


class DayFolders(dg.ConfigurableIOManager):
    """Each day of an asset as one folder, `<source>/<asset>/<yyyy-mm-dd>/`, written as it is made.

    Dagster reports the days at the end of the step. Where the step fails, the days it has kept are reported before
    that; where its process is killed, the next run that is asked for them finds them (unreported.py).
    """

    store: dg.ResourceDependency[ObjectStore]

    def handle_output(self, context: dg.OutputContext, obj: Days) -> None:
        """Make and write each day; raises Failure at the end if one was rejected, TypeError for anything but Days."""
        if not isinstance(obj, Days):
            raise TypeError(f"{context.asset_key.to_user_string()} must return Days, not {type(obj).__name__}.")
        kept: dict[str, Mapping[str, Any]] = {}
        try:
            self._keep_all(context, obj, kept)
        except BaseException:  # a cancelled run too
            for day, metadata in kept.items():
                context.log_event(dg.AssetMaterialization(context.asset_key, partition=day, metadata=dict(metadata)))
            raise
        for day, metadata in kept.items():
            obj.context.add_asset_metadata(metadata, partition_key=day)

    def load_input(self, context: dg.InputContext) -> DayReader:
        """A reader of the upstream asset's days."""
        return DayReader(self.store.bucket(), self.store.prefix(context.asset_key.to_user_string()))

    def _keep_all(self, context: dg.OutputContext, days: Days, kept: dict[str, Mapping[str, Any]]) -> None:
        """Fill in the metadata of each day that is kept, as it is kept."""
        asset = context.asset_key.to_user_string()
        unreported = UnreportedDays(days.context, DayReader(self.store.bucket(), self.store.prefix(asset)))
        rejected: list[str] = []
        for number, key in enumerate(days.keys, start=1):
            so_far = f"({number} of {len(days.keys)})"
            if there := unreported.find(key):
                kept[key] = {**days.metadata_of(there), "kept_by": f"run {there.folder.run_id}, which was killed"}
                context.log.info(f"{asset} {key} was kept by the killed run {there.folder.run_id} {so_far}")
                continue
            try:
                kept[key] = self._keep(asset, days.make(key), run_id=days.context.run.run_id)
            except DayRejectedError as error:
                rejected.append(str(error))
                context.log.error(f"{key} rejected {so_far}: {error}")
                continue
            context.log.info(f"{asset} {key} kept {so_far}")
        if rejected:
            raise dg.Failure(
                description=f"{len(rejected)} of {len(days.keys)} days rejected, nothing downstream can learn from "
                f"them. {' '.join(rejected)}"
            )

    def _keep(self, asset: str, day: Day, *, run_id: str) -> Mapping[str, Any]:
        bucket = self.store.bucket()
        if day.bundle is not None:
            save_bundle(bucket, self.store.source, day.bundle)
        if day.legacy_artifacts is not None:
            write_legacy_artifacts(bucket, self.store.source, day.key, day.legacy_artifacts)
        files = {name: bytes_of(value) for name, value in day.files.items()}
        write_folder(bucket, self.store.prefix(asset, day.key), files, run_id=run_id)
        if day.once_kept is not None:
            day.once_kept()
        return day.metadata


class TrainingWindows(dg.ConfigurableIOManager):
    """Reads, for a same-day dependency on cleaned_movies, the window of all accepted days up to it."""

    store: dg.ResourceDependency[ObjectStore]

    def handle_output(self, context: dg.OutputContext, obj: object) -> None:  # noqa: ARG002  # Dagster's signature
        """Windows are read, never written."""
        raise TypeError(f"{context.asset_key.to_user_string()} cannot be written as a training window.")

    def load_input(self, context: dg.InputContext) -> Windows:  # noqa: ARG002  # as above
        """The windows of this source."""
        return Windows(self.store.bucket(), self.store.source)
