"""A dump's row as a record: each cell read by the form of its column.

Which columns a film cannot do without, and what a value that cannot be read does to its film, belong here. How values
are written is known by film_files/forms.py; what they mean, and whether the film is kept, is decided in cleaning.py.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from film_files.forms import KINDS, Forms
from movie_assets.catalogue.dump.distinct_cells import DistinctCells
from movie_assets.catalogue.dump.rating_scale import RatingScale, scale_of

LIST_COLUMNS = frozenset(column for column, kind in KINDS.items() if kind == "list")
NEEDED = frozenset(
    {
        "id",
        "title",
        "overview",
        "runtime",
        "genres",
        "original_language",
        "release_date",
        "vote_average",
        "vote_count",
        "adult",
        "status",
        "production_countries",
        "production_companies",
        "spoken_languages",
    }
)  # unreadable, they cost the film; of other columns it is missing
_TEXTS = frozenset(
    {"title", "original_title", "original_language", "status", "tagline"}
)  # a synopsis stays to the letter
READ = frozenset(KINDS) | _TEXTS

_MOST_REMEMBERED = 20_000  # cells of a batch
_LONGEST_REMEMBERED = 400  # characters: lists of genres, countries and languages, which most films share

_PLAIN_TYPES = {str, int, bool, type(None)}


@dataclass(frozen=True)
class RowForms:
    """How the cells of a dump are written, and the scale of its ratings: what rows are read by, in any process."""

    cells: Forms
    scale: RatingScale
    _lists: dict[tuple[str, str], Any] = field(default_factory=dict, compare=False, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        """Without the lists of rows read so far."""
        return {"cells": self.cells, "scale": self.scale, "_lists": {}}

    def read(self, column: str, cell: object) -> Any:
        """The cell as a value of JSON. Raises ValueError with a sentence that names the column and quotes the cell."""
        if column in LIST_COLUMNS:
            return self._list(column, cell)
        if column not in READ:
            return None if cell == "" else plain(cell)
        value = self.cells.read(column, cell)
        if column == "id" and value is None:
            raise ValueError("id is missing")
        if column == "vote_average" and value is not None:
            if isinstance(cell, str) and "/" in cell:
                self.scale.refuse_other_than_ten(cell)
            return self.scale.of_ten(value)
        return value

    def _list(self, column: str, cell: object) -> Any:
        """The items of a cell; nobody changes them, since cells that are alike share one list."""
        if not isinstance(cell, str) or len(cell) > _LONGEST_REMEMBERED:
            return self.cells.read(column, cell)
        items = self._lists.get((column, cell))
        if items is None:
            if len(self._lists) >= _MOST_REMEMBERED:
                self._lists.clear()
            items = self._lists[column, cell] = self.cells.read(column, cell)
        return items

    def describe(self) -> dict[str, str]:
        """Both for people, by what is described."""
        described = {f"form/{column}": form for column, form in self.cells.describe().items()}
        return described | {"rating scale": self.scale.problem or f"0 to {self.scale.highest:g}"}


def row_forms(cells: Forms, ratings: DistinctCells, rating_max: float | None) -> RowForms:
    """The forms of a file of which all cells are known."""
    return RowForms(cells, scale_of(ratings.counts, cells, rating_max))


def read_row(
    row: Mapping[str, Any], forms: RowForms, day: date | None
) -> tuple[int | None, dict[str, Any], str | None]:
    """The row's id, its record in JSON's types, and its problem: the first value that cannot be read.

    Such a value stays as it was. `day` is the row's release date, where it has one that could be read.
    """
    record: dict[str, Any] = {}
    film_id = None
    problems = [] if "id" in row else ["malformed: the row has no id"]
    for column, cell in row.items():
        try:
            record[column] = day.isoformat() if day and column == "release_date" else forms.read(column, cell)
            film_id = record[column] if column == "id" else film_id
        except ValueError as error:
            record[column] = plain(cell)
            if column in NEEDED:
                problems.append(f"malformed: {error}")
    return film_id, record, problems[0] if problems else None


def plain(value: Any) -> Any:
    """The value in JSON's types: NaN and NaT as None, midnights and dates as YYYY-MM-DD, decimals as floats."""
    if type(value) in _PLAIN_TYPES:
        return value
    if isinstance(value, dict):
        return {str(key): item if type(item) in _PLAIN_TYPES else plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [item if type(item) in _PLAIN_TYPES else plain(item) for item in value]
    if isinstance(value, Decimal | float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)  # durations and the like
