"""Dates as people and spreadsheets write them: the candidates of one cell.

`18/03/2012` is a day in March only, `02/07/2014` is in February or in July: date_columns.py decides by the column. A
further way to write a date belongs here; names of months are in month_names.py.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from film_files.cells import cleaned
from film_files.month_names import month_number

ISO = "YYYY-MM-DD"
ORDERS = {"last": ("DMY", "MDY"), "first": ("YMD", "YDM"), "short": ("DMY", "MDY", "YMD"), "named": ("DMY", "YMD")}
CENTURY = 30  # of years with two digits as spreadsheets read them: 30-99 are 1930-1999, 00-29 are 2000-2029

_LETTERS = {"Y": "YYYY", "M": "MM", "D": "DD"}

_TIME = re.compile(
    r"(?:[T ,]+|(?<=\d)T)(?P<time>(?:(?:AM|PM|오전|오후) )?[0-2]?[0-9]:[0-5][0-9](?::[0-6][0-9](?:[.,][0-9]+)?)?"
    r" ?(?:AM|PM|a\.m\.|p\.m\.|오전|오후)?) ?(?P<zone>Z|UTC|GMT|[+-][0-9]{2}:?(?:[0-9]{2})?)?"
    r"(?: ?\[?[A-Za-z/_]+\]?)?$",
    re.IGNORECASE,
)
_MIDNIGHT = re.compile(
    r"(?:0?0:00(?::00(?:[.,]0+)?)?|12:00(?::00)? ?(?:AM|a\.m\.)|(?:AM|오전) 12:00(?::00)?)", re.IGNORECASE
)
_NUMERIC = re.compile(r"([0-9]{1,4}) ?([-/. ]) ?([0-9]{1,2}) ?\2 ?([0-9]{1,4})\.?")
_COMPACT = re.compile(r"([12][0-9]{3})([0-9]{2})([0-9]{2})(?:\.0)?")
_CJK = re.compile(
    r"([0-9]{4}) ?[년年] ?([0-9]{1,2}) ?[월月] ?([0-9]{1,2}) ?[일日号]?"
    r"(?: ?\(?[월화수목금토일月火水木金土日](?:요일|曜日)?\)?)?"
)
_WEEKDAY = re.compile(r"([^\W\d_]{2,10})\.?,? (?=[0-9]|[^\W\d_]{3,}\.? [0-9])")
_MONTH = r"([^\W\d_]{3,})\.?"
_DAY_FIRST = re.compile(
    rf"([0-9]{{1,2}})(?:st|nd|rd|th|er|\.|º)?[ /,-]*(?:of |de )?{_MONTH}[ /,-]*(?:del? )?([0-9]{{4}}|'?[0-9]{{2}})\.?",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(rf"{_MONTH}[ /-]*([0-9]{{1,2}})(?:st|nd|rd|th)?[ ,/-]+([0-9]{{4}})", re.IGNORECASE)
_YEAR_FIRST = re.compile(rf"([0-9]{{4}})[ /,-]*{_MONTH}[ /,-]*([0-9]{{1,2}})", re.IGNORECASE)


@dataclass(frozen=True)
class WrittenDate:
    """A cell's candidates by order, and its style: the cells of one style are written in one order.

    Style "" is certain by itself. Cells with a digit fewer ("padding" `1`) may come from another writer than those
    with a zero in front (`0`); cells that have neither (``) belong to both.
    """

    style: str
    padding: str
    candidates: dict[str, date]

    @property
    def days(self) -> set[date]:
        """The different days it can be."""
        return set(self.candidates.values())


def parse_date(value: object) -> WrittenDate | None:
    """The candidates of a cell; None for what is written in no form of a date."""
    text = cleaned(value) if isinstance(value, str) else str(value) if isinstance(value, int) else ""
    if not 6 <= len(text) <= 60:
        return None
    text = _TIME.sub("", text)
    weekday = _WEEKDAY.match(text)
    if weekday and month_number(weekday[1]) is None:
        text = text[weekday.end() :]
    numeric = _NUMERIC.fullmatch(text)
    if numeric:
        return _numeric(numeric)
    certain = _COMPACT.fullmatch(text) or _CJK.fullmatch(text)
    if certain:
        return _certain("YYYYMMDD" if certain.re is _COMPACT else "YYYY년 M월 D일", _days("YMD", *certain.groups()))
    return _named(text)


def depends_on_time_zone(value: object) -> bool:
    """Whether a cell is a moment in a time zone and no midnight there: its day is another one elsewhere."""
    if isinstance(value, datetime):
        return value.tzinfo is not None and value.time() != time()
    match = _TIME.search(cleaned(value)) if isinstance(value, str) and 16 <= len(value) <= 60 else None
    return bool(match and match["zone"] and not _MIDNIGHT.fullmatch(match["time"].strip()))


def label(style: str, order: str, padding: str = "0") -> str:
    """The form for people: `DD/MM/YYYY`."""
    shape, mark = style.rstrip("-/. "), style[-1]
    letters = dict(_LETTERS, D="D" if padding == "1" else "DD", M="M" if padding == "1" else "MM")
    if shape == "named":
        letters, mark = dict(letters, M="month"), "-"
    short = shape in ("short", "named")
    written = mark.join("YY" if short and part == "Y" else letters[part] for part in order)
    return f"{written} (30-99 are 1930-1999, 00-29 are 2000-2029)" if short else written


def readings(written: WrittenDate) -> str:
    """The days that a cell can be, with the form of each, for a message after the cell."""
    known = {day: label(written.style, order, written.padding) for order, day in written.candidates.items()}
    return "which can be " + " or ".join(
        f"{day.isoformat()} ({form.partition(' (')[0]})" for day, form in known.items()
    )


def _numeric(match: re.Match[str]) -> WrittenDate | None:
    first, mark, middle, last = match.groups()
    shape = {(True, False): "first", (False, True): "last", (False, False): "short"}.get(
        (len(first) == 4, len(last) == 4)
    )
    if shape is None or 3 in (len(first), len(last)):
        return None
    parts = [part for part in (first, middle, last) if len(part) < 4]
    padding = "1" if any(len(part) == 1 for part in parts) else "0" if any(part[0] == "0" for part in parts) else ""
    candidates: dict[str, date] = {}
    for order in ORDERS[shape]:
        candidates |= _days(order, first, middle, last)
    return WrittenDate(f"{shape}{mark}", padding, candidates)


def _named(text: str) -> WrittenDate | None:
    """A date with the name of its month."""
    for pattern, order in ((_DAY_FIRST, "DMY"), (_MONTH_FIRST, "MDY"), (_YEAR_FIRST, "YMD")):
        match = pattern.fullmatch(text)
        name = match[order.index("M") + 1] if match else ""
        month = month_number(name) if name else None
        if match is None or month is None:
            continue
        parts = [str(month) if part == name else part.lstrip("'") for part in match.groups()]
        if order == "DMY" and len(parts[2]) == 2:
            candidates = _days("DMY", *parts) | (_days("YMD", *parts) if len(parts[0]) == 2 and "'" not in text else {})
            return WrittenDate("named", "", candidates)
        form = {"DMY": "D month YYYY", "MDY": "month D, YYYY", "YMD": "YYYY month D"}[order]
        return _certain(form, _days(order, *parts))
    return None


def _certain(form: str, days: dict[str, date]) -> WrittenDate:
    return WrittenDate("", "", dict.fromkeys([form] if days else [], next(iter(days.values()), date.min)))


def _days(order: str, *parts: str) -> dict[str, date]:
    """The day by its order; empty if there is no such day."""
    by_part = dict(zip(order, parts, strict=True))
    year = by_part["Y"]
    if len(year) not in (2, 4) or len(by_part["D"]) > 2 or len(by_part["M"]) > 2:
        return {}
    whole = int(year) if len(year) == 4 else int(year) + (2000 if int(year) < CENTURY else 1900)
    try:
        return {order: date(whole, int(by_part["M"]), int(by_part["D"]))}
    except ValueError:
        return {}
