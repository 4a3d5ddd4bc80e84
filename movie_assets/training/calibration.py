"""The prediction interval of a candidate, calibrated on its out-of-fold predictions of the training films.

Normalized conformal prediction (Papadopoulos et al. 2008, "Normalized nonconformity measures for regression conformal
prediction"; folds as in Vovk 2015, "Cross-conformal predictors"): a small second model, the error scale, gives the
usual size of an error for films like this one; quantiles of the residuals in that unit give the bounds, below and above
apart, since bad films stray further. How an interval is applied: prediction/interval.py.
"""

import numpy as np
from numpy.typing import NDArray

from movie_assets.prediction.encodings import Numbers
from movie_assets.prediction.interval import LEVEL, Interval
from movie_assets.training.candidates import SUBSAMPLING, lightgbm
from movie_assets.training.split import FOLDS, fold_of
from movie_assets.training.trees import Trees, lightgbm_trees
from movie_assets.training.window import FilmSet

LEAST_FILMS = 200  # fewer out-of-fold errors do not show how wide an interval must be
SETTINGS = SUBSAMPLING | {
    "n_estimators": 80,
    "learning_rate": 0.08,
    "num_leaves": 8,
    "min_child_samples": 60,
    "reg_lambda": 10.0,
}


def fit_interval(
    train: FilmSet, matrix: Numbers, out_of_fold: NDArray[np.float64], *, seed: int
) -> tuple[Interval, Trees] | None:
    """The interval of the candidate that gave these out-of-fold predictions, and the trees of its error scale.

    `matrix` is the training matrix of the candidate. None where the films are too few.
    """
    if len(train) < LEAST_FILMS:
        return None
    residuals = train.ratings - out_of_fold
    sizes = np.abs(residuals)
    floor = float(np.quantile(sizes, 0.5) / 4)  # a smaller scale would make any residual look large
    scales = scales_out_of_fold(matrix, sizes, fold_of(train.ids), seed=seed)
    low, high = tails(residuals / np.maximum(scales, floor))
    error_scale = lightgbm(seed, **SETTINGS).fit(matrix, sizes)
    return Interval(low=low, high=high, floor=floor), lightgbm_trees(error_scale)


def scales_out_of_fold(
    matrix: Numbers, sizes: NDArray[np.float64], folds: NDArray[np.int64], *, seed: int
) -> NDArray[np.float64]:
    """The error scale of each film, by a model that has not seen the film's own error."""
    scales = np.empty(len(sizes))
    for fold in range(FOLDS):
        out = folds == fold
        scales[out] = lightgbm(seed, **SETTINGS).fit(matrix[~out], sizes[~out]).predict(matrix[out])
    return scales


def tails(scores: NDArray[np.float64]) -> tuple[float, float]:
    """The two scores between which LEVEL of the films lie, counting one more film of any score."""
    tail = (1 - LEVEL) / 2
    films = len(scores)
    low = np.quantile(scores, max(tail * (films + 1) / films - 1 / films, 0))
    high = np.quantile(scores, min((1 - tail) * (films + 1) / films, 1))
    return float(low), float(high)
