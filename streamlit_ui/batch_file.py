"""A batch file, a CSV of films: its rows, each with its film or why it has none, and the template.

A bad row gets a reason and does not affect others. Rating and the download: rated_batch.py. The view: views/batch.py.
"""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from streamlit_ui import names
from streamlit_ui.contract import Film
from streamlit_ui.localizer import Sentence

LISTS = ("genres", "production_countries", "production_companies", "spoken_languages", "directors", "cast")
COLUMNS = ("title", "runtime", "genres", "original_language", "overview", "release_date", *LISTS[1:], "collection")
ENCODINGS = ("utf-8-sig", "cp949")  # the second is of a Korean Excel
MAX_FILMS = 10_000  # the limit of the service

FileFault = Literal["not_text", "no_header", "no_films", "too_many"]
ProblemReason = Literal["missing", "not_a_number", "not_a_date", "refused"]


@dataclass(frozen=True)
class UnreadableFile:
    """The whole file is invalid."""

    fault: FileFault


@dataclass(frozen=True)
class RowProblem:
    """Why a row has no prediction; `message` is the service's own if it refused the film."""

    reason: ProblemReason
    field: str | None
    message: str = ""


@dataclass(frozen=True)
class Row:
    """A row: the line it begins at, its cells by column, and its film or the problem with it."""

    line: int
    cells: dict[str, str]
    film: Film | RowProblem


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


def read_batch(raw: bytes) -> list[Row] | UnreadableFile:
    """The rows of a CSV separated by commas, semicolons or tabs, or the fault of the file."""
    text = _decoded(raw)
    if text is None or "\0" in text:
        return UnreadableFile("not_text")
    head = text.lstrip().splitlines()[:1]
    delimiter = max(",;\t", key=head[0].count) if head else ","
    reader = csv.DictReader(io.StringIO(text.lstrip(), newline=""), delimiter=delimiter, restkey="", restval="")
    fields = [(name or "").strip().lower() for name in reader.fieldnames or []]
    if "runtime" not in fields:
        return UnreadableFile("no_header")
    reader.fieldnames = fields
    rows: list[Row] = []
    try:
        end = reader.line_num
        for found in reader:
            line, end = end + 1, reader.line_num  # a cell may contain line breaks
            cells = {name: value.strip() for name, value in found.items() if name and isinstance(value, str)}
            if any(cells.values()):
                rows.append(Row(line, cells, _film(cells)))
            if len(rows) > MAX_FILMS:
                return UnreadableFile("too_many")
    except csv.Error:
        return UnreadableFile("not_text")
    return rows or UnreadableFile("no_films")


def _film(cells: dict[str, str]) -> Film | RowProblem:
    for field in ("runtime", "original_language"):
        if not cells.get(field):
            return RowProblem("missing", field)
    try:
        runtime = float(cells["runtime"].replace(",", "."))
    except ValueError:
        return RowProblem("not_a_number", "runtime")
    if not 0 < runtime < float("inf"):
        return RowProblem("not_a_number", "runtime")
    try:
        released = date.fromisoformat(cells["release_date"]) if cells.get("release_date") else None
    except ValueError:
        return RowProblem("not_a_date", "release_date")
    lists = {name: _split(cells.get(name, "")) for name in LISTS}
    return Film(
        runtime=runtime,
        genres=[_in_english(names.GENRES, genre) for genre in lists.pop("genres")],
        original_language=_in_english(names.LANGUAGES, cells["original_language"], code=True),
        overview=cells.get("overview") or None,
        title=cells.get("title") or None,
        release_date=released,
        collection=cells.get("collection") or None,
        **{name: values or None for name, values in lists.items()},
    )


def _split(cell: str) -> list[str]:
    """The entries of a cell, separated by `|`, or by semicolons or commas if it has none."""
    entries = cell.split("|") if "|" in cell else re.split("[;,]", cell)
    return [entry.strip() for entry in entries if entry.strip()]


def _in_english(named: dict[str, Sentence], name: str, *, code: bool = False) -> str:
    """The service's name for a name in either language; an unknown one stays as it is."""
    known = {form.lower(): key for key, sentence in named.items() for form in (key, *sentence)}
    return known.get(name.lower(), name.lower() if code else name)


def _decoded(raw: bytes) -> str | None:
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
