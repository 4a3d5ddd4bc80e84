"""The vocabulary: one form of each genre (TMDB's English name), language (ISO 639-1) and country (ISO 3166-1).

Add a name or a code to names.toml and run `make reference`, which joins it with babel's names into vocabulary.json; a
further way to write a known name is a line of `_readings`. TMDB's own codes stay as they are: `cn` (Cantonese), `xx`
(no language), and those of countries that are no more, such as `SU` and `XC`. People and companies have no vocabulary;
the known name nearest to an unknown one: nearest_names.py.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal
from unicodedata import normalize

Kind = Literal["genres", "languages", "countries"]

TABLES = Path(__file__).with_suffix(".json")
LONGEST_NAME = 200  # a longer one is unknown
REMEMBERED = 4_096  # names whose meaning is kept

_NUMBER = re.compile(r"\s*(\d+)(?:\.0+)?\s*")
_LOCALE = re.compile(r"\s*([a-z]{2,3})(?:[-_](?:[a-z]{4}|[a-z]{2}|\d{3}))+(?:\.[\w-]+)?\s*", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")
_FILM = re.compile(r"\s+(?:films?|movies?)\s*$", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ALTERNATIVES = re.compile(r"[;/]")


@dataclass(frozen=True)
class Vocabulary:
    """The names of one kind, in many languages, with their canonical form."""

    kind: Kind

    def of(self, name: str) -> tuple[str, ...]:
        """The canonical form of a name or code, however it is written; empty where it is unknown.

        Two for the genres of TMDB that are two in one, such as `Sci-Fi & Fantasy`.
        """
        return (name,) if name in self.canonical else _of(self, name)

    def canonical_or_same(self, names: Iterable[str]) -> list[str]:
        """The canonical forms, each once, in order; unknown names as they are, blank ones left out."""
        names = list(dict.fromkeys(names))
        if self.canonical.issuperset(names):
            return names
        return list(dict.fromkeys(form for name in names if name for form in self.of(name) or (name,)))

    @cached_property
    def canonical(self) -> frozenset[str]:
        """Every canonical form."""
        return frozenset(form for forms in self.names.values() for form in forms)

    @cached_property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """Every name and code as people write it, with its canonical form."""
        tables = _tables()
        of_one = {name: (form,) for form, names in tables[self.kind].items() for name in (form, *names)}
        of_two = {name: tuple(forms) for name, forms in tables["two_genres"].items()} if self.kind == "genres" else {}
        return MappingProxyType(of_one | of_two)

    @cached_property
    def by_key(self) -> Mapping[str, tuple[str, ...]]:
        """By `key_of`."""
        return MappingProxyType({key_of(name): forms for name, forms in self.names.items()})


GENRES, LANGUAGES, COUNTRIES = Vocabulary("genres"), Vocabulary("languages"), Vocabulary("countries")
OF_FEATURE: Mapping[str, Vocabulary] = MappingProxyType(
    {
        "main_genre": GENRES,
        "genres": GENRES,
        "original_language": LANGUAGES,
        "spoken_languages": LANGUAGES,
        "production_countries": COUNTRIES,
    }
)


def canonical_of(feature: str, name: str) -> str:
    """The canonical form of a name of a feature; the name itself where there is none, or no vocabulary."""
    vocabulary = OF_FEATURE.get(feature)
    return next(iter(vocabulary.of(name)), name) if vocabulary else name


def key_of(name: str) -> str:
    """Letters and digits alone: case, accents, spaces and punctuation do not distinguish names."""
    text = name.casefold().replace("&", "and")
    return "".join(filter(str.isalnum, text if text.isascii() else normalize("NFKD", text).casefold()))


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    tables: dict[str, dict[str, list[str]]] = json.loads(TABLES.read_bytes())
    return tables


@lru_cache(REMEMBERED)
def _of(vocabulary: Vocabulary, name: str) -> tuple[str, ...]:
    if len(name) > LONGEST_NAME or _CONTROL.search(name):
        return ()
    if forms := vocabulary.by_key.get(_key(name)):
        return forms
    for reading in _readings(vocabulary.kind, name):
        if forms := vocabulary.by_key.get(_key(reading)):
            return forms
    parts = [vocabulary.by_key.get(_key(part)) for part in _ALTERNATIVES.split(name)]
    return parts[0] if parts[0] and len(set(parts)) == 1 else ()  # `Spanish; Castilian` is one language


def _key(name: str) -> str:
    """`key_of`, except that of a number only a whole one counts: 3.7 is not the genre 37."""
    key = key_of(name)
    if not key.isdecimal():
        return key
    whole = _NUMBER.fullmatch(normalize("NFKC", name))
    return whole[1] if whole else ""


def _readings(kind: Kind, name: str) -> Iterator[str]:
    """Other ways to read a name: `en-US` is English, `Korea, Republic of` the Republic of Korea."""
    if kind == "languages" and (locale := _LOCALE.fullmatch(name)):
        yield locale[1]
    if kind == "genres":
        yield _FILM.sub("", name)
    elif name.count(",") == 1:
        last, first = name.split(",")
        yield f"{first} {last}"
    yield _BRACKETS.sub("", name)
