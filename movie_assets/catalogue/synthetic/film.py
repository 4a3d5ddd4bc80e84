"""One synthetic film: from its draws to a record in TMDB's details shape, oddities included.

Frequencies are tables, here and in tables.toml. Effects of facts on a rating belong in truth.py, sentences in text.py,
the films of a day in source.py.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from movie_assets.catalogue.synthetic.text import (
    DRAWS_FOR_TEXT,
    GIVEN_NAMES,
    ORIGINAL_WORDS,
    TAGLINES,
    Draws,
    write_name,
    write_synopsis,
    write_title,
)
from movie_assets.catalogue.synthetic.truth import COMPANY_EFFECT, NOISE_SD_OF_ONE_VOTE, TABLES, true_rating

DRAWS_PER_FILM = DRAWS_FOR_TEXT + 42  # fixed, so that one film's numbers never shift another's

_Shares = dict[str, int]
_Names = dict[str, str]
GENRE_IDS: dict[str, int] = TABLES["film"]["genre_ids"]
GENRES_PER_MILLE: _Shares = TABLES["film"]["genres_per_mille"]
LANGUAGES_PER_MILLE: _Shares = TABLES["film"]["languages_per_mille"]
LANGUAGE_NAMES: _Names = TABLES["film"]["language_names"]
COUNTRY_NAMES: _Names = TABLES["film"]["country_names"]
COUNTRIES_BY_LANGUAGE: dict[str, list[str]] = TABLES["film"]["countries_by_language"]

MISSING = "(the key is absent)"
# Per mille of films whose record has this fault, at most one a film. Cleaning drops some of them and keeps others.
ODDITIES_PER_MILLE: dict[tuple[str, Any], int] = {
    ("runtime", 0): 12,
    ("runtime", None): 6,
    ("overview", ""): 20,
    ("release_date", ""): 4,
    ("genres", ()): 12,
    ("status", "Post Production"): 6,
    ("status", "Rumored"): 3,
    ("status", "Canceled"): 3,
    ("status", MISSING): 30,
    ("adult", True): 8,
    ("adult", MISSING): 10,
}


def _per_mille(shares: Mapping[Any, int]) -> tuple[Any, ...]:
    """A table that has each key as often as its share; None fills up to a thousand."""
    table = [key for key, share in shares.items() for _ in range(share)]
    return tuple(table + [None] * (1000 - len(table)))


def _quantiles(*points: tuple[float, float]) -> Callable[[float], float]:
    """The quantile function through these points (share from 0 to 1, value), linear between them."""

    def value(share: float) -> float:
        for (low, from_value), (high, to_value) in pairwise(points):
            if share <= high:
                return from_value + (to_value - from_value) * (share - low) / (high - low)
        return points[-1][1]

    return value


_GENRES = _per_mille(GENRES_PER_MILLE)
_LANGUAGES = _per_mille(LANGUAGES_PER_MILLE)
_ODDITIES = _per_mille(ODDITIES_PER_MILLE)
_COMPANIES = tuple(COMPANY_EFFECT)
_BRIGHTNESS: dict[str, float] = TABLES["film"]["brightness"]
_runtime_at = _quantiles((0, 45), (0.02, 66), (0.1, 83), (0.5, 102), (0.8, 119), (0.95, 147), (0.99, 178), (1, 240))
# The first 6.5 % have too few votes to be rated fairly, 2 % none at all.
_votes_at = _quantiles(
    (0, 0), (0.02, 0.9), (0.021, 1), (0.065, 5.9), (0.066, 6), (0.25, 11), (0.5, 26), (0.7, 85), (0.85, 320),
    (0.95, 1_900), (0.99, 8_000), (1, 30_000),
)  # fmt: skip


def draw_film(draws: Draws, *, film_id: int, release_date: date) -> dict[str, Any]:
    """The record of one film, voted on around its true rating and perhaps with one oddity."""
    record = _facts(draws, film_id=film_id, release_date=release_date)
    _vote(record, draws)
    oddity = draws.pick(_ODDITIES)
    if oddity is not None:
        key, value = oddity
        if value == MISSING:
            del record[key]
        else:
            record[key] = list(value) if isinstance(value, tuple) else value
    return record


def _facts(draws: Draws, *, film_id: int, release_date: date) -> dict[str, Any]:
    """The facts known before the release, complete."""
    genres = _genres(draws)
    language = draws.pick(_LANGUAGES)
    country = draws.pick(COUNTRIES_BY_LANGUAGE[language])
    title = write_title(draws)
    spoken = [language] if language == "en" or draws.unit() < 0.7 else [language, "en"]
    has_credits, has_sequels = draws.unit() < 0.75, draws.unit() < 0.1
    record: dict[str, Any] = {
        "id": film_id,
        "title": title,
        "original_title": draws.pick(ORIGINAL_WORDS[language]) if language in ORIGINAL_WORDS else title,
        "original_language": language,
        "runtime": int(_runtime_at(draws.unit())),
        "genres": [{"id": GENRE_IDS[name], "name": name} for name in genres],
        "release_date": release_date.isoformat(),
        "production_companies": _companies(draws, country=country),
        "production_countries": [{"iso_3166_1": country, "name": COUNTRY_NAMES[country]}],
        "spoken_languages": [{"iso_639_1": code, "name": LANGUAGE_NAMES[code]} for code in spoken],
        "adult": False,
        "video": False,
        "status": "Released",
        "tagline": draws.pick(TAGLINES),
        "homepage": "",
        "imdb_id": f"tt{film_id % 10**9:09d}" if draws.unit() < 0.9 else None,
        "belongs_to_collection": {"id": film_id, "name": f"{title} Collection"} if has_sequels else None,
    }
    if has_credits:
        record["credits"] = _credits(draws)
    record["overview"] = write_synopsis(draws, brightness=_BRIGHTNESS.get(genres[0], 0.5))
    return record


def _genres(draws: Draws) -> list[str]:
    """One to four different genres, the main one first."""
    wanted = draws.pick((1, 1, 2, 2, 2, 3, 3, 4))
    return list(dict.fromkeys(draws.pick(_GENRES) for _ in range(wanted)))


def _companies(draws: Draws, *, country: str) -> list[dict[str, Any]]:
    """None to three companies; a few of them make most films."""
    wanted = draws.pick((0, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3))
    picked = dict.fromkeys(int(draws.unit() ** 2 * len(_COMPANIES)) for _ in range(wanted))
    return [{"id": 1_000 + n, "name": _COMPANIES[n], "origin_country": country} for n in picked]


def _credits(draws: Draws) -> dict[str, Sequence[dict[str, Any]]]:
    cast = [{"name": write_name(draws), "character": draws.pick(GIVEN_NAMES), "order": order} for order in range(3)]
    return {"cast": cast, "crew": [{"name": write_name(draws), "job": "Director", "department": "Directing"}]}


def _vote(record: dict[str, Any], draws: Draws) -> None:
    """Add the facts known only after a release: votes around the truth, and the columns that leak them."""
    votes = int(_votes_at(draws.unit()))
    # Six even draws add up to nearly a bell curve, by plain addition: the same bits on every processor.
    bell = (sum(draws.unit() for _ in range(6)) - 3) * math.sqrt(2)
    mean = true_rating(record) + bell * NOISE_SD_OF_ONE_VOTE / math.sqrt(max(votes, 1))
    budget = int(draws.unit() * 400) * 100_000 if draws.unit() < 0.3 else 0
    record["vote_count"] = votes
    record["vote_average"] = round(min(10.0, max(0.5, mean)), 3) if votes else 0.0
    record["popularity"] = round(0.6 + math.sqrt(votes) * (0.2 + draws.unit()), 3)
    record["budget"] = budget
    record["revenue"] = int(budget * record["vote_average"] * draws.unit())
