"""What two services have answered at the same time, compared: by how many rating points one is above the other.

Read from the prediction log as it grows. What follows from it: rollout.py. The log's files: served.py.
"""

import contextlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from movie_assets.release.record import RolloutKind
from movie_assets.serving_host.prediction_log_shipping import IN_SERVICE, PredictionFiles

MOST_REMEMBERED = 100_000  # requests whose answers wait for their counterpart


@dataclass
class Tally:
    """Count, mean and variance of numbers that come one by one (Welford's method)."""

    count: int = 0
    mean: float = 0.0
    _squares: float = 0.0

    def add(self, value: float) -> None:
        """Take in one more."""
        self.count += 1
        before = value - self.mean
        self.mean += before / self.count
        self._squares += before * (value - self.mean)

    @property
    def variance_of_mean(self) -> float:
        """How far the mean may be off, squared; 0 of fewer than two."""
        return self._squares / (self.count - 1) / self.count if self.count > 1 else 0.0


@dataclass(frozen=True)
class Shift:
    """By how many rating points the new service is above the old."""

    points: float
    error: float  # its standard error
    old: int  # predictions of the old service
    new: int
    is_paired: bool  # whether both are of the same requests

    def is_beyond(self, limit: float) -> bool:
        """Whether the shift is larger than the limit by more than chance explains (two standard errors)."""
        return abs(self.points) - 2 * self.error > limit


@dataclass
class Comparison:
    """The answers that two Bentos of this host log from now on.

    Of a canary the means are compared, since the two get different requests; of a shadow the differences on the same.
    """

    files: PredictionFiles
    old: str  # Bento tags
    new: str
    kind: RolloutKind
    _offsets: dict[Path, int] = field(init=False)
    _old: Tally = field(default_factory=Tally)
    _new: Tally = field(default_factory=Tally)
    _differences: Tally = field(default_factory=Tally)
    _old_by_request: dict[str, float] = field(default_factory=dict)
    _unpaired: list[tuple[str, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._offsets = {path: path.stat().st_size for path in self.files.all() if path.exists()}

    def read_on(self) -> Shift:
        """What there is by now."""
        for entry in self._new_entries():
            self._take(entry)
        if self.kind == "canary":
            error = math.sqrt(self._old.variance_of_mean + self._new.variance_of_mean)
            return Shift(self._new.mean - self._old.mean, error, self._old.count, self._new.count, is_paired=False)
        self._pair()
        pairs = self._differences
        return Shift(pairs.mean, math.sqrt(pairs.variance_of_mean), pairs.count, pairs.count, is_paired=True)

    def _take(self, entry: dict[str, Any]) -> None:
        tag, role, rating = entry["bento_tag"], entry["role"], entry["predicted_rating"]
        if (tag, role) == (self.old, IN_SERVICE):
            self._old.add(rating)
            if self.kind == "shadow" and len(self._old_by_request) < MOST_REMEMBERED:
                self._old_by_request[entry["request"]] = rating
        elif (tag, role) == (self.new, self.kind):
            self._new.add(rating)
            if self.kind == "shadow" and len(self._unpaired) < MOST_REMEMBERED:
                self._unpaired.append((entry["request"], rating))

    def _pair(self) -> None:
        waiting = []
        for request, rating in self._unpaired:
            if request in self._old_by_request:
                self._differences.add(rating - self._old_by_request[request])
            else:
                waiting.append((request, rating))
        self._unpaired = waiting

    def _new_entries(self) -> Iterator[dict[str, Any]]:
        for path in self.files.all():
            try:
                with path.open("rb") as file:
                    file.seek(self._offsets.get(path, 0))
                    lines = file.read()
            except FileNotFoundError:  # shipped meanwhile
                continue
            whole = lines[: lines.rfind(b"\n") + 1]
            self._offsets[path] = self._offsets.get(path, 0) + len(whole)
            for line in whole.splitlines():
                with contextlib.suppress(ValueError):  # a writer that was killed may have left a part of a line
                    yield json.loads(line)
