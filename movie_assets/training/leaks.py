"""The leak alarm: finds a feature or a candidate that explains more of the ratings than is plausible before a release.

Which features are allowed at all: prediction/features.py. How an alarm stops a promotion: selection.py.
"""

import numpy as np

from movie_assets.prediction.features import FeatureSet, encode, labels
from movie_assets.training.encoders import Encoded
from movie_assets.training.evaluation import Ratings
from movie_assets.training.window import TrainingWindow

SOLO_SHARE = 0.5  # of the plausible R² of a candidate, for a feature alone
# Enough leaves to find a copy of the ratings in any order, with enough films in each to find nothing by chance.
MOST_LEAVES = 128
FILMS_A_LEAF = 10


def find_leak(
    window: TrainingWindow,
    encoded: Encoded,
    *,
    candidate: str,
    feature_set: FeatureSet,
    predicted: Ratings,
    most: float,
) -> str | None:
    """A sentence about the feature that explains too much of the holdout alone, else about the candidate, else None.

    `predicted` are the candidate's ratings of the holdout. `most` is the largest plausible R² of a candidate; a feature
    alone may have half of that. 1 / √n is added to both for n films, since an R² errs by 0.77 / √n at most (Olkin and
    Finn 1995). Of several features the worst is named.
    Raises ValueError when an R² is not a number.
    """
    holdout = window.holdout
    alone = solo_r2(window, encoded, feature_set)
    whole = weighted_r2(holdout.ratings, predicted, holdout.weights)
    if unknown := [name for name, r2 in {**alone, candidate: whole}.items() if not np.isfinite(r2)]:
        raise ValueError(
            f"How much {unknown[0]} explains of {len(holdout)} holdout films is not a number, so that a leak "
            "could not be seen; nothing was decided."
        )
    worst = max(alone, key=lambda name: alone[name])
    luck = 1 / np.sqrt(len(holdout))
    for name, r2, bound in ((f"Feature {worst} alone", alone[worst], SOLO_SHARE * most), (candidate, whole, most)):
        if r2 > bound + luck:
            return (
                f"{name} explains {r2:.3f} of the variance of {len(holdout)} holdout films; before a release more than "
                f"{bound + luck:.3f} is implausible, so that it seems to know the ratings."
            )
    return None


def solo_r2(window: TrainingWindow, encoded: Encoded, feature_set: FeatureSet) -> dict[str, float]:
    """The weighted R² of each feature alone: a regression tree on its columns, fitted on the training part and measured
    on the holdout.
    """
    from sklearn.tree import DecisionTreeRegressor  # paid by who trains

    train, holdout = window.train, window.holdout
    encoders = encoded.encoders.of(feature_set)
    known, unseen = encoded.matrix(train, encoders), encode(holdout.columns, encoders)
    owners = np.array([feature for feature, _ in labels(encoders)])
    explained = {}
    for feature in dict.fromkeys(owners.tolist()):
        tree = DecisionTreeRegressor(max_leaf_nodes=MOST_LEAVES, min_samples_leaf=FILMS_A_LEAF, random_state=0)
        tree.fit(known[:, owners == feature], train.ratings, sample_weight=train.weights)
        predicted = tree.predict(unseen[:, owners == feature])
        explained[feature] = weighted_r2(holdout.ratings, predicted, holdout.weights)
    return explained


def weighted_r2(ratings: Ratings, predicted: Ratings, weights: Ratings) -> float:
    """The share of the weighted variance that is explained; below 0 is worse than the mean, NaN where all are equal."""
    left = np.average((ratings - predicted) ** 2, weights=weights)
    variance = np.average((ratings - np.average(ratings, weights=weights)) ** 2, weights=weights)
    return float(1 - left / variance) if np.ptp(ratings) > 0 else float("nan")
