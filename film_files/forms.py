"""The forms of a table's columns: what kind each is, how its cells are written, and each cell as a plain value.

A further column belongs in `KINDS`. How a date, a number, a running time or a list is written is in date_columns.py,
numbers.py, minutes.py and list_cells.py; words for nothing are in missing.py.
"""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

from film_files.cells import quoted
from film_files.date_columns import DateEvidence, DateForm
from film_files.join_columns import JoinEvidence
from film_files.joined_names import NO_FORM, JoinForm
from film_files.list_cells import read_list, read_object
from film_files.minutes import read_minutes, without_unit
from film_files.missing import is_missing, is_missing_title, is_placeholder_text
from film_files.numbers import NumberEvidence, NumberForm, number_form, read_number, read_rating, read_whole

Kind = Literal["id", "count", "minutes", "rating", "number", "date", "list", "flag", "text", "object"]

KINDS: dict[str, Kind] = {
    "id": "id",
    "vote_count": "count",
    "runtime": "minutes",
    "vote_average": "rating",
    "popularity": "number",
    "budget": "number",
    "revenue": "number",
    "release_date": "date",
    "adult": "flag",
    "video": "flag",
    "genres": "list",
    "production_companies": "list",
    "production_countries": "list",
    "spoken_languages": "list",
    "origin_country": "list",
    "keywords": "list",
    "directors": "list",
    "writers": "list",
    "cast": "list",
    "crew": "list",
    "credits.cast": "list",
    "credits.crew": "list",
    "credits": "object",
    "belongs_to_collection": "object",
    "collection": "object",
}  # any other column is text

TITLES = frozenset({"title", "original_title", "collection"})  # a film may be called None or N/A
FREE_TEXTS = frozenset({"overview", "tagline"})
_NUMBERS = frozenset({"count", "minutes", "rating", "number"})
_PLAIN: dict[Kind, tuple[re.Pattern[str], Callable[[str], int | float]]] = {  # most cells, and the same in every form
    "id": (re.compile(r"[1-9][0-9]{0,17}"), int),
    "count": (re.compile(r"[0-9]{1,18}"), int),
    "minutes": (re.compile(r"[0-9]{1,15}(?:\.(?:[0-9]{1,2}|[0-9]{4,15}))?"), float),
    "number": (re.compile(r"[0-9]{1,15}(?:\.(?:[0-9]{1,2}|[0-9]{4,15}))?"), float),
    "rating": (re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,15})?"), float),
}
_FLAGS = {
    **dict.fromkeys(("true", "1", "1.0", "yes", "y", "t", "예", "참"), True),
    **dict.fromkeys(("false", "0", "0.0", "no", "n", "f", "아니요", "아니오", "거짓"), False),
}


@dataclass(frozen=True)
class Forms:
    """How the cells of each column are written, by all cells of the file.

    Without evidence, a cell is read where it can be only one thing.
    """

    dates: dict[str, DateForm] = field(default_factory=dict)
    numbers: dict[str, NumberForm] = field(default_factory=dict)
    joins: dict[str, JoinForm] = field(default_factory=dict)

    def read(self, column: str, value: object) -> Any:
        """The cell as a plain value of its column's kind; None, or [] in a list, for a word for nothing.

        Raises ValueError with a sentence that names the column and quotes the cell.
        """
        kind = KINDS.get(column, "text")
        if isinstance(value, str) and (plain := _PLAIN.get(kind)) and plain[0].fullmatch(value):
            return plain[1](value)
        try:
            if kind == "text":
                return _text(column, value)
            if kind == "list":
                return read_list(value, column, self.joins.get(column, NO_FORM))
            if kind == "object":
                return None if is_missing_title(value) else read_object(value)
            return None if is_missing(value) else self._scalar(column, kind, value)
        except ValueError as error:
            raise ValueError(f"{column} {error}") from error

    def describe(self) -> dict[str, str]:
        """The form of each column whose form had to be found, for people."""
        found = {column: " and ".join(form.labels) for column, form in self.dates.items()}
        found |= {column: form.describe() for column, form in self.numbers.items()}
        found |= {column: form.describe() for column, form in self.joins.items()}
        return {column: form for column, form in found.items() if form}

    @property
    def date_problem(self) -> str | None:
        """Why the release dates cannot be read as a whole, in one sentence."""
        form = self.dates.get("release_date")
        return form.problem or None if form else None

    def to_json(self) -> dict[str, Any]:
        """The forms in JSON's types."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> "Forms":
        """The forms that `to_json` gave."""
        dates = {name: DateForm(**{**form, "labels": tuple(form["labels"])}) for name, form in fields["dates"].items()}
        numbers = {name: NumberForm(**form) for name, form in fields["numbers"].items()}
        joins = {name: JoinForm(**{**form, "names": tuple(form["names"])}) for name, form in fields["joins"].items()}
        return cls(dates, numbers, joins)

    def _scalar(self, column: str, kind: Kind, value: object) -> bool | int | float | date:
        if kind == "date":
            return self.dates.get(column, _ANY_DATE).read(value)
        if kind == "flag":
            return _flag(value)
        form = self.numbers.get(column, _ANY_NUMBER)
        if kind == "minutes":
            return read_minutes(value, form)
        if kind == "rating":
            return float(read_rating(value, form))
        if kind == "number":
            return float(read_number(value, form))
        number = read_whole(value, form)
        if kind == "id" and number == 0:
            raise ValueError(f"is {quoted(value)}, not a whole number above 0")
        return number


class FormEvidence:
    """Collects, cell by cell, what tells the forms of a table's columns; the memory does not grow with the file."""

    def __init__(self) -> None:
        self._dates = {column: DateEvidence() for column, kind in KINDS.items() if kind == "date"}
        self._numbers = {column: NumberEvidence(kind) for column, kind in KINDS.items() if kind in _NUMBERS}
        self._joins = {column: JoinEvidence(column) for column, kind in KINDS.items() if kind == "list"}
        self._add: dict[str, Callable[[object], None]] = {}
        self._add |= {column: dates.add for column, dates in self._dates.items()}
        self._add |= {column: numbers.add for column, numbers in self._numbers.items()}
        self._add |= {column: joins.add for column, joins in self._joins.items()}
        for column, kind in KINDS.items():
            if kind == "minutes":
                self._add[column] = _without_unit(self._numbers[column])
        self.columns = frozenset(self._add)  # whose cells tell something; the others need not be added

    def add(self, column: str, value: object) -> None:
        """Note a cell; called once for each while a file is read."""
        add = self._add.get(column)
        if add is not None:
            add(value)

    def forms(self) -> Forms:
        """The forms that all cells so far leave possible."""
        return Forms(
            {column: dates.form(column) for column, dates in self._dates.items()},
            {column: number_form(evidence, self._numbers.values()) for column, evidence in self._numbers.items()},
            {column: joins.form() for column, joins in self._joins.items()},
        )


def _without_unit(evidence: NumberEvidence) -> Callable[[object], None]:
    return lambda value: evidence.add(without_unit(value))


def _text(column: str, value: object) -> str | None:
    """The text as it is; a title such as 1917 may come as a number, and one such as May 2012 as a date."""
    if column in TITLES:
        missing = is_missing_title(value)
    else:
        missing = is_placeholder_text(value) if column in FREE_TEXTS else is_missing(value)
    if missing:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    if isinstance(value, bool | int | float | date):
        return str(value)
    raise ValueError(f"is {quoted(value)}, not a text")


def _flag(value: object) -> bool:
    word = str(value).strip().lower() if isinstance(value, str | int | float) else ""
    if word not in _FLAGS:
        raise ValueError(f"is {quoted(value)}, not true or false")
    return _FLAGS[word]


_ANY_DATE, _ANY_NUMBER = DateForm(), NumberForm()
