"""Tracker: who is told what a day has tried and decided. Training itself does not know whether anyone listens.

The complete record is in the bucket beside the candidates; a tracker is a second, kinder place to read it.
What a run at Weights & Biases is made of: runs.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, kw_only=True)
class TrackedDay:
    """What a day has tried: its trials and its fitted candidates, as the bucket has them."""

    source: str
    day: str
    trials: Sequence[Mapping[str, Any]]
    candidates: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class DaySummary:
    """What a day has decided: the choice as the bucket has it, and what is shown beside it."""

    source: str
    day: str
    choice: Mapping[str, Any]
    metrics: Mapping[str, float]  # of the challenger
    plots: Mapping[str, bytes]  # PNG
    bundle_uri: str | None  # where the champion's bundle is; None without a champion


class Tracker(Protocol):
    """Records days somewhere people look. Never raises for what it cannot record."""

    def record(self, tried: TrackedDay) -> list[str]:
        """Record every trial and candidate; returns one sentence for each reason why some were not recorded."""
        ...

    def summarize(self, summary: DaySummary) -> list[str]:
        """Record the day's decision; returns as `record` does."""
        ...

    def close(self) -> None:
        """Let go of what recording needed; nothing is recorded afterwards."""
        ...


class NoTracker:
    """Listens to nobody."""

    def record(self, tried: TrackedDay) -> list[str]:
        """Records nothing and says so."""
        return [
            f"Tracking is off: {len(tried.trials)} trials and {len(tried.candidates)} candidates are recorded in the "
            "bucket only."
        ]

    def summarize(self, summary: DaySummary) -> list[str]:
        """Records nothing and says so."""
        return [f"Tracking is off: the decision of {summary.day} is recorded in the bucket only."]

    def close(self) -> None:
        """Nothing is held."""
