"""Joins movie_assets/prediction/names.toml with babel's names into vocabulary.json: part of `make reference`.

Names of languages and countries in the languages that films' data is mostly written in, each language's own name, and
the codes of ISO 639-2 and 639-3, 3166-1 alpha-3 and numeric. Made here and not when it is needed, since reading babel's
locales takes 0.1 to 2 seconds and 20 MB in each process, and so that a Bento keeps the vocabulary it was built with.
"""

import json
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from string import ascii_uppercase
from typing import Any

from babel import Locale, localedata
from babel.core import get_global

from movie_assets.prediction.vocabulary import TABLES, entry_of

SOURCE = TABLES.with_name("names.toml")
LOCALES = ("en", "ko", "ja", "zh", "zh_Hant", "de", "fr", "es", "it", "pt", "ru")
PRIVATE = {"AA", "ZZ", *(f"Q{letter}" for letter in "MNOPQRSTUVWXYZ"), *(f"X{letter}" for letter in ascii_uppercase)}
NO_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "TA", "UN"} | PRIVATE - {"XK"}
NOT_OF_TMDB = {"kr"}  # see names.toml
OF_TMDB = {"fil": "tl", "tgl": "tl", "yue": "cn", "sr_Latn": "sr"}  # codes that babel maps otherwise

Table = dict[str, list[str]]


def tables() -> dict[str, Table]:
    """The content of vocabulary.json: by kind, by canonical form, its names; a key belongs to one form only."""
    ours = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    ambiguous = ours["ambiguous"]
    languages = [*_language_names(), *_language_codes(), *_own_names()]
    countries = [*_country_names(), *_country_codes()]
    return {
        "genres": _joined(ours["genres"], (), []),
        "two_genres": ours["two_genres"],
        "languages": _joined(ours["languages"], languages, ambiguous["languages"]),
        "countries": _joined(ours["countries"], countries, ambiguous["countries"]),
    }


def vocabulary() -> str:
    """The text of vocabulary.json, one line for each canonical form."""
    kinds = []
    for kind, table in tables().items():
        lines = [f"{json.dumps(form)}: {json.dumps(names, ensure_ascii=False)}" for form, names in table.items()]
        kinds.append(f"{json.dumps(kind)}: {{\n" + ",\n".join(lines) + "\n}")
    return "{\n" + ",\n".join(kinds) + "\n}\n"


def _joined(ours: Table, others: Iterable[tuple[str, str]], ambiguous: list[str]) -> Table:
    """Codes first, then our names, then babel's: of two that are written alike the first wins."""
    others = list(others)
    forms = sorted({*ours, *(form for form, _ in others)})
    taken = {entry_of(form): form for form in forms} | {entry_of(name): "" for name in ambiguous}
    joined: Table = {form: [] for form in forms}
    for form, name in [*((form, name) for form, names in ours.items() for name in names), *others]:
        key = entry_of(name)
        if key and key not in taken:
            taken[key] = form
            joined[form].append(name)
    return joined


@cache
def _codes_of_babel() -> set[str]:
    return {code for code in Locale("en").languages if len(code) == 2} - NOT_OF_TMDB


def _language(code: str) -> str | None:
    """TMDB's code of one of babel's, a locale's included."""
    if code in OF_TMDB:
        return OF_TMDB[code]
    base = code.split("_", maxsplit=1)[0]
    return OF_TMDB.get(base, base if base in _codes_of_babel() else None)


def _language_names() -> Iterator[tuple[str, str]]:
    for locale in LOCALES:
        for code, name in Locale.parse(locale).languages.items():
            if form := _language(code):
                yield form, name


def _own_names() -> Iterator[tuple[str, str]]:
    for identifier in localedata.locale_identifiers():
        locale = Locale.parse(identifier)
        own = locale.languages.get(locale.language)
        if locale.territory is None and own and (form := _language(locale.language)):
            yield form, own


def _language_codes() -> Iterator[tuple[str, str]]:
    aliases: dict[str, Any] = get_global("language_aliases")
    for alias, code in aliases.items():
        if "_" not in alias and (form := _language(code)):
            yield form, alias


def _country_names() -> Iterator[tuple[str, str]]:
    for locale in LOCALES:
        for code, name in Locale.parse(locale).territories.items():
            if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES:
                yield code, name


def _country_codes() -> Iterator[tuple[str, str]]:
    aliases: dict[str, Any] = get_global("territory_aliases")
    for alias, codes in aliases.items():
        if len(alias) == 3 and len(codes) == 1 and len(codes[0]) == 2 and codes[0] not in NO_COUNTRIES | {"XK"}:
            yield codes[0], alias
