"""The forms of a table's columns: what kind each is, how its cells are written, and each cell as a plain value.

A further column belongs in `KINDS`. How a date, a number or a nested cell is written is in dates.py, numbers.py and
nested.py; words for nothing are in missing.py.
"""

from dataclasses import dataclass
from typing import Any, Literal

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


@dataclass(frozen=True)
class Forms:
    """How the cells of each column are written, by all cells of the file."""

    def read(self, column: str, value: object) -> Any:
        """The cell as a plain value of its column's kind; None, or [] in a list, for a word for nothing.

        Raises ValueError with a sentence that names the column and quotes the cell.
        """
        raise NotImplementedError

    def describe(self) -> dict[str, str]:
        """The form of each column whose form had to be found, for people."""
        raise NotImplementedError

    @property
    def date_problem(self) -> str | None:
        """Why the release dates cannot be read as a whole, in one sentence."""
        raise NotImplementedError


class FormEvidence:
    """Collects, cell by cell, what tells the forms of a table's columns."""

    def add(self, column: str, value: object) -> None:
        """Note a cell; called once for each while a file is read."""
        raise NotImplementedError

    def forms(self) -> Forms:
        """The forms that all cells so far leave possible."""
        raise NotImplementedError
