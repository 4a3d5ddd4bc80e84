"""The weight of each film while an estimator is fitted. Its weight in the measured error: window.py.

Ratings of few votes are noisy, but most films have few; and taste drifts, so recent films count more. The core features
do not include the date, so their weights fade sooner. How the values were chosen: docs/explanation/models.md.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from movie_assets.prediction.features import FeatureSet
from movie_assets.training.window import FilmSet

MANY_VOTES = 50
DAYS_A_YEAR = 365.25


@dataclass(frozen=True, kw_only=True)
class Weighting:
    """n votes weigh n / (n + half), more from 50 votes on, and half as much after so many years."""

    half: float
    many: float
    half_life: float  # years

    def of(self, part: FilmSet) -> NDArray[np.float64]:
        """A weight for each film, 1 on average."""
        votes = part.votes
        age = (part.frame["release_date"].max() - part.frame["release_date"]).dt.days.to_numpy() / DAYS_A_YEAR
        weights = (
            votes / (votes + self.half) * np.where(votes >= MANY_VOTES, self.many, 1.0) * 0.5 ** (age / self.half_life)
        )
        weights = np.maximum(weights, np.finfo(np.float32).tiny)
        return np.asarray(weights / weights.mean(), dtype=np.float64)


WEIGHTINGS: dict[FeatureSet, Weighting] = {
    "core": Weighting(half=10, many=1.6, half_life=6),
    "full": Weighting(half=10, many=1.5, half_life=12),
}
