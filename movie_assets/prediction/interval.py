"""Interval: how far a rating may lie from its prediction.

How it is calibrated, and by which published method: training/interval.py.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from movie_assets.prediction.runtime import Estimator

LEVEL = 0.8  # share of ratings that should lie inside
SPREAD, BOUNDS = "spread.onnx", "interval.json"


@dataclass(frozen=True)
class Interval:
    """Bounds in units of the error that is usual for films like this one."""

    model: bytes  # ONNX: the usual size of an error, in rating points
    low: float  # below 0
    high: float
    floor: float  # the least usual error

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> "Interval":
        """What `files` gave."""
        return cls(model=files[SPREAD], **json.loads(files[BOUNDS]))

    @property
    def files(self) -> dict[str, bytes]:
        """By name in the bundle."""
        bounds = {"low": self.low, "high": self.high, "floor": self.floor}
        return {SPREAD: self.model, BOUNDS: json.dumps(bounds, sort_keys=True).encode()}

    def around(self, ratings: NDArray[np.float64], matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        """Lower and upper bound of each film, within 0 to 10."""
        usual = np.maximum(self._estimator.predict(matrix), self.floor)
        bounds = np.column_stack([ratings + self.low * usual, ratings + self.high * usual])
        return np.clip(bounds, 0, 10)

    @cached_property
    def _estimator(self) -> Estimator:
        return Estimator(self.model)
