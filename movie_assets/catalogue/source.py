"""MovieSource: the one interface of every place movies come from.

Its three implementations stand beside it: synthetic.py, dump.py, tmdb.py. What becomes of a record: cleaning.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, runtime_checkable

# chosen_by of a film of the history, which the first day holds whole and later days in turns, so that none expires.
HISTORY, AGAIN = "history", "history_again"


class SourceError(RuntimeError):
    """A source cannot give a day at all; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class RawFilm:
    """One film as a source gave it on one day.

    `record` is the source's own record (TMDB's details shape, a dump's row), untouched but for texts that it lacks
    and takes from its own translations, which it then says; None where nothing usable came, and then `problem` says
    why (`gone: …` for a film the API no longer knows, `malformed: …`).
    """

    film_id: int | None
    record: dict[str, Any] | None
    chosen_by: str  # why the film belongs to the day: "popular", "released_on_day", "history", …
    fetched_at: datetime  # UTC; the end of the day for sources that are not fetched over a network
    problem: str | None = None


class MovieSource(Protocol):
    """Gives the raw films of a day, in a stable order, as an iterator that holds few of them at once."""

    name: str  # first part of every key in the bucket: "tmdb", "dump", "synthetic"

    def fetch(self, day: date, *, with_history: bool) -> Iterator[RawFilm]:
        """The films the source showed on `day`; with `with_history` also what the first partition holds besides.

        Raises SourceError when the day as a whole cannot be had.
        """
        ...


class FilmBatch(Protocol):
    """Some films of a day that are made when they are asked for; it can be sent to another process before."""

    def films(self) -> Iterator[RawFilm]:
        """The films, in the source's order."""
        ...


@runtime_checkable
class BatchedSource(MovieSource, Protocol):
    """A source whose days may be very large."""

    def batches(self, day: date, *, with_history: bool) -> Iterator[FilmBatch]:
        """The films of `fetch` in the same order, in batches. Raises what `fetch` raises."""
        ...


def is_due(film_id: int, day: date, *, every_days: int) -> bool:
    """Whether a film of the history has its turn on this day, which comes once in so many days: about as many films
    each day.
    """
    return film_id % every_days == day.toordinal() % every_days
