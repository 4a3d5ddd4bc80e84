"""MovieSource: the interface of every place films come from, and the raw film it gives.

A further source is a package beside synthetic/, dump/ and tmdb/, and a line in defs/resources.py. Nothing here judges a
record; that belongs in cleaning.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, runtime_checkable

# `chosen_by` of the history, which the first day holds whole and later days in turns, so that no record expires.
HISTORY, AGAIN = "history", "history_again"
UNDATED = "undated"  # of a file: beside the history


class SourceError(RuntimeError):
    """A source cannot give a day; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class RawFilm:
    """One film as a source gave it on one day.

    `record` is the source's own record (TMDB's details shape, a dump's row), except for missing texts, which are taken
    from its own translations and marked. It is None when nothing usable came; `problem` then says why (`gone: …` for
    a film the API no longer knows, `malformed: …`).
    """

    film_id: int | None
    record: dict[str, Any] | None
    chosen_by: str  # "popular", "released_on_day", "history", …
    fetched_at: datetime  # UTC; the end of the day for sources that are not fetched over a network
    problem: str | None = None


class MovieSource(Protocol):
    """Gives the raw films of a day, in a stable order, as an iterator that holds few of them at once."""

    name: str  # first part of every key in the bucket: "tmdb", "dump", "synthetic"

    def fetch(self, day: date, *, with_history: bool) -> Iterator[RawFilm]:
        """The films the source showed on `day`; with `with_history` also the history, for the first partition.

        Raises SourceError when the source cannot give the day.
        """
        ...


class FilmBatch(Protocol):
    """Some films of a day, made on demand; it can be sent to another process first."""

    def films(self) -> Iterator[RawFilm]:
        """The films, in the source's order."""
        ...


@runtime_checkable
class BatchedSource(MovieSource, Protocol):
    """A source whose days may be very large."""

    def batches(self, day: date, *, with_history: bool) -> Iterator[FilmBatch]:
        """The films of `fetch` in the same order, in batches. Raises what `fetch` raises."""
        ...


@runtime_checkable
class DescribedSource(MovieSource, Protocol):
    """A source that reads files."""

    def describe(self) -> dict[str, str]:
        """How its files are written and what was found in them, for people. Raises what `fetch` raises."""
        ...


def is_due(film_id: int, day: date, *, every_days: int) -> bool:
    """Whether a film of the history comes again on this day: once in so many days, about as many films each day."""
    return film_id % every_days == day.toordinal() % every_days
