"""Who made a film, and the series it belongs to: optional facts, written by each source in its own way.

What of them cannot be read is missing; it never costs the film. The facts a film cannot do without: cleaning.py.
"""

from typing import Any

from movie_assets.catalogue.values import names_of

MOST_NAMES = 10  # of a long list the first, which are those first billed
LONGEST_NAME = 200


def directors_of(record: dict[str, Any]) -> list[str]:
    """Directors by TMDB's crew list, or by a column `directors` or `director`, where names are joined by commas."""
    named = _listed(record.get("directors") or record.get("director"))
    crew = _listed(_credits(record).get("crew"))
    return _names(named or [one for one in crew if isinstance(one, dict) and one.get("job") == "Director"])


def cast_of(record: dict[str, Any]) -> list[str]:
    """The leading actors, the first billed first."""
    return _names(_listed(_credits(record).get("cast")))


def collection_of(record: dict[str, Any]) -> str | None:
    """The series a film belongs to."""
    series = record.get("belongs_to_collection") or record.get("collection")
    if isinstance(series, str) and series.startswith("{"):  # an object that could not be read
        return None
    return next(iter(_names([series])), None)


def _credits(record: dict[str, Any]) -> dict[str, Any]:
    """Cast and crew, which some sources give as columns of their own."""
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
    """False for half a character, which JSON can hold and a table cannot."""
    return name == name.encode(errors="ignore").decode()
