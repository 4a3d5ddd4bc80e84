"""Raw and cleaned days made of given films by the code of the assets."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from movie_assets.catalogue.columns import CLEANED_MOVIES, LIST_OF_TEXTS
from movie_assets.catalogue.day import CleanedDay, clean_day, fetch_day
from movie_assets.catalogue.source import RawFilm
from movie_assets.storage.formats import frame_of


class GivenFilms:
    """A source of the films it is given, on any day."""

    name = "given"

    def __init__(self, films: Iterable[RawFilm]) -> None:
        self.films = films

    def fetch(self, day, *, with_history):
        assert day
        assert not with_history
        return iter(self.films)


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """A cleaned day as frames."""

    movies: pd.DataFrame
    votes: pd.DataFrame
    dropped: pd.DataFrame
    counts: dict[str, int]
    unknown_terms: dict[str, dict[str, int]]

    @property
    def with_votes(self) -> pd.DataFrame:
        """The films with their votes, by id, as a window has them."""
        return self.movies.merge(self.votes, on="id").sort_values("id", ignore_index=True)


def raw_day(films: Iterable[RawFilm]) -> bytes:
    """A raw day as Parquet."""
    return fetch_day(GivenFilms(films), date(2024, 5, 1), with_history=False).films


def clean(films: Iterable[RawFilm], *, day: date, min_votes: int = 6) -> Cleaned:
    """The films that are kept, and every other record with its reason."""
    return frames_of(clean_day(raw_day(films), day, min_votes=min_votes, min_films=0))


def frames_of(cleaned: CleanedDay) -> Cleaned:
    """A cleaned day read from its files, its lists as lists."""
    movies = frame_of(cleaned.movies)
    lists = [column.name for column in CLEANED_MOVIES if column.dtype == LIST_OF_TEXTS]
    counts = {name: count for name, count in cleaned.counts.items() if name != "min_films"}
    return Cleaned(
        movies=movies.assign(**{name: movies[name].map(list) for name in lists}),
        votes=frame_of(cleaned.votes),
        dropped=frame_of(cleaned.dropped),
        counts=counts,
        unknown_terms=cleaned.unknown_terms,
    )
