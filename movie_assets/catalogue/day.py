"""Fetching and cleaning a day of any size: in batches, so that a day of a million films is never whole in memory.

Here: batches, worker processes for large days, and the day's Parquet files. A rule about one record belongs in
cleaning.py, a promise about the day in quality.py; where the files go is decided by the assets.
"""

import gc
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain, islice
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from movie_assets.catalogue.cleaning import Cleaned, clean_rows
from movie_assets.catalogue.columns import CLEANED_MOVIES, RAW_TMDB, arrow_schema
from movie_assets.catalogue.losses import Losses
from movie_assets.catalogue.quality import MIN_KEPT_SHARE, day_verdicts, failures, film_verdicts, kept_share_verdict
from movie_assets.catalogue.source import (
    AGAIN,
    HISTORY,
    UNDATED,
    BatchedSource,
    DescribedSource,
    FilmBatch,
    MovieSource,
    RawFilm,
)
from movie_assets.storage.formats import GrowingParquet, table_of, tables_of

BATCH_RECORDS = 2_000  # a worker's task
PARALLEL_FROM = 20  # batches; below, starting processes takes longer than they save
PREVIEW_ROWS = 5
MOST_TERMS_COUNTED = 10_000  # different unknown terms of a column; a dump of a million films may hold as many
MOST_TERMS_KEPT = 50
OTHERS = "others"
MAX_FILM_FAILURES = 5  # sentences; each batch of a large day may fail in another way

Task = TypeVar("Task")
Made = TypeVar("Made")


@dataclass(frozen=True, kw_only=True)
class FetchedDay:
    """A raw day as Parquet, and its figures."""

    films: bytes
    rows: int
    unreadable: int
    chosen_by: dict[str, int]
    first: pd.DataFrame
    form: dict[str, str]  # how the source's files are written, if it has files


@dataclass(frozen=True, kw_only=True)
class CleanedDay:
    """A cleaned day as Parquet files, its figures, and its failures: a sentence each, none if the day may be kept."""

    movies: bytes
    votes: bytes
    dropped: bytes
    counts: dict[str, int]  # "kept", every reason for which a record was dropped, and "min_films"
    unknown_terms: dict[str, dict[str, int]]  # by column how often terms were left out: the commonest, and OTHERS
    losses: Losses
    failures: list[str]
    lost_films: bool  # too few films were kept, or none: an earlier version of the day stays then
    ratings: npt.NDArray[np.float64]
    first: pd.DataFrame

    @property
    def dropped_by_reason(self) -> dict[str, int]:
        """How many records were dropped for each reason."""
        return {name: count for name, count in self.counts.items() if name not in {"kept", "min_films"}}

    @property
    def records(self) -> int:
        """How many records were read."""
        return self.counts["kept"] + sum(self.dropped_by_reason.values())


def fetch_day(source: MovieSource, day: date, *, with_history: bool) -> FetchedDay:
    """The films of the source on the day, in its order. Raises what `fetch` raises."""
    file = GrowingParquet()
    chosen_by: Counter[str] = Counter()
    rows = unreadable = 0
    first = raw_table([])
    for table in chain([first], _raw_tables(source, day, with_history=with_history)):
        file.append(table)
        chosen_by.update(table["chosen_by"].to_pylist())
        rows += len(table)
        unreadable += len(table) - table["problem"].null_count
        first = first if len(first) else table.slice(0, PREVIEW_ROWS)
    return FetchedDay(
        films=file.content(),
        rows=rows,
        unreadable=unreadable,
        chosen_by=dict(chosen_by.most_common()),
        first=_frame(first),
        form=source.describe() if isinstance(source, DescribedSource) else {},
    )


def clean_day(
    raw: bytes, day: date, *, min_votes: int, min_films: int, min_kept_share: float = MIN_KEPT_SHARE
) -> CleanedDay:
    """The raw day's films in the form of `Movie`; films of the history that come again do not count to `min_films`."""
    known = _frame(table_of(raw, ["film_id", "chosen_by", "problem"]))  # a record without a problem is there: RawFilm
    film_ids = known["film_id"].where(known["problem"].isna())  # a later record may replace an unreadable one
    if min_films:  # the history says nothing about whether the day's own list could be read
        min_films += film_ids[known["chosen_by"] == AGAIN].nunique()
    repeats = iter(film_ids.duplicated() & film_ids.notna())
    tasks = ((table, list(islice(repeats, len(table)))) for table in tables_of(raw, BATCH_RECORDS))
    movies, votes, dropped = GrowingParquet(), GrowingParquet(), GrowingParquet()
    counts: Counter[str] = Counter()
    unknown_terms: dict[str, Counter[str]] = {}
    losses = Losses()
    film_failures: dict[str, None] = {}
    kept: list[pa.Table] = []
    vote_ids: list[int] = []
    dropped_records = 0
    first = arrow_schema(CLEANED_MOVIES).empty_table()
    for cleaned, failed in _mapped(partial(_clean_batch, day=day, min_votes=min_votes), tasks):
        movies.append(cleaned.movies)
        votes.append(cleaned.votes)
        dropped.append(cleaned.dropped)
        counts.update(cleaned.counts)
        for name, terms in cleaned.unknown_terms.items():
            if terms:
                unknown_terms[name] = _commonest(unknown_terms.get(name, Counter()) + terms, MOST_TERMS_COUNTED)
        losses.update(cleaned.losses)
        film_failures.update(dict.fromkeys(failed))
        kept.append(cleaned.movies.select(["id", "rating"]))
        vote_ids += cleaned.votes["id"].to_pylist()
        dropped_records += len(cleaned.dropped)
        first = first if len(first) else cleaned.movies.slice(0, PREVIEW_ROWS)
    films = pa.concat_tables(kept)
    verdicts = day_verdicts(
        films["id"].to_pylist(), vote_ids, dropped=dropped_records, counts=counts, min_films=min_films
    )
    share = kept_share_verdict(
        counts["kept"],
        losses,
        min_share=min_kept_share,
        is_whole=bool(known["chosen_by"].isin([HISTORY, UNDATED]).any()),
        has_history=bool((known["chosen_by"] == HISTORY).any()),
    )
    too_few = failures({"most_films_are_kept": share})
    return CleanedDay(
        movies=movies.content(),
        votes=votes.content(),
        dropped=dropped.content(),
        counts={**counts, "min_films": min_films},
        unknown_terms={name: dict(_commonest(terms, MOST_TERMS_KEPT)) for name, terms in unknown_terms.items()},
        losses=losses,
        failures=[*list(film_failures)[:MAX_FILM_FAILURES], *failures(verdicts), *too_few],
        lost_films=bool(too_few) or not counts["kept"],
        ratings=films["rating"].to_numpy(),
        first=first.to_pandas(),
    )


def _commonest(terms: Counter[str], most: int) -> Counter[str]:
    """The commonest terms, those beyond `most` as OTHERS."""
    named = Counter({term: count for term, count in terms.items() if term != OTHERS}).most_common(most)
    others = terms.total() - sum(count for _, count in named)
    return Counter(dict(named) | ({OTHERS: others} if others else {}))


def raw_table(films: Iterable[RawFilm]) -> pa.Table:
    """One row for each film in the order given, its record as JSON text; the columns are RAW_TMDB.

    Raises TypeError when a record holds a value that JSON cannot express (dates become ISO texts).
    """
    rows = [{**vars(film), "record": None if film.record is None else _json_text(film.record)} for film in films]
    return pa.Table.from_pylist(rows, schema=arrow_schema(RAW_TMDB))


def _raw_tables(source: MovieSource, day: date, *, with_history: bool) -> Iterator[pa.Table]:
    if isinstance(source, BatchedSource):
        return _mapped(_table_of_batch, source.batches(day, with_history=with_history))
    films = source.fetch(day, with_history=with_history)
    return map(raw_table, iter(lambda: list(islice(films, BATCH_RECORDS)), []))


def _table_of_batch(batch: FilmBatch) -> pa.Table:
    with _collector_paused():
        return raw_table(batch.films())


def _clean_batch(task: tuple[pa.Table, list[bool]], *, day: date, min_votes: int) -> tuple[Cleaned, list[str]]:
    with _collector_paused():
        cleaned = clean_rows(*task, day=day, min_votes=min_votes)
    return cleaned, failures(film_verdicts(cleaned.movies.to_pandas()))


def _mapped(function: Callable[[Task], Made], tasks: Iterable[Task]) -> Iterator[Made]:
    """The results in the order of the tasks, from several processes if there are many."""
    waiting = iter(tasks)
    first = list(islice(waiting, PARALLEL_FROM))
    if len(first) < PARALLEL_FROM:
        yield from map(function, first)
        return
    from joblib import Parallel, delayed  # needed by large days only

    parallel = Parallel(n_jobs=-1, return_as="generator", batch_size=1, pre_dispatch="2 * n_jobs", max_nbytes=None)
    yield from parallel(delayed(function)(task) for task in chain(first, waiting))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Without garbage collection: a batch makes many small objects and no cycles, and the search costs a fifth."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _frame(table: pa.Table) -> pd.DataFrame:
    """The table as a frame in which an id stays whole where another is missing."""
    frame: pd.DataFrame = table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    return frame


def _json_text(record: dict[str, Any]) -> str:
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, default=_iso)
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair: an escape can be stored, and shows later what came
        return json.dumps(record, ensure_ascii=True, sort_keys=True, default=_iso)
    return text


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"A raw record holds {value!r}, a {type(value).__name__}, which JSON cannot keep.")
