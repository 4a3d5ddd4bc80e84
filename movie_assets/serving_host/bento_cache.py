"""BentoCache: the Bentos of a serving host, as verified archives and unpacked, and the Bento of each slot.

archives/<sha256>.tar.gz    as pulled from the bucket; used again while the bucket is unreachable
bentos/<sha256>-<random>/   unpacked again for each switch: the files of a running service never change
slots/<name>                a link to one of them, moved in one step
"""

import contextlib
import hashlib
import json
import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

from movie_assets.prediction.bundle_files import GOLDEN
from movie_assets.release.record import Release
from movie_assets.serving_host.archive import ArchiveError, unpack
from movie_assets.serving_host.shared_files import replace_file
from movie_assets.storage.bucket import Bucket, MissingObjectError


class BentoCacheError(RuntimeError):
    """The archive of a release is missing, damaged or changed; the message says which."""


class BentoCache:
    """A serving host's folder of Bentos."""

    def __init__(self, folder: Path, bucket: Bucket) -> None:
        self._folder = folder.resolve()
        self._archives = self._folder / "archives"
        self._bentos = self._folder / "bentos"
        self._slots = self._folder / "slots"
        self._bucket = bucket

    def bento_in(self, slot: str) -> Path | None:
        """The folder of the unpacked Bento that the slot serves when it starts; None without one."""
        link = self._slots / slot
        return link.resolve() if link.exists() else None

    def holds(self, slot: str, release: Release) -> bool:
        """Whether the Bento in the slot was unpacked from this release's archive."""
        bento = self.bento_in(slot)
        return bento is not None and bento.name.startswith(f"{release.bento_sha256}-")

    def unpack(self, release: Release) -> Path:
        """Unpack the release's Bento into a new folder, from an archive with the right digest.

        Raises BentoCacheError, and StoreUnreachableError when the archive is not cached and the bucket is unreachable.
        """
        archive = self._pull(release)
        self._bentos.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=self._bentos, prefix=f"{release.bento_sha256}-"))
        try:
            unpack(archive, folder)
        except ArchiveError as error:
            shutil.rmtree(folder)
            raise BentoCacheError(f"The archive of {release.bento_tag} cannot be unpacked: {error}.") from error
        return folder

    def put(self, bento: Path, slot: str) -> None:
        """Put an unpacked Bento in the slot, atomically."""
        self._slots.mkdir(parents=True, exist_ok=True)
        link = self._folder / "next"
        link.unlink(missing_ok=True)
        link.symlink_to(bento)
        link.replace(self._slots / slot)

    def keep_only(self, releases: Collection[Release]) -> None:
        """Delete archives of other releases, and unpacked Bentos that are in no slot."""
        wanted = {f"{release.bento_sha256}.tar.gz" for release in releases}
        for archive in self._archives.iterdir():
            if archive.name not in wanted:
                archive.unlink()
        in_slots = {link.resolve() for link in self._slots.iterdir()}
        for bento in self._bentos.iterdir():
            if bento not in in_slots:
                shutil.rmtree(bento)

    def _pull(self, release: Release) -> Path:
        archive = self._archives / f"{release.bento_sha256}.tar.gz"
        with contextlib.suppress(FileNotFoundError):
            if _sha256(archive.read_bytes()) == release.bento_sha256:
                return archive
        try:
            content = self._bucket.get(release.bento_key)
        except MissingObjectError as error:
            raise BentoCacheError(
                f"The archive of {release.bento_tag} is gone: {error} Materialize rating_service again."
            ) from error
        if (actual := _sha256(content)) != release.bento_sha256:
            raise BentoCacheError(
                f"{release.bento_key!r} in {self._bucket.address} was changed: its SHA-256 is {actual}, the release "
                f"record says {release.bento_sha256}. Materialize rating_service again."
            )
        self._archives.mkdir(parents=True, exist_ok=True)
        replace_file(archive, content)
        return archive


def golden_examples(bento: Path) -> list[dict[str, Any]]:
    """The golden examples of the bundle in an unpacked Bento. Raises BentoCacheError unless it packs one bundle."""
    found = list(bento.glob(f"models/*/*/{GOLDEN}"))
    if len(found) != 1:
        raise BentoCacheError(f"{bento} packs {len(found)} bundles, not one.")
    examples: list[dict[str, Any]] = json.loads(found[0].read_bytes())
    return examples


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
