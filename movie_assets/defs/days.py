"""Days of an asset: what an asset returns for each day, and how it reads the days of another asset.

How days are written and reported: io_managers.py. What is in a day: assets/.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import dagster as dg

from movie_assets.prediction.bundle import ModelBundle
from movie_assets.storage.bucket import Bucket, MissingObjectError
from movie_assets.storage.folders import Folder, days_of, find_folder, read_file
from movie_assets.storage.formats import frame_of, json_from
from movie_assets.training.legacy_artifacts import LegacyArtifacts

if TYPE_CHECKING:
    import pandas as pd


class DayRejectedError(ValueError):
    """A day is not fit to learn from; the message gives the reasons. Its files are under rejected/."""


@dataclass(frozen=True)
class Day:
    """One day of an asset: files by name (frames, JSON values or bytes), and its metadata in Dagster."""

    key: str
    files: Mapping[str, Any]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    bundle: ModelBundle | None = None  # written before the day that names it
    legacy_artifacts: LegacyArtifacts | None = None  # of that bundle; likewise
    after_write: Callable[[], None] | None = None  # called once the day is in the bucket


@dataclass(frozen=True)
class StoredDay:
    """One day of an asset in the bucket: the files of one write, each read on demand."""

    bucket: Bucket
    folder: Folder

    def has(self, name: str) -> bool:
        """Whether the day has this file, which a day of an earlier version may lack."""
        return name in self.folder.sha256

    def frame(self, name: str) -> "pd.DataFrame":
        """A table of the day."""
        return frame_of(self.content(name))

    def json(self, name: str) -> Any:
        """A JSON value of the day."""
        return json_from(self.content(name))

    def content(self, name: str) -> bytes:
        """A file of the day. Raises CorruptFolderError when it is missing or changed."""
        return read_file(self.bucket, self.folder, name)


class DayReader:
    """The days of an asset, by key."""

    def __init__(self, bucket: Bucket, prefix: str) -> None:
        self._bucket = bucket
        self._prefix = prefix

    def days(self) -> list[str]:
        """The days that exist and are not quarantined, in order."""
        return days_of(self._bucket, self._prefix)

    def day(self, key: str) -> StoredDay:
        """That day. Raises MissingObjectError with what to do when it does not exist."""
        try:
            return StoredDay(self._bucket, find_folder(self._bucket, f"{self._prefix}/{key}"))
        except MissingObjectError as error:
            source, asset = self._prefix.split("/")
            raise MissingObjectError(
                f"{asset} of {key} (source {source}) is not in {self._bucket.address}: materialize {asset} for {key} "
                "first. If it failed there, its reasons are in that run and under rejected/."
            ) from error


@dataclass(frozen=True)
class Days:
    """What a partitioned asset returns: the days of its run, to be made, written and reported in order."""

    context: dg.AssetExecutionContext
    make: Callable[[str], Day]
    labels: Mapping[str, int | str] = field(default_factory=dict)  # of each day's folder
    metadata_of: Callable[[StoredDay], Mapping[str, Any]] = lambda _: {}  # of a day that a killed run has written

    @property
    def keys(self) -> list[str]:
        """The days, in order."""
        return sorted(self.context.partition_keys)
