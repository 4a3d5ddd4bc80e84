"""Numbers as people and spreadsheets write them: which mark groups thousands in a column, which is the decimal mark.

`1,639` alone can be 1639 or 1.639. A cell that can be only one of them (`7,4`, `1.234.567`, `1,234.5`) tells it for its
column, and for columns of the same file that do not tell it themselves. Where no cell tells, such a cell is refused.
Running times are in minutes.py.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from film_files.cells import cleaned, quoted

Mark = Literal["", ",", "."]
Role = Literal["group", "decimal", "either", "none"]

LONGEST_NUMBER = 40
CURRENCY = re.compile(r"^(?:US\$|[$€£¥₩]|USD|EUR|GBP|KRW)\s*|\s*(?:[$€£¥₩원]|USD|EUR|GBP|KRW)$")
_PLAIN = re.compile(r"[0-9]+(?:(\.)(?:[0-9]{1,2}|[0-9]{4,}))?")
_PLAIN_RATING = re.compile(r"[0-9]+(?:(\.)(?:[0-9]{1,2}|[0-9]{4,})|\.[0-9]{3})?")
_BLANK_GROUPS = re.compile(r"[0-9]{1,3}(?:([ '])[0-9]{3})(?:\1[0-9]{3})*(?=[.,]|$)")
_NUMBER = re.compile(r"([+-]?)([0-9][0-9,.]*|[.,][0-9]+)")
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{1,3}")
_OTHER: dict[Mark, Mark] = {",": ".", ".": ",", "": ""}


@dataclass(frozen=True)
class NumberForm:
    """The decimal mark of a column, where one is known, and how the column shows it."""

    decimal: Mark = ""
    mixed: bool = False  # cells of the column contradict each other
    example: str = ""
    unclear: bool = False  # the example alone could be two numbers

    @property
    def group(self) -> Mark:
        """The mark that groups thousands."""
        return _OTHER[self.decimal]

    def describe(self) -> str:
        """For people: `1,639 (comma groups thousands)`; empty for plain numbers."""
        names = {",": "comma", ".": "point", "": ""}
        if self.mixed:
            return f"{self.example} (comma and point both as decimal marks)"
        if not self.example or ("," not in self.example and not self.unclear):
            return ""
        mark = next((mark for mark in self.example if mark in ",."), "")
        role = "is the decimal mark" if mark == self.decimal else "groups thousands"
        return f"{self.example} ({names[mark]} {role})" if mark else ""


@dataclass
class NumberEvidence:
    """What the cells of a column tell about its marks."""

    kind: str  # of forms.py: a count is a whole number, and a rating never reaches 1,000
    plain: int = 0
    proofs: dict[Mark, str] = field(default_factory=dict)  # a cell by the decimal mark that it proves
    unclear: dict[str, str] = field(default_factory=dict)  # a cell that tells nothing, by its mark
    odd_comma: bool = False  # a cell such as 1,639, which is no whole number if the comma is the decimal mark

    def add(self, value: object) -> None:
        """Note a cell."""
        if not isinstance(value, str):
            return
        match = (_PLAIN_RATING if self.kind == "rating" else _PLAIN).fullmatch(value)
        if match is None or (match[1] and "." not in self.proofs):
            self._judge(value)
        else:
            self.plain += 1

    def _judge(self, value: str) -> None:
        body = number_text(value)
        match = _NUMBER.fullmatch(body) if len(body) <= LONGEST_NUMBER else None
        if match is None:
            return
        mark, role = _role(match[2])
        if role == "none":
            self.plain += 1
        elif role == "either" and self.kind == "rating":
            return
        elif role == "either":
            self.unclear.setdefault(mark, value.strip())
            self.odd_comma |= mark == "," and not body.endswith("000")
        elif role == "group":
            self.proofs.setdefault(_OTHER[mark], value.strip())
        elif self.kind != "count" or not body.rpartition(mark)[2].strip("0"):  # 12.5 is no count by either reading
            self.proofs.setdefault(mark, value.strip())


def number_form(evidence: NumberEvidence, others: Iterable[NumberEvidence]) -> NumberForm:
    """The form of a column by its own cells, else by the other columns of its file."""
    if len(evidence.proofs) > 1:
        return NumberForm(mixed=True, example=", ".join(evidence.proofs.values()))
    found = set(evidence.proofs) or set().union(*(other.proofs for other in others))
    unclear = next(iter(evidence.unclear.values()), "")
    if len(found) == 1:
        decimal = found.pop()
        if evidence.kind == "count" and not evidence.proofs and decimal in evidence.unclear:
            return NumberForm()  # 25.000 votes beside a rating of 7.4: a count as a decimal number, or grouped
        return NumberForm(decimal, example=unclear or evidence.proofs.get(decimal, ""), unclear=bool(unclear))
    if (
        not found
        and evidence.kind == "count"
        and set(evidence.unclear) == {","}
        and (evidence.odd_comma or evidence.plain)
    ):
        return NumberForm(".", example=unclear, unclear=True)  # as decimals, these would be no whole numbers
    return NumberForm()


def read_number(value: object, form: NumberForm) -> Decimal:
    """The number, exactly. Raises ValueError with the reason, which quotes the cell."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError(f"is {quoted(value)}, not a number")
    if not isinstance(value, str):
        if not math.isfinite(value) or abs(value) >= 10**LONGEST_NUMBER:
            raise ValueError(f"is {quoted(value)}, not a number")
        return value if isinstance(value, Decimal) else Decimal(str(value))
    body = number_text(value)
    if len(body) <= LONGEST_NUMBER and _SCIENTIFIC.fullmatch(body) and abs(Decimal(body).adjusted()) < LONGEST_NUMBER:
        return Decimal(body)
    match = _NUMBER.fullmatch(body) if len(body) <= LONGEST_NUMBER else None
    if match is None:
        raise ValueError(f"is {quoted(value)}, not a number")
    mark, role = _role(match[2])
    if role == "either":
        if not form.decimal:
            whole, fraction = body.split(mark)
            raise ValueError(
                f"is {quoted(value)}, which can be {whole}{fraction} or {whole}.{fraction} since no cell tells which; "
                "write it without marks between its digits"
            )
        role = "decimal" if mark == form.decimal else "group"
    if role == "none" and mark:
        raise ValueError(f"is {quoted(value)}, not a number")
    grouped = _OTHER[mark] if role == "decimal" else mark
    digits = body.replace(grouped, "") if grouped else body
    return Decimal(digits.replace(",", "."))


def read_whole(value: object, form: NumberForm) -> int:
    """The whole number of at least 0; a fraction is never cut off."""
    number = read_number(value, form)
    if isinstance(value, str) and _SCIENTIFIC.fullmatch(number_text(value)):  # 1.23E+05 may have been 123,456
        raise ValueError(f"is {quoted(value)}, which a spreadsheet shortened; write all its digits")
    if number != number.to_integral_value() or number < 0 or number >= 10**18:
        raise ValueError(f"is {quoted(value)}, not a whole number")
    return int(number)


def number_text(value: str) -> str:
    """The cell without its currency and without blanks or apostrophes that group thousands, which are never unclear."""
    if len(value) > 4 * LONGEST_NUMBER:
        return value
    text = CURRENCY.sub("", cleaned(value))
    sign = text[:1] if text[:1] in "+-" else ""
    body = text[len(sign) :]
    groups = _BLANK_GROUPS.match(body)
    if groups:
        body = body[: groups.end()].replace(groups[1], "") + body[groups.end() :]
    return sign + body


def read_rating(value: object, form: NumberForm) -> Decimal:
    """The rating as written, also `7.4/10`. No rating reaches 1,000, so a single comma or point is the decimal mark.

    Raises ValueError with the reason, also for percents and other scales: a scale is never guessed.
    """
    if not isinstance(value, str):
        return read_number(value, form)
    text = cleaned(value)
    rating = re.fullmatch(r"([0-9.,]+)(?: ?/ ?10(?:[.,]0+)?)?", text)
    if rating is None and ("%" in text or "/" in text):
        raise ValueError(
            f"is {quoted(value)}, a rating on a scale of its own; write all ratings as numbers on one scale"
        )
    body = rating[1] if rating else text
    mark: Mark = "," if "," in body else "."
    return read_number(body, NumberForm(mark) if len(body) <= LONGEST_NUMBER and body.count(mark) == 1 else form)


def _role(digits: str) -> tuple[Mark, Role]:
    """The last mark of unsigned digits and what it can be; a mark with the role "none" makes it no number."""
    commas, points = digits.count(","), digits.count(".")
    if not commas and not points:
        return "", "none"
    mark: Mark = "," if digits.rfind(",") > digits.rfind(".") else "."
    head, _, tail = digits.rpartition(mark)
    if commas and points:
        grouped = re.fullmatch(rf"[0-9]{{1,3}}(?:{re.escape(_OTHER[mark])}[0-9]{{3}})+", head)
        return mark, "decimal" if grouped and tail else "none"
    if mark in head:
        return mark, "group" if re.fullmatch(rf"[1-9][0-9]{{0,2}}(?:{re.escape(mark)}[0-9]{{3}})+", digits) else "none"
    if len(tail) == 3 and re.fullmatch(r"[1-9][0-9]{0,2}", head):
        return mark, "either"
    return mark, "decimal"
