"""Tracker: who is told of the candidates a day has tried. Training itself does not know whether anyone listens.

The complete record is in the bucket beside the candidates; a tracker is a second, kinder place to read it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, kw_only=True)
class TrackedCandidate:
    """One family on one day."""

    source: str
    day: str
    family: str
    parameters: dict[str, Any]
    trials: list[dict[str, Any]]
    metrics: dict[str, float]


class Tracker(Protocol):
    """Records candidates somewhere people look."""

    def record(self, candidates: Sequence[TrackedCandidate]) -> list[str]:
        """Record each candidate; returns one sentence for each thing that was not recorded. Never raises for that."""
        ...


class NoTracker:
    """Listens to nobody."""

    def record(self, candidates: Sequence[TrackedCandidate]) -> list[str]:
        """Records nothing and says so."""
        return [f"Tracking is off: {len(candidates)} candidates are recorded in the bucket only."]
