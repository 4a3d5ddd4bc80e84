"""Folders in the bucket that are complete or absent: a manifest written last names their files.

A day of an asset is such a folder, whose files carry their digest in their keys, so that a writer that dies leaves the
previous content in place and earlier versions stay readable. Bundles and legacy artifacts are written by the same
function under plain names. What is inside a file: formats.py.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import PurePosixPath

from movie_assets.storage.bucket import Bucket, MissingObjectError, Version
from movie_assets.storage.formats import json_from, json_of

MANIFEST = "manifest.json"
QUARANTINE = "held.json"  # beside a manifest: the reasons of the check that failed since the day was written
DIGEST_DIGITS_IN_NAMES = 12


class CorruptFolderError(ValueError):
    """A file of a folder is not what its manifest says."""


@dataclass(frozen=True)
class Folder:
    """A folder as its manifest describes it: the SHA-256 of each file by name."""

    prefix: str
    sha256: dict[str, str]
    run_id: str | None = None  # of the Dagster run that wrote it; not part of the content
    labels: Mapping[str, int | str] = field(default_factory=dict)  # what its writer says of it; not part either

    @property
    def digest(self) -> str:
        """SHA-256 of the folder's content."""
        return hashlib.sha256(json_of(self.sha256)).hexdigest()

    def key_of(self, name: str) -> str:
        """The key of a file of the folder."""
        path = PurePosixPath(name)
        return f"{self.prefix}/{path.stem}.{self.sha256[name][:DIGEST_DIGITS_IN_NAMES]}{path.suffix}"


def folder_with(prefix: str, files: Mapping[str, bytes]) -> Folder:
    """The folder of these files, written or not."""
    return Folder(prefix, digests_of(files))


def digests_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """The SHA-256 of each file, by name."""
    return {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}


def write_manifest_last(bucket: Bucket, prefix: str, files: Mapping[str, bytes], manifest: bytes) -> None:
    """Write the files under `prefix`, by their last part of the key, then the manifest."""
    for name, content in files.items():
        bucket.put(f"{prefix}/{name}", content)
    bucket.put(f"{prefix}/{MANIFEST}", manifest)


def write_folder(
    bucket: Bucket,
    prefix: str,
    files: Mapping[str, bytes],
    *,
    run_id: str | None = None,
    labels: Mapping[str, int | str] | None = None,
) -> Folder:
    """Write the files and switch to them at once; writing the same files again changes no content."""
    folder = Folder(prefix, digests_of(files), run_id, dict(labels or {}))
    named = {folder.key_of(name).removeprefix(f"{prefix}/"): content for name, content in files.items()}
    written_by = {"run_id": run_id} if run_id else {}
    write_manifest_last(bucket, prefix, named, json_of({**folder.labels, "sha256": folder.sha256, **written_by}))
    return folder


def find_folder(bucket: Bucket, prefix: str) -> Folder:
    """The folder under `prefix`. Raises MissingObjectError when there is none."""
    return _folder(prefix, bucket.get(f"{prefix}/{MANIFEST}"))


def folder_versions(bucket: Bucket, prefix: str) -> list[tuple[Version, Folder]]:
    """Each version of the folder, newest first: that of its manifest, and the folder as it was."""
    key = f"{prefix}/{MANIFEST}"
    written = [found for found in bucket.versions(key) if found.key == key and not found.is_marker]
    return [(version, folder_of(bucket, version)) for version in written]


def folder_version(bucket: Bucket, prefix: str, version_id: str) -> Folder:
    """One version of the folder. Raises MissingObjectError naming the versions there are."""
    found = {version.id: folder for version, folder in folder_versions(bucket, prefix)}
    if version_id not in found:
        there = ", ".join(found) or "none; materialize the day first"
        raise MissingObjectError(f"{prefix} has no version {version_id!r} in {bucket.address}. There are: {there}.")
    return found[version_id]


def folder_of(bucket: Bucket, manifest: Version) -> Folder:
    """The folder that one version of a manifest describes."""
    return _folder(manifest.key.removesuffix(f"/{MANIFEST}"), bucket.get_version(manifest))


def read_file(bucket: Bucket, folder: Folder, name: str) -> bytes:
    """One file of the folder. Raises CorruptFolderError when it is missing or changed."""
    if name not in folder.sha256:
        there = ", ".join(sorted(folder.sha256))
        raise CorruptFolderError(f"{folder.prefix} has no {name}, only {there}; write the day again.")
    key = folder.key_of(name)
    try:
        content = bucket.get(key)
    except MissingObjectError as error:
        raise CorruptFolderError(f"{key} is named by its manifest but is not there; write the day again.") from error
    if (actual := hashlib.sha256(content).hexdigest()) != folder.sha256[name]:
        raise CorruptFolderError(
            f"{key} was changed after it was written: SHA-256 {actual}, its manifest says {folder.sha256[name]}. "
            "Write the day again, or restore the object's earlier version."
        )
    return content


def withdraw_folder(bucket: Bucket, prefix: str) -> None:
    """Hide the folder from readers; its files and the earlier versions of its manifest stay."""
    bucket.delete(f"{prefix}/{MANIFEST}")


def days_of(bucket: Bucket, prefix: str) -> list[str]:
    """The days under `prefix` that have a complete folder and are not quarantined, in order."""
    found = [key.removeprefix(f"{prefix}/").split("/") for key in bucket.keys(f"{prefix}/")]
    quarantined = {day for day, *name in found if name == [QUARANTINE]}
    return [day for day, *name in found if name == [MANIFEST] and day not in quarantined]


def quarantine_day(bucket: Bucket, prefix: str, reasons: list[str]) -> None:
    """Keep a folder out of the windows for these reasons; without any, end its quarantine."""
    if reasons:
        bucket.put(f"{prefix}/{QUARANTINE}", json_of(reasons))
    elif bucket.exists(f"{prefix}/{QUARANTINE}"):
        bucket.delete(f"{prefix}/{QUARANTINE}")


def ranges_of(days: Iterable[str]) -> list[tuple[str, str]]:
    """Days in order as ranges without a gap, both ends included."""
    ranges: list[tuple[str, str]] = []
    for day in days:
        if ranges and date.fromisoformat(day) - date.fromisoformat(ranges[-1][1]) == timedelta(days=1):
            ranges[-1] = (ranges[-1][0], day)
        else:
            ranges.append((day, day))
    return ranges


def _folder(prefix: str, manifest: bytes) -> Folder:
    described = json_from(manifest)
    return Folder(prefix, described.pop("sha256"), described.pop("run_id", None), described)
