"""Who made a film, and the series it belongs to: optional facts, written by each source in its own way.

What of them cannot be read is missing; it never costs the film. The facts a film cannot do without: cleaning.py.
"""

from typing import Any

from movie_assets.catalogue.values import names_of, text_of

MOST_ACTORS = 10  # of a long cast list the first billed
LONGEST_NAME = 200


def directors_of(record: dict[str, Any]) -> list[str]:
    """Directors by TMDB's crew list, or by a column `directors` or `director`, where names are joined by commas."""
    credits_ = record.get("credits")
    if isinstance(credits_, dict):
        crew = credits_.get("crew")
        members = crew if isinstance(crew, list) else []
        return _names([one for one in members if isinstance(one, dict) and one.get("job") == "Director"])
    return _names(_listed(record.get("directors") or record.get("director")))


def cast_of(record: dict[str, Any]) -> list[str]:
    """The leading actors, the first billed first."""
    credits_ = record.get("credits")
    cast = credits_.get("cast") if isinstance(credits_, dict) else record.get("cast")
    return _names(_listed(cast))[:MOST_ACTORS]


def collection_of(record: dict[str, Any]) -> str | None:
    """The series a film belongs to."""
    series = record.get("belongs_to_collection") or record.get("collection")
    return next(iter(_names([series])), None)


def _listed(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [name for name in (text_of(value) or "").split(",") if name.strip()]


def _names(values: list[Any]) -> list[str]:
    named = (str(name).strip() for name in names_of(values, "name") if isinstance(name, str))
    return list(dict.fromkeys(name for name in named if 0 < len(name) <= LONGEST_NAME))
