"""From raw records to movies: one record in, one film or one reason out.

Pure: no network, no storage, no clock. What a value may be is decided by `Movie`; this brings a record into its form.
The raw table: raw.py. What a cell of a record says: values.py; who
made a film: people.py. Days too large for one process: batches.py. Whether
the day as a whole is good enough to learn from: validation.py.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from movie_assets.catalogue.people import cast_of, collection_of, directors_of
from movie_assets.catalogue.values import day_of, names_of, number_of, text_of
from movie_assets.prediction.movie import Movie
from movie_assets.prediction.text import is_english, overview_len, overview_sentiment

MIN_VOTES = 6  # a mean of fewer votes says little about a film

# In the order they are asked: the first that applies is the record's reason.
DROP_REASONS: tuple[tuple[str, str], ...] = (
    ("gone", "The source no longer knows the film."),
    ("malformed", "What the source gave cannot be read as the record of a film."),
    ("duplicate", "An earlier record of the day has the same id."),
    ("adult", "The film is marked as adult."),
    ("not_released", "The film was not released by the day."),
    ("no_release_date", "The record has no release date."),
    ("no_runtime", "The record has no runtime above 0 minutes."),
    ("no_overview", "The record has no synopsis."),
    ("too_few_votes", "The film has too few votes for its mean to say something."),
    ("out_of_form", "A value lies outside what a movie may have."),
)
UNREADABLE_REASONS = ("gone", "malformed")  # films that exist, of which nothing is known

_TRUE = {"true", "1", "1.0", "yes"}
_FALSE = {"false", "0", "0.0", "no", ""}


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """A cleaned day: the films kept, their votes (never to be joined to features), and the records dropped."""

    movies: pd.DataFrame
    votes: pd.DataFrame
    dropped: pd.DataFrame
    counts: dict[str, int]  # "kept" and every name of DROP_REASONS

    @property
    def records(self) -> int:
        """How many records were read; the counts add up to it."""
        return sum(self.counts.values())


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


def clean(raw: pd.DataFrame, *, day: date, min_votes: int = MIN_VOTES) -> Cleaned:
    """The films of a raw day in the project's own form, and every other record with its reason."""
    return clean_rows(raw, Repeats(raw["film_id"]).among(raw), day=day, min_votes=min_votes)


class Repeats:
    """Tells which rows of a day repeat a film; asked batch by batch, in the day's order."""

    def __init__(self, film_ids: pd.Series) -> None:
        self._several = set(film_ids[film_ids.notna() & film_ids.duplicated(keep=False)].tolist())
        self._seen: set[int] = set()

    @property
    def possible(self) -> bool:
        """False where every row of the day has an id of its own."""
        return bool(self._several)

    def among(self, raw: pd.DataFrame) -> list[bool]:
        """For each row whether an earlier one, itself readable, has its id; such a film is kept once at most."""
        repeats = [False] * len(raw)
        rows = np.flatnonzero(raw["film_id"].isin(self._several))
        for row, values in zip(rows.tolist(), _values(raw.iloc[rows]), strict=True):
            try:
                _read(*values)
            except _DropError:
                continue
            repeats[row] = values[0] in self._seen
            self._seen.add(values[0])
        return repeats


def _values(raw: pd.DataFrame) -> Iterator[tuple[Any, Any, Any]]:
    return zip(raw["film_id"].tolist(), raw["record"].tolist(), raw["problem"].tolist(), strict=True)


def clean_rows(raw: pd.DataFrame, repeats: list[bool], *, day: date, min_votes: int) -> Cleaned:
    """The same for some rows of a day, of which it is known whether they repeat an earlier one."""
    films: list[_Film] = []
    kept_rows: list[int] = []
    dropped_rows: list[int] = []
    drops: list[_DropError] = []
    for row, (values, repeated) in enumerate(zip(_values(raw), repeats, strict=True)):
        try:
            record = _read(*values)
            if repeated:
                raise _DropError("duplicate", f"film {values[0]} came earlier this day")
            films.append(_film(record, day=day, min_votes=min_votes))
            kept_rows.append(row)
        except _DropError as drop:
            drops.append(drop)
            dropped_rows.append(row)
    counts = {"kept": len(films)} | {name: 0 for name, _ in DROP_REASONS}
    for dropped in drops:
        counts[dropped.reason] += 1
    kept = raw.iloc[kept_rows]
    return Cleaned(
        movies=_movies_frame(films, kept),
        votes=pd.DataFrame(
            {
                "id": kept["film_id"].to_numpy("int64"),
                "vote_count": np.array([film.vote_count for film in films], dtype="int64"),
            }
        ),
        dropped=_dropped_frame(drops, raw.iloc[dropped_rows]),
        counts=counts,
    )


def _read(film_id: object, text: object, problem: object) -> dict[str, Any]:
    if isinstance(problem, str):
        raise _DropError("gone" if problem.startswith("gone") else "malformed", problem)
    if not isinstance(text, str):
        raise _DropError("malformed", "nothing came and the source did not say why")
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
    if _truth(record.get("adult"), field="adult"):
        raise _DropError("adult", "adult is true")
    release_date = day_of(record.get("release_date"))
    _require_released(record.get("status"), release_date, day)
    if release_date is None:
        raise _DropError("no_release_date", f"release_date is {record.get('release_date')!r}")
    runtime = number_of(record.get("runtime"))
    if runtime is None or runtime <= 0:
        raise _DropError("no_runtime", f"runtime is {record.get('runtime')!r}")
    overview = text_of(record.get("overview"))
    if overview is None or not overview.strip():
        raise _DropError("no_overview", f"overview is {record.get('overview')!r}")
    votes = number_of(record.get("vote_count"))
    if votes is None or votes < min_votes:
        raise _DropError("too_few_votes", f"vote_count is {record.get('vote_count')!r}, fewer than {min_votes}")
    rating = number_of(record.get("vote_average"))
    if rating is None or not 0 <= rating <= 10:
        raise _DropError("out_of_form", f"vote_average is {record.get('vote_average')!r}, not a number from 0 to 10")
    try:
        movie = Movie(
            runtime=runtime,
            genres=names_of(record.get("genres"), "name"),
            original_language=record.get("original_language"),
            overview=overview,
            title=text_of(record.get("title")),
            release_date=release_date,
            production_countries=names_of(record.get("production_countries"), "iso_3166_1", "name"),
            production_companies=names_of(record.get("production_companies"), "name"),
            spoken_languages=names_of(record.get("spoken_languages"), "iso_639_1", "name"),
            collection=collection_of(record),
            directors=directors_of(record),
            cast=cast_of(record),
        )
    except ValidationError as error:
        raise _DropError("out_of_form", _sentence(error)) from error
    return _Film(movie, rating, int(votes))


def _require_released(status: object, release_date: date | None, day: date) -> None:
    known_status = text_of(status)
    if known_status and known_status.strip().casefold() != "released":
        raise _DropError("not_released", f"status is {known_status!r}")
    if release_date is not None and release_date > day:
        raise _DropError("not_released", f"release_date is {release_date}, after {day}")


def _truth(value: object, *, field: str) -> bool:
    word = (text_of(value) or "").strip().casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise _DropError("malformed", f"{field} is {value!r}, neither true nor false")


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False)[0]
    return f"{'.'.join(map(str, first['loc']))} is {first['input']!r:.80}: {first['msg']}"


def _movies_frame(films: list[_Film], kept: pd.DataFrame) -> pd.DataFrame:
    movies = [film.movie for film in films]
    overviews = [movie.overview or "" for movie in movies]
    return pd.DataFrame(
        {
            "id": kept["film_id"].to_numpy("int64"),
            "title": pd.Series([movie.title for movie in movies], dtype="str"),
            "overview": pd.Series(overviews, dtype="str"),
            "runtime": np.array([movie.runtime for movie in movies], dtype="float64"),
            "genres": pd.Series([movie.genres for movie in movies], dtype="object"),
            "main_genre": pd.Series([next(iter(movie.genres), None) for movie in movies], dtype="str"),
            "original_language": pd.Series([movie.original_language for movie in movies], dtype="str"),
            "release_date": np.array([movie.release_date for movie in movies], "datetime64[D]").astype(
                "datetime64[us]"
            ),
            "production_countries": pd.Series([movie.production_countries for movie in movies], dtype="object"),
            "production_companies": pd.Series([movie.production_companies for movie in movies], dtype="object"),
            "spoken_languages": pd.Series([movie.spoken_languages for movie in movies], dtype="object"),
            "collection": pd.Series([movie.collection for movie in movies], dtype="str"),
            "directors": pd.Series([movie.directors for movie in movies], dtype="object"),
            "cast": pd.Series([movie.cast for movie in movies], dtype="object"),
            "overview_len": np.array([overview_len(overview) for overview in overviews], dtype="int64"),
            "overview_is_english": np.array([is_english(overview) for overview in overviews], dtype="bool"),
            "overview_sentiment": np.array([overview_sentiment(overview) for overview in overviews], dtype="float64"),
            "rating": np.array([film.rating for film in films], dtype="float64"),
            "fetched_at": kept["fetched_at"].astype("datetime64[us, UTC]").array,
        }
    )


def _dropped_frame(drops: list[_DropError], rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "film_id": rows["film_id"].array,
            "reason": pd.Series([drop.reason for drop in drops], dtype="str"),
            "detail": pd.Series([drop.detail for drop in drops], dtype="str"),
            "record": rows["record"].array,
            "chosen_by": rows["chosen_by"].array,
            "fetched_at": rows["fetched_at"].astype("datetime64[us, UTC]").array,
        }
    )
