"""Progress: what has been fetched of a day that is not kept yet, so that a fetch that died goes on where it ended.

Here: the interface, as the TMDB source uses it, and what a film looks like in it. In the bucket: storage/progress.py.
"""

from datetime import date, datetime
from typing import Any, Protocol

from movie_assets.catalogue.source import RawFilm


class Progress(Protocol):
    """JSON values by day and name, kept outside the process; for any number of threads."""

    def recall(self, day: date, name: str) -> Any:
        """The value remembered under this name, or None."""
        ...

    def remember(self, day: date, name: str, value: Any) -> None:
        """Keep a value that JSON has words for."""
        ...

    def forget(self, day: date) -> None:
        """Nothing of the day is remembered any more."""
        ...


class NoProgress:
    """Remembers nothing: a fetch that died begins from the start."""

    def recall(self, _day: date, _name: str) -> Any:
        """None."""
        return None

    def remember(self, _day: date, _name: str, _value: Any) -> None:
        """Let it go."""

    def forget(self, _day: date) -> None:
        """There is nothing to forget."""


def as_json(film: RawFilm, *, plan: str) -> dict[str, Any]:
    """The film, with the plan it was fetched for."""
    return {
        "plan": plan,
        "film_id": film.film_id,
        "record": film.record,
        "chosen_by": film.chosen_by,
        "fetched_at": film.fetched_at.isoformat(),
        "problem": film.problem,
    }


def from_json(value: Any, *, plan: str) -> RawFilm | None:
    """The film as it was remembered; None when nothing was, or for another plan."""
    if value is None or value["plan"] != plan:
        return None
    return RawFilm(
        film_id=value["film_id"],
        record=value["record"],
        chosen_by=value["chosen_by"],
        fetched_at=datetime.fromisoformat(value["fetched_at"]),
        problem=value["problem"],
    )
