"""Earlier versions of a day: what a folder held before it was written again.

A folder's files lie under names with their digest, so that the versions of its manifest are the versions of the day.
What is removed for good, and when: retention.py. Days as they are now: folders.py.
"""

from movie_assets.storage.bucket import Bucket, MissingObjectError, Version
from movie_assets.storage.folders import MANIFEST, Folder
from movie_assets.storage.formats import json_from


def folder_versions(bucket: Bucket, prefix: str) -> list[tuple[Version, Folder]]:
    """Each version of a folder's manifest that is still kept, the newest first, with the folder as it describes it."""
    key = f"{prefix}/{MANIFEST}"
    written = [found for found in bucket.versions(key) if found.key == key and not found.is_marker]
    return [(one, folder_of(bucket, one)) for one in written]


def folder_version(bucket: Bucket, prefix: str, version_id: str) -> Folder:
    """The folder as that version has it. Raises MissingObjectError naming the versions there are."""
    kept = {version.id: folder for version, folder in folder_versions(bucket, prefix)}
    if version_id not in kept:
        there = ", ".join(kept) or "none; materialize the day first"
        raise MissingObjectError(f"{prefix} has no version {version_id!r} in {bucket.address}. There are: {there}.")
    return kept[version_id]


def folder_of(bucket: Bucket, manifest: Version) -> Folder:
    """The folder that one version of a manifest names."""
    return Folder(manifest.key.removesuffix(f"/{MANIFEST}"), json_from(bucket.get_version(manifest))["sha256"])
