"""The files of the catalogue's days, made batch by batch: a raw day from its source, a cleaned day from the raw one.

What is in a batch: catalogue/batches.py. How a file is written: formats.py. Where it goes: folders.py.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from movie_assets.catalogue.batches import BATCH_RECORDS, cleaned_batches, fetched_tables
from movie_assets.catalogue.columns import RAW_TMDB
from movie_assets.catalogue.quality import (
    WHOLE_DAY_PROPERTIES,
    CleanedDay,
    failures,
    films_read,
    sentences,
    whole_day_verdicts,
)
from movie_assets.catalogue.raw import frame_from
from movie_assets.catalogue.source import AGAIN, MovieSource
from movie_assets.storage.formats import GrowingParquet, table_of, tables_of

FIRST_ROWS = 5  # of a table, for a person to see
SHOWN_FAILURES = 5  # where one batch after the other has something wrong


@dataclass(frozen=True, kw_only=True)
class RawDay:
    """A raw day as Parquet, and what is worth telling of it."""

    films: bytes
    rows: int
    unreadable: int
    chosen_by: dict[str, int]
    first: pd.DataFrame


@dataclass(frozen=True, kw_only=True)
class CleanDay:
    """A cleaned day as Parquet files, what is wrong with it (nothing, if it may be kept), and what is worth telling."""

    movies: bytes
    votes: bytes
    dropped: bytes
    counts: dict[str, int]  # "kept", every reason for which a record was dropped, and "min_films"
    wrong: list[str]
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


def fetch_day(source: MovieSource, day: date, *, with_history: bool) -> RawDay:
    """The films the source shows on the day. Raises what `fetch` raises."""
    file = GrowingParquet()
    chosen_by: Counter[str] = Counter()
    rows = unreadable = 0
    first: list[pa.Table] = []
    for table in fetched_tables(source, day, with_history=with_history):
        if table.column_names != (declared := [column.name for column in RAW_TMDB]):
            raise ValueError(f"{day}: a raw day has the columns {declared}, not {table.column_names}.")
        file.append(table)
        chosen_by.update(table["chosen_by"].to_pylist())
        rows += len(table)
        unreadable += len(table) - table["problem"].null_count
        first = first or [table.slice(0, FIRST_ROWS)]
    return RawDay(
        films=file.content(),
        rows=rows,
        unreadable=unreadable,
        chosen_by=dict(chosen_by.most_common()),
        first=frame_from(first[0]),
    )


def clean_day(raw: bytes, day: date, *, min_votes: int, min_films: int) -> CleanDay:
    """The films of a raw day in the project's own form; what comes of the history again is not among `min_films`."""
    known = frame_from(table_of(raw, ["film_id", "chosen_by", "problem"]))
    if min_films:  # the day's own: what it has of the history is no sign that its list could be read
        min_films += known["film_id"][(known["chosen_by"] == AGAIN) & known["problem"].isna()].nunique()
    movies, votes, dropped = GrowingParquet(), GrowingParquet(), GrowingParquet()
    counts: Counter[str] = Counter()
    wrong: dict[str, None] = {}
    kept: list[pa.Table] = []
    votes_of: list[int] = []
    records_dropped = 0
    first: list[pa.Table] = []
    for batch in cleaned_batches(tables_of(raw, BATCH_RECORDS), known["film_id"], day=day, min_votes=min_votes):
        movies.append(batch.movies)
        votes.append(batch.votes)
        dropped.append(batch.dropped)
        counts.update(batch.counts)
        wrong.update(dict.fromkeys(batch.wrong))
        kept.append(batch.movies.select(["id", "rating"]))
        votes_of += batch.votes["id"].to_pylist()
        records_dropped += len(batch.dropped)
        first = first if first and len(first[0]) else [batch.movies.slice(0, FIRST_ROWS)]
    films = pa.concat_tables(kept).to_pandas()
    whole = CleanedDay(movies=films, films_read=films_read(counts), min_films=min_films)
    between = whole_day_verdicts(films["id"], votes_of, dropped=records_dropped, counts=counts)
    return CleanDay(
        movies=movies.content(),
        votes=votes.content(),
        dropped=dropped.content(),
        counts={**counts, "min_films": min_films},
        wrong=[*list(wrong)[:SHOWN_FAILURES], *failures(whole, WHOLE_DAY_PROPERTIES), *sentences(between)],
        ratings=films["rating"].to_numpy(),
        first=first[0].to_pandas(),
    )
