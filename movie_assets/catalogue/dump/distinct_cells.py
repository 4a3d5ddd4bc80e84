"""Cells of a column by their different values: what millions of rows repeat is kept and judged once.

Here is only the bookkeeping; what a date or a rating means belongs in files.py and rating_scale.py.
"""

from array import array
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from film_files.missing import is_missing

MOST_DISTINCT = 200_000  # ratings: a mean with all its digits may differ for every film


class CodedCells:
    """A column whose cells are numbered by their value, to be judged when all are known."""

    def __init__(self) -> None:
        self._codes: dict[object, int] = {}
        self._rows = array("i")

    def add(self, cell: object) -> None:
        """The cell of the next row."""
        if isinstance(cell, list | dict):
            cell = str(cell)
        code = self._codes.get(cell)
        if code is None:
            cell = None if is_missing(cell) else cell  # no two NaN are one key
            code = self._codes.setdefault(cell, len(self._codes))
        self._rows.append(code)

    def values(self, judge: Callable[[object], int]) -> npt.NDArray[np.int32]:
        """What `judge` makes of the cell of each row."""
        judged = np.array([judge(cell) for cell in self._codes], dtype=np.int32)
        return judged[np.frombuffer(self._rows, dtype=np.int32)] if len(self._rows) else np.empty(0, np.int32)


class DistinctCells:
    """How often each cell of a column occurs; beyond `MOST_DISTINCT`, further ones are not counted."""

    def __init__(self) -> None:
        self.counts: dict[object, int] = {}

    def add(self, cell: object) -> None:
        """Count a cell."""
        if isinstance(cell, list | dict):
            return
        known = self.counts.get(cell)
        if known is not None:
            self.counts[cell] = known + 1
        elif len(self.counts) < MOST_DISTINCT and not is_missing(cell):  # no two NaN are one key
            self.counts[cell] = 1
