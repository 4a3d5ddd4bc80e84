"""Comparison: by how many rating points the predictions of a tried release differ from those of the one in service.

It reads the prediction log as it grows; rollout.py draws the conclusions.
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

MAX_UNPAIRED = 100_000  # requests that wait for the other service's prediction


@dataclass
class Tally:
    """Running count, mean and variance (Welford's method)."""

    count: int = 0
    mean: float = 0.0
    _squares: float = 0.0

    def add(self, value: float) -> None:
        """Add a number."""
        self.count += 1
        before = value - self.mean
        self.mean += before / self.count
        self._squares += before * (value - self.mean)

    @property
    def variance_of_mean(self) -> float:
        """Squared standard error of the mean; 0 for fewer than two numbers."""
        return self._squares / (self.count - 1) / self.count if self.count > 1 else 0.0


@dataclass(frozen=True)
class Shift:
    """The new service's predictions minus the old one's, in rating points."""

    points: float
    error: float  # its standard error
    old: int  # predictions of the old service
    new: int
    is_paired: bool  # both are of the same requests

    def is_beyond(self, limit: float) -> bool:
        """Whether the shift exceeds the limit by more than two standard errors."""
        return abs(self.points) - 2 * self.error > limit


@dataclass
class Comparison:
    """Compares the predictions that two Bentos of this host log from now on.

    For a canary it compares the means, since the two get different requests; for a shadow the same requests.
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
        self._offsets = {path: path.stat().st_size for path in self.files.paths() if path.exists()}

    def update(self) -> Shift:
        """Read the new lines of the log; the shift by now."""
        for entry in self._read_new_entries():
            self._add(entry)
        if self.kind == "canary":
            error = math.sqrt(self._old.variance_of_mean + self._new.variance_of_mean)
            return Shift(self._new.mean - self._old.mean, error, self._old.count, self._new.count, is_paired=False)
        self._pair()
        pairs = self._differences
        return Shift(pairs.mean, math.sqrt(pairs.variance_of_mean), pairs.count, pairs.count, is_paired=True)

    def _add(self, entry: dict[str, Any]) -> None:
        tag, role, rating = entry["bento_tag"], entry["role"], entry["predicted_rating"]
        if (tag, role) == (self.old, IN_SERVICE):
            self._old.add(rating)
            if self.kind == "shadow" and len(self._old_by_request) < MAX_UNPAIRED:
                self._old_by_request[entry["request"]] = rating
        elif (tag, role) == (self.new, self.kind):
            self._new.add(rating)
            if self.kind == "shadow" and len(self._unpaired) < MAX_UNPAIRED:
                self._unpaired.append((entry["request"], rating))

    def _pair(self) -> None:
        unpaired = []
        for request, rating in self._unpaired:
            if request in self._old_by_request:
                self._differences.add(rating - self._old_by_request[request])
            else:
                unpaired.append((request, rating))
        self._unpaired = unpaired

    def _read_new_entries(self) -> Iterator[dict[str, Any]]:
        for path in self.files.paths():
            try:
                with path.open("rb") as file:
                    file.seek(self._offsets.get(path, 0))
                    lines = file.read()
            except FileNotFoundError:  # it was shipped meanwhile
                continue
            whole = lines[: lines.rfind(b"\n") + 1]
            self._offsets[path] = self._offsets.get(path, 0) + len(whole)
            for line in whole.splitlines():
                with contextlib.suppress(ValueError):  # a killed writer may have left an incomplete line
                    yield json.loads(line)
