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
_LOCALE = re.compile(
    r"\s*(?P<language>[a-z]{2,3})(?:[-_](?P<script>hans|hant|latn|cyrl|arab|jpan|kore|deva|hebr|grek|thai))?"
    r"(?:[-_](?P<region>[a-z]{2}|\d{3}))?(?:\.[\w-]+)?\s*",
    re.IGNORECASE,
)
# English words that are codes, with the regions that follow one in lower case: `no-no` is Norwegian, `to-do` nothing.
_WORDS = {"am": "et", "an": "es", "as": "in", "be": "by", "he": "il", "id": "id", "is": "is", "it": "it ch sm va"} | {
    "my": "mm", "no": "no", "or": "in", "so": "so dj et ke", "to": "to", "us": "", "xx": ""
}  # fmt: skip
_BRACKETS = re.compile(r"(?P<outside>[^()]*\S)\s*\((?P<inside>[^()]*)\)\s*")
_ARTICLE = re.compile(r"^\s*the\s+", re.IGNORECASE)
# In brackets, of the same language: keys. Countries are too.
_VARIETIES = frozenset(
    [
        "simplified",
        "traditional",
        "latin",
        "cyrillic",
        "standard",
        "modern",
        "latinamerica",
        "latinoamerica",
        "latam",
        "1453",
    ]
)
_OTHER_LANGUAGES = frozenset({"Ga", "Yi"})  # of Ghana and of Sichuan; in small letters the codes of Irish and Yiddish
_NOTHING = frozenset({"n/a", "#n/a", "n.a.", "n.d.", "nan", "none", "null", "nil", "<na>", "(null)", "(none)"})
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
        given = (name for name in names if not says_nothing(name))
        return list(dict.fromkeys(form for name in given for form in self.of(name) or (name,)))

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
        """By `entry_of`."""
        return MappingProxyType({entry_of(name): forms for name, forms in self.names.items()})


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


def entry_of(name: str) -> str:
    """`key_of`; of two or three letters the text itself, as `N/A` is not NA, nor is `Áo` AO."""
    key = key_of(name)
    return normalize("NFKC", name).strip().casefold() if _is_short(key) else key


def says_nothing(name: str) -> bool:
    """Whether a name in a list is blank, a sign such as `-`, or a word for nothing such as `N/A`."""
    return not any(map(str.isalnum, name)) or name.strip().casefold() in _NOTHING


def _is_short(key: str) -> bool:
    return len(key) in (2, 3) and key.isascii() and key.isalpha()


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    tables: dict[str, dict[str, list[str]]] = json.loads(TABLES.read_bytes())
    return tables


@lru_cache(REMEMBERED)
def _of(vocabulary: Vocabulary, name: str) -> tuple[str, ...]:
    if len(name) > LONGEST_NAME or _CONTROL.search(name):
        return ()
    for reading in (name, *_readings(vocabulary, name)):
        if forms := _exact(vocabulary, reading):
            return forms
    parts = [_exact(vocabulary, part) for part in _ALTERNATIVES.split(name)]
    return parts[0] if len(set(parts)) == 1 else ()  # `Spanish; Castilian` is one language


def _exact(vocabulary: Vocabulary, name: str) -> tuple[str, ...]:
    """The form of a name that is listed, but for case, accents, spaces and punctuation."""
    key = key_of(name)
    if key.isdecimal():  # 3.7 is not the genre 37; a country's 036 may have lost its zero
        whole = _NUMBER.fullmatch(normalize("NFKC", name))
        number = whole[1].zfill(3 if vocabulary.kind == "countries" else 1) if whole else ""
        return vocabulary.by_key.get(number, ())
    text = name.strip()
    is_a_code = text.islower() or text.isupper() or (len(key) == 2 and text not in _OTHER_LANGUAGES)
    if _is_short(key) and not (is_a_code or text in vocabulary.names):
        return ()  # `Nga` is a name in some language, and not the code NGA
    return vocabulary.by_key.get(entry_of(name), ())


def _readings(vocabulary: Vocabulary, name: str) -> Iterator[str]:
    """Other ways to read a name: `en-US` is English, `Korea, Republic of` the Republic of Korea."""
    kind = vocabulary.kind
    if kind == "languages" and (locale := _LOCALE.fullmatch(name)) and _is_locale(locale):
        yield locale["language"]
    if kind == "genres":
        yield _FILM.sub("", name)
    elif name.count(",") == 1:
        last, first = name.split(",")
        yield from (f"{first} {last}", _ARTICLE.sub("", f"{first} {last}"))
    if kind == "countries":
        yield _ARTICLE.sub("", name)
    if brackets := _BRACKETS.fullmatch(name):
        outside, inside = brackets["outside"], brackets["inside"]
        yield from (f"{inside} {outside}", _ARTICLE.sub("", f"{inside} {outside}"))
        if _is_same(vocabulary, outside, inside):
            yield outside


def _is_locale(locale: re.Match[str]) -> bool:
    language, region = locale["language"].lower(), locale["region"]
    if region is None:
        return True
    if region.islower() and language in _WORDS:
        return region in _WORDS[language].split()
    return region == "419" or (bool(_exact(COUNTRIES, region)) and language != "xx")


def _is_same(vocabulary: Vocabulary, outside: str, inside: str) -> bool:
    """Whether the brackets say no more than the name before them: `Germany (GDR)` is not Germany."""
    key = key_of(inside)
    if key in ("the", "film", "movie", "genre") or not key:
        return True
    if vocabulary.kind == "languages" and (key in _VARIETIES or _exact(COUNTRIES, inside)):
        return True
    forms = _exact(vocabulary, outside)
    return bool(forms) and _exact(vocabulary, inside) == forms
