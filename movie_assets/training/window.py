"""TrainingWindow: the films one partition learns from, and their split.

Reading it from the bucket: training/window_reader.py. What an estimator may see of a film: prediction/features.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from movie_assets.prediction.features import FEATURES, READABLE, seen
from movie_assets.training.split import is_holdout

if TYPE_CHECKING:
    import pandas as pd  # a second to import, which definitions need not pay

VOTES_AT_HALF_WEIGHT = 50  # a rating of n votes weighs n / (n + 50): its noise shrinks with the votes


@dataclass(frozen=True)
class Part:
    """Films as columns: what an estimator sees, and what it should say."""

    frame: "pd.DataFrame"

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def ids(self) -> list[int]:
        """Film ids."""
        return [int(film_id) for film_id in self.frame["id"]]

    @cached_property
    def columns(self) -> dict[str, list[Any]]:
        """What an estimator may see of the films, by the same function as of a request."""
        return seen({name: _values(self.frame[name]) for name in (READABLE, *(feature.name for feature in FEATURES))})

    @property
    def ratings(self) -> NDArray[np.float64]:
        """The target, from 0 to 10."""
        return self.frame["rating"].to_numpy(dtype=np.float64)

    @property
    def votes(self) -> NDArray[np.int64]:
        """How many votes each rating is the mean of; for weights and reports, never a feature."""
        return self.frame["vote_count"].to_numpy(dtype=np.int64)

    @property
    def weights(self) -> NDArray[np.float64]:
        """Row weights, votes / (votes + 50)."""
        return self.votes / (self.votes + VOTES_AT_HALF_WEIGHT)


@dataclass(frozen=True)
class TrainingWindow:
    """All accepted cleaned days up to a day, newest record per film."""

    source: str
    day: str
    days: tuple[str, ...]
    digest: str  # of the days and their contents: equal digests mean the same films
    frame: "pd.DataFrame"
    day_digests: Mapping[str, str] = field(default_factory=dict)  # of each day's content

    @cached_property
    def train(self) -> Part:
        """What we learn from."""
        return Part(self.frame[~self._holdout].reset_index(drop=True))

    @cached_property
    def holdout(self) -> Part:
        """What we only measure on."""
        return Part(self.frame[self._holdout].reset_index(drop=True))

    @property
    def summary(self) -> dict[str, Any]:
        """For cards and metadata."""
        return {
            "first_day": self.days[0],
            "last_day": self.days[-1],
            "films": len(self.frame),
            "train_films": len(self.train),
            "holdout_films": len(self.holdout),
            "digest": self.digest,
        }

    @cached_property
    def _holdout(self) -> NDArray[np.bool_]:
        return is_holdout(int(film_id) for film_id in self.frame["id"])


def _values(series: "pd.Series") -> list[Any]:
    """A column as plain values: lists as lists, days as dates, None where something is missing."""
    values = series.astype(object).where(series.notna(), None).tolist()
    if series.dtype.kind == "M":
        return [None if value is None else value.date() for value in values]
    lists = isinstance(next(iter(values), None), list | np.ndarray)
    return [list(value) for value in values] if lists else values
