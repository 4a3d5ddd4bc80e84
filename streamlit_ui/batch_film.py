"""The film of a batch file's row, by the names that its cells hold, or why there is none.

A column that holds a fact of a film belongs in `SOURCES`. Names go to the service as they are written, which knows
their codes. How a cell is written is in film_files.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from film_files.cells import quoted
from film_files.forms import Forms
from film_files.list_cells import NAMING
from streamlit_ui.contract import Film

LISTS = ("genres", "production_countries", "production_companies", "spoken_languages", "directors", "cast")
SOURCES = frozenset(
    {
        *LISTS,
        *("title", "runtime", "original_language", "overview", "release_date", "collection", "belongs_to_collection"),
        *("genre_ids", "credits", "crew", "credits.cast", "credits.crew"),
    }
)
CODES = {"production_countries": "iso_3166_1", "spoken_languages": "iso_639_1"}  # in TMDB's objects
MOST_PEOPLE = 10  # of a list: the model learned from as many

ProblemReason = Literal["missing", "not_above_0", "unreadable", "broken_row", "refused"]
Cells = Mapping[str, Any]  # by column, as the file has them


@dataclass(frozen=True)
class RowProblem:
    """Why a row has no prediction.

    `message` is what film_files says of the cell or the row, or the service of a film it refused.
    """

    reason: ProblemReason
    field: str | None
    message: str = ""

    def sentence(self) -> str:
        """The problem in English, for the download."""
        if self.field is None:
            return self.message or self.reason
        if self.reason == "unreadable":
            return f"{self.field} {self.message}"
        return f"{self.field}: {self.message or self.reason}"


class _CellError(Exception):
    def __init__(self, problem: RowProblem) -> None:
        super().__init__(problem)
        self.problem = problem


def film_of(cells: Cells, forms: Forms) -> Film | RowProblem:
    """The film of a row; the first problem if a cell cannot be read."""
    try:
        return _Cells(cells, forms).film()
    except _CellError as error:
        return error.problem


@dataclass(frozen=True)
class _Cells:
    cells: Cells
    forms: Forms

    def film(self) -> Film:
        """Raises _CellError."""
        lists = {column: self._names(column) for column in LISTS}
        lists["genres"] = lists["genres"] or self._names("genres", self.cells.get("genre_ids"))
        lists["directors"] = (lists["directors"] or self._directors())[:MOST_PEOPLE]
        lists["cast"] = (lists["cast"] or self._cast())[:MOST_PEOPLE]
        runtime: float = self._required("runtime")
        if runtime <= 0:
            raise _CellError(RowProblem("not_above_0", "runtime", str(self.cells["runtime"]).strip()))
        released: date | None = self._read("release_date")
        return Film(
            runtime=runtime,
            genres=lists.pop("genres"),
            original_language=self._required("original_language"),
            overview=self._read("overview"),
            title=self._read("title"),
            release_date=released,
            collection=self._collection(),
            **{name: values or None for name, values in lists.items()},
        )

    def _read(self, column: str, value: object = None) -> Any:
        """The cell of a column, or a value from inside another cell, in its form."""
        value = self.cells.get(column) if value is None else value
        try:
            found = self.forms.read(column, value)
        except ValueError as error:
            message = str(error).removeprefix(f"{column} ")
            raise _CellError(RowProblem("unreadable", column, message)) from error
        return found.strip() if isinstance(found, str) else found

    def _required(self, column: str) -> Any:
        found = self._read(column)
        if found in (None, ""):
            raise _CellError(RowProblem("missing", column))
        return found

    def _names(self, column: str, value: object = None) -> list[str]:
        return _names(self._read(column, value), CODES.get(column, "name"))

    def _cast(self) -> list[str]:
        return self._names("credits.cast") or self._names("cast", self._credits().get("cast"))

    def _directors(self) -> list[str]:
        """By the crew list of TMDB."""
        crew = self._read("crew") or self._read("credits.crew") or self._read("crew", self._credits().get("crew"))
        if crew and not any(isinstance(person, dict) for person in crew):
            column = next((name for name in ("crew", "credits.crew") if self._read(name)), "credits")
            message = f"has {quoted(crew[0])} without a job, so no director; name directors in a column directors"
            raise _CellError(RowProblem("unreadable", column, message))
        return _names([person for person in crew if isinstance(person, dict) and person.get("job") == "Director"])

    def _credits(self) -> Mapping[str, Any]:
        found = self._read("credits")
        if isinstance(found, str) and found:
            message = f"is {quoted(found)}, not an object with cast and crew"
            raise _CellError(RowProblem("unreadable", "credits", message))
        return found if isinstance(found, dict) else {}

    def _collection(self) -> str | None:
        found = self._series("collection") or self._series("belongs_to_collection")
        return next(iter(_names([found])), None)

    def _series(self, column: str) -> Any:
        try:
            return self._read(column)
        except _CellError:
            written = self.cells[column]
            if not isinstance(written, str) or "{" in written:
                raise
            return written  # `[REC] Collection` is a name


def _names(items: list[Any], key: str = "name") -> list[str]:
    """The names of texts and objects, each once."""
    found: dict[str, None] = {}
    for item in items:
        values = [item.get(name) for name in (key, *NAMING)] if isinstance(item, dict) else [item]
        name = next((str(value).strip() for value in values if value not in (None, "")), "")
        if name:
            found[name] = None
    return list(found)
