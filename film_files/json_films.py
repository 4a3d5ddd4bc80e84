"""Films in JSON: one object a line, or one array, a page of results or objects one after another, read as a stream.

A further name for the list in a page belongs in `LISTS`. Cells stay as JSON has them; forms.py reads them.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from film_files.errors import FilmFileError, shortened
from film_files.headings import FILM_COLUMNS, MAX_COLUMNS, canonical
from film_files.json_stream import JsonStream, decoded
from film_files.table_row import TableRow
from film_files.text_lines import FilmText, UnreadableLine

LISTS = ("results", "movies", "films", "data", "items", "records", "rows")  # in a page that holds films in a list
MAX_DEPTH = 32
_FEWEST_COLUMNS = 2  # of a film; a page may have an id or a name


def is_lines(first: list[str]) -> bool:
    """Whether the first lines of a text are objects of their own, not parts of a larger value."""
    if "".join(first).lstrip("\ufeff \t\r\n").startswith("["):
        return False
    starts = [line.strip() for line in first if line.startswith("{")]
    whole = sum(1 for line in starts if isinstance(decoded(line), dict))
    before_comma = sum(1 for line in starts if line.endswith(",") and isinstance(decoded(line[:-1]), dict))
    return whole > 0 and whole >= before_comma


def line_rows(text: FilmText) -> Iterator[TableRow]:
    """One row for each object, and for each line that is none; a line may also be a page of films."""
    rename = _Columns(text.name)
    for number, line in enumerate(chain.from_iterable(text.whole_lines()), start=1):
        record = decoded(line)
        if isinstance(record, dict):
            for film in _films(record):
                yield rename.row(number, film)
        elif isinstance(line, UnreadableLine):
            yield TableRow(number, {}, f"line {number} {line.problem}")
        elif line.strip():
            yield TableRow(number, {}, f"line {number} is not a whole JSON object: {shortened(line, 60)}")


def stream_rows(text: FilmText) -> Iterator[TableRow]:
    """The films of an array, of pages or of objects one after another, in bounded memory."""
    rename = _Columns(text.name)
    stream = JsonStream(text)
    while (sign := stream.peek()) is not None:
        if sign == "[":
            yield from _array_rows(stream, rename)
        elif sign == "{":
            yield from _object_rows(stream, rename)
        elif sign == ",":
            stream.skip()
        else:
            raise stream.invalid("an object or an array is expected here")


def refuse_columns_of_values(first: TableRow, name: str) -> None:
    """Raise FilmFileError for what pandas writes without `orient`: by column the values of all films."""
    nested = [value for column, value in first.cells.items() if column in FILM_COLUMNS and isinstance(value, dict)]
    if len(nested) > 1 and all("0" in value for value in nested):
        raise FilmFileError(
            f"{name} is JSON written column by column, as pandas' to_json() does: write it with orient='records'.",
            kind="json",
        )


class _Columns:
    """Gives the values of an object the names of columns."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._known: dict[str, str] = {}

    def row(self, line: int, record: object) -> TableRow:
        """The row of a film; a problem if it is no object, nested too deep, or names a column twice."""
        if not isinstance(record, dict):
            return TableRow(line, {}, f"the value in line {line} is not a JSON object: {shortened(record, 60)}")
        if _too_deep(record):
            return TableRow(line, {}, f"the object in line {line} is nested deeper than {MAX_DEPTH}")
        known = self._known
        try:
            cells = {known[key]: value for key, value in record.items()}
        except KeyError:
            self._add(record)
            cells = {known[key]: value for key, value in record.items()}
        if len(cells) < len(record):
            return self._ambiguous(line, record)
        return TableRow(line, cells)

    def _add(self, record: dict[str, Any]) -> None:
        for key in record:
            self._known[key] = canonical(key)
        if len(self._known) > MAX_COLUMNS:
            raise FilmFileError(
                f"{self._name} has more than {MAX_COLUMNS:,} different keys: is it a list of films?", kind="too_large"
            )

    def _ambiguous(self, line: int, record: dict[str, Any]) -> TableRow:
        cells: dict[str, Any] = {key: value for key, value in record.items() if self._known[key] == key}
        for key, value in record.items():
            column = self._known[key]
            if column == key:
                continue
            if column in record:  # the exact name goes before other words for it
                cells[key] = value
            elif column in cells:
                return TableRow(
                    line, {}, f'the object in line {line} has two keys for {column}, one of them "{key[:40]}"'
                )
            else:
                cells[column] = value
        return TableRow(line, cells)


def _array_rows(text: JsonStream, rename: _Columns) -> Iterator[TableRow]:
    text.expect("[")
    if text.peek() == "]":
        text.skip()
        return
    while True:
        text.peek()
        line = text.line
        yield rename.row(line, text.value())
        if text.expect(",]") == "]":
            return
        if text.peek() == "]":  # a comma after the last one
            text.skip()
            return


def _object_rows(text: JsonStream, rename: _Columns) -> Iterator[TableRow]:
    """A page of films, or one film."""
    text.peek()
    line = text.line
    text.expect("{")
    record: dict[str, Any] = {}
    was_page = holds_films = False
    if text.peek() == "}":
        text.skip()
        return
    while True:
        text.peek()
        key = text.value()
        if not isinstance(key, str):
            raise text.invalid("a key in quotes is expected here")
        text.expect(":")
        if key in LISTS and text.peek() == "[" and _film_columns(record) < _FEWEST_COLUMNS:
            for row in _array_rows(text, rename):
                holds_films |= _film_columns(row.cells) >= _FEWEST_COLUMNS
                yield row
            was_page = True
        else:
            record[key] = text.value()
        if text.expect(",}") == "}":
            break
    if not was_page:
        for film in _films(record):
            yield rename.row(line, film)
    elif not holds_films and _film_columns(record) >= _FEWEST_COLUMNS:
        yield rename.row(line, record)


def _films(record: dict[str, Any]) -> list[Any]:
    """The films in all lists of a page; an object that names columns of a film itself is one."""
    lists = [value for key, value in record.items() if key in LISTS and isinstance(value, list)]
    films = [film for found in lists for film in found]
    is_page = lists and all(isinstance(film, dict) for film in films) and _film_columns(record) < _FEWEST_COLUMNS
    return films if is_page else [record]


def _film_columns(record: dict[str, Any]) -> int:
    return len({canonical(key) for key in record if key not in LISTS}.intersection(FILM_COLUMNS))


def _too_deep(value: object) -> bool:
    """Whether the value is nested deeper than what films need, without recursion."""
    level = [value]
    for _depth in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer if isinstance(outer, list) else ())
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True
