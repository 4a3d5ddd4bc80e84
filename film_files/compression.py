"""The bytes of a file, unpacked as a stream: gzip, Zstandard, bzip2, xz and zip, by their first bytes.

Bounds on what unpacks belong here. What unpacked bytes are is in contents.py.
"""

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from film_files.errors import FilmFileError, listed

MAX_RATIO = 200  # unpacked bytes for one packed
FREE_BYTES = 64 << 20  # unpacked whatever the ratio
MAX_MEMBERS = 1_000  # of a zip archive
MAX_LAYERS = 3  # a zip of a gzip is two
HEAD_BYTES = 8_192
BUFFER = 1 << 18  # bytes

MAGIC = {
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",  # an empty one
}
TABLE_ENDINGS = (".csv", ".tsv", ".txt", ".tab", ".json", ".jsonl", ".ndjson", ".parquet", ".xlsx")
PACKED_ENDINGS = (".gz", ".zst", ".bz2", ".xz")


@dataclass(frozen=True)
class Packed:
    """A file as it is stored, and how it is called in sentences."""

    content: Path | bytes
    name: str
    most_bytes: int | None = None  # to be unpacked, whatever the ratio allows

    @property
    def limit(self) -> int:
        """Bytes that are unpacked at most."""
        by_ratio = MAX_RATIO * self.size + FREE_BYTES
        return by_ratio if self.most_bytes is None else min(by_ratio, self.most_bytes)

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size

    def open(self) -> IO[bytes]:
        """A new stream of its bytes."""
        return io.BytesIO(self.content) if isinstance(self.content, bytes) else self.content.open("rb")


@dataclass(frozen=True)
class Unpacked:
    """A file of which every `open` unpacks from the beginning."""

    name: str
    compression: str | None
    head: bytes  # the first bytes, unpacked
    open: Callable[[], BinaryIO]
    packed: Packed


def unpack(packed: Packed) -> Unpacked:
    """The file without its compression; a workbook, which is a zip archive too, stays as it is.

    Raises FilmFileError when it cannot be unpacked or holds more than one table.
    """
    layers: list[str] = []

    def opened() -> BinaryIO:
        stream: IO[bytes] = io.BufferedReader(_Bounded(packed.open(), packed.name, packed.limit), BUFFER)
        for kind in layers:
            if kind == "zip":
                stream.close()  # an archive is opened by itself
                inner = _zip_member(packed)
            else:
                inner = _unpacking(kind, stream)
            stream = io.BufferedReader(_Bounded(inner, packed.name, packed.limit, below=stream), BUFFER)
        return cast(BinaryIO, stream)

    while True:
        with opened() as stream:
            head = cast(io.BufferedReader, stream).peek(HEAD_BYTES)[:HEAD_BYTES]
        kind = next((kind for magic, kind in MAGIC.items() if head.startswith(magic)), None)
        if kind is None or (kind == "zip" and not layers and is_office(packed)):
            return Unpacked(packed.name, " in ".join(reversed(layers)) or None, head, opened, packed)
        if len(layers) == MAX_LAYERS or (kind == "zip" and layers):
            raise FilmFileError(
                f"{packed.name} is packed several times over: unpack it and give the file inside.", kind="archive"
            )
        layers.append(kind)


def is_office(packed: Packed) -> bool:
    """Whether the zip archive is a document of an office program."""
    with _archive(packed) as archive:
        return bool({"[Content_Types].xml", "mimetype"} & set(archive.namelist()))


class _Bounded(io.RawIOBase):
    """Reads at most so many bytes; what the unpacking library raises becomes one sentence."""

    def __init__(self, inner: IO[bytes], name: str, limit: int, *, below: IO[bytes] | None = None) -> None:
        self._inner = inner
        self._below = below  # what the inner one reads, and does not close
        self._name = name
        self._limit = limit
        self._left = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed's Buffer
        try:
            chunk = self._inner.read(len(buffer))
        except (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, ValueError) as error:
            raise FilmFileError(
                f"{self._name} cannot be read to its end: it is cut or damaged ({error}). Fetch or copy it again.",
                kind="damaged",
            ) from error
        self._left -= len(chunk)
        if self._left < 0:
            raise FilmFileError(
                f"{self._name} unpacks to more than the {self._limit >> 20:,} MB that are read of a file of its size. "
                "Unpack it yourself if this is right, or split it.",
                kind="too_large",
            )
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        self._inner.close()
        if self._below is not None:
            self._below.close()
        super().close()


def _unpacking(kind: str, stream: IO[bytes]) -> IO[bytes]:
    if kind == "gzip":
        return cast(IO[bytes], gzip.GzipFile(fileobj=stream))
    if kind == "bzip2":
        return bz2.BZ2File(stream)
    if kind == "xz":
        return lzma.LZMAFile(stream)
    import pyarrow as pa  # only for such a file: other readers stop silently at a cut end or after a first frame

    return cast(IO[bytes], pa.CompressedInputStream(pa.PythonFile(stream, "r"), "zstd"))


def _archive(packed: Packed) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(packed.content if isinstance(packed.content, Path) else io.BytesIO(packed.content))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise FilmFileError(
            f"{packed.name} is a damaged zip archive ({error}). Fetch or copy it again.", kind="damaged"
        ) from error
    if len(archive.namelist()) > MAX_MEMBERS:
        archive.close()
        raise FilmFileError(
            f"{packed.name} is a zip archive of more than {MAX_MEMBERS:,} files: unpack it, give one.", kind="archive"
        )
    return archive


def _zip_member(packed: Packed) -> IO[bytes]:
    """The one table in a zip archive."""
    archive = _archive(packed)
    members = [name for name in archive.namelist() if not name.startswith("__MACOSX/") and not name.endswith("/")]
    tables = [name for name in members if table_ending(name.lower()) in TABLE_ENDINGS]
    if len(tables) != 1:
        archive.close()
        found = "no table" if not tables else f"{len(tables)} tables"
        raise FilmFileError(
            f"{packed.name} is a zip archive with {found} ({listed(tables or members, 5)}): "
            "it must hold exactly one. Unpack it and give one file.",
            kind="archive",
        )
    try:
        return archive.open(tables[0])  # keeps the archive open until it is closed
    except (RuntimeError, NotImplementedError, zipfile.BadZipFile) as error:
        raise FilmFileError(
            f"{packed.name} cannot be unpacked ({error}): unpack it and give the file inside.", kind="archive"
        ) from error


def table_ending(name: str) -> str:
    """The ending of a name that says what the table is, before the one of a compression."""
    path = Path(name)
    return Path(path.stem).suffix if path.suffix in PACKED_ENDINGS else path.suffix
