"""Fields of a dump's row, in the forms that dumps are known to have.

Only forms are normalized here: nested columns become lists, dates become texts, "not a number" becomes None. The
meaning of a value, and whether the film is kept, is decided in cleaning.py.
"""

import ast
import json
import math
import re
from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

LIST_COLUMNS = (
    "genres", "production_companies", "production_countries", "spoken_languages", "origin_country", "keywords", "cast",
    "crew", "directors", "writers",
)  # fmt: skip
SERIES = "belongs_to_collection"  # an object; an unreadable one is no problem of the row
MISSING_TEXTS = {"", "nan", "NaN", "None", "null", "NaT"}  # in a column without free text

_PLAIN_TYPES = {str, int, bool, type(None)}
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?=$|[T ])")
_WHOLE_NUMBER = re.compile(r"([0-9]{1,18})(\.0+)?")


def read_row(row: dict[str, Any]) -> tuple[int | None, dict[str, Any], str | None]:
    """The row's id, its record with nested columns as lists, and its problem: the first value that cannot be read.

    Such a value stays as it was.
    """
    record: dict[str, Any] = plain(row)
    problems = []
    film_id = whole_number(record.get("id"))
    if film_id is None:
        problems.append(f"malformed: id {_quoted(record.get('id'))} is not a whole number above 0")
    else:
        record["id"] = film_id
    try:
        day = release_day(record.get("release_date"))
        record["release_date"] = None if day is None else day.isoformat()
    except ValueError as error:
        problems.append(f"malformed: {error}")
    for column in LIST_COLUMNS:
        if column in record:
            try:
                record[column] = as_list(record[column])
            except ValueError as error:
                problems.append(f"malformed: {column} {error}")
    if str(record.get(SERIES)).startswith("{"):
        with suppress(ValueError):
            record[SERIES] = plain(_nested(str(record[SERIES])))
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
    return str(value)  # bytes, durations and the like, which no column of ours needs


def whole_number(value: object) -> int | None:
    """An id above 0, also one written as 862.0 because of gaps in its column; None for anything else."""
    match = _WHOLE_NUMBER.fullmatch(str(value).strip())
    number = int(match[1]) if match and not isinstance(value, bool) else 0
    return number or None


def release_day(value: object) -> date | None:
    """The day of a date, a time stamp or a text that begins with YYYY-MM-DD; None for a missing value.

    Raises ValueError for anything else.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = "" if value is None else str(value).strip()
    if text in MISSING_TEXTS:
        return None
    try:
        return date.fromisoformat(_ISO_DAY.match(text)[0])  # type: ignore[index]  # no match is the TypeError below
    except (TypeError, ValueError) as error:
        raise ValueError(f"release_date {_quoted(value)} is not a date written YYYY-MM-DD") from error


def as_list(value: object) -> list[Any]:
    """The items of a nested column: a list as it is, JSON, a Python literal, or names joined by commas or bars.

    A name with a comma in it looks like two names. Raises ValueError for broken JSON or literals.
    """
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return [value]
    text = "" if value is None else str(value).strip()
    if text in MISSING_TEXTS:
        return []
    if text[0] not in "[{":
        names = (name.strip() for name in text.split("|" if "|" in text else ","))
        return [name for name in names if name]
    items = plain(_nested(text))
    return items if isinstance(items, list) else [items]


def _nested(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
            raise ValueError(f"is neither JSON nor a Python list: {_quoted(text)}") from error


def _quoted(value: object) -> str:
    """The value for a message, shortened."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:60]}…"
