"""TrainingWindow: the films one partition learns from, and their split.

Reading it from the bucket: storage/windows.py. What an estimator may see of a film: prediction/features.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from movie_assets.prediction.features import FEATURES, LEADING_ACTORS
from movie_assets.training.split import is_holdout

if TYPE_CHECKING:
    import pandas as pd  # a second to import, which definitions need not pay

LISTS = frozenset({"genres", "production_countries", "spoken_languages", "production_companies", "directors", "cast"})
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
        """The features' columns; what a synopsis that is not English says is left out, as in service."""
        readable = self.frame["overview_is_english"]
        columns = {
            feature.name: self.frame[feature.name].where(readable)
            if feature.name.startswith("overview")
            else self.frame[feature.name]
            for feature in FEATURES
        }
        return {name: _values(series, name) for name, series in columns.items()}

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
        return vote_weights(self.votes)


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


def _values(series: "pd.Series", name: str) -> list[Any]:
    """A column as plain values: lists as lists, days as dates, None where something is missing."""
    if name in LISTS:
        most = LEADING_ACTORS if name == "cast" else None
        return [list(value)[:most] for value in series]
    if name == "release_date":
        return [None if value is None else value.date() for value in series.astype(object).where(series.notna(), None)]
    return series.astype(object).where(series.notna(), None).tolist()


def vote_weights(votes: NDArray[np.int64]) -> NDArray[np.float64]:
    """votes / (votes + 50)."""
    return votes / (votes + VOTES_AT_HALF_WEIGHT)
