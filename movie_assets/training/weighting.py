"""How much each film weighs while an estimator learns; how it weighs in the headline error: window.py.

A rating of few votes is noise, but the films that get few votes are most of those that will be asked about. And we
promise forecasts: taste and the site's voters drift, so what is recent says more about what comes. The five core
facts know nothing of the date, so their estimators need the drift in the weights more. Chosen on films released before
2009 and measured on those of 2009 to 2012, by the sum of the errors at 6 and at 50 votes: docs/explanation/models.md.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from movie_assets.prediction.features import FeatureSet
from movie_assets.training.window import Part

MANY_VOTES = 50
DAYS_A_YEAR = 365.25


@dataclass(frozen=True, kw_only=True)
class Weighting:
    """n votes weigh n / (n + half), more from 50 votes on, and half as much after so many years."""

    half: float
    many: float
    half_life: float  # years

    def of(self, part: Part) -> NDArray[np.float64]:
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
    "full": Weighting(half=10, many=2.2, half_life=12),
}
