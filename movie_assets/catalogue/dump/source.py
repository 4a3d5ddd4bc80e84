"""DumpSource: a file of films, read as if it were the API.

Which film of the file belongs to which day. Opening the file: files.py; the fields of a row: fields.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from movie_assets.catalogue.dump.fields import read_row
from movie_assets.catalogue.dump.files import UNDATED, DumpRows, SomeRows, read_file
from movie_assets.catalogue.source import RawFilm, SourceError

BATCH_FILMS = 2_000


class DumpSource:
    """A movie source that releases the films of a CSV, JSON-lines or Parquet file on their release dates.

    The file is read once, when the first day is asked for, and kept packed in memory, at about the size it has when
    compressed. Films come in the file's order; an id that stands in it twice is handed on twice. CSV cells stay texts.
    """

    name = "dump"

    def __init__(self, path: Path, start: date) -> None:
        self.path = path
        self.start = start

    def fetch(self, day: date, *, with_history: bool) -> Iterator[RawFilm]:
        """The films released on `day`; before them, with `with_history`, those released earlier or never dated.

        A row that cannot be read comes with its problem in words. Raises SourceError for a day before the start, and
        when the file is missing, unreadable, of an unknown kind or without a required column.
        """
        for batch in self.batches(day, with_history=with_history):
            yield from batch.films()

    def batches(self, day: date, *, with_history: bool) -> Iterator["DumpBatch"]:
        """The same films in the same order, still packed: at most BATCH_FILMS at a time."""
        if day < self.start:
            raise SourceError(
                f"The dump is to be shown from {self.start} on, and {day} is earlier: ask for a later day, "
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
            yield DumpBatch(self._rows.some(positions[start : start + BATCH_FILMS]), chosen_by, fetched_at)


@dataclass(frozen=True)
class DumpBatch:
    """Some films of one day, each made when it is asked for, in this process or another."""

    rows: SomeRows
    chosen_by: str
    fetched_at: datetime

    def films(self) -> Iterator[RawFilm]:
        """The films of these rows."""
        for row, problem in self.rows.read():
            read = None if row is None else read_row(row)
            yield RawFilm(
                film_id=read.film_id if read else None,
                record=read.record if read else None,
                chosen_by=self.chosen_by,
                fetched_at=self.fetched_at,
                problem=problem or (read.problem if read else None),
            )
