"""Further files of a dump, whose rows are joined to the films by id, such as credits and keywords.

How the films themselves are read and packed belongs in files.py.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import zstandard

from film_files.errors import listed
from film_files.forms import Forms
from film_files.table import FilmTable
from movie_assets.catalogue.dump.fields import plain
from movie_assets.catalogue.source import SourceError

_NO_FORMS = Forms()


@dataclass
class JoinedRows:
    """The columns that a file adds to the films, each row packed by itself; of rows with one id the first counts."""

    name: str
    columns: tuple[str, ...]
    unreadable: int = 0  # rows without an id, or that cannot be trusted
    _rows: dict[int, bytes] = field(default_factory=dict)
    _used: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, table: FilmTable, path: Path, known: Collection[str]) -> Self:
        """All rows of the table but for columns that the films have themselves.

        Raises SourceError if it has no id, or no column that the films lack.
        """
        columns = tuple(column for column in table.columns if column not in known)
        if "id" not in table.columns or not columns:
            lacking = "no further column" if "id" in table.columns else "no column id"
            raise SourceError(
                f"The file {path} has {lacking} and cannot be joined to the films. Columns found: "
                f"{listed(table.columns, 20)}. Name one file of films in MOVIE_DUMP_PATH, and files that add columns "
                "to it by id; put the parts of one table in a folder."
            )
        joined = cls(path.name, columns)
        packer = zstandard.ZstdCompressor()
        for row in table.rows():
            film_id = None if row.problem else _id_of(row.cells.get("id"))
            if film_id is None:
                joined.unreadable += 1
            elif film_id not in joined._rows:
                cells = {column: row.cells[column] for column in columns if column in row.cells}
                joined._rows[film_id] = packer.compress(json.dumps(cells, default=plain).encode())
        return joined

    def cells_of(self, film_id: object) -> dict[str, Any]:
        """What the file adds to a film; a missing cell for each of its columns if it has no such film."""
        number = _id_of(film_id)
        packed = None if number is None else self._rows.get(number)
        if number is None or packed is None:
            return dict.fromkeys(self.columns)
        self._used.add(number)
        return {**dict.fromkeys(self.columns), **json.loads(zstandard.decompress(packed))}

    def describe(self) -> str:
        """How many rows were joined and how many were not, for people."""
        without = len(self._rows) - len(self._used)
        text = f"{len(self._used):,} films, by id; {without:,} rows of no film"
        return f"{text}; {self.unreadable:,} rows without an id that can be read" if self.unreadable else text


def _id_of(cell: object) -> int | None:
    try:
        number: int | None = _NO_FORMS.read("id", cell)
    except ValueError:
        return None
    return number
