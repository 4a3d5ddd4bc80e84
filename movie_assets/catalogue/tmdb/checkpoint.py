"""The checkpoint of a fetch: its plan and each film fetched so far, so that the next run resumes it.

The form of a checkpoint belongs here; storage/checkpoints.py puts it into the bucket.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Protocol

from movie_assets.catalogue.source import RawFilm

PLAN = "plan"


class Checkpoints(Protocol):
    """JSON values by day and name; for any number of threads."""

    def load(self, day: date, name: str) -> Any:
        """The value saved under this name, or None."""
        ...

    def save(self, day: date, name: str, value: Any) -> None:
        """Save a value that JSON can express."""
        ...


@dataclass(frozen=True)
class ChosenFilm:
    """A film of a day."""

    film_id: int | None
    chosen_by: str


@dataclass(frozen=True)
class Plan:
    """The films of a fetch, in order; its name is when it began."""

    name: str
    chosen: list[ChosenFilm]
    is_resumed: bool


class FetchCheckpoint:
    """The checkpoint of one day."""

    def __init__(self, checkpoints: Checkpoints, day: date) -> None:
        self._checkpoints = checkpoints
        self._day = day

    def load_plan(self, settings: dict[str, Any]) -> Plan | None:
        """The plan of an unfinished fetch with the same settings."""
        saved = self._checkpoints.load(self._day, PLAN)
        if saved is None or saved["asked"] != settings:
            return None
        return Plan(saved["name"], [ChosenFilm(**choice) for choice in saved["chosen"]], is_resumed=True)

    def save_plan(self, plan: Plan, settings: dict[str, Any]) -> None:
        """Begin a fetch; films of an earlier plan no longer count."""
        chosen = [asdict(choice) for choice in plan.chosen]
        self._checkpoints.save(self._day, PLAN, {"name": plan.name, "asked": settings, "chosen": chosen})

    def load_film(self, film_id: int | None, plan: Plan) -> RawFilm | None:
        """The film as an earlier run of the plan fetched it."""
        saved = self._checkpoints.load(self._day, f"films/{film_id}") if plan.is_resumed else None
        if saved is None or saved.pop("plan") != plan.name:
            return None
        return RawFilm(**saved | {"fetched_at": datetime.fromisoformat(saved["fetched_at"])})

    def save_film(self, film: RawFilm, plan: Plan) -> None:
        """Save a film that has been fetched."""
        saved = {**asdict(film), "fetched_at": film.fetched_at.isoformat(), "plan": plan.name}
        self._checkpoints.save(self._day, f"films/{film.film_id}", saved)
