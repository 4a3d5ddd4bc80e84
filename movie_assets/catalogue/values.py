"""What a cell of a raw record says, whoever wrote it: numbers that come as texts, lists of objects, dates with a time.

None of it judges a film; that is cleaning.py.
"""

import math
from datetime import date
from typing import Any


def number_of(value: Any) -> float | None:
    """None for what is missing and for what is no finite number; numbers may come as texts."""
    if value is None or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def text_of(value: object) -> str | None:
    """The text as it is; a title such as 1917 may come as a number."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    return value if isinstance(value, str) else str(value)


def day_of(value: object) -> date | None:
    """The day of an ISO text; None for what is none."""
    try:
        return date.fromisoformat((text_of(value) or "").strip()[:10])  # some dumps write a time after the day
    except ValueError:
        return None


def names_of(values: Any, *keys: str) -> Any:
    """Names from texts or from objects, by the first key an object has; blank ones are left out.

    What is no list is given back as it is, for `Movie` to refuse by name.
    """
    if values is None or (isinstance(values, float) and math.isnan(values)):
        return []
    if not isinstance(values, list):
        return values
    named = [next(filter(None, map(value.get, keys)), None) if isinstance(value, dict) else value for value in values]
    return [name for name in named if name is not None and str(name).strip()]
