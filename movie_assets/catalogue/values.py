"""Values of a raw record in any source's form: numbers as texts, lists of objects, dates with a time.

A further form of a field belongs here; a reason to drop a film belongs in cleaning.py. People and the series are
optional: a value that cannot be read is missing and never costs the film.
"""

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

from movie_assets.prediction.vocabulary import Vocabulary

MOST_NAMES = 10  # of a list of people; the first are the first billed
LONGEST_NAME = 200


def number_of(value: Any) -> float | None:
    """The finite number, which may be a text; None for anything else."""
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
    """The day of an ISO text; None for anything else."""
    try:
        return date.fromisoformat((text_of(value) or "").strip()[:10])  # some dumps write a time after the day
    except ValueError:
        return None


def names_of(values: Any, *keys: str) -> Any:
    """Names from texts or from objects, by the first key an object has; blank ones are left out.

    A value that is no list is returned as it is, for `Movie` to refuse by name.
    """
    if values is None or (isinstance(values, float) and math.isnan(values)):
        return []
    if not isinstance(values, list):
        return values
    named = [next(filter(None, map(value.get, keys)), None) if isinstance(value, dict) else value for value in values]
    return [name for name in named if name is not None and str(name).strip()]


def terms_of(values: Any, vocabulary: Vocabulary, *keys: str) -> Any:
    """The genres, languages or countries of a list: of an object the first of its `keys` that the vocabulary has.

    An id may be a number. Terms that the vocabulary lacks are as the source writes them.
    """
    if isinstance(values, list):
        values = [_term(value, vocabulary, keys) if isinstance(value, dict) else _id_text(value) for value in values]
    return names_of(values, *keys)


def _term(value: dict[str, Any], vocabulary: Vocabulary, keys: Sequence[str]) -> Any:
    written = [text for key in keys if isinstance(text := _id_text(value.get(key)), str) and text.strip()]
    return next((text for text in written if vocabulary.of(text)), next(iter(written), None))


def _id_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def directors_of(record: dict[str, Any]) -> list[str]:
    """Directors by TMDB's crew list, or by a column `directors` or `director`, where names are joined by commas."""
    named = _listed(record.get("directors") or record.get("director"))
    crew = _listed(_credits(record).get("crew"))
    return _names(named or [person for person in crew if isinstance(person, dict) and person.get("job") == "Director"])


def cast_of(record: dict[str, Any]) -> list[str]:
    """The leading actors, the first billed first."""
    return _names(_listed(_credits(record).get("cast")))


def collection_of(record: dict[str, Any]) -> str | None:
    """The series a film belongs to."""
    series = record.get("belongs_to_collection") or record.get("collection")
    if isinstance(series, str) and series.startswith("{"):  # an unreadable object
        return None
    return next(iter(_names([series])), None)


def _credits(record: dict[str, Any]) -> dict[str, Any]:
    """The object that holds cast and crew: some sources give them as columns of their own."""
    nested = record.get("credits")
    return nested if isinstance(nested, dict) else record


def _listed(value: Any) -> list[Any]:
    if isinstance(value, str):
        return value.split(",")
    return value if isinstance(value, list) else []


def _names(values: list[Any]) -> list[str]:
    named = (name.strip() for name in names_of(values, "name") if isinstance(name, str) and _is_text(name))
    return list(dict.fromkeys(name for name in named if 0 < len(name) <= LONGEST_NAME))[:MOST_NAMES]


def _is_text(name: str) -> bool:
    """False for half a surrogate pair, which JSON can hold and a table cannot."""
    return name == name.encode(errors="ignore").decode()
