"""The rows of a dump, read once and packed in memory.

Packing, the columns that are required, and the release day of each row belong here. How a table is written belongs in
film_files/, how its cells become a record in fields.py, how further files are joined in joined_files.py.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import zstandard

from film_files.errors import FilmFileError, listed
from film_files.forms import FormEvidence
from film_files.missing import is_missing
from film_files.table import FilmTable, TableRow, open_table
from movie_assets.catalogue.dump.distinct_cells import CodedCells, DistinctCells
from movie_assets.catalogue.dump.fields import RowForms, plain, row_forms
from movie_assets.catalogue.dump.joined_files import JoinedRows
from movie_assets.catalogue.source import SourceError

REQUIRED_COLUMNS = (
    "id", "title", "overview", "runtime", "genres", "original_language", "release_date", "vote_average", "vote_count",
)  # fmt: skip

FILLED_COLUMNS = ("release_date", "vote_count")  # empty throughout, no day would miss a film

NO_DAY = 0  # in place of a day's ordinal; the calendar begins with 1
_CHUNK_ROWS = 1_000  # packed and unpacked together


@dataclass(frozen=True)
class DumpRows:
    """The rows of a dump in its order, packed; each becomes a dictionary only when it is read."""

    chunks: dict[int, bytes]  # lines of JSON, compressed, by number
    days: npt.NDArray[np.int32]  # of each row the ordinal of its release date, or NO_DAY
    problems: dict[int, str]  # why the row at a position cannot be trusted
    forms: RowForms
    description: dict[str, str]  # how the dump is written, for people
    columns: tuple[str, ...]

    def chunks_with(self, positions: Iterable[int]) -> dict[int, bytes]:
        """The chunks that hold the rows at these positions, small enough to be sent to another process."""
        return {number: self.chunks[number] for number in {position // _CHUNK_ROWS for position in positions}}


def rows_of(chunks: dict[int, bytes], positions: Iterable[int]) -> Iterator[dict[str, Any]]:
    """The cells at each position; none if they cannot be trusted."""
    lines = {number: zstandard.decompress(chunk).decode().split("\n") for number, chunk in chunks.items()}
    for position in positions:
        yield json.loads(lines[position // _CHUNK_ROWS][position % _CHUNK_ROWS])


def read_dump(paths: Sequence[Path], *, encoding: str | None = None, rating_max: float | None = None) -> DumpRows:
    """All rows of the file, joined by id with those of further files.

    Raises SourceError when a file is missing or cannot be read, when a required column is in none of them, when no row
    has a release date or votes, and when the release dates cannot be read as a whole.
    """
    try:
        tables = {path: open_table(path, encoding=encoding) for path in paths}
        path = max(tables, key=lambda path: len({*REQUIRED_COLUMNS} & {*tables[path].columns}))
        films = tables.pop(path)
        more = [JoinedRows.of(table, other, films.columns) for other, table in tables.items()]
        return _packed(films, path, more, rating_max)
    except FilmFileError as error:
        sentence = str(error).replace("set its encoding", "set MOVIE_DUMP_ENCODING")
        raise SourceError(f"The dump cannot be read: {sentence} (MOVIE_DUMP_PATH)") from error


def _packed(films: FilmTable, path: Path, more: Sequence[JoinedRows], rating_max: float | None) -> DumpRows:
    evidence, dates, ratings = FormEvidence(), CodedCells(), DistinctCells()
    columns = dict.fromkeys((*films.columns, *(column for joined in more for column in joined.columns)))
    told = [column for column in columns if column in evidence.columns]
    is_fixed = films.form.format not in ("json", "jsonl")  # later films may have further keys
    if is_fixed:
        _require_columns(tuple(columns), path)
    chunks: dict[int, bytes] = {}
    problems: dict[int, str] = {}
    rows, count, empty = films.rows(), 0, set(FILLED_COLUMNS)
    while some := list(islice(rows, _CHUNK_ROWS)):
        lines = []
        for row in some:
            # What is joined to a row that cannot be trusted would pass for a film of its own.
            cells = _joined(row, more) if more and not row.problem else row.cells
            if row.problem:  # its cells may have shifted, its date with them
                problems[count] = f"malformed: {row.problem}"
                dates.add(None)
            else:
                for column in told if is_fixed else evidence.columns & cells.keys():
                    evidence.add(column, cells[column])
                dates.add(cells.get("release_date"))
                ratings.add(cells.get("vote_average"))
                if empty:
                    empty = {column for column in empty if is_missing(cells.get(column))}
            if not is_fixed:
                columns.update(dict.fromkeys(cells))
            lines.append(json.dumps(cells, default=plain))
            count += 1
        chunks[len(chunks)] = zstandard.compress("\n".join(lines).encode())
    _require_columns(tuple(columns), path)
    if empty and len(problems) < count:
        raise SourceError(
            f"The dump {path} has no {' and no '.join(sorted(empty))} in any of its {count:,} rows, and no film can be "
            "used without: add the file that has it to MOVIE_DUMP_PATH, or choose another dump."
        )
    forms = row_forms(evidence.forms(), ratings, rating_max)
    if problem := forms.cells.date_problem:
        raise SourceError(f"The dump {path} has no dates that can be told: {problem}.")
    return DumpRows(
        chunks=chunks,
        days=dates.values(lambda cell: _ordinal(cell, forms)),
        problems=problems,
        forms=forms,
        description=_description(films, more, forms, count),
        columns=tuple(columns),
    )


def _joined(row: TableRow, more: Sequence[JoinedRows]) -> dict[str, Any]:
    cells = row.cells
    for joined in more:
        cells = {**joined.cells_of(cells.get("id")), **cells}
    return cells


def _ordinal(cell: object, forms: RowForms) -> int:
    try:
        day = forms.cells.read("release_date", cell)
    except ValueError:  # read_row reports it as the film's problem
        return NO_DAY
    return NO_DAY if day is None else int(day.toordinal())


def _description(films: FilmTable, more: Sequence[JoinedRows], forms: RowForms, rows: int) -> dict[str, str]:
    described = {**films.form.describe(), "rows": f"{rows:,}", **forms.describe()}
    if films.replaced_lines:
        described["lines with U+FFFD"] = f"{films.replaced_lines:,}, whose letters an earlier program lost"
    for joined in more:
        described[f"joined {joined.name}"] = joined.describe()
    return described


def _require_columns(columns: Sequence[str], path: Path) -> None:
    missing = [column for column in REQUIRED_COLUMNS if column not in columns]
    if missing:
        raise SourceError(
            f"The dump {path} has no column {', '.join(missing)}. Columns found: {listed(tuple(columns), 40)}. "
            "Rename the columns that have these values, add the file that has them to MOVIE_DUMP_PATH, "
            "or choose another dump."
        )
