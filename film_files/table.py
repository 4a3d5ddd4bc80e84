"""A table of films, opened: finds out how the file is written and reads its rows one after another.

A further format belongs in a module of its own and in `_reader`. What rows mean is not known here.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from film_files import contents, delimited, json_films
from film_files.compression import Packed, Unpacked, unpack
from film_files.errors import FilmFileError, listed, shortened
from film_files.headings import FILM_COLUMNS
from film_files.parts import part_files
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

    name: str  # of the file, for sentences
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
    source: Path | bytes,
    *,
    name: str = "",
    encoding: str | None = None,
    expected: Collection[str] = FILM_COLUMNS,
    most_bytes: int | None = None,
) -> FilmTable:
    """The table in a file, or in bytes called `name`, whatever its ending says.

    `encoding` overrules a guess; `expected` are the columns by which the headings are found; `most_bytes` bounds what
    bytes may unpack to, below the bounds for all files.
    Raises FilmFileError when it is no table of films, or cannot be read.
    """
    called = shortened(name or (source if isinstance(source, Path) else "The file"), 200)
    try:
        if isinstance(source, Path) and not source.exists():
            raise FilmFileError(f"There is no file {called}: set the path to a file of films.")
        if isinstance(source, Path) and source.is_dir():
            parts = [Packed(part, shortened(part, 200)) for part in part_files(source)]
            return _joined(called, [_table(unpack(part), encoding, expected) for part in parts])
        return _table(unpack(Packed(source, called, most_bytes)), encoding, expected)
    except OSError as error:
        raise FilmFileError(f"{called} cannot be read: {error}.") from error


def _table(file: Unpacked, encoding: str | None, expected: Collection[str]) -> FilmTable:
    binary = contents.binary_format(file)
    if binary:
        return _parquet_table(file, expected) if binary == "parquet" else _workbook_table(file, expected)
    found = find_encoding(file.open, file.name, encoding)
    first = FilmText(file.open, found, file.name).head()
    if contents.is_json("".join(first), file.name):
        return _json_table(file, found, json_films.is_lines(first[:FIRST_LINES]), expected)
    layout = delimited.find_layout(first, file.name, expected)
    form = FileForm("csv", found.label, found.guessed, layout.delimiter, file.compression, layout.header_line)

    def read(text: FilmText) -> Iterator[TableRow]:
        return delimited.delimited_rows(text, layout)

    return FilmTable(file.name, form, layout.headings, _text_reader(file, found, read))


def _parquet_table(file: Unpacked, expected: Collection[str]) -> FilmTable:
    from film_files import parquet_films  # pyarrow takes time to import, and most files are CSV

    headings = parquet_films.parquet_headings(file)
    _require_any(headings, expected, file.name)
    form = FileForm("parquet", compression=file.compression)
    return FilmTable(file.name, form, headings, lambda _table: parquet_films.parquet_rows(file))


def _workbook_table(file: Unpacked, expected: Collection[str]) -> FilmTable:
    from film_files import workbook  # as for Parquet

    sheet = workbook.find_sheet(file.packed, expected)
    form = FileForm("xlsx", header_line=sheet.header_line)
    return FilmTable(file.name, form, sheet.headings, lambda _table: sheet.rows())


def _joined(name: str, tables: list[FilmTable]) -> FilmTable:
    """The parts as one table."""
    first = tables[0]
    for part in tables[1:]:
        in_json = part.form.format in ("json", "jsonl")  # whose columns may differ from film to film
        if part.form.format != first.form.format or (part.columns != first.columns and not in_json):
            raise FilmFileError(
                f"{part.name} has other columns or another format than {first.name} beside it: "
                "give a folder of parts of one table, or one file."
            )

    def read(table: FilmTable) -> Iterator[TableRow]:
        table.replaced_lines = 0
        for part in tables:
            for row in part.rows():
                problem = row.problem and f"{Path(part.name).name}: {row.problem}"
                yield TableRow(row.line, row.cells, problem)
            table.replaced_lines += part.replaced_lines

    headings = {column: heading for part in reversed(tables) for column, heading in part.headings.items()}
    return FilmTable(name, replace(first.form, parts=len(tables)), first.headings | headings, read)


def _json_table(file: Unpacked, found: TextEncoding, by_line: bool, expected: Collection[str]) -> FilmTable:
    form = FileForm("jsonl" if by_line else "json", found.label, found.guessed, compression=file.compression)
    table = FilmTable(
        file.name, form, {}, _text_reader(file, found, json_films.line_rows if by_line else json_films.stream_rows)
    )
    sample = list(islice(table.rows(), SAMPLE_ROWS))
    if not sample:
        raise FilmFileError(f"{file.name} holds no film: give a file with at least one.", kind="no_films")
    json_films.refuse_columns_of_values(sample[0], file.name)
    table.headings = {column: column for row in sample for column in row.cells}
    _require_any(table.headings, expected, file.name, next((row.problem for row in sample if row.problem), None))
    return table


def _require_any(headings: dict[str, str], expected: Collection[str], name: str, problem: str | None = None) -> None:
    if not set(headings) & set(expected):
        found = problem or f"it has {listed(tuple(headings.values()))}"
        raise FilmFileError(f"{name} has no column of films ({found}): give a table of films.", kind="no_columns")


def _text_reader(
    file: Unpacked, found: TextEncoding, read: Callable[[FilmText], Iterator[TableRow]]
) -> Callable[[FilmTable], Iterator[TableRow]]:
    def rows(table: FilmTable) -> Iterator[TableRow]:
        text = FilmText(file.open, found, file.name)
        yield from read(text)
        table.replaced_lines = text.replaced_lines

    return rows
