"""Retention: which object versions hold what has expired, records or served predictions, and their removal for good.

A version of a day expires with its oldest record, by the time that record was fetched and not by the time it was
written again. Copies go with it: files, votes, dropped and rejected records, progress, holds, the markers of what was
deleted, and the tables among the legacy artifacts. Models and measures hold no record of a film and stay. How a day is
laid out: folders.py. Served predictions expire by the day they were given on: served_predictions.py.
"""

import io
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from movie_assets.retention.versions import folder_of
from movie_assets.storage.bucket import Bucket, Version
from movie_assets.storage.folders import HELD, MANIFEST
from movie_assets.storage.formats import json_from
from movie_assets.storage.keys import LEGACY_FILMS, LEGACY_FILMS_FETCHED_FROM, legacy_artifacts_folder, record_folders
from movie_assets.storage.served_predictions import ServedPredictions

FETCHED_AT = "fetched_at"


@dataclass(frozen=True)
class DayVersion:
    """One version of a day: its manifest, the keys of its files, and when its oldest record was fetched."""

    manifest: Version
    files: frozenset[str]
    oldest: datetime


@dataclass(frozen=True)
class Sweep:
    """What a sweep deleted, and what a second look found: `left` is empty when nothing expired is there any more."""

    before: datetime  # what is older has expired
    deleted: tuple[Version, ...]
    left: tuple[Version, ...]
    oldest_kept: datetime | None  # the oldest record, or the end of the oldest day of predictions, that remains

    @property
    def summary(self) -> dict[str, int]:
        """How many versions were deleted, by the folder they lay in."""
        folders = [version.key.rpartition("/")[0] for version in self.deleted]
        return {folder: folders.count(folder) for folder in sorted(set(folders))}


class _Retention(ABC):
    """Removes what has expired of one source; no key of another source is ever listed."""

    def __init__(self, bucket: Bucket, source: str, *, keep_days: int) -> None:
        self._bucket = bucket
        self._source = source
        self._keep = timedelta(days=keep_days)

    def expired(self, now: datetime) -> list[Version]:
        """What a sweep would delete now, in that order; deletes nothing."""
        return self._look(now - self._keep)[0]

    def sweep(self, now: datetime) -> Sweep:
        """Delete every version that has expired by `now`, then look again.

        A sweep that dies half-way leaves whole days only, and the next one goes on.
        """
        before = now - self._keep
        dead, _times = self._look(before)
        for version in dead:
            self._bucket.delete_version(version)
        left, times = self._look(before)
        return Sweep(before, tuple(dead), tuple(left), min(times, default=None))

    @abstractmethod
    def _look(self, before: datetime) -> tuple[list[Version], list[datetime]]:
        """What is older, in the order in which it goes, and the times of what there is."""


class Retention(_Retention):
    """Records: they expire so many days after they were fetched."""

    def __init__(self, bucket: Bucket, source: str, *, keep_days: int) -> None:
        super().__init__(bucket, source, keep_days=keep_days)
        self._oldest_in: dict[str, datetime | None] = {}  # key -> its oldest record; a key's content never changes

    def _look(self, before: datetime) -> tuple[list[Version], list[datetime]]:
        versions = [found for folder in record_folders(self._source) for found in self._bucket.versions(f"{folder}/")]
        ages = self._ages(versions, before)
        days = []
        for manifest in versions:
            if manifest.key.endswith(f"/{MANIFEST}") and not manifest.is_marker:
                folder = folder_of(self._bucket, manifest)
                files = frozenset(folder.key_of(name) for name in folder.sha256)
                oldest = min([manifest.written_at, *(ages[key] for key in files if key in ages)])
                days.append(DayVersion(manifest, files, oldest))
        dead = [*expired_versions(versions, days, ages, before=before), *self._old_films(before)]
        return dead, [day.oldest for day in days]

    def _old_films(self, before: datetime) -> list[Version]:
        """Tables of expired films among the legacy artifacts, by what their manifests say; the models stay."""
        versions = self._bucket.versions(f"{legacy_artifacts_folder(self._source)}/")
        fetched: dict[str, list[datetime]] = {}  # by folder, the newest writing first
        for version in versions:
            folder, _, name = version.key.rpartition("/")
            if name == MANIFEST and not version.is_marker:
                said = json_from(self._bucket.get_version(version)).get(LEGACY_FILMS_FETCHED_FROM)
                fetched.setdefault(folder, []).append(datetime.fromisoformat(said) if said else version.written_at)
        tables = [version for version in versions if version.key.endswith(f"/{LEGACY_FILMS}")]
        return [one for one in tables if min([one.written_at, *_times(one, fetched)]) < before]

    def _ages(self, versions: Sequence[Version], before: datetime) -> dict[str, datetime]:
        """When the oldest record under each key was fetched, for the keys of which that can be said.

        What was last written before the limit has expired whatever it holds, and is not read.
        """
        newest: dict[str, Version] = {}
        for version in versions:  # the newest of a key first
            if version.key.endswith(".parquet") and not version.is_marker:
                newest.setdefault(version.key, version)
        ages = {key: version.written_at for key, version in newest.items() if version.written_at < before}
        for key in newest.keys() - ages.keys():
            if key not in self._oldest_in:
                self._oldest_in[key] = _oldest_record(self._bucket.get_version(newest[key]))
            if oldest := self._oldest_in[key]:
                ages[key] = oldest
        return ages


class ServedRetention(_Retention):
    """Served predictions: they expire day by day, once the day has been over for so many days."""

    def _look(self, before: datetime) -> tuple[list[Version], list[datetime]]:
        found = ServedPredictions(self._bucket, self._source).versions()
        dead = [version for end, version in reversed(found) if end <= before]  # the oldest of a key first
        return dead, [end for end, _version in found]


def _times(table: Version, fetched: Mapping[str, list[datetime]]) -> list[datetime]:
    """When the films of a table may have been fetched: of the newest, what the newest manifest says."""
    said = fetched.get(table.key.rpartition("/")[0], [])
    return said[:1] if table.is_newest else said


def expired_versions(
    versions: Sequence[Version], days: Sequence[DayVersion], ages: Mapping[str, datetime], *, before: datetime
) -> list[Version]:
    """The versions to delete, in an order in which a reader never finds a manifest without its files.

    `versions` and `days` have the newest of a key first.
    """
    dead_days = _expired_days(days, before)
    alive = [day for day in days if day.manifest not in dead_days]
    needed = {key for day in alive for key in day.files} | {day.manifest.key for day in alive}
    needed |= {_held(day) for day in alive}
    gone = {key for day in dead_days.values() for key in day.files | {_held(day)}} - needed

    def has_expired(version: Version) -> bool:
        if version in dead_days or version.key in gone:
            return True
        if version.key in needed and not (version.key.endswith(HELD) and not version.is_newest):
            return False
        return ages.get(version.key, version.written_at) < before

    dead = {version for version in versions if not version.is_marker and has_expired(version)}
    remaining = {version.key for version in versions if not version.is_marker and version not in dead}
    dead |= {version for version in versions if version.is_marker and version.key not in remaining}
    # Manifests first, each key from its oldest version on and its markers last: no earlier version comes to light.
    oldest_first = [version for version in reversed(versions) if version in dead]
    return sorted(oldest_first, key=lambda version: (not version.key.endswith(f"/{MANIFEST}"), version.is_marker))


def _expired_days(days: Sequence[DayVersion], before: datetime) -> dict[Version, DayVersion]:
    """By manifest; with a version of a day every earlier one expires, so that none of them takes its place."""
    dead: dict[Version, DayVersion] = {}
    ended: set[str] = set()
    for day in days:
        if day.oldest < before or day.manifest.key in ended:
            dead[day.manifest] = day
            ended.add(day.manifest.key)
    return dead


def _held(day: DayVersion) -> str:
    return day.manifest.key.removesuffix(MANIFEST) + HELD


def _oldest_record(content: bytes) -> datetime | None:
    """When the oldest record of a table was fetched; None where the table does not say, or has no row."""
    import pyarrow.compute as pc  # paid by a sweep, not by definitions
    import pyarrow.parquet as pq

    table = pq.ParquetFile(io.BytesIO(content))
    if FETCHED_AT not in table.schema_arrow.names:
        return None
    oldest: datetime | None = pc.min(table.read(columns=[FETCHED_AT])[FETCHED_AT]).as_py()
    return oldest.astimezone(UTC) if oldest else None
