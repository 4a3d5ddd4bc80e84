"""Folders in the bucket that are there whole or not at all: one per asset and day.

Files are written first, under names that carry their digest, and the manifest that names them last, in one put. A
reader starts at the manifest and checks every digest, so nothing half-written is ever read, and a writer that dies
leaves the previous content in place. What is inside a file: formats.py.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePosixPath

from movie_assets.storage.bucket import Bucket, MissingObjectError
from movie_assets.storage.formats import json_of

MANIFEST = "manifest.json"
HELD = "held.json"  # beside a manifest: a check has failed since the day was written
DIGEST_DIGITS_IN_NAMES = 12


class CorruptFolderError(ValueError):
    """A file of a folder is not what its manifest says."""


@dataclass(frozen=True)
class Folder:
    """A folder as its manifest describes it: file name -> SHA-256, all of them present."""

    prefix: str
    sha256: dict[str, str]
    run_id: str | None = None  # of the Dagster run that wrote it; no part of its content

    @property
    def digest(self) -> str:
        """SHA-256 of the folder's content as a whole."""
        return hashlib.sha256(json_of(self.sha256)).hexdigest()

    def key_of(self, name: str) -> str:
        """Where a file of the folder lies."""
        path = PurePosixPath(name)
        return f"{self.prefix}/{path.stem}.{self.sha256[name][:DIGEST_DIGITS_IN_NAMES]}{path.suffix}"


def folder_with(prefix: str, files: Mapping[str, bytes]) -> Folder:
    """The folder that these files make, written or not."""
    return Folder(prefix, {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())})


def write_folder(bucket: Bucket, prefix: str, files: Mapping[str, bytes], *, run_id: str | None = None) -> Folder:
    """Put the files under `prefix` and switch to them at once; the same files again change no content."""
    folder = folder_with(prefix, files)
    for name, content in files.items():
        bucket.put(folder.key_of(name), content)
    written_by = {"run_id": run_id} if run_id else {}
    bucket.put(f"{prefix}/{MANIFEST}", json_of({"sha256": folder.sha256, **written_by}))
    return folder


def find_folder(bucket: Bucket, prefix: str) -> Folder:
    """The folder under `prefix`. Raises MissingObjectError when there is none."""
    manifest = json.loads(bucket.get(f"{prefix}/{MANIFEST}"))
    return Folder(prefix, manifest["sha256"], manifest.get("run_id"))


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
    """Take the folder out of every reader's sight; its files and its manifest's earlier versions stay."""
    bucket.delete(f"{prefix}/{MANIFEST}")


def days_of(bucket: Bucket, prefix: str) -> list[str]:
    """The days that have a whole folder under `prefix` and are not held, in order."""
    found = [key.removeprefix(f"{prefix}/").split("/") for key in bucket.keys(f"{prefix}/")]
    held = {day for day, *name in found if name == [HELD]}
    return [day for day, *name in found if name == [MANIFEST] and day not in held]


def quarantine_day(bucket: Bucket, prefix: str, reasons: list[str]) -> None:
    """Keep a whole folder out of the windows for these reasons; with none, let it in again."""
    if reasons:
        bucket.put(f"{prefix}/{HELD}", json_of(reasons))
    elif bucket.exists(f"{prefix}/{HELD}"):
        bucket.delete(f"{prefix}/{HELD}")


def ranges_of(days: Iterable[str]) -> list[tuple[str, str]]:
    """Days in order as ranges without a gap, both ends included."""
    ranges: list[tuple[str, str]] = []
    for day in days:
        if ranges and date.fromisoformat(day) - date.fromisoformat(ranges[-1][1]) == timedelta(days=1):
            ranges[-1] = (ranges[-1][0], day)
        else:
            ranges.append((day, day))
    return ranges
