"""DumpSource: a file of films as a source, each on the day of its release.

The day of a row is decided here; a further format of file belongs in files.py, a further form of a field in fields.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from movie_assets.catalogue.dump.fields import read_row
from movie_assets.catalogue.dump.files import UNDATED, DumpRows, read_file, rows_of
from movie_assets.catalogue.source import RawFilm, SourceError

BATCH_FILMS = 2_000


class DumpSource:
    """A movie source that releases the films of a CSV, JSON-lines or Parquet file on their release dates.

    The file is read once, for the first day that is fetched, and packed in memory, at about its compressed size. Films
    come in the file's order, also an id that is in it twice. CSV cells stay texts.
    """

    name = "dump"

    def __init__(self, path: Path, start: date) -> None:
        self.path = path
        self.start = start

    def fetch(self, day: date, *, with_history: bool) -> Iterator[RawFilm]:
        """The films released on `day`; before them, with `with_history`, those released earlier and the undated ones.

        A row that cannot be read has a `problem`. Raises SourceError for a day before the start, and when the file is
        missing, unreadable, in an unknown format or without a required column.
        """
        for batch in self.batches(day, with_history=with_history):
            yield from batch.films()

    def batches(self, day: date, *, with_history: bool) -> Iterator["DumpBatch"]:
        """The same films in the same order, still packed: at most BATCH_FILMS at a time."""
        if day < self.start:
            raise SourceError(
                f"The dump begins on {self.start}, and {day} is earlier: choose a later day, "
                "or set an earlier start date."
            )
        days = self._rows.days
        if with_history:
            earlier = (days != UNDATED) & (days < day.toordinal())
            yield from self._batches(earlier, day=day, chosen_by="history")
            yield from self._batches(days == UNDATED, day=day, chosen_by="undated")
        yield from self._batches(days == day.toordinal(), day=day, chosen_by="released_on_day")

    @cached_property
    def _rows(self) -> DumpRows:
        return read_file(self.path)

    def _batches(self, chosen: npt.NDArray[np.bool_], *, day: date, chosen_by: str) -> Iterator["DumpBatch"]:
        fetched_at = datetime.combine(day + timedelta(days=1), time(), UTC)
        positions = np.flatnonzero(chosen).tolist()
        for start in range(0, len(positions), BATCH_FILMS):
            some = positions[start : start + BATCH_FILMS]
            problems = [self._rows.problems.get(position) for position in some]
            yield DumpBatch(self._rows.chunks_with(some), some, problems, chosen_by, fetched_at)


@dataclass(frozen=True)
class DumpBatch:
    """Some films of one day, still packed: they are read in this process or another."""

    chunks: dict[int, bytes]
    positions: list[int]
    problems: list[str | None]  # of the rows at these positions
    chosen_by: str
    fetched_at: datetime

    def films(self) -> Iterator[RawFilm]:
        """The films of these rows."""
        for row, problem in zip(rows_of(self.chunks, self.positions), self.problems, strict=True):
            film_id, record, row_problem = (None, None, None) if row is None else read_row(row)
            yield RawFilm(
                film_id=film_id,
                record=record,
                chosen_by=self.chosen_by,
                fetched_at=self.fetched_at,
                problem=problem or row_problem,
            )
