"""Metrics of predicted ratings, in rating points: pure functions of arrays.

How often intervals hold: coverage.py.
"""

import numpy as np
from numpy.typing import NDArray

from movie_assets.training.window import FilmSet

VOTE_THRESHOLDS = (6, 50, 200)

Ratings = NDArray[np.float64]


def weighted_rmse(ratings: Ratings, predicted: Ratings, weights: Ratings) -> float:
    """Root of the weighted mean squared error."""
    return float(np.sqrt(np.average((ratings - predicted) ** 2, weights=weights)))


def evaluate(part: FilmSet, predicted: Ratings) -> dict[str, float]:
    """`rmse` (weighted by votes), and unweighted figures of the films with at least 6, 50 and 200 votes.

    A threshold that fewer than two films reach has its count only.
    """
    metrics = {"rmse": weighted_rmse(part.ratings, predicted, part.weights)}
    for threshold in VOTE_THRESHOLDS:
        chosen = part.votes >= threshold
        metrics[f"films_{threshold}_votes"] = float(chosen.sum())
        if chosen.sum() >= 2:
            metrics |= _unweighted(part.ratings[chosen], predicted[chosen], f"_{threshold}_votes")
    return metrics


def rounded(metrics: dict[str, float]) -> dict[str, float]:
    """For a person to read: four decimals."""
    return {name: round(value, 4) for name, value in metrics.items()}


def _unweighted(ratings: Ratings, predicted: Ratings, suffix: str) -> dict[str, float]:
    errors = ratings - predicted
    variance = float(np.var(ratings))
    return {
        f"rmse{suffix}": float(np.sqrt(np.mean(errors**2))),
        f"mae{suffix}": float(np.mean(np.abs(errors))),
        f"r2{suffix}": 1 - float(np.mean(errors**2)) / variance if variance else 0.0,
    }
