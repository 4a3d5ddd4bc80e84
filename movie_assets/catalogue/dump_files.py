"""The files a dump may be: CSV, JSON lines and Parquet, opened, decompressed and held packed.

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

_CHUNK_ROWS = 1_000  # packed together, and unpacked where one of them is asked for

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class DumpRows:
    """The rows of a file in its order, packed; each becomes a dictionary only when it is asked for."""

    columns: tuple[str, ...]
    chunks: list[bytes]
    starts: Positions  # of each chunk: the position of its first row
    dates: list[pa.Array]  # the `release_date` of each row, as it stands in the file
    problems: dict[int, str]  # what is wrong with the row at a position, where a row cannot be trusted
    in_lines: bool  # each row is a line of JSON

    def release_dates(self) -> Iterator[object]:
        """The `release_date` of each row, in the file's order, as it stands there."""
        for dates in self.dates:
            yield from dates.to_pylist()

    def some(self, positions: Positions) -> "SomeRows":
        """The rows at these positions, which ascend."""
        numbers = np.searchsorted(self.starts, positions, side="right") - 1
        return SomeRows(
            parts=[(self.chunks[n], positions[numbers == n] - self.starts[n]) for n in np.unique(numbers).tolist()],
            problems=[self.problems.get(position) for position in positions.tolist()],
            in_lines=self.in_lines,
        )


@dataclass(frozen=True)
class SomeRows:
    """Some rows of a file, still packed: small enough to be sent to another process."""

    parts: list[tuple[bytes, Positions]]  # a chunk, and where in it the rows are
    problems: list[str | None]
    in_lines: bool

    def read(self) -> Iterator[tuple[dict[str, Any] | None, str | None]]:
        """Each row, None where there is no record to be had, and what is wrong with it."""
        return zip(self._rows(), self.problems, strict=True)

    def _rows(self) -> Iterator[dict[str, Any] | None]:
        for chunk, places in self.parts:
            table = pa.ipc.open_stream(chunk).read_all().take(pa.array(places))
            if self.in_lines:
                yield from map(json_object, table.column("line").to_pylist())
            else:
                yield from table.to_pylist()


class _Packing:
    """Packs the rows of a file as they are read."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._lengths: list[int] = []
        self._dates: list[pa.Array] = []
        self.problems: dict[int, str] = {}

    def add(self, table: pa.Table, dates: pa.Array) -> None:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as stream:
            stream.write_table(table)
        self._chunks.append(sink.getvalue().to_pybytes())
        self._lengths.append(len(table))
        self._dates.append(dates)

    def rows(self, columns: Iterable[str], *, in_lines: bool = False) -> DumpRows:
        starts = np.cumsum([0, *self._lengths], dtype=np.int64)[:-1]
        return DumpRows(tuple(columns), self._chunks, starts, self._dates, self.problems, in_lines)


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
    packing = _Packing()
    rows: list[Sequence[str | None]] = []
    for position, (row, problem) in enumerate(_csv_rows(reader, width=len(columns))):
        rows.append(row)
        if problem:
            packing.problems[position] = problem
        if len(rows) == _CHUNK_ROWS:
            _pack_cells(packing, rows, columns)
            rows = []
    _pack_cells(packing, rows, columns)
    return packing.rows(columns)


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


def _pack_cells(packing: _Packing, rows: list[Sequence[str | None]], columns: tuple[str, ...]) -> None:
    """Rows of texts as a table; an empty cell is a missing value."""
    cells = zip(*rows, strict=True) if rows else ((),) * len(columns)
    arrays = [pa.array([cell or None for cell in column], pa.string()) for column in cells]
    dates = dict(zip(columns, arrays, strict=True)).get("release_date", pa.nulls(0))
    packing.add(pa.Table.from_arrays(arrays, names=list(columns)), dates)


def _read_json_lines(text: Iterable[str]) -> DumpRows:
    packing = _Packing()
    columns: dict[str, None] = {}
    lines: list[str] = []
    dates: list[str] = []
    position = 0
    for number, line in enumerate(text, start=1):
        if not line.strip():
            continue
        record = json_object(line)
        if record is None:
            packing.problems[position] = f"malformed: line {number} is not a JSON object"
        columns.update(dict.fromkeys(record or ()))
        lines.append(line)
        dates.append(str((record or {}).get("release_date") or ""))
        position += 1
        if len(lines) == _CHUNK_ROWS:
            packing.add(pa.table({"line": lines}), pa.array(dates, pa.string()))
            lines, dates = [], []
    packing.add(pa.table({"line": pa.array(lines, pa.string())}), pa.array(dates, pa.string()))
    return packing.rows(columns, in_lines=True)


def _read_parquet(path: Path) -> DumpRows:
    packing = _Packing()
    with pq.ParquetFile(path) as file:
        columns = file.schema_arrow.names
        for batch in file.iter_batches(_CHUNK_ROWS):
            dates = batch.column(columns.index("release_date")) if "release_date" in columns else pa.nulls(0)
            packing.add(pa.Table.from_batches([batch]), dates)
    return packing.rows(columns)


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
