"""DumpSource: a file of films as a source, each on the day of its release.

Which rows a day has is decided here; how they are read belongs in files.py, a form of a field in film_files/.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from movie_assets.catalogue.dump.fields import RowForms, read_row
from movie_assets.catalogue.dump.files import NO_DAY, DumpRows, read_dump, rows_of
from movie_assets.catalogue.source import HISTORY, UNDATED, RawFilm, SourceError

BATCH_FILMS = 2_000


class DumpSource:
    """A movie source that releases the films of a file on their release dates.

    The file is read once, for the first day that is fetched, and packed in memory, at about its compressed size. Films
    come in the file's order, also an id that is in it twice. `path` may name several files, as `paths_of` says.
    """

    name = "dump"

    def __init__(
        self,
        path: Path,
        start: date,
        *,
        last: date | None = None,
        encoding: str | None = None,
        rating_max: float | None = None,
    ) -> None:
        self.path = path
        self.start = start
        self._last = last  # day of the calendar
        self._encoding = encoding
        self._rating_max = rating_max

    def fetch(self, day: date, *, with_history: bool) -> Iterator[RawFilm]:
        """The films released on `day`; before them, with `with_history`, those released earlier and the undated ones.

        A row that cannot be read has a `problem`. Raises SourceError for a day before the start, and when the file is
        missing, unreadable, without a required column or without dates that can be told.
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
        days = self.rows.days
        if with_history:
            earlier = (days != NO_DAY) & (days < day.toordinal())
            yield from self._batches(earlier, day=day, chosen_by=HISTORY)
            yield from self._batches(days == NO_DAY, day=day, chosen_by=UNDATED)
        yield from self._batches(days == day.toordinal(), day=day, chosen_by="released_on_day")

    def describe(self) -> dict[str, str]:
        """How the dump is written, and how many of its films no day of the calendar has."""
        described = dict(self.rows.description)
        if self._last:
            later = int(np.count_nonzero(self.rows.days > self._last.toordinal()))
            described["films after the calendar"] = f"{later:,} released after {self._last}"
        return described

    @cached_property
    def rows(self) -> DumpRows:
        """The rows of the dump, read once."""
        return read_dump(paths_of(self.path), encoding=self._encoding, rating_max=self._rating_max)

    def _batches(self, chosen: npt.NDArray[np.bool_], *, day: date, chosen_by: str) -> Iterator["DumpBatch"]:
        fetched_at = datetime.combine(day + timedelta(days=1), time(), UTC)
        positions = np.flatnonzero(chosen).tolist()
        for start in range(0, len(positions), BATCH_FILMS):
            some = positions[start : start + BATCH_FILMS]
            yield DumpBatch(
                chunks=self.rows.chunks_with(some),
                positions=some,
                days=self.rows.days[some].tolist(),
                problems=[self.rows.problems.get(position) for position in some],
                forms=self.rows.forms,
                chosen_by=chosen_by,
                fetched_at=fetched_at,
            )


@dataclass(frozen=True, kw_only=True)
class DumpBatch:
    """Some films of one day, still packed: they are read in this process or another."""

    chunks: dict[int, bytes]
    positions: list[int]
    days: list[int]  # ordinals, or NO_DAY
    problems: list[str | None]  # of the rows at these positions
    forms: RowForms
    chosen_by: str
    fetched_at: datetime

    def films(self) -> Iterator[RawFilm]:
        """The films of these rows."""
        rows = rows_of(self.chunks, self.positions)
        for row, ordinal, problem in zip(rows, self.days, self.problems, strict=True):
            day = None if ordinal == NO_DAY else date.fromordinal(ordinal)
            film_id, record, row_problem = read_row(row, self.forms, day) if row else (None, None, None)
            yield RawFilm(
                film_id=film_id,
                record=record,
                chosen_by=self.chosen_by,
                fetched_at=self.fetched_at,
                problem=problem or row_problem,
            )


def paths_of(path: Path) -> list[Path]:
    """The files that MOVIE_DUMP_PATH names, separated by `:` or commas; a file of that whole name is one file."""
    if path.exists():
        return [path]
    names = str(path).replace(os.pathsep, ",").split(",")
    return [Path(name.strip()) for name in names if name.strip()]
