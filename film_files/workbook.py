"""Films in an Excel workbook (.xlsx): the sheet that names most columns of films, with its values as they were typed.

What a workbook may unpack to is in workbook_bounds.py.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import python_calamine as calamine

from film_files.compression import Packed
from film_files.errors import FilmFileError, listed, shortened
from film_files.headings import HEADING_LINES, columns_of, find_headings
from film_files.table_row import TableRow
from film_files.workbook_bounds import checked_workbook


@dataclass(frozen=True)
class Sheet:
    """The sheet of films in a workbook."""

    name: str
    header_line: int
    headings: dict[str, str]  # by column the heading as it is written
    cells: list[list[Any]]  # below the headings

    def rows(self) -> Iterator[TableRow]:
        """The rows that are not empty; numbers, booleans and dates stay what they are, an error is an empty cell."""
        columns = tuple(self.headings)
        for line, cells in enumerate(self.cells, start=self.header_line + 1):
            if any(cell != "" for cell in cells):
                yield TableRow(line, dict(zip(columns, map(_plain, cells), strict=True)))


def find_sheet(packed: Packed, expected: Collection[str]) -> Sheet:
    """The first of the sheets that name most of the expected columns.

    Raises FilmFileError when the workbook is damaged, too large, or has no such sheet.
    """
    try:
        with calamine.CalamineWorkbook.from_filelike(checked_workbook(packed)) as workbook:
            sheets = {
                name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in _sheets(workbook)
            }
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise FilmFileError(
            f"{packed.name} is a workbook that cannot be read ({shortened(error, 200)}): save it again, or as CSV.",
            kind="damaged",
        ) from error
    lines = (
        (line, name, list(map(str, row)))
        for name, cells in sheets.items()
        for line, row in enumerate(cells[:HEADING_LINES], start=1)
    )
    found = find_headings(lines, expected)
    if found is None:
        raise FilmFileError(
            f"{packed.name} names no column of films in its sheets ({listed(list(sheets), 5)}). "
            f"The headings must be among: {listed(tuple(expected), 12)}.",
            kind="no_columns",
        )
    header_line, name, written = found
    header = _without_empty_end(written)
    columns = columns_of(header, packed.name)
    cells = [row[: len(columns)] for row in sheets[name][header_line:]]
    if not any(cell != "" for row in cells for cell in row):
        raise FilmFileError(f"{packed.name} has headings and no rows in its sheet {shortened(name)}.", kind="no_films")
    if any(cell != "" for row in sheets[name][header_line:] for cell in row[len(columns) :]):
        raise FilmFileError(
            f"{packed.name} has cells beyond its last heading, {shortened(header[-1])}: name or empty them.",
            kind="headings",
        )
    return Sheet(name, header_line, dict(zip(columns, header, strict=True)), cells)


def _sheets(workbook: calamine.CalamineWorkbook) -> list[str]:
    return [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == calamine.SheetTypeEnum.WorkSheet]


def _without_empty_end(header: list[str]) -> list[str]:
    while header and not header[-1].strip():
        header = header[:-1]
    return header


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.date() if cell.time() == time() else cell.isoformat()
    if isinstance(cell, date) or cell == "":
        return cell or None
    return str(cell) if isinstance(cell, time | timedelta) else cell
