"""A batch file: a table of films in any form that film_files reads, as rows with a film or the reason for none.

Bounds on a batch, and what the page says of a file, belong here. How files and cells are written is in film_files, a
row's film in batch_film.py, rating and the download in rated_batch.py, the view in views/batch.py.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from film_files.errors import FaultKind
from film_files.forms import FormEvidence, Forms
from film_files.table import FileForm, FilmFileError, FilmTable, TableRow, open_table
from streamlit_ui.batch_film import LISTS, SOURCES, RowProblem, film_of
from streamlit_ui.contract import Film

COLUMNS = ("title", "runtime", "genres", "original_language", "overview", "release_date", *LISTS[1:], "collection")
REQUIRED = ("runtime", "original_language")
ENDINGS = ("csv", "tsv", "txt", "xlsx", "json", "jsonl", "parquet", "gz", "zip")
MAX_FILMS = 10_000  # the limit of the service
MAX_CELLS = 500_000  # rows x columns, empty ones too
MAX_CHARACTERS = 20_000_000  # of all cells
MAX_UNPACKED = 64 << 20  # bytes

FileFault = Literal["unreadable", "missing_columns", "no_films", "too_many", "too_large"]


@dataclass(frozen=True)
class UnreadableFile:
    """The whole file is invalid; if it is unreadable, with film_files' own sentence and its kind."""

    fault: FileFault
    message: str = ""
    kind: FaultKind = "unreadable"
    missing: tuple[str, ...] = ()  # columns
    headings: tuple[str, ...] = ()  # as the file has them


@dataclass(frozen=True)
class Row:
    """A row: the line it begins at, its cells by column as texts, and its film or the problem with it."""

    line: int
    cells: dict[str, str]
    film: Film | RowProblem


@dataclass(frozen=True)
class BatchFile:
    """The rows of a file, and how it was understood."""

    rows: list[Row]
    form: FileForm
    headings: dict[str, str]  # by column, as the file has them
    column_forms: dict[str, str] = field(default_factory=dict)  # of columns whose form had to be found
    date_problem: str | None = None  # why the dates cannot be read as a whole
    damaged_lines: int = 0  # with letters that an earlier program lost

    @property
    def unused(self) -> list[str]:
        """The headings of columns that are no fact of a film."""
        return [heading for column, heading in self.headings.items() if column not in SOURCES and heading]


def template() -> str:
    """A template with all columns and two example films."""
    sink = io.StringIO()
    writer = csv.DictWriter(sink, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerow(
        {
            "title": "The Last Case",
            "runtime": 112,
            "genres": "Drama|Crime",
            "original_language": "en",
            "overview": "A retired detective returns to a quiet town to solve one last case.",
            "release_date": "2027-03-05",
            "directors": "A. Director",
            "cast": "First Name|Second Name",
        }
    )
    writer.writerow({"title": "Night Harvest", "runtime": 88, "genres": "Horror", "original_language": "ko"})
    return "\ufeff" + sink.getvalue()  # with a byte order mark, Excel reads it as UTF-8


def read_batch(raw: bytes, name: str) -> BatchFile | UnreadableFile:
    """The rows of a file called `name`, or its fault."""
    try:
        table = open_table(raw, name=name, most_bytes=MAX_UNPACKED)
        missing = tuple(column for column in REQUIRED if column not in table.columns)
        if missing:
            headings = tuple(heading for heading in table.headings.values() if heading)
            return UnreadableFile("missing_columns", missing=missing, headings=headings)
        forms = _forms(table)
        if not isinstance(forms, Forms):
            return UnreadableFile(forms)
        rows = [_row(row, forms) for row in _films(table)]
    except FilmFileError as error:
        return UnreadableFile("unreadable", str(error), error.kind)
    if not rows:
        return UnreadableFile("no_films")
    described = {column: form for column, form in forms.describe().items() if column in SOURCES}
    return BatchFile(rows, table.form, table.headings, described, forms.date_problem, table.replaced_lines)


def _forms(table: FilmTable) -> Forms | FileFault:
    """The forms of the columns by all rows, which are read once more then: nested cells take much memory."""
    evidence = FormEvidence()
    cells = characters = 0
    for films, row in enumerate(_films(table), start=1):
        cells += len(row.cells)
        for column, value in row.cells.items():
            evidence.add(column, value)
            characters += len(_text(value))
        if films > MAX_FILMS:
            return "too_many"
        if cells > MAX_CELLS or characters > MAX_CHARACTERS:
            return "too_large"
    return evidence.forms()


def _films(table: FilmTable) -> Iterator[TableRow]:
    """The rows that are not blank."""
    for row in table.rows():
        if row.problem is not None or not all(map(_is_blank, row.cells.values())):
            yield row


def _row(row: TableRow, forms: Forms) -> Row:
    texts = {column: text for column, value in row.cells.items() if (text := _text(value))}
    broken = next((column for column, text in texts.items() if not text.isascii() and not _is_text(text)), None)
    if broken is not None:
        texts = {column: text.encode(errors="backslashreplace").decode() for column, text in texts.items()}
        return Row(row.line, texts, RowProblem("unreadable", broken, "holds half a character (a lone surrogate)"))
    if row.problem is not None:
        return Row(row.line, texts, RowProblem("broken_row", None, row.problem))
    return Row(row.line, texts, film_of(row.cells, forms))


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _text(value: object) -> str:
    """A cell as the download has it."""
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def _is_text(text: str) -> bool:
    """False with half a surrogate pair, which JSON can hold and no request."""
    return text.encode(errors="ignore").decode() == text
