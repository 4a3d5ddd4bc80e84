"""Days as whole numbers: serial numbers of a spreadsheet, and the time since 1970 in seconds and smaller units.

A number alone tells nothing; the whole column does. A time that is no midnight is refused, since its day depends on a
time zone.
"""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

_DAY = 86_400
EPOCHS = {  # whole numbers: their name, units a day, and day 0
    "serial": ("serial numbers of a spreadsheet", 1, date(1899, 12, 30)),
    "s": ("seconds since 1970", _DAY, date(1970, 1, 1)),
    "ms": ("milliseconds since 1970", _DAY * 10**3, date(1970, 1, 1)),
    "us": ("microseconds since 1970", _DAY * 10**6, date(1970, 1, 1)),
    "ns": ("nanoseconds since 1970", _DAY * 10**9, date(1970, 1, 1)),
}
_SERIALS = (20_000, 80_000)  # 1954 to 2119; smaller ones look like years or counts
_EPOCH_DAYS = (-36_500, 47_500)  # 1870 to 2100
_WHOLE = re.compile(r"-?[0-9]{1,19}(?:\.0+)?")


@dataclass
class WholeNumbers:
    """Cells of a date column that are whole numbers: what they can mean as a whole."""

    cells: int = 0
    first: str = ""
    least: int = 0
    most: int = 0
    units: set[str] = field(default_factory=lambda: {"s", "ms", "us", "ns"})  # that leave no time of the day

    def add(self, value: object) -> bool:
        """Note a cell; False if it is no whole number."""
        number = _whole(value)
        if number is None:
            return False
        self.least = min(self.least, number) if self.cells else number
        self.most = max(self.most, number) if self.cells else number
        self.first = self.first or str(value)
        self.cells += 1
        self.units = {unit for unit in self.units if number % EPOCHS[unit][1] == 0}
        return True

    def meaning(self) -> str:
        """The one meaning that all cells allow, a key of `EPOCHS`; "" if there is none or several."""
        if not self.cells:
            return ""
        within = [unit for unit in self.units if self._is_within(EPOCHS[unit][1])]
        if _SERIALS[0] <= self.least and self.most <= _SERIALS[1]:
            within.append("serial")
        return within[0] if len(within) == 1 else ""

    def _is_within(self, a_day: int) -> bool:
        least, most = self.least // a_day, self.most // a_day
        return _EPOCH_DAYS[0] <= least and most <= _EPOCH_DAYS[1] and max(most, -least) > 366


def _whole(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 10**19 else None
    if isinstance(value, int):
        return value if abs(value) < 10**19 else None
    text = value.strip() if isinstance(value, str) and len(value) < 40 else ""
    return int(text.partition(".")[0]) if text.isascii() and _WHOLE.fullmatch(text) else None


def day_of_number(value: object, epoch: str) -> date | None:
    """The day of a whole number by its meaning, a key of `EPOCHS`; None for anything else."""
    number = _whole(value)
    if number is None or not epoch:
        return None
    _, a_day, day_0 = EPOCHS[epoch]
    return day_0 + timedelta(days=number // a_day)
