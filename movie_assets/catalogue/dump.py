"""DumpSource: a file of films, read as if it were the API.

Which film of the file belongs to which day. Opening the file: dump_files.py; the fields of a row: dump_fields.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from movie_assets.catalogue.dump_fields import read_row, release_day
from movie_assets.catalogue.dump_files import DumpRows, Positions, SomeRows, read_file
from movie_assets.catalogue.source import RawFilm, SourceError

BATCH_FILMS = 2_000
UNDATED = 0  # in place of a day's ordinal; the calendar begins with 1


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
        if with_history:
            yield from self._batches(self._index.before(day), day=day, chosen_by="history")
            yield from self._batches(self._index.undated(), day=day, chosen_by="undated")
        yield from self._batches(self._index.on(day), day=day, chosen_by="released_on_day")

    @cached_property
    def _rows(self) -> DumpRows:
        return read_file(self.path)

    @cached_property
    def _index(self) -> "_DayIndex":
        return _DayIndex.of(self._rows)

    def _batches(self, positions: Positions, *, day: date, chosen_by: str) -> Iterator["DumpBatch"]:
        fetched_at = datetime.combine(day + timedelta(days=1), time(), UTC)
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


@dataclass(frozen=True)
class _DayIndex:
    """Where in the file the films of a day stand."""

    days: npt.NDArray[np.int32]  # ordinals of release dates, ascending
    positions: Positions  # of the row with that date; in the file's order within a day

    @classmethod
    def of(cls, rows: DumpRows) -> "_DayIndex":
        days = np.array([_ordinal(value) for value in rows.release_dates()], dtype=np.int32)
        days[list(rows.problems)] = UNDATED  # in a row with shifted cells the date may be another cell
        positions = np.argsort(days, kind="stable")
        return cls(days[positions], positions)

    def on(self, day: date) -> Positions:
        return self.positions[self._first(day.toordinal()) : self._first(day.toordinal() + 1)]

    def before(self, day: date) -> Positions:
        return np.sort(self.positions[self._first(UNDATED + 1) : self._first(day.toordinal())])

    def undated(self) -> Positions:
        return self.positions[: self._first(UNDATED + 1)]

    def _first(self, ordinal: int) -> int:
        return int(np.searchsorted(self.days, ordinal))


def _ordinal(value: object) -> int:
    try:
        day = release_day(value)
    except ValueError:  # read_row says so in the film's problem
        return UNDATED
    return UNDATED if day is None else day.toordinal()
