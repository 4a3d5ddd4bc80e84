"""Unpacks a Bento's gzipped tar safely into an empty folder.

tarfile's own filters need Python 3.11.4 and have no limit of size, so members are checked here: names stay inside the
folder, there are only files and folders, and the number of members and of bytes is limited.
"""

import errno
import gzip
import io
import shutil
import tarfile
import zlib
from pathlib import Path, PurePosixPath

MAX_MEMBERS = 10_000
MAX_BYTES = 2**30  # of the whole tar, and so of each member

# tarfile raises the last three for contradictory or endlessly nested headers.
DAMAGED = (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, ValueError, LookupError, RecursionError)
BAD_NAMES = {errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG}


class ArchiveError(Exception):
    """An archive is damaged or has a forbidden member; the message says which."""


def unpack(archive: Path, folder: Path) -> None:
    """Write the archive's files and folders into the empty `folder`.

    Raises ArchiveError; some files may then be in the folder, and none elsewhere.
    """
    try:
        with gzip.open(archive) as unzipped:
            stream = _LimitedStream(unzipped)
            with tarfile.open(fileobj=stream, mode="r|") as members:
                for number, member in enumerate(members, start=1):
                    _check(member, number)
                    _write(members, member, folder)
            while stream.read(2**16):  # to the end, where the checksum of gzip is
                pass
    except DAMAGED as error:
        raise ArchiveError(f"it is damaged: {error}") from error


def _check(member: tarfile.TarInfo, number: int) -> None:
    path = PurePosixPath(member.name)
    if number > MAX_MEMBERS:
        raise ArchiveError(f"it has more than {MAX_MEMBERS:,} members")
    if path.is_absolute() or ".." in path.parts:
        raise ArchiveError(f"{member.name!r} leads out of the folder")
    if not (member.isdir() or member.isreg()) or member.issparse():  # holes of a sparse file are not in the tar's bytes
        raise ArchiveError(f"{member.name!r} is neither a plain file nor a folder")
    if not 0 <= member.size <= MAX_BYTES:
        raise ArchiveError(f"{member.name!r} says that it has {member.size:,} bytes, more than {MAX_BYTES:,}")


def _write(members: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    target = folder / member.name
    content = members.extractfile(member)  # None for a folder
    try:
        if content is None:
            target.mkdir(parents=True, exist_ok=True)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:  # x: no file is written twice
            shutil.copyfileobj(content, file)
    except OSError as error:
        if error.errno not in BAD_NAMES:
            raise
        raise ArchiveError(f"{member.name!r} cannot be written: {error.strerror}") from error


class _LimitedStream(io.BufferedIOBase):
    """The unzipped bytes, up to MAX_BYTES: a header that claims more costs neither memory nor time."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        self._stream = stream
        self._left = MAX_BYTES

    def read(self, size: int | None = -1, /) -> bytes:
        content = self._stream.read(-1 if size is None else size)
        self._left -= len(content)
        if self._left < 0:
            raise ArchiveError(f"it has more than {MAX_BYTES:,} bytes unpacked")
        return content
