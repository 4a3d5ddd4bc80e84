"""Rows of text with delimiters: CSV, TSV and their kin, with a heading line at or near the top.

How the delimiter and the heading line are found, and what a row with a wrong number of cells is, belong here. Lines and
their encoding are in text_lines.py; what a cell means is in forms.py.
"""

import csv
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from film_files.errors import FilmFileError, listed, shortened
from film_files.headings import HEADING_LINES, columns_of, find_headings
from film_files.table_row import TableRow
from film_files.text_lines import FilmText, TextLines, UnreadableLine

DELIMITERS = (",", ";", "\t", "|")
MAX_CELL = 1 << 20  # characters: the credits of the longest films take a third
MAX_REPEATED = 1_000_000  # lines read a second time, after quotes that are not closed
MAX_EMPTY_LINES = 100_000  # without a row between them
_SAMPLE_ROWS = 50

_SEP_LINE = re.compile(r"\ufeff?\"?sep=(.)\"?\s*$", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([\\\"])")

# Of the whole process, and 128 KiB unless set: less than the credits of a long film.
csv.field_size_limit(max(csv.field_size_limit(), MAX_CELL))


class CsvReader(Protocol):
    """What csv.reader gives, whose own type has no public name."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


@dataclass(frozen=True)
class Layout:
    """The delimiter, where the headings are, and the columns they name."""

    delimiter: str
    header_line: int
    columns: tuple[str, ...]
    headings: dict[str, str]
    spaced: bool  # a space follows each delimiter

    def reader(self, lines: Iterator[str]) -> "CsvReader":
        """A parser of these lines; strict: a lenient one makes one film of two after a quote that is not closed."""
        return csv.reader(lines, delimiter=self.delimiter, skipinitialspace=self.spaced, strict=True)


def find_layout(first: list[str], name: str, expected: Collection[str]) -> Layout:
    """The layout by the first lines of a text.

    Raises FilmFileError when they name no column of films, or when no row follows them.
    """
    given = _SEP_LINE.match(first[0]) if first else None
    lines = (
        (number, delimiter, _cells(line, delimiter))
        for number, line in enumerate(first[:HEADING_LINES], start=1)
        for delimiter in (given.group(1) if given else DELIMITERS)
    )
    found = find_headings(lines, expected, may_name_one=given is not None)
    if found is None:
        start = next((line for line in first if line.strip()), "")
        raise FilmFileError(
            f'{name} names no column of films in its first lines; it begins with "{shortened(start, 120)}". '
            f"The headings must be among: {listed(tuple(expected), 12)}.",
            kind="no_columns",
        )
    header_line, delimiter, cells = found
    spaced = len(cells) > 1 and all(cell.startswith(" ") for cell in cells[1:])
    body = first[header_line : header_line + _SAMPLE_ROWS]
    if not "".join(first[header_line:]).strip(" \t\r\n,;|"):
        raise FilmFileError(f"{name} has headings and no rows: give a file with at least one film.", kind="no_films")
    if _trailing_delimiter(body, delimiter, len(cells)):
        cells = [*cells, ""]
    columns = columns_of(cells, name)
    headings = dict(zip(columns, (cell.strip("\ufeff \r\n") for cell in cells), strict=True))
    return Layout(delimiter, header_line, columns, headings, spaced)


def delimited_rows(text: FilmText, layout: Layout) -> Iterator[TableRow]:
    """The rows below the headings; one with another number of cells than there are headings has a problem."""
    columns, width, empty = layout.columns, len(layout.columns), 0
    made = tuple.__new__  # a tenth of the time of a million rows is that of their constructor and of zip's keyword
    with TextLines(text) as lines:
        repair = _Repair(lines, layout, text.name)
        taken = sum(1 for _line in islice(lines.iterator, layout.header_line))
        while True:
            reader, first, begin = layout.reader(lines.iterator), taken + 1 - repair.repeated, 0
            problem = ""
            try:
                for cells in reader:
                    if len(cells) == width and (cells[0] or any(cells)):
                        yield made(TableRow, (first + begin, dict(zip(columns, cells)), None))  # noqa: B905
                        empty = 0
                    elif any(cells):
                        problem = f"has {len(cells):,} cells, and there are {width:,} headings"
                        break
                    else:
                        empty += 1
                        if empty > MAX_EMPTY_LINES:
                            raise FilmFileError(
                                f"{text.name} has more than {MAX_EMPTY_LINES:,} empty lines on end.", kind="damaged"
                            )
                    begin = reader.line_num
                else:
                    return
            except csv.Error as error:
                problem = f"cannot be read ({error}): is a quote not closed, or not doubled?"
            yield repair.row(taken + begin, taken + reader.line_num, problem)
            taken = repair.taken


class _Repair:
    """Reads once more the lines of a row that could not be read, and puts back those of later rows."""

    def __init__(self, lines: TextLines, layout: Layout, name: str) -> None:
        self.repeated = 0  # lines put back so far
        self.taken = 0  # lines taken from the iterator so far, put back or not
        self._lines = lines
        self._layout = layout
        self._name = name

    def row(self, begin: int, taken: int, what: str) -> TableRow:
        """The row with its quotes escaped by backslashes, if it is whole then; else the problem of its first line."""
        record = self._lines.taken(begin, taken)
        line = begin + 1 - self.repeated
        if record is None:
            raise FilmFileError(
                f"{self._name}: the row that begins in line {line} is too long. Is a quote not closed?", kind="damaged"
            )
        self.taken = taken
        for position, text in enumerate(record):
            if isinstance(text, UnreadableLine):
                return TableRow(line, {}, f"line {line + position} {text.problem}")
        cells = self._unescaped(record) if any('\\"' in text for text in record[:_SAMPLE_ROWS]) else None
        if cells:
            return TableRow(line, dict(zip(self._layout.columns, cells, strict=True)))
        for position, text in enumerate(record[1:], start=1):
            if self._cells([text]):
                self._put_back(record[position:])
                record = record[:position]
                break
        lines = f"line {line}" if len(record) == 1 else f"lines {line} to {line + len(record) - 1}"
        return TableRow(line, {}, f"the row in {lines} {what}")

    def _unescaped(self, record: list[str]) -> list[str] | None:
        """The cells where `\\"` stands for a quote, as Spark and MySQL write it."""
        more = list(islice(self._lines.iterator, 5)) if len(record) == 1 else []
        self.taken += len(more)
        found = [*record, *more]
        for count in range(1, min(len(found), _SAMPLE_ROWS) + 1):
            cells = self._cells([_ESCAPED.sub(_doubled, text) for text in found[:count]])
            if cells:
                self._put_back(found[count:])
                return cells
        self._put_back(more)
        return None

    def _cells(self, lines: list[str]) -> list[str] | None:
        """The cells of these lines if they are one whole row."""
        try:
            rows = list(self._layout.reader(iter(lines)))
        except csv.Error:
            return None
        return rows[0] if len(rows) == 1 and len(rows[0]) == len(self._layout.columns) else None

    def _put_back(self, lines: list[str]) -> None:
        self.repeated += len(lines)
        if self.repeated > MAX_REPEATED:
            raise FilmFileError(
                f"{self._name} has many quotes that are not closed, one of the last near line "
                f"{self.taken - self.repeated + len(lines):,}: save it again as CSV, or give its delimiter as a comma.",
                kind="damaged",
            )
        if lines:
            self._lines.put_back(lines, self.taken)


def _doubled(found: re.Match[str]) -> str:
    return '""' if found.group(1) == '"' else "\\"


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=False), [])
    except csv.Error:
        return []


def _trailing_delimiter(body: list[str], delimiter: str, width: int) -> bool:
    """Whether every row ends with a delimiter that the headings do not have."""
    rows = [row for row in csv.reader(body, delimiter=delimiter) if row]
    whole = rows[:-1] if len(body) == _SAMPLE_ROWS else rows  # the sample may cut the last one
    # In a single row, one cell too many may as well be a comma of a text.
    return len(whole) > 1 and all(len(row) == width + 1 and not row[-1] for row in whole)
