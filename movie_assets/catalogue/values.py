"""Values of a raw record, the same for every source: scalars, names of lists, people in every shape of credits.

What a field of a record means belongs here; how a value is written belongs in film_files/, a reason to drop a film in
cleaning.py. People and the series are optional: a value that cannot be read is missing and never costs the film.
"""

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from film_files.forms import KINDS, Forms
from film_files.headings import canonical
from film_files.missing import is_missing, is_placeholder_text
from movie_assets.prediction.vocabulary import Vocabulary, says_nothing

MOST_NAMES = 10  # of a list of people; the first are the first billed
LONGEST_NAME = 200

_WITH_JOB = re.compile(r"(.+?)(?: ?\(director\)| ?[:–—] ?director| - director)|director ?: ?(.+)", re.IGNORECASE)
_NO_SERIES = frozenset({"false", "0", "0.0", "no", "none", "n/a"})
_column = lru_cache(1_000)(canonical)
_ONE_CELL = Forms()  # without a file around it, a value is read where it can be only one thing


def value_of(record: Mapping[str, Any], column: str) -> Any:
    """The value of a scalar column in its Python type, None where nothing stands.

    Raises ValueError with a sentence that names the column and quotes a value that cannot be read.
    """
    value = record.get(column)
    if type(value) is int or (type(value) is float and math.isfinite(value)):
        kind = KINDS.get(column)
        if kind in ("minutes", "rating"):
            return float(value) if value >= 0 or kind == "rating" else _ONE_CELL.read(column, value)
        if kind == "count" and type(value) is int and value >= 0:
            return value
    return _ONE_CELL.read(column, value)


def text_of(value: object) -> str | None:
    """The text as it is; a title such as 1917 may come as a number."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    return value if isinstance(value, str) else str(value)


def word_of(value: object) -> str:
    """The value as a word in lower case, `post production` of `Post-Production`; empty where it says that none is."""
    return "" if is_missing(value) else " ".join(str(value).replace("-", " ").replace("_", " ").split()).casefold()


def is_placeholder(overview: str) -> bool:
    """Whether the synopsis says that there is none."""
    return is_placeholder_text(overview)


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


def genre_ids_of(record: Mapping[str, Any]) -> Any:
    """TMDB's ids of genres, which a dump may hold as text. Raises ValueError with a sentence as `value_of` does."""
    ids = record.get("genre_ids")
    if not isinstance(ids, str):
        return ids
    try:
        return _ONE_CELL.read("genres", ids)
    except ValueError as error:
        raise ValueError(str(error).replace("genres", "genre_ids", 1)) from error


def terms_of(values: Any, vocabulary: Vocabulary, *keys: str) -> tuple[Any, list[str]]:
    """The genres, languages or countries of a list that the vocabulary has, and the names of others.

    Of an object the first of its `keys` that the vocabulary has, of a genre its name; an id may be a number. A value
    that is no list, and an item that is no text, are returned as they are, for `Movie` to refuse by name.
    """
    if not isinstance(values, list):
        return names_of(values, *keys), []
    canonical, known, unknown = vocabulary.canonical, [], []
    for value in values:
        term = value if isinstance(value, str) else _term(value, vocabulary, keys)
        if not isinstance(term, str):
            known += [] if term is None else [term]
        elif term in canonical or vocabulary.of(term):
            known.append(term)
        elif not says_nothing(term):
            unknown.append(term)
    return known, unknown


def _term(value: Any, vocabulary: Vocabulary, keys: Sequence[str]) -> Any:
    if isinstance(value, dict):
        found = value.get(keys[0])
        if isinstance(found, str) and found in vocabulary.canonical:
            return found
        written = [text for key in keys if isinstance(text := _id_text(value.get(key)), str) and text.strip()]
        name = next((text for text in written if not text.strip().isdecimal()), None)
        if vocabulary.kind == "genres" and name is not None:
            return name  # 18 is Drama in TMDB's numbers alone; beside another name the name decides
        return next((text for text in written if vocabulary.of(text)), next(iter(written), None))
    return _id_text(value)


def _id_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def directors_of(record: dict[str, Any]) -> list[str]:
    """Directors by TMDB's crew list, by a column of directors, or by `credits` that name them."""
    named = _credited(record, "directors")
    return _names(named) or _names([_director(person) for person in _credited(record, "crew")])


def cast_of(record: dict[str, Any]) -> list[str]:
    """The leading actors, the first billed first: by their `order` where all have one."""
    cast = _credited(record, "cast")
    if all(isinstance(person, dict) and type(person.get("order")) in (int, float) for person in cast):
        cast = sorted(cast, key=lambda person: person["order"])
    return _names(cast)


def _director(person: object) -> object:
    """The person if the job is to direct, else None; a text may name the job: `Ada Lind (Director)`."""
    if isinstance(person, dict):
        job = person.get("job")
        return person if isinstance(job, str) and job.strip().casefold() == "director" else None
    match = _WITH_JOB.fullmatch(person.strip()) if isinstance(person, str) and len(person) <= LONGEST_NAME else None
    return next(filter(None, match.groups()), None) if match else None


def collection_of(record: dict[str, Any]) -> str | None:
    """The series a film belongs to."""
    series = record.get("belongs_to_collection") or record.get("collection")
    if isinstance(series, str):
        try:
            series = _ONE_CELL.read("belongs_to_collection", series)
        except ValueError:
            return None
    if isinstance(series, str) and series.strip().lower() in _NO_SERIES:
        return None
    return next(iter(_names([series])), None)


def _credited(record: dict[str, Any], column: str) -> list[Any]:
    """Directors, cast or crew: a column of its own, in TMDB's `credits`, or in a column that pandas made of those."""
    nested = record.get("credits")
    found = record.get(column) or _by_other_word(nested, column) or record.get(f"credits.{column}")
    return _listed(column, found or _by_other_word(record, column))


def _by_other_word(record: Any, column: str) -> Any:
    """The first filled value whose key is the column or another word for it, such as `actors`."""
    keys = [key for key in record if _column(key) == column] if isinstance(record, dict) else []
    return next(filter(None, map(record.get, keys)), None) if keys else None


def _listed(column: str, value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    try:
        return list(_ONE_CELL.read(column, value))
    except ValueError:
        return []


def _names(values: list[Any]) -> list[str]:
    named = (name.strip() for name in names_of(values, "name") if isinstance(name, str) and _is_text(name))
    return list(dict.fromkeys(name for name in named if 0 < len(name) <= LONGEST_NAME))[:MOST_NAMES]


def _is_text(name: str) -> bool:
    """False for half a surrogate pair, which JSON can hold and a table cannot."""
    return name == name.encode(errors="ignore").decode()
