"""What a column of names tells about their separator.

A separator that joins names is in nearly all cells of several names, so that few cells hold another one without it; one
that belongs to names is in few cells. Hyphens join only where the column shows it: `Drama-Mystery` beside cells with
`Drama` and `Mystery` alone. How one cell is split is in joined_names.py.
"""

from collections import Counter
from dataclasses import dataclass, field

from film_files.joined_names import CODES, PEOPLE, STRONG, JoinForm, Separator, rejoined

_MOST_KEPT = 500
_FEW = 10  # cells that show a separator that names may hold as well
_PLAINLY = 20  # cells with one separator for each with only another
_SEPARATORS: tuple[Separator, ...] = ("|", ",", "/")


@dataclass
class JoinEvidence:
    """How many cells hold which separators."""

    column: str
    cells: int = 0
    held: Counter[str] = field(default_factory=Counter)  # by the separators of a cell
    examples: dict[str, str] = field(default_factory=dict)
    hyphens: int = 0  # cells whose hyphens seem to stand between names
    hyphened: set[str] = field(default_factory=set)
    alone: set[str] = field(default_factory=set)  # cells without any separator

    def add(self, value: object) -> None:
        """Note a cell; lists and objects tell nothing."""
        if not isinstance(value, str) or value[:1] in "[{(":
            return
        self.cells += 1
        held = ""
        if ("|" in value or ";" in value or "\n" in value or not value.isascii()) and STRONG.search(value):
            held = "|"
        if "," in value and (value.count(",") > 1 or len(rejoined(value.split(","), self.column)) > 1):
            held += ","
        if "/" in value:
            held += "/"
        if held:
            self.held[held] += 1
            if held not in self.examples:
                self.examples[held] = value.strip()[:80]
        elif "-" in value:
            self._add_hyphened(value)
        elif self.column in CODES and len(self.alone) < _MOST_KEPT:
            self.alone.add(value[:80].strip())

    def _add_hyphened(self, value: str) -> None:
        pieces = value.split("-")
        if self.column == "keywords":
            seems = len(pieces) > 2
        else:  # of Bong Joon-ho and Jean-Luc Moss, a piece has no blank
            seems = self.column in CODES or all(" " in one.strip() or not one.isascii() for one in pieces)
        self.hyphens += seems
        if seems and len(self.hyphened) < (_MOST_KEPT if self.column in CODES else 1):
            self.hyphened.add(value[:200])

    def form(self) -> JoinForm:
        """The form of the column."""
        if self.column in CODES:
            few = self.hyphens >= _PLAINLY * self.held.total()
            return self._names_alone() if few else JoinForm()
        found = [separator for separator in _SEPARATORS if self._with(separator) and self._may_join(separator)]
        hyphens = self.hyphens >= _FEW and self.hyphens * 3 > self.cells
        if hyphens and all(self.hyphens >= _PLAINLY * self._with(separator) for separator in found):
            return JoinForm(hyphened=min(self.hyphened))
        for separator in found:
            if all(self._without(separator, other) for other in found if other != separator):
                return JoinForm(main=separator)
        return JoinForm(rivals="".join(found), example=self.examples[max(self.held)] if found else "")

    def _with(self, separator: Separator) -> int:
        return sum(count for held, count in self.held.items() if separator in held)

    def _without(self, separator: Separator, other: Separator) -> bool:
        """Whether few cells hold the other separator without this one, beside those that hold only this one."""
        only = sum(count for held, count in self.held.items() if separator in held and other not in held)
        others = sum(count for held, count in self.held.items() if other in held and separator not in held)
        return only >= _PLAINLY * others

    def _may_join(self, separator: Separator) -> bool:
        """A slash is in names of companies too: there it takes many cells to join names."""
        slashes = self._with("/")
        return separator != "/" or self.column in PEOPLE or (slashes >= _FEW and slashes * 5 >= self.cells)

    def _names_alone(self) -> JoinForm:
        """Hyphens join if the names of some cell with hyphens also stand alone."""
        shown = [cell for cell in self.hyphened if self.alone.issuperset(cell.split("-"))]
        return JoinForm(hyphened=min(shown), names=tuple(sorted(self.alone))) if shown else JoinForm()
