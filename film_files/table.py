"""A table of films, opened: finds out how the file is written and reads its rows one after another.

A further format belongs in a module of its own and in `_reader`. What rows mean is not known here.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from film_files import contents, delimited, json_films
from film_files.compression import Packed, Unpacked, unpack
from film_files.errors import FilmFileError, listed, shortened
from film_files.headings import FILM_COLUMNS
from film_files.table_row import FileForm, TableRow
from film_files.text_encoding import TextEncoding, find_encoding
from film_files.text_lines import FilmText

__all__ = ["FileForm", "FilmFileError", "FilmTable", "TableRow", "open_table"]

SAMPLE_ROWS = 100  # of JSON, for its columns
FIRST_LINES = 10  # of a text, by which JSON is told from CSV and its forms from each other


@dataclass
class FilmTable:
    """The columns of a file of films, and its rows as often as they are asked for.

    `columns` of JSON are those of its first films: later films may have more.
    """

    form: FileForm
    headings: dict[str, str]  # by column the heading as it is written
    read: Callable[["FilmTable"], Iterator[TableRow]]
    replaced_lines: int = 0  # read so far, with U+FFFD: an earlier program lost letters there

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns, in the order of the file."""
        return tuple(self.headings)

    def rows(self) -> Iterator[TableRow]:
        """The rows in the order of the file, from the beginning, in bounded memory.

        Raises FilmFileError where the file is damaged.
        """
        return self.read(self)


def open_table(
    source: Path | bytes, *, name: str = "", encoding: str | None = None, expected: Collection[str] = FILM_COLUMNS
) -> FilmTable:
    """The table in a file, or in bytes called `name`, whatever its ending says.

    `encoding` overrules a guess; `expected` are the columns by which the headings are found.
    Raises FilmFileError when it is no table of films, or cannot be read.
    """
    called = shortened(name or (source if isinstance(source, Path) else "The file"), 200)
    if isinstance(source, Path) and not source.exists():
        raise FilmFileError(f"There is no file {called}: set the path to a file of films.")
    try:
        return _table(unpack(Packed(source, called)), encoding, expected)
    except OSError as error:
        raise FilmFileError(f"{called} cannot be read: {error}.") from error


def _table(file: Unpacked, encoding: str | None, expected: Collection[str]) -> FilmTable:
    contents.binary_format(file)
    found = find_encoding(file.open, file.name, encoding)
    first = FilmText(file.open, found, file.name).head()
    if contents.is_json("".join(first), file.name):
        return _json_table(file, found, json_films.is_lines(first[:FIRST_LINES]), expected)
    layout = delimited.find_layout(first, file.name, expected)
    form = FileForm("csv", found.label, found.guessed, layout.delimiter, file.compression, layout.header_line)

    def read(text: FilmText) -> Iterator[TableRow]:
        return delimited.delimited_rows(text, layout)

    return FilmTable(form, layout.headings, _text_reader(file, found, read))


def _json_table(file: Unpacked, found: TextEncoding, by_line: bool, expected: Collection[str]) -> FilmTable:
    form = FileForm("jsonl" if by_line else "json", found.label, found.guessed, compression=file.compression)
    table = FilmTable(form, {}, _text_reader(file, found, json_films.line_rows if by_line else json_films.stream_rows))
    sample = list(islice(table.rows(), SAMPLE_ROWS))
    if not sample:
        raise FilmFileError(f"{file.name} holds no film: give a file with at least one.")
    json_films.refuse_columns_of_values(sample[0], file.name)
    table.headings = {column: column for row in sample for column in row.cells}
    if not set(table.headings) & set(expected):
        found_instead = next((row.problem for row in sample if row.problem), f"keys: {listed(table.columns)}")
        raise FilmFileError(f"{file.name} has no key that is a column of films ({found_instead}).")
    return table


def _text_reader(
    file: Unpacked, found: TextEncoding, read: Callable[[FilmText], Iterator[TableRow]]
) -> Callable[[FilmTable], Iterator[TableRow]]:
    def rows(table: FilmTable) -> Iterator[TableRow]:
        text = FilmText(file.open, found, file.name)
        yield from read(text)
        table.replaced_lines = text.replaced_lines

    return rows
