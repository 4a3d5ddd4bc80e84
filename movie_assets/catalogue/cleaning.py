"""Cleaning: a raw record becomes a film in the form of `Movie`, or is dropped for one reason.

A further reason to drop a record is an entry of DROP_REASONS and a line of `_film`. Reading a field in whatever form a
source writes it belongs in values.py, a limit on its value in prediction/movie.py. Pure: no network, storage or clock.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
from pydantic import ValidationError

from movie_assets.catalogue.columns import CLEANED_MOVIES, DROPPED, MOVIE_VOTES, arrow_schema
from movie_assets.catalogue.losses import Losses
from movie_assets.catalogue.values import (
    cast_of,
    collection_of,
    directors_of,
    genre_ids_of,
    is_placeholder,
    names_of,
    terms_of,
    text_of,
    value_of,
    word_of,
)
from movie_assets.prediction.features import of_movies
from movie_assets.prediction.movie import Movie
from movie_assets.prediction.vocabulary import COUNTRIES, GENRES, LANGUAGES, Vocabulary

# In the order they are tried: the first that applies is the record's reason.
DROP_REASONS: tuple[tuple[str, str], ...] = (
    ("gone", "The source no longer knows the film."),
    ("malformed", "The record, or a value of it that a film needs, cannot be read."),
    ("duplicate", "An earlier record of the day has the same id."),
    ("adult", "The film is marked as adult."),
    ("not_released", "The film was not released by the day."),
    ("no_release_date", "The record has no release date."),
    ("no_runtime", "The record has no runtime above 0 minutes."),
    ("no_overview", "The record has no synopsis, or a placeholder such as `No overview found.`"),
    ("too_few_votes", "The film has too few votes for its mean to say something."),
    ("out_of_form", "A value lies outside what a movie may have."),
)
UNREADABLE_REASONS = ("gone", "malformed")  # the film exists, nothing is known of it

RELEASED = "released"  # statuses of TMDB; a word of another language is not guessed
UNRELEASED = frozenset({"rumored", "planned", "in production", "post production", "canceled", "cancelled"})

# The columns of terms, with their vocabulary and the keys of an object that may hold one, the surest first.
_TERMS: dict[str, tuple[Vocabulary, tuple[str, ...]]] = {
    "genres": (GENRES, ("name", "id")),
    "production_countries": (COUNTRIES, ("iso_3166_1", "name")),
    "spoken_languages": (LANGUAGES, ("iso_639_1", "english_name", "name")),
}


@dataclass(frozen=True)
class Cleaned:
    """Cleaned records: the films kept, their votes (never to be joined to features), and the records dropped."""

    movies: pa.Table
    votes: pa.Table
    dropped: pa.Table
    counts: dict[str, int]  # "kept" and every name of DROP_REASONS
    losses: Losses
    unknown_terms: Mapping[str, Counter[str]]  # by column, how often each was left out: the vocabulary lacks it


class _DropError(Exception):
    """A record cannot become a film."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class _Film:
    movie: Movie
    rating: float
    vote_count: int
    unknown_terms: Mapping[str, Sequence[str]]


def clean_rows(raw: pa.Table, repeats: Sequence[bool], *, day: date, min_votes: int) -> Cleaned:
    """Rows of a raw day as films, the others with a reason; `repeats` marks rows whose film came earlier that day."""
    films: list[_Film] = []
    kept: list[int] = []
    drops: list[_DropError] = []
    dropped: list[int] = []
    losses = Losses()
    columns = [raw[name].to_pylist() for name in ("film_id", "record", "problem")]
    for row, (film_id, text, problem, is_repeat) in enumerate(zip(*columns, repeats, strict=True)):
        try:
            record = _record(film_id, text, problem)
            if is_repeat:
                raise _DropError("duplicate", f"film {film_id} came earlier this day")
            films.append(_film(record, day=day, min_votes=min_votes))
            kept.append(row)
        except _DropError as drop:
            drops.append(drop)
            dropped.append(row)
            losses.add(drop.reason, drop.detail, text, day=day, min_votes=min_votes)
    counts = {"kept": len(films)} | dict.fromkeys(dict(DROP_REASONS), 0)
    for dropped_record in drops:
        counts[dropped_record.reason] += 1
    kept_rows, dropped_rows = (raw.take(pa.array(rows, pa.int64())) for rows in (kept, dropped))
    unknown = {name: Counter(term for film in films for term in film.unknown_terms.get(name, ())) for name in _TERMS}
    tables = (*_kept_tables(films, kept_rows), _dropped_table(drops, dropped_rows))
    return Cleaned(*tables, counts, losses, unknown)


def _record(film_id: object, text: object, problem: object) -> dict[str, Any]:
    if isinstance(problem, str):
        raise _DropError("gone" if problem.startswith("gone") else "malformed", problem)
    if not isinstance(text, str):
        raise _DropError("malformed", "no record, and the source gave no problem")
    try:
        record = json.loads(text)
    except ValueError as error:
        raise _DropError("malformed", f"not JSON: {error}") from error
    if not isinstance(record, dict):
        raise _DropError("malformed", f"a JSON {type(record).__name__}, not an object")
    if not isinstance(film_id, int):
        raise _DropError("malformed", f"no id that is a whole number; the record says {record.get('id')!r}")
    return record


def _film(record: dict[str, Any], *, day: date, min_votes: int) -> _Film:
    if missing := [name for name in ("vote_count", "vote_average") if name not in record]:
        raise _DropError("malformed", f"the record has no {' and no '.join(missing)}")
    if _read(value_of, record, "adult"):
        raise _DropError("adult", "adult is true")
    release_date = _read(value_of, record, "release_date")
    _require_released(record.get("status"), release_date, day)
    if release_date is None:
        raise _DropError("no_release_date", f"release_date is {record.get('release_date')!r}")
    runtime = _read(value_of, record, "runtime")
    if not runtime:
        raise _DropError("no_runtime", f"runtime is {record.get('runtime')!r}")
    overview = text_of(record.get("overview"))
    if overview is None or is_placeholder(overview):
        raise _DropError("no_overview", f"overview is {record.get('overview')!r}")
    votes = _read(value_of, record, "vote_count")
    if votes is None or votes < min_votes:
        raise _DropError("too_few_votes", f"vote_count is {record.get('vote_count')!r}, fewer than {min_votes}")
    rating = _read(value_of, record, "vote_average")
    if rating is None or not 0 <= rating <= 10:
        raise _DropError("out_of_form", f"vote_average is {record.get('vote_average')!r}, not a number from 0 to 10")
    language = record.get("original_language")
    if isinstance(language, str) and language.strip() and not LANGUAGES.of(language):
        raise _DropError("out_of_form", f"original_language is {language!r:.80}, no language with an ISO 639-1 code")
    terms, unknown = _terms(record)
    try:
        movie = Movie(
            runtime=runtime,
            original_language=language,
            overview=overview,
            title=text_of(record.get("title")),
            release_date=release_date,
            production_companies=names_of(record.get("production_companies"), "name"),
            collection=collection_of(record),
            directors=directors_of(record),
            cast=cast_of(record),
            **terms,
        )
    except ValidationError as error:
        raise _DropError("out_of_form", _sentence(error)) from error
    return _Film(movie, rating, int(votes), unknown)


def _terms(record: dict[str, Any]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """By column the terms that the vocabulary has, and those it lacks."""
    known: dict[str, Any] = {}
    unknown: dict[str, list[str]] = {}
    for name, (vocabulary, keys) in _TERMS.items():
        values = record.get(name)
        if not values and name == "genres":
            values = _read(genre_ids_of, record)
        known[name], lacking = terms_of(values, vocabulary, *keys)
        if lacking:
            unknown[name] = lacking
    return known, unknown


def _require_released(status: object, release_date: date | None, day: date) -> None:
    word = word_of(status)
    if word in UNRELEASED:
        raise _DropError("not_released", f"status is {status!r}")
    if word and word != RELEASED:
        raise _DropError("malformed", f"status is {status!r:.80}, not Released or another status of TMDB")
    if release_date is not None and release_date > day:
        raise _DropError("not_released", f"release_date is {release_date}, after {day}")


def _read(read: Callable[..., Any], record: dict[str, Any], *column: str) -> Any:
    try:
        return read(record, *column)
    except ValueError as error:
        raise _DropError("malformed", str(error)) from error


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False)[0]
    return f"{'.'.join(map(str, first['loc']))} is {first['input']!r:.80}: {first['msg']}"


def _kept_tables(films: list[_Film], rows: pa.Table) -> tuple[pa.Table, pa.Table]:
    """The films and their votes."""
    facts = of_movies([film.movie for film in films])
    movies = facts | {
        "id": rows["film_id"],
        "release_date": pa.array(facts["release_date"], pa.date32()),  # Arrow makes no time stamp of a date
        "rating": [film.rating for film in films],
        "fetched_at": rows["fetched_at"],
    }
    votes = {"id": rows["film_id"], "vote_count": [film.vote_count for film in films]}
    return pa.table(movies, schema=arrow_schema(CLEANED_MOVIES)), pa.table(votes, schema=arrow_schema(MOVIE_VOTES))


def _dropped_table(drops: list[_DropError], rows: pa.Table) -> pa.Table:
    reasons = {"reason": [drop.reason for drop in drops], "detail": [drop.detail for drop in drops]}
    columns = dict(zip(rows.column_names, rows.columns, strict=True))
    return pa.table(columns | reasons, schema=arrow_schema(DROPPED))
