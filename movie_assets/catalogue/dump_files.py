"""The files a dump may be: CSV, JSON lines and Parquet, opened, decompressed and held compactly.

Rows as they stand in the file and nothing about films, except which columns a dump must have. The fields of a row:
dump_fields.py; which rows belong to a day: dump.py.
"""

import csv
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from movie_assets.catalogue.source import SourceError

REQUIRED_COLUMNS = (
    "id", "title", "overview", "runtime", "genres", "original_language", "release_date", "vote_average", "vote_count",
)  # fmt: skip
ENDINGS = (".csv", ".jsonl", ".ndjson", ".parquet")
COMPRESSED = {".gz": "gzip", ".zst": "zstd", ".zip": "zip"}  # of a CSV or JSON lines; Parquet compresses itself

_ROWS_AT_ONCE = 5_000  # turned into Python objects together; the rest stays in Arrow's compact form


@dataclass(frozen=True)
class DumpRows:
    """The rows of a file in its order; each becomes a dictionary only when it is asked for."""

    columns: tuple[str, ...]
    table: pa.Table  # the columns; or, of JSON lines, the lines' text and their release_date
    problems: dict[int, str]  # what is wrong with the row at a position, where a row cannot be trusted
    in_lines: bool = False

    def release_dates(self) -> Iterator[object]:
        """The `release_date` of each row, in the file's order, as it stands there."""
        for chunk in self.table.column("release_date").chunks:
            yield from chunk.to_pylist()

    def at(self, positions: npt.NDArray[np.int64]) -> Iterator[dict[str, Any] | None]:
        """The rows at these positions; None where there is no record to be had."""
        for start in range(0, len(positions), _ROWS_AT_ONCE):
            rows = self.table.take(pa.array(positions[start : start + _ROWS_AT_ONCE])).to_pylist()
            for row in rows:
                yield json_object(row["line"]) if self.in_lines else row


def read_file(path: Path) -> DumpRows:
    """All rows of the file.

    Raises SourceError when there is no such file, when it cannot be read, or when a required column is not in it.
    """
    ending, compression = _ending(path)
    if not path.is_file():
        raise SourceError(f"There is no dump at {path}: set the path to a file of films.")
    try:
        if ending == ".parquet":
            rows = _read_parquet(path)
        else:
            with _text(path, ending, compression) as text:
                rows = _read_csv(text) if ending == ".csv" else _read_json_lines(text)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, pa.ArrowException) as error:
        raise SourceError(
            f"The dump {path} cannot be read: {error}. Is it complete, and what its ending says?"
        ) from error
    _require_columns(rows.columns, path)
    return rows


def json_object(line: str | None) -> dict[str, Any] | None:
    """The object that a line of JSON holds; None if it holds none."""
    try:
        record = json.loads(line or "")
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
            f"The dump {path} has an ending that says no known format: {', '.join(ENDINGS)} can be read, "
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
            # Arrow's reader goes on after the first of several concatenated parts, where others stop without a word.
            packed = opened.enter_context(pa.input_stream(str(path), compression=compression))
        yield io.TextIOWrapper(packed, encoding="utf-8-sig", errors="replace", newline="")


def _member(archive: zipfile.ZipFile, ending: str, path: Path) -> str:
    held = [name for name in archive.namelist() if not name.startswith("__MACOSX")]  # added by macOS, no films
    names = [name for name in held if name.lower().endswith(ending)]
    if len(names) != 1:
        raise SourceError(
            f"The dump {path} must hold exactly one {ending} file, and holds {len(names)} "
            f"among these: {', '.join(held) or 'nothing'}."
        )
    return names[0]


def _read_csv(text: Iterable[str]) -> DumpRows:
    reader = csv.reader(text)
    columns = tuple(name.strip() for name in next(reader, []))
    chunks: list[pa.Table] = []
    problems: dict[int, str] = {}
    rows: list[Sequence[str | None]] = []
    for position, (row, problem) in enumerate(_csv_rows(reader, width=len(columns))):
        rows.append(row)
        if problem:
            problems[position] = problem
        if len(rows) == _ROWS_AT_ONCE:
            chunks.append(_chunk(rows, columns))
            rows = []
    chunks.append(_chunk(rows, columns))
    return DumpRows(columns, pa.concat_tables(chunks), problems)


def _csv_rows(reader: Any, *, width: int) -> Iterator[tuple[Sequence[str | None], str | None]]:
    """Each row with as many cells as the header, and what was wrong if it had others."""
    while True:
        try:
            row: list[str] = next(reader)
        except StopIteration:
            return
        except csv.Error as error:  # a quote never closed swallows up to 128 KiB; the rows after it are fine again
            yield [None] * width, f"malformed: the row that ends in line {reader.line_num} cannot be read: {error}"
            continue
        if len(row) == width:
            yield row, None
        elif row:
            counted = f"the row that ends in line {reader.line_num} has {len(row)} cells, the header {width}"
            yield [*row, *[None] * width][:width], f"malformed: {counted}"


def _chunk(rows: list[Sequence[str | None]], columns: tuple[str, ...]) -> pa.Table:
    """Rows of texts as a table; an empty cell is a missing value."""
    cells = zip(*rows, strict=True) if rows else ((),) * len(columns)
    return pa.Table.from_arrays(
        [pa.array([cell or None for cell in column], pa.string()) for column in cells], names=list(columns)
    )


def _read_json_lines(text: Iterable[str]) -> DumpRows:
    lines: list[pa.Table] = []
    schema = pa.schema([("line", pa.string()), ("release_date", pa.string())])
    problems: dict[int, str] = {}
    columns: dict[str, None] = {}
    rows: list[dict[str, str]] = []
    position = 0
    for number, line in enumerate(text, start=1):
        if not line.strip():
            continue
        record = json_object(line)
        if record is None:
            problems[position] = f"malformed: line {number} is not a JSON object"
        columns.update(dict.fromkeys(record or ()))
        rows.append({"line": line, "release_date": str((record or {}).get("release_date") or "")})
        position += 1
        if len(rows) == _ROWS_AT_ONCE:
            lines.append(pa.Table.from_pylist(rows, schema=schema))
            rows = []
    lines.append(pa.Table.from_pylist(rows, schema=schema))
    return DumpRows(tuple(columns), pa.concat_tables(lines), problems, in_lines=True)


def _read_parquet(path: Path) -> DumpRows:
    table = pq.ParquetFile(path).read()
    return DumpRows(tuple(table.column_names), table, {})


def _require_columns(columns: tuple[str, ...], path: Path) -> None:
    found = ", ".join(columns) or "none"
    missing = [column for column in REQUIRED_COLUMNS if column not in columns]
    if missing:
        raise SourceError(
            f"The dump {path} has no column {', '.join(missing)}. Columns found: {found}. "
            "Rename the columns that hold these facts, or choose another dump."
        )
    if len(set(columns)) < len(columns):
        raise SourceError(f"The dump {path} has a column name twice: {found}. Rename or remove one of them.")
