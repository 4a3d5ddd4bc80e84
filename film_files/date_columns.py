"""What a column of dates tells about the order of day, month and year, and its cells read in that order.

Cells that are written alike keep the orders that all of them allow; where one is left, it reads them all. Nothing is
decided by what is usual, but that a year of four digits in front is followed by the month. How one cell is written is
in dates.py.
"""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime

from film_files.cells import quoted
from film_files.dates import ISO, ORDERS, WrittenDate, depends_on_time_zone, label, parse_date, readings
from film_files.missing import is_missing
from film_files.numbered_days import EPOCHS, WholeNumbers, day_of_number

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR = "(?:18[7-9]|19[0-9]|20[0-9])[0-9]"  # others are looked at
_PLAIN = re.compile(rf"{_YEAR}-(?:0[1-9]|1[0-2])-(?:1[3-9]|2[0-9]|3[01])")  # no other order is possible
_EITHER = re.compile(rf"{_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-2])")
_ISO_STYLE = ("first-", "0")
YEARS = (1870, 2100)  # of films, by the Gregorian calendar
_ENOUGH_UNCLEAR = 20  # one cell of so many that can be two days makes the column a problem


@dataclass
class _Alike:
    """The cells of one style and padding: the orders that all allow, and examples."""

    left: set[str]
    cells: int = 0
    unclear: int = 0
    example: str = ""  # the first that can be several days
    proofs: dict[str, list[str]] = field(default_factory=dict)  # by order, up to two cells that allow only it

    def add(self, text: str, written: WrittenDate) -> None:
        self.cells += 1
        self.left &= set(written.candidates)
        if len(written.days) > 1:
            self.unclear += 1
            self.example = self.example or text
        elif len(written.candidates) == 1:
            found = self.proofs.setdefault(next(iter(written.candidates)), [])
            if len(found) < 2 and text not in found:
                found.append(text)

    def joined(self, other: "_Alike") -> "_Alike":
        proofs = {
            order: [*self.proofs.get(order, []), *other.proofs.get(order, [])]
            for order in {**self.proofs, **other.proofs}
        }
        return _Alike(
            self.left & other.left,
            self.cells + other.cells,
            self.unclear + other.unclear,
            self.example or other.example,
            proofs,
        )


@dataclass(frozen=True)
class DateForm:
    """The order of each style of a column, and the problem if the column cannot be read as a whole."""

    orders: dict[str, str] = field(default_factory=dict)  # by style and padding; "" where no order is left alone
    epoch: str = ""  # the meaning of whole numbers: a key of `EPOCHS`
    problem: str = ""  # one sentence
    labels: tuple[str, ...] = ()  # the forms found, for people

    def read(self, value: object) -> date:
        """The day. Raises ValueError with the reason, which quotes the cell."""
        if isinstance(value, str) and _ISO_DAY.fullmatch(value) and self.orders.get("first-0", "YMD") == "YMD":
            with suppress(ValueError):
                return date.fromisoformat(value)
        if depends_on_time_zone(value):
            raise ValueError(f"is {quoted(value)}, a moment whose day depends on a time zone; write dates as {ISO}")
        if isinstance(value, date):
            return value.date() if isinstance(value, datetime) else value
        written = parse_date(value)
        if written is None or not written.candidates:
            day = day_of_number(value, self.epoch)
            if day is None:
                raise ValueError(f"is {quoted(value)}, not a date; write dates as {ISO}")
            return day
        order = self.orders.get(written.style + written.padding, "YMD" if written.style.startswith("first") else "")
        if order in written.candidates:
            return written.candidates[order]
        if order:
            told = label(written.style, order, written.padding).partition(" (")[0]
            raise ValueError(f"is {quoted(value)}, not a date written {told} as the others; write dates as {ISO}")
        if len(written.days) == 1:
            return written.days.pop()
        raise ValueError(f"is {quoted(value)}, {readings(written)}; write dates as {ISO}")


@dataclass
class DateEvidence:
    """What the cells of a column tell about the orders of their dates; a few examples are all that is kept."""

    cells: int = 0  # that are not missing
    plain: int = 0  # written YYYY-MM-DD with a day above 12
    either: int = 0  # with a day up to 12, which could be the month
    first_either: str = ""
    certain: set[str] = field(default_factory=set)  # labels of certain forms
    alike: dict[tuple[str, str], _Alike] = field(default_factory=dict)
    unread: int = 0
    first_unread: str = ""
    moments: int = 0  # of the unread, in a time zone and no midnight
    strange: int = 0  # years outside of `YEARS`
    strange_years: tuple[int, int] = (9999, 0)
    numbers: WholeNumbers = field(default_factory=WholeNumbers)

    def add(self, value: object) -> None:
        """Note a cell."""
        if isinstance(value, str) and _PLAIN.fullmatch(value):
            self.cells += 1
            self.plain += 1
            return
        if isinstance(value, str) and _EITHER.fullmatch(value):
            self.cells += 1
            self.either += 1
            self.first_either = self.first_either or value
            return
        if is_missing(value):
            return
        self.cells += 1
        text = value[:80] if isinstance(value, str) else str(value)
        if depends_on_time_zone(value):
            self.unread += 1
            self.moments += 1
            self.first_unread = self.first_unread or text
            return
        if isinstance(value, date):
            self.certain.add("dates")
            self._note_year(value)
            return
        written = parse_date(value)
        if written is not None:
            self._note_year(next(iter(written.candidates.values()), None))
        if written is None or not written.candidates:
            if not self.numbers.add(value):
                self.unread += 1
                self.first_unread = self.first_unread or text
        elif not written.style:
            self.certain.add(next(iter(written.candidates)))
        else:
            empty = _Alike(set(ORDERS[written.style.rstrip("-/. ")]))
            self.alike.setdefault((written.style, written.padding), empty).add(text, written)

    def _note_year(self, day: date | None) -> None:
        year = day.year if day else YEARS[0]
        if not YEARS[0] <= year <= YEARS[1]:
            least, most = self.strange_years
            self.strange, self.strange_years = self.strange + 1, (min(least, year), max(most, year))

    def form(self, column: str) -> DateForm:
        """The form that all cells leave possible."""
        if self.either:
            group = _Alike(set(ORDERS["first"]), self.either, self.either, self.first_either)
            known = self.alike.get(_ISO_STYLE)
            self.alike[_ISO_STYLE] = group if known is None else known.joined(group)
            self.either = 0
        groups = self._groups()
        orders = {key: _only_order(key, group, self.plain) for key, group in groups.items()}
        epoch = self.numbers.meaning() if self.numbers.cells == self.cells - self.unread else ""
        labels = {ISO} if self.plain else set()
        labels |= self.certain | ({EPOCHS[epoch][0]} if epoch else set())
        for style, padding in self.alike:
            order = orders[style + padding]
            if order and (padding or (style, "1") not in self.alike):
                labels.add(label(style, order, padding or "0"))
        return DateForm(orders, epoch, self._problem(column, groups, orders, epoch), tuple(sorted(labels)))

    def _problem(self, column: str, groups: dict[str, _Alike], orders: dict[str, str], epoch: str) -> str:
        unclear = [key for key, group in groups.items() if group.unclear and not orders[key]]
        unread = self.unread + (0 if epoch else self.numbers.cells)
        if unclear and max(groups[key].unclear for key in unclear) * _ENOUGH_UNCLEAR > self.cells:
            return f"{column} {_unclear_problem(unclear[0], groups[unclear[0]])}"
        if self.strange * 2 > self.cells:
            first, last = self.strange_years
            of = f"{self.strange:,} of {self.cells:,} rows"
            return f"{of} have a {column} in the years {first} to {last}: another calendar? Write dates as {ISO}"
        if self.moments * 2 > self.cells:
            return (
                f"{self.moments:,} of {self.cells:,} rows have a {column} whose day depends on a time zone; "
                f"the first is {quoted(self.first_unread)}; write dates as {ISO}"
            )
        if unread * 2 > self.cells:
            rows = f"none of {self.cells:,} rows" if unread == self.cells else f"{unread:,} of {self.cells:,} rows"
            has = f"has a {column}" if unread == self.cells else f"have no {column}"
            example = self.first_unread or self.numbers.first
            return f"{rows} {has} that can be read; the first is {quoted(example)}; write dates as {ISO}"
        return ""

    def _groups(self) -> dict[str, _Alike]:
        """The cells that are read in one order, by style and padding; those of no padding count for both."""
        found: dict[str, _Alike] = {}
        for style in {style for style, _ in self.alike}:
            bare, short, zero = (self.alike.get((style, padding)) for padding in ("", "1", "0"))
            if short and zero:
                # Two writers, such as a spreadsheet that took some cells for its own dates: each tells its order.
                found[f"{style}1"] = short
                found[f"{style}0"] = found[style] = zero.joined(bare) if bare else zero
            else:
                padded = short or zero
                whole = padded.joined(bare) if padded and bare else padded or bare
                if whole:
                    found |= dict.fromkeys((style, f"{style}0", f"{style}1"), whole)
        return found


def _only_order(style: str, group: _Alike, plain: int) -> str:
    """The order that reads all cells of the group; "" if there is none or several."""
    if not style.startswith("first"):
        return next(iter(group.left)) if len(group.left) == 1 else ""
    if (plain and style.startswith("first-")) or "YMD" in group.proofs or "YDM" not in group.proofs:
        return "YMD"
    return "YDM" if len(group.proofs["YDM"]) > 1 else ""  # one alone may be a slip


def _unclear_problem(style: str, group: _Alike) -> str:
    written = parse_date(group.example)
    can_be = f"{quoted(group.example)} {readings(written).removeprefix('which ') if written else ''}"
    style = style.rstrip("01")
    proofs = [
        f"{quoted(cells[0])} is {label(style, order).partition(' (')[0]}"
        for order, cells in group.proofs.items()
        if cells
    ]
    if group.left:
        return f"does not tell day from month or year: {can_be}, and no cell leaves one order; write dates as {ISO}"
    return f"mixes orders of day and month: {' and '.join(proofs[:2])}, so {can_be}; write dates as {ISO}"
