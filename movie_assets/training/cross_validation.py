"""Cross-validation: the training part as matrices, and one trial of a family's settings on it.

Add here what a single trial measures. Which settings are tried: tuning.py. The encoders: encoders.py.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from movie_assets.prediction.features import Encoders, FeatureSet
from movie_assets.training.candidates import Candidate, Parameters, rising_columns
from movie_assets.training.encoders import Encoded, masked_matrix, training_matrix
from movie_assets.training.evaluation import weighted_rmse
from movie_assets.training.records import Trial
from movie_assets.training.split import FOLDS, whole_folds
from movie_assets.training.weighting import WEIGHTINGS
from movie_assets.training.window import FilmSet


@dataclass(frozen=True, eq=False)
class TrainingData:
    """The training part on one feature set: an estimator learns from `training` and is measured on `full`."""

    feature_set: FeatureSet
    train: FilmSet
    encoders: Encoders
    rising: tuple[int, ...]
    full: NDArray[np.float32]
    masked: NDArray[np.float32]
    training: NDArray[np.float32]
    ratings: NDArray[np.float64]
    fit_weights: NDArray[np.float64]
    weights: NDArray[np.float64]
    folds: NDArray[np.int64]

    @classmethod
    def of(cls, train: FilmSet, encoded: Encoded, feature_set: FeatureSet, *, seed: int) -> "TrainingData":
        """Raises ValueError when a fold would be empty."""
        folds = whole_folds(train.ids)
        encoders = encoded.encoders.of(feature_set)
        full, masked = encoded.matrix(train, encoders), masked_matrix(train, encoders)
        return cls(
            feature_set=feature_set,
            train=train,
            encoders=encoders,
            rising=rising_columns(encoders),
            full=full,
            masked=masked,
            training=training_matrix(full, masked, encoders, seed=seed),
            ratings=train.ratings,
            fit_weights=WEIGHTINGS[feature_set].of(train),
            weights=train.weights,
            folds=folds,
        )


def cross_validate(
    candidate: Candidate,
    parameters: Parameters,
    data: TrainingData,
    *,
    seed: int,
    number: int = 0,
    prune: Callable[[float], bool] = lambda _: False,
) -> tuple[Trial, NDArray[np.float64]]:
    """A trial and its predictions for the folds left out.

    `prune` takes the error on the first fold; where it returns true, the other folds are not run and their films have
    NaN.
    """
    started = perf_counter()
    predicted = np.full_like(data.ratings, np.nan)
    train_rmses: list[float] = []

    def run(folds: Sequence[int]) -> float:
        """The error on all folds run so far."""
        outcomes = Parallel(n_jobs=candidate.folds_at_once, prefer="threads")(
            delayed(_without_fold)(candidate, parameters, data, seed=seed, fold=fold) for fold in folds
        )
        for fold, (unseen, train_rmse) in zip(folds, outcomes, strict=True):
            predicted[data.folds == fold] = unseen
            train_rmses.append(train_rmse)
        known = ~np.isnan(predicted)
        return weighted_rmse(data.ratings[known], predicted[known], data.weights[known])

    test_rmse = first_fold_rmse = run([0])
    if not prune(first_fold_rmse):
        test_rmse = run(range(1, FOLDS))
    known = ~np.isnan(predicted)
    errors = data.ratings[known] - predicted[known]
    train_rmse = float(np.mean(train_rmses))
    trial = Trial(
        family=candidate.family,
        feature_set=data.feature_set,
        number=number,
        parameters=parameters,
        train_rmse=train_rmse,
        test_rmse=test_rmse,
        rmse_gap=test_rmse - train_rmse,
        mae=float(np.mean(np.abs(errors))),
        r2=1 - float(np.mean(errors**2) / np.var(data.ratings[known])),
        seconds=perf_counter() - started,
        folds=len(train_rmses),
        first_fold_rmse=first_fold_rmse,
    )
    return trial, predicted


def _without_fold(
    candidate: Candidate, parameters: Parameters, data: TrainingData, *, seed: int, fold: int
) -> tuple[NDArray[np.float64], float]:
    """Predictions for the fold left out, and the error on the films of the other folds."""
    left_out = data.folds == fold
    estimator = candidate.build(parameters, seed, data.rising)
    estimator.fit(data.training[~left_out], data.ratings[~left_out], sample_weight=data.fit_weights[~left_out])
    seen = estimator.predict(data.full[~left_out])
    train_rmse = weighted_rmse(data.ratings[~left_out], seen, data.weights[~left_out])
    return estimator.predict(data.full[left_out]), train_rmse
