"""Expiry: which object versions hold expired records or served predictions, their deletion, and the proof of it.

A version of a day expires with its oldest record, counted from the fetch of that record, however often it was written
since. All copies expire with it: files, votes, dropped and rejected records, checkpoints of fetches, quarantines,
deletion markers and legacy tables. Models and metrics hold no record of a film and stay. A new place for records of
films goes into storage/keys.py (record_folders).
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from movie_assets.storage.bucket import Bucket, Version
from movie_assets.storage.folders import MANIFEST, QUARANTINE, folder_of
from movie_assets.storage.formats import json_from, table_of
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
    """What a sweep deleted, and what it then found still there: `left` is empty after a complete sweep."""

    before: datetime  # anything older has expired
    deleted: tuple[Version, ...]
    left: tuple[Version, ...]
    oldest_kept: datetime | None  # the oldest remaining record, or the end of the oldest remaining day of predictions

    @property
    def summary(self) -> dict[str, int]:
        """How many versions were deleted, by folder."""
        folders = [version.key.rpartition("/")[0] for version in self.deleted]
        return {folder: folders.count(folder) for folder in sorted(set(folders))}


class _Retention(ABC):
    """Deletes what has expired of one source; keys of other sources are never listed."""

    def __init__(self, bucket: Bucket, source: str, *, keep_days: int) -> None:
        self._bucket = bucket
        self._source = source
        self._keep = timedelta(days=keep_days)

    def expired(self, now: datetime) -> list[Version]:
        """The versions that a sweep would delete now, in that order."""
        return self._find(now - self._keep)[0]

    def sweep(self, now: datetime) -> Sweep:
        """Delete every version that has expired by `now`, then look for any that is left.

        An interrupted sweep leaves complete days only, and the next one continues it.
        """
        before = now - self._keep
        expired, _times = self._find(before)
        for version in expired:
            self._bucket.delete_version(version)
        left, times = self._find(before)
        return Sweep(before, tuple(expired), tuple(left), min(times, default=None))

    @abstractmethod
    def _find(self, before: datetime) -> tuple[list[Version], list[datetime]]:
        """The expired versions in the order of their deletion, and the times of everything that exists."""


class Retention(_Retention):
    """Records of films, which expire `keep_days` after their fetch."""

    def __init__(self, bucket: Bucket, source: str, *, keep_days: int) -> None:
        super().__init__(bucket, source, keep_days=keep_days)
        self._oldest_record = cache(lambda version: _oldest_record(bucket.get_version(version)))

    def _find(self, before: datetime) -> tuple[list[Version], list[datetime]]:
        versions = [found for folder in record_folders(self._source) for found in self._bucket.versions(f"{folder}/")]
        ages = self._ages(versions, before)
        days = []
        for manifest in versions:
            if manifest.key.endswith(f"/{MANIFEST}") and not manifest.is_marker:
                folder = folder_of(self._bucket, manifest)
                files = frozenset(folder.key_of(name) for name in folder.sha256)
                oldest = min([manifest.written_at, *(ages[key] for key in files if key in ages)])
                days.append(DayVersion(manifest, files, oldest))
        expired = [*expired_versions(versions, days, ages, before=before), *self._legacy_tables(before)]
        return expired, [day.oldest for day in days]

    def _legacy_tables(self, before: datetime) -> list[Version]:
        """The expired legacy tables of films, by the times in their manifests; legacy models stay."""
        versions = self._bucket.versions(f"{legacy_artifacts_folder(self._source)}/")
        fetched: dict[str, list[datetime]] = {}  # by folder, the newest writing first
        for version in versions:
            folder, _, name = version.key.rpartition("/")
            if name == MANIFEST and not version.is_marker:
                time = json_from(self._bucket.get_version(version)).get(LEGACY_FILMS_FETCHED_FROM)
                fetched.setdefault(folder, []).append(datetime.fromisoformat(time) if time else version.written_at)
        tables = [version for version in versions if version.key.endswith(f"/{LEGACY_FILMS}")]
        return [table for table in tables if min([table.written_at, *_times(table, fetched)]) < before]

    def _ages(self, versions: Sequence[Version], before: datetime) -> dict[str, datetime]:
        """When the oldest record under each key was fetched, for the keys that tell.

        An object last written before the limit has expired in any case, and is not read.
        """
        newest: dict[str, Version] = {}
        for version in versions:  # the newest of a key first
            if version.key.endswith(".parquet") and not version.is_marker:
                newest.setdefault(version.key, version)
        ages = {key: version.written_at for key, version in newest.items() if version.written_at < before}
        for key in newest.keys() - ages.keys():
            if oldest := self._oldest_record(newest[key]):
                ages[key] = oldest
        return ages


class ServedRetention(_Retention):
    """Served predictions, which expire `keep_days` after the end of their day."""

    def _find(self, before: datetime) -> tuple[list[Version], list[datetime]]:
        found = ServedPredictions(self._bucket, self._source).versions()
        expired = [version for end, version in reversed(found) if end <= before]  # the oldest of a key first
        return expired, [end for end, _version in found]


def _times(table: Version, fetched: Mapping[str, list[datetime]]) -> list[datetime]:
    """When the films of a legacy table may have been fetched; the newest manifest tells of the newest table."""
    times = fetched.get(table.key.rpartition("/")[0], [])
    return times[:1] if table.is_newest else times


def expired_versions(
    versions: Sequence[Version], days: Sequence[DayVersion], ages: Mapping[str, datetime], *, before: datetime
) -> list[Version]:
    """The versions to delete, ordered so that a reader never finds a manifest without its files.

    `versions` and `days` have the newest of a key first.
    """
    expired_days = _expired_days(days, before)
    live = [day for day in days if day.manifest not in expired_days]
    needed = {key for day in live for key in (*day.files, day.manifest.key, _quarantine_key(day))}
    gone = {key for day in expired_days.values() for key in (*day.files, _quarantine_key(day))} - needed

    def has_expired(version: Version) -> bool:
        if version in expired_days or version.key in gone:
            return True
        if version.key in needed and not (version.key.endswith(QUARANTINE) and not version.is_newest):
            return False
        return ages.get(version.key, version.written_at) < before

    expired = {version for version in versions if not version.is_marker and has_expired(version)}
    remaining = {version.key for version in versions if not version.is_marker and version not in expired}
    expired |= {version for version in versions if version.is_marker and version.key not in remaining}
    # Manifests first, each key from its oldest version and its markers last: no earlier version is uncovered.
    oldest_first = [version for version in reversed(versions) if version in expired]
    return sorted(oldest_first, key=lambda version: (not version.key.endswith(f"/{MANIFEST}"), version.is_marker))


def _expired_days(days: Sequence[DayVersion], before: datetime) -> dict[Version, DayVersion]:
    """By manifest. Every earlier version of a day expires with it, so that none takes its place."""
    expired: dict[Version, DayVersion] = {}
    keys: set[str] = set()
    for day in days:
        if day.oldest < before or day.manifest.key in keys:
            expired[day.manifest] = day
            keys.add(day.manifest.key)
    return expired


def _quarantine_key(day: DayVersion) -> str:
    return day.manifest.key.removesuffix(MANIFEST) + QUARANTINE


def _oldest_record(content: bytes) -> datetime | None:
    """When the oldest record of a table was fetched; None without such a column or without a row."""
    import pyarrow.compute as pc  # paid by a sweep, not by definitions

    try:
        oldest: datetime | None = pc.min(table_of(content, [FETCHED_AT])[FETCHED_AT]).as_py()
    except KeyError:
        return None
    return oldest.astimezone(UTC) if oldest else None
