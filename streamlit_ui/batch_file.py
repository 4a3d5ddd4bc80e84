"""A CSV of films: read row by row, rated in parts, and written with its predictions. What is shown: views/batch.py.

A bad row is told with its reason and spoils no other. A synopsis that is not English is left out by the service, which
says so in the row's warnings: nothing of a sheet goes to a translator.
"""

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from streamlit_ui import names
from streamlit_ui.client import Service, ServiceError
from streamlit_ui.contract import Answer, Film
from streamlit_ui.localizer import Sentence

LISTS = ("genres", "production_countries", "production_companies", "spoken_languages", "directors", "cast")
COLUMNS = ("title", "runtime", "genres", "original_language", "overview", "release_date", *LISTS[1:], "collection")
ADDED = ("predicted_rating", "low", "high", "mood", "warnings", "problem", "bundle_id")
ENCODINGS = ("utf-8-sig", "cp949")  # the second is what a Korean Excel writes
MOST_FILMS = 10_000  # the service takes no more at once
PART = 250  # films in one question, so that progress is seen

Fault = Literal["not_text", "no_header", "no_films", "too_many"]
Reason = Literal["missing", "not_a_number", "not_a_date", "refused"]


@dataclass(frozen=True)
class UnreadableFile:
    """The file as a whole cannot be used."""

    fault: Fault


@dataclass(frozen=True)
class Problem:
    """Why a row has no prediction: its `field`, and in the service's own words what is wrong, where it refused."""

    reason: Reason
    field: str | None
    message: str = ""


@dataclass(frozen=True)
class Row:
    """A row of the sheet: the line it begins at, what its cells say, and its film, or why it is none."""

    line: int
    cells: dict[str, str]
    film: Film | Problem


@dataclass
class RatedBatch:
    """A sheet with what became of each row; `trouble` where the service stopped answering on the way."""

    name: str
    rows: list[Row]
    outcomes: list[Answer | Problem]  # of the first rows, in order
    trouble: ServiceError | None = None


def template() -> str:
    """A sheet to start from: all columns, and two films that show how they are filled."""
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
    return "\ufeff" + sink.getvalue()  # the mark lets Excel read it as UTF-8


def read_batch(raw: bytes) -> list[Row] | UnreadableFile:
    """The rows of a CSV with commas, semicolons or tabs, or why it is none."""
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
            line, end = end + 1, reader.line_num  # a cell may hold line ends
            cells = {name: value.strip() for name, value in found.items() if name and isinstance(value, str)}
            if any(cells.values()):
                rows.append(Row(line, cells, _film(cells)))
            if len(rows) > MOST_FILMS:
                return UnreadableFile("too_many")
    except csv.Error:
        return UnreadableFile("not_text")
    return rows or UnreadableFile("no_films")


def rate_batch(name: str, rows: list[Row], service: Service, progress: Callable[[float], object]) -> RatedBatch:
    """Ask for all films, part by part; `progress` is told the share that is done."""
    sheet = RatedBatch(name, rows, [])
    for start in range(0, len(rows), PART):
        part = rows[start : start + PART]
        answers = service.predict_batch([row.film for row in part if isinstance(row.film, Film)])
        if isinstance(answers, ServiceError):
            sheet.trouble = answers
            return sheet
        left = iter(answers)
        sheet.outcomes += [row.film if isinstance(row.film, Problem) else _outcome(next(left)) for row in part]
        progress(min((start + PART) / len(rows), 1.0))
    return sheet


def predictions(sheet: RatedBatch) -> str:
    """The sheet as CSV with what the service said of each row."""
    kept = list(dict.fromkeys(name for row in sheet.rows for name in row.cells))
    sink = io.StringIO()
    writer = csv.DictWriter(sink, [*(name for name in kept if name not in ADDED), *ADDED], lineterminator="\r\n")
    writer.writeheader()
    for row, outcome in zip(sheet.rows, sheet.outcomes, strict=False):
        cells = {name: value for name, value in row.cells.items() if name not in ADDED}
        writer.writerow(cells | _said(outcome))
    return "\ufeff" + sink.getvalue()


def _said(outcome: Answer | Problem) -> dict[str, object]:
    if isinstance(outcome, Problem):
        return {"problem": f"{outcome.field or ''}: {outcome.message or outcome.reason}".removeprefix(": ")}
    interval = outcome.interval
    return {
        "predicted_rating": f"{outcome.predicted_rating:.3f}",
        "low": f"{interval.low:.3f}" if interval else "",
        "high": f"{interval.high:.3f}" if interval else "",
        "mood": f"{outcome.mood.polarity:.3f}" if outcome.mood else "",
        "warnings": "|".join(warned.code for warned in outcome.warnings),
        "bundle_id": outcome.bundle_id,
    }


def _outcome(answer: Answer | ServiceError) -> Answer | Problem:
    return answer if isinstance(answer, Answer) else Problem("refused", answer.field, answer.message)


def _film(cells: dict[str, str]) -> Film | Problem:
    for field in ("runtime", "original_language"):
        if not cells.get(field):
            return Problem("missing", field)
    try:
        runtime = float(cells["runtime"].replace(",", "."))
    except ValueError:
        return Problem("not_a_number", "runtime")
    if not 0 < runtime < float("inf"):
        return Problem("not_a_number", "runtime")
    try:
        released = date.fromisoformat(cells["release_date"]) if cells.get("release_date") else None
    except ValueError:
        return Problem("not_a_date", "release_date")
    lists = {name: _listed(cells.get(name, "")) for name in LISTS}
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


def _listed(cell: str) -> list[str]:
    """The entries of a cell, with `|` between them, or semicolons or commas where there is none."""
    entries = cell.split("|") if "|" in cell else re.split("[;,]", cell)
    return [entry.strip() for entry in entries if entry.strip()]


def _in_english(named: dict[str, Sentence], said: str, *, code: bool = False) -> str:
    """The service's own word for a name in either language; what nobody knows stays as it came."""
    known = {form.lower(): key for key, sentence in named.items() for form in (key, *sentence)}
    return known.get(said.lower(), said.lower() if code else said)


def _decoded(raw: bytes) -> str | None:
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def problems(sheet: RatedBatch) -> Sequence[tuple[Row, Problem]]:
    """The rows without a prediction, each with its reason."""
    pairs = zip(sheet.rows, sheet.outcomes, strict=False)
    return [(row, outcome) for row, outcome in pairs if isinstance(outcome, Problem)]
