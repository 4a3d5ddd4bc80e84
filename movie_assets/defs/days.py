"""Days: what a partitioned asset gives back and what it reads.

How days are written and reported: io_managers.py. What is in a day: the assets.
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
    """A day is not fit to be learnt from; the message says what is wrong. It was kept under rejected/."""


@dataclass(frozen=True)
class Day:
    """One day of an asset: files by name (frames, JSON values or bytes), and what is worth seeing."""

    key: str
    files: Mapping[str, Any]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    bundle: ModelBundle | None = None  # kept on its own, before the day that names it
    legacy_artifacts: LegacyArtifacts | None = None  # of that bundle; kept in the same way
    once_kept: Callable[[], None] | None = None  # what is left to do when the day is in the bucket


@dataclass(frozen=True)
class KeptDay:
    """One day of an asset as the bucket has it: all its files of one writing, each read when it is asked for."""

    bucket: Bucket
    folder: Folder

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
    """An upstream asset's days, each read when it is asked for by its key, so that none can take another's place."""

    def __init__(self, bucket: Bucket, prefix: str) -> None:
        self._bucket = bucket
        self._prefix = prefix

    def days(self) -> list[str]:
        """The days that are there and not held, in order."""
        return days_of(self._bucket, self._prefix)

    def day(self, key: str) -> KeptDay:
        """That day. Raises MissingObjectError with what to do when it is not there."""
        try:
            return KeptDay(self._bucket, find_folder(self._bucket, f"{self._prefix}/{key}"))
        except MissingObjectError as error:
            source, asset = self._prefix.split("/")
            raise MissingObjectError(
                f"{asset} of {key} (source {source}) is not in {self._bucket.address}: materialize {asset} for {key} "
                "first. If it failed there, its reasons are in that run and under rejected/."
            ) from error

    def frame(self, day: str, name: str) -> "pd.DataFrame":
        """A table of that day."""
        return self.day(day).frame(name)

    def json(self, day: str, name: str) -> Any:
        """A JSON value of that day."""
        return self.day(day).json(name)

    def content(self, day: str, name: str) -> bytes:
        """A file of that day."""
        return self.day(day).content(name)


@dataclass(frozen=True)
class Days:
    """The days of a run in order, and how each is made; the IO manager makes, writes and reports them one by one."""

    context: dg.AssetExecutionContext
    make: Callable[[str], Day]
    metadata_of: Callable[[KeptDay], Mapping[str, Any]]  # of a day that is kept already and was not reported

    @property
    def keys(self) -> list[str]:
        """The days, in order."""
        return sorted(self.context.partition_keys)


def each_day(
    context: dg.AssetExecutionContext,
    make: Callable[[str], Day],
    *,
    metadata_of: Callable[[KeptDay], Mapping[str, Any]] = lambda _: {},
) -> Days:
    """The run's days, made in order as they are taken; a rejected day does not stop the others."""
    return Days(context, make, metadata_of)
