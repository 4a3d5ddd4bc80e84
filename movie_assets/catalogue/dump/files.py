"""Dump files: CSV, JSON lines and Parquet, opened, decompressed and packed in memory.

A further format or compression belongs here. The form of a field belongs in fields.py, the day of a row in source.py.
"""

import csv
import io
import json
import zipfile
import zlib
from array import array
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from movie_assets.catalogue.dump.fields import plain, release_day
from movie_assets.catalogue.source import SourceError

REQUIRED_COLUMNS = (
    "id", "title", "overview", "runtime", "genres", "original_language", "release_date", "vote_average", "vote_count",
)  # fmt: skip
ENDINGS = (".csv", ".jsonl", ".ndjson", ".parquet")
COMPRESSED = {".gz": "gzip", ".zst": "zstd", ".zip": "zip"}  # of a CSV or JSON lines; Parquet compresses itself

UNDATED = 0  # in place of a day's ordinal; the calendar begins with 1
_CHUNK_ROWS = 1_000  # packed and unpacked together

_Row = tuple[str, object, str | None]  # a line of JSON, its release date, why it cannot be trusted


@dataclass(frozen=True)
class DumpRows:
    """The rows of a file in its order, packed; each becomes a dictionary only when it is read."""

    chunks: dict[int, bytes]  # lines of JSON, compressed, by number
    days: npt.NDArray[np.int32]  # of each row the ordinal of its release date, or UNDATED
    problems: dict[int, str]  # why the row at a position cannot be trusted

    def chunks_with(self, positions: Iterable[int]) -> dict[int, bytes]:
        """The chunks that hold the rows at these positions, small enough to be sent to another process."""
        return {number: self.chunks[number] for number in {position // _CHUNK_ROWS for position in positions}}


def rows_of(chunks: dict[int, bytes], positions: Iterable[int]) -> Iterator[dict[str, Any] | None]:
    """The row at each position, None if it holds no record."""
    lines = {number: zstandard.decompress(chunk).decode().split("\n") for number, chunk in chunks.items()}
    for position in positions:
        yield _json_object(lines[position // _CHUNK_ROWS][position % _CHUNK_ROWS])


def read_file(path: Path) -> DumpRows:
    """All rows of the file.

    Raises SourceError when there is no such file, when it cannot be read, or when a required column is not in it.
    """
    ending, compression = _ending(path)
    if not path.is_file():
        raise SourceError(f"There is no dump at {path}: set MOVIE_DUMP_PATH to a file of films.")
    try:
        if ending == ".parquet":
            return _packed(_parquet_rows(path))
        with _text(path, ending, compression) as text:
            return _packed(_csv_rows(text, path) if ending == ".csv" else _json_rows(text, path))
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, pa.ArrowException) as error:
        raise SourceError(
            f"The dump {path} cannot be read: {error}. Is it complete, and is its format that of its ending?"
        ) from error


def _json_object(line: str) -> dict[str, Any] | None:
    """The object in a line of JSON; None if there is none."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _ending(path: Path) -> tuple[str, str | None]:
    """The ending that names the format, and the compression if there is one."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    compression = COMPRESSED.get(suffixes[-1]) if suffixes else None
    ending = "".join(suffixes[-2:-1] if compression else suffixes[-1:])
    if ending not in ENDINGS or (compression and ending == ".parquet"):
        raise SourceError(
            f"The dump {path} has an ending of no known format: {', '.join(ENDINGS)} can be read, "
            f"all but Parquet also with {', '.join(COMPRESSED)} after it."
        )
    return ending, compression


@contextmanager
def _text(path: Path, ending: str, compression: str | None) -> Iterator[IO[str]]:
    """The file as text, with or without a byte order mark; bytes that are not UTF-8 become the replacement sign."""
    with ExitStack() as opened:
        packed: IO[bytes]
        if compression == "zip":
            archive = opened.enter_context(zipfile.ZipFile(path))
            packed = opened.enter_context(archive.open(_member(archive, ending, path)))
        else:
            # Arrow reads all of several concatenated streams, where other readers stop silently after the first.
            packed = opened.enter_context(pa.input_stream(str(path), compression=compression))
        yield io.TextIOWrapper(packed, encoding="utf-8-sig", errors="replace", newline="")


def _member(archive: zipfile.ZipFile, ending: str, path: Path) -> str:
    members = [name for name in archive.namelist() if not name.startswith("__MACOSX")]  # added by macOS
    names = [name for name in members if name.lower().endswith(ending)]
    if len(names) != 1:
        raise SourceError(
            f"The dump {path} must hold exactly one {ending} file, and holds {len(names)} "
            f"among these: {', '.join(members) or 'nothing'}."
        )
    return names[0]


def _csv_rows(text: Iterable[str], path: Path) -> Iterator[_Row]:
    """Each row with as many cells as the header; an empty cell is a missing value."""
    reader = csv.reader(text)
    columns = [name.strip() for name in next(reader, [])]
    _require_columns(columns, path)
    while True:
        problem = None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:  # an unclosed quote swallows up to 128 KiB; later rows are fine
            cells, problem = [], f"malformed: the row that ends in line {reader.line_num} cannot be read: {error}"
        else:
            if not cells:
                continue
            if len(cells) != len(columns):
                counted = f"the row that ends in line {reader.line_num} has {len(cells)} cells"
                problem = f"malformed: {counted}, the header {len(columns)}"
        row = {name: cell or None for name, cell in zip_longest(columns, cells[: len(columns)])}
        yield json.dumps(row), row["release_date"], problem


def _json_rows(text: Iterable[str], path: Path) -> Iterator[_Row]:
    columns: dict[str, None] = {}
    for number, line in enumerate(text, start=1):
        if not line.strip():
            continue
        record = _json_object(line)
        columns.update(dict.fromkeys(record or ()))
        problem = f"malformed: line {number} is not a JSON object" if record is None else None
        yield line.rstrip("\r\n"), (record or {}).get("release_date"), problem
    _require_columns(list(columns), path)


def _parquet_rows(path: Path) -> Iterator[_Row]:
    with pq.ParquetFile(path) as file:
        _require_columns(file.schema_arrow.names, path)
        for batch in file.iter_batches(_CHUNK_ROWS):
            for row in batch.to_pylist():
                yield json.dumps(row, default=plain), row["release_date"], None


def _packed(rows: Iterator[_Row]) -> DumpRows:
    chunks: dict[int, bytes] = {}
    days = array("i")
    problems: dict[int, str] = {}
    while some := list(islice(rows, _CHUNK_ROWS)):
        for _line, release_date, problem in some:
            if problem:
                problems[len(days)] = problem
            # the cells of such a row may have shifted, its date with them
            days.append(UNDATED if problem else _ordinal(release_date))
        chunks[len(chunks)] = zstandard.compress("\n".join(line for line, *_ in some).encode())
    return DumpRows(chunks, np.array(days, dtype=np.int32), problems)


def _ordinal(value: object) -> int:
    try:
        day = release_day(value)
    except ValueError:  # read_row reports it as the film's problem
        return UNDATED
    return UNDATED if day is None else day.toordinal()


def _require_columns(columns: list[str], path: Path) -> None:
    found = ", ".join(columns) or "none"
    missing = [column for column in REQUIRED_COLUMNS if column not in columns]
    if missing:
        raise SourceError(
            f"The dump {path} has no column {', '.join(missing)}. Columns found: {found}. "
            "Rename the columns that have these values, or choose another dump."
        )
    if len(set(columns)) < len(columns):
        raise SourceError(f"The dump {path} has a column name twice: {found}. Rename or remove one of them.")
