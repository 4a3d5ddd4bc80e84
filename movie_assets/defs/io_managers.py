"""Everything the assets keep goes through here to S3: days as folders, and the training windows read from them.

The format of a file: storage/formats.py. What makes a folder whole: storage/folders.py.
"""

import contextlib

import dagster as dg

from movie_assets.defs.days import DayReader, Days, report_kept, report_nothing_more, version_tags
from movie_assets.defs.resources import ObjectStore
from movie_assets.storage.bundles import save_bundle
from movie_assets.storage.folders import write_folder
from movie_assets.storage.formats import bytes_of
from movie_assets.storage.old_layout import write_old_layout
from movie_assets.storage.windows import Windows


class DayFolders(dg.ConfigurableIOManager):
    """Each day of an asset as one folder, `<source>/<asset>/<yyyy-mm-dd>/`, written as it arrives."""

    store: dg.ResourceDependency[ObjectStore]

    def handle_output(self, context: dg.OutputContext, obj: Days) -> None:
        """Write each day; raises TypeError for anything that is not Days."""
        asset = context.asset_key.to_user_string()
        if not isinstance(obj, Days):
            raise TypeError(f"{asset} must return Days, not {type(obj).__name__}.")
        bucket = self.store.bucket()
        tags = version_tags(context)
        with contextlib.closing(obj):
            for day in obj:
                if day.bundle is not None:
                    save_bundle(bucket, self.store.source, day.bundle)
                if day.old_layout is not None:
                    write_old_layout(bucket, self.store.source, day.key, day.old_layout)
                files = {name: bytes_of(value) for name, value in day.files.items()}
                write_folder(bucket, self.store.prefix(asset, day.key), files)
                report_kept(context, day, tags)
        report_nothing_more(context)

    def load_input(self, context: dg.InputContext) -> DayReader:
        """A reader of the upstream asset's days."""
        return DayReader(self.store.bucket(), self.store.prefix(context.asset_key.to_user_string()))


class TrainingWindows(dg.ConfigurableIOManager):
    """Reads, for a same-day dependency on cleaned_movies, the window of all accepted days up to it."""

    store: dg.ResourceDependency[ObjectStore]

    def handle_output(self, context: dg.OutputContext, obj: object) -> None:  # noqa: ARG002  # Dagster's signature
        """Windows are read, never written."""
        raise TypeError(f"{context.asset_key.to_user_string()} cannot be written as a training window.")

    def load_input(self, context: dg.InputContext) -> Windows:  # noqa: ARG002  # as above
        """The windows of this source."""
        return Windows(self.store.bucket(), self.store.source)
