"""BentoCache: the Bentos on a serving host, as verified archives and unpacked, and which of them is in which slot.

archives/<sha256>.tar.gz    as pulled from the bucket; used again when the bucket is away
bentos/<sha256>-<random>/   unpacked, fresh for each switch: what a service ran from is never changed
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
from movie_assets.serving_host.files import replace_file
from movie_assets.storage.bucket import Bucket, MissingObjectError


class BentoCacheError(RuntimeError):
    """A Bento cannot be had as it was released; the message says what differs."""


class BentoCache:
    """A serving host's folder of Bentos."""

    def __init__(self, folder: Path, bucket: Bucket) -> None:
        self._folder = folder.resolve()
        self._archives = self._folder / "archives"
        self._bentos = self._folder / "bentos"
        self._slots = self._folder / "slots"
        self._bucket = bucket

    def bento_in(self, slot: str) -> Path | None:
        """The unpacked Bento that the slot serves when it starts; None when there is none."""
        link = self._slots / slot
        return link.resolve() if link.exists() else None

    def holds(self, slot: str, release: Release) -> bool:
        """Whether the Bento in the slot is of exactly this release's archive."""
        bento = self.bento_in(slot)
        return bento is not None and bento.name.startswith(f"{release.bento_sha256}-")

    def unpack(self, release: Release) -> Path:
        """The release's Bento in a fresh folder, from an archive with the right digest.

        Raises BentoCacheError when no such archive can be had, StoreUnreachableError when the bucket is away and the
        archive is not here yet.
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
        """Put an unpacked Bento in the slot; a reader sees the old one or the new."""
        self._slots.mkdir(parents=True, exist_ok=True)
        link = self._folder / "next"
        link.unlink(missing_ok=True)
        link.symlink_to(bento)
        link.replace(self._slots / slot)

    def keep_only(self, releases: Collection[Release]) -> None:
        """Remove archives of other releases, and every unpacked Bento that is in no slot."""
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
    """The golden examples of the bundle that an unpacked Bento packs. Raises BentoCacheError when it packs none."""
    found = list(bento.glob(f"models/*/*/{GOLDEN}"))
    if len(found) != 1:
        raise BentoCacheError(f"{bento} packs {len(found)} bundles, not one.")
    examples: list[dict[str, Any]] = json.loads(found[0].read_bytes())
    return examples


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
