"""Days of any size: fetched and cleaned in batches, so that a day of a million films is never whole in memory.

Large days are worked on in several processes, with the same result. What a batch becomes: raw.py and cleaning.py.
What the films and the day must be: validation.py. How tables are kept: storage/formats.py.
"""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain, islice
from typing import TypeVar

import pandas as pd
import pyarrow as pa

from movie_assets.catalogue.cleaning import Repeats, clean_rows
from movie_assets.catalogue.columns import arrow_of
from movie_assets.catalogue.quality import FILM_PROPERTIES, CleanedDay, failures
from movie_assets.catalogue.raw import frame_from, raw_frame
from movie_assets.catalogue.source import BatchedSource, FilmBatch, MovieSource, RawFilm

BATCH_RECORDS = 2_000  # what one process is given at a time
PARALLEL_FROM = 20  # batches; below, the seconds that processes need to start are not earned back

Task = TypeVar("Task")
Made = TypeVar("Made")


@dataclass(frozen=True, kw_only=True)
class CleanedBatch:
    """Some films of a cleaned day as they are kept, and what is wrong with them, in sentences."""

    movies: pa.Table
    votes: pa.Table
    dropped: pa.Table
    counts: dict[str, int]
    wrong: list[str]


def fetched_tables(source: MovieSource, day: date, *, with_history: bool) -> Iterator[pa.Table]:
    """The raw day in tables of the columns of `raw_frame`, in the source's order; at least one.

    Raises what `fetch` raises.
    """
    if isinstance(source, BatchedSource):
        tables = _mapped(_table_of_batch, source.batches(day, with_history=with_history))
    else:
        tables = map(_table_of_films, _cut(source.fetch(day, with_history=with_history)))
    first = next(tables, None)
    yield _table_of_films([]) if first is None else first
    yield from tables


def cleaned_batches(
    raw: Iterable[pa.Table], film_ids: pd.Series, *, day: date, min_votes: int
) -> Iterator[CleanedBatch]:
    """The tables of a raw day, cleaned; `film_ids` are those of the whole day, since a film is kept once at most."""
    repeats = Repeats(film_ids)
    tasks = ((table, repeats.among(frame_from(table)) if repeats.possible else [False] * len(table)) for table in raw)
    return _mapped(partial(_cleaned_batch, day=day, min_votes=min_votes), tasks)


def _mapped(function: Callable[[Task], Made], tasks: Iterable[Task]) -> Iterator[Made]:
    """The results in the order of the tasks, from several processes if there are many."""
    waiting = iter(tasks)
    first = list(islice(waiting, PARALLEL_FROM))
    if len(first) < PARALLEL_FROM:
        yield from map(function, first)
        return
    from joblib import Parallel, delayed  # paid by large days only

    parallel = Parallel(n_jobs=-1, return_as="generator", batch_size=1, pre_dispatch="2 * n_jobs", max_nbytes=None)
    yield from parallel(delayed(function)(task) for task in chain(first, waiting))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """A batch makes many small objects and no cycles; to look for cycles would take a fifth of its time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _cut(films: Iterator[RawFilm]) -> Iterator[list[RawFilm]]:
    while some := list(islice(films, BATCH_RECORDS)):
        yield some


def _table_of_batch(batch: FilmBatch) -> pa.Table:
    with _collector_paused():
        return _table_of_films(batch.films())


def _table_of_films(films: Iterable[RawFilm]) -> pa.Table:
    return arrow_of(raw_frame(films))


def _cleaned_batch(task: tuple[pa.Table, list[bool]], *, day: date, min_votes: int) -> CleanedBatch:
    table, repeats = task
    with _collector_paused():
        cleaned = clean_rows(frame_from(table), repeats, day=day, min_votes=min_votes)
    films = CleanedDay(movies=cleaned.movies, films_read=0, min_films=0)
    return CleanedBatch(
        movies=arrow_of(cleaned.movies),
        votes=arrow_of(cleaned.votes),
        dropped=arrow_of(cleaned.dropped),
        counts=cleaned.counts,
        wrong=failures(films, FILM_PROPERTIES),
    )
