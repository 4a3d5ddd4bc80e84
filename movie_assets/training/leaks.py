"""The leak alarm: features, or a whole candidate, that explain more of the holdout's ratings than facts known before a
release can.

It asks how much, never why. What may be seen at all is the feature spec's business (prediction/features.py); what an
alarm does to a promotion is selection.py's.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from movie_assets.prediction.encodings import Numbers
from movie_assets.prediction.features import Encoders, labels

Ratings = NDArray[np.float64]

SOLO_SHARE = 0.5  # a single feature may explain this share of what a whole candidate may
# Enough leaves that a copy of the ratings is found in any order, with enough films in each that chance is not.
MOST_LEAVES = 128
FILMS_A_LEAF = 10


@dataclass(frozen=True, kw_only=True)
class Leak:
    """What explains too much: a feature by itself, or a candidate."""

    name: str
    r2: float
    most: float
    films: int

    @property
    def sentence(self) -> str:
        """The name and both figures."""
        return (
            f"{self.name} explains {self.r2:.3f} of the variance of {self.films} holdout films; before a release more "
            f"than {self.most:.3f} is implausible, so that it seems to know the ratings."
        )


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Films as an estimator sees them, with the ratings it should give and what each film weighs."""

    matrix: Numbers
    ratings: Ratings
    weights: Ratings


def find_leak(
    *, candidate: str, predicted: Ratings, encoders: Encoders, train: Measured, holdout: Measured, most: float
) -> Leak | None:
    """The feature that explains too much of the holdout by itself, else the candidate if it does, else None.

    `most` is the largest plausible R² of a candidate, of a feature alone half of that. Chance is allowed for: the R² of
    n films errs by 0.77 / √n at most (Olkin and Finn 1995), and 1 / √n is added to both. Of several features the worst
    is named: it is the likeliest source.

    Raises ValueError when an R² is not a number: nothing is let through by accident.
    """
    alone = solo_r2(encoders, train, holdout)
    whole = weighted_r2(holdout.ratings, predicted, holdout.weights)
    if unknown := [name for name, r2 in {**alone, candidate: whole}.items() if not np.isfinite(r2)]:
        raise ValueError(
            f"How much {unknown[0]} explains of {len(holdout.ratings)} holdout films is not a number, so that a leak "
            "could not be seen; nothing was decided."
        )
    worst = max(alone, key=lambda name: alone[name])
    luck = 1 / np.sqrt(len(holdout.ratings))
    for name, r2, bound in ((f"Feature {worst} alone", alone[worst], SOLO_SHARE * most), (candidate, whole, most)):
        if r2 > bound + luck:
            return Leak(name=name, r2=r2, most=bound + luck, films=len(holdout.ratings))
    return None


def solo_r2(encoders: Encoders, train: Measured, holdout: Measured) -> dict[str, float]:
    """How much of the holdout's variance each feature explains alone: R², weighted, by a regression tree.

    The tree sees the feature's columns only, learns from the training part, and is measured on the holdout. It finds a
    copy of the ratings whatever their order, and has no more to say of the holdout where there is nothing to find.
    """
    from sklearn.tree import DecisionTreeRegressor  # paid by who trains

    owners = np.array([feature for feature, _ in labels(encoders)])
    explained = {}
    for feature in dict.fromkeys(owners.tolist()):
        tree = DecisionTreeRegressor(max_leaf_nodes=MOST_LEAVES, min_samples_leaf=FILMS_A_LEAF, random_state=0)
        tree.fit(train.matrix[:, owners == feature], train.ratings, sample_weight=train.weights)
        predicted = tree.predict(holdout.matrix[:, owners == feature])
        explained[feature] = weighted_r2(holdout.ratings, predicted, holdout.weights)
    return explained


def weighted_r2(ratings: Ratings, predicted: Ratings, weights: Ratings) -> float:
    """The share of the weighted variance that is explained; below 0 is worse than the mean, NaN where all are equal."""
    left = np.average((ratings - predicted) ** 2, weights=weights)
    variance = np.average((ratings - np.average(ratings, weights=weights)) ** 2, weights=weights)
    return float(1 - left / variance) if np.ptp(ratings) > 0 else float("nan")
