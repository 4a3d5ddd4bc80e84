"""The search: trials by cross-validation on the training part, and the fit of the settings found.

Never sees the holdout. Who is told of a trial is the caller's business (`on_trial`). Families: candidates.py.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from movie_assets.prediction.features import Encoders, encode
from movie_assets.training.candidates import Candidate, Parameters
from movie_assets.training.evaluation import weighted_rmse
from movie_assets.training.split import FOLDS, fold_of
from movie_assets.training.window import Part


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One setting of one family, tried: means over the folds, in rating points."""

    family: str
    number: int
    parameters: Parameters
    train_rmse: float
    test_rmse: float  # of the fold left out, weighted by votes
    rmse_gap: float  # test - train
    mae: float
    r2: float
    seconds: float

    def as_record(self) -> dict[str, Any]:
        """For the local record and the tracker."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class FittedCandidate:
    """The best trial of a family, fitted on the whole training part and made portable."""

    family: str
    parameters: Parameters
    cross_validated: Trial
    train_rmse: float
    model: bytes  # ONNX
    fit_seconds: float

    def as_record(self) -> dict[str, Any]:
        """All but the model, which is kept as a file of its own."""
        record = asdict(self)
        del record["model"]
        return record

    @classmethod
    def from_record(cls, record: Mapping[str, Any], model: bytes) -> "FittedCandidate":
        """What `as_record` was made of."""
        return cls(**{**record, "cross_validated": Trial(**record["cross_validated"]), "model": model})


@dataclass(frozen=True)
class _Matrix:
    """The training part as an estimator takes it."""

    features: NDArray[np.float32]
    ratings: NDArray[np.float64]
    weights: NDArray[np.float64]
    folds: NDArray[np.int64]


def tune(
    candidates: Sequence[Candidate],
    train: Part,
    encoders: Encoders,
    *,
    trials: int,
    seed: int,
    settings_of: dict[str, Parameters] | None = None,
    on_trial: Callable[[Trial], None],
) -> list[FittedCandidate]:
    """The best setting of each family, fitted; with `settings_of` (family -> parameters) those are refitted instead.

    The same part, encoders, trials and seed give the same candidates, byte for byte. Raises ValueError when a fold
    would be empty.
    """
    matrix = _Matrix(encode(train.columns, encoders), train.ratings, train.weights, fold_of(train.ids))
    if len(np.unique(matrix.folds)) < FOLDS:
        raise ValueError(f"{len(train)} training films are too few for {FOLDS} folds; widen the window.")
    fitted = []
    for candidate in candidates:
        if settings_of is None:
            best = _search(candidate, matrix, trials=trials, seed=seed, on_trial=on_trial)
        else:
            best = _try(candidate, settings_of[candidate.family], matrix, seed=seed, number=0)
            on_trial(best)
        fitted.append(_fit(candidate, best, matrix, seed=seed))
    return fitted


def _search(
    candidate: Candidate, matrix: _Matrix, *, trials: int, seed: int, on_trial: Callable[[Trial], None]
) -> Trial:
    import optuna  # only who searches pays for the import

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed), direction="minimize")
    study.enqueue_trial(candidate.starting_point, skip_if_exists=True)
    tried: list[Trial] = []

    def objective(asked: Any) -> float:
        trial = _try(candidate, candidate.suggest(asked), matrix, seed=seed, number=asked.number)
        tried.append(trial)
        on_trial(trial)
        return trial.test_rmse

    study.optimize(objective, n_trials=trials)
    return min(tried, key=lambda trial: (trial.test_rmse, trial.number))


def _try(candidate: Candidate, parameters: Parameters, matrix: _Matrix, *, seed: int, number: int) -> Trial:
    started = perf_counter()
    folds = Parallel(n_jobs=candidate.folds_at_once, prefer="threads")(
        delayed(_without_fold)(candidate, parameters, matrix, seed=seed, fold=fold) for fold in range(FOLDS)
    )
    predicted = np.empty_like(matrix.ratings)
    for fold, (unseen, _) in enumerate(folds):
        predicted[matrix.folds == fold] = unseen
    train_rmses = [train_rmse for _, train_rmse in folds]
    errors = matrix.ratings - predicted
    test_rmse = weighted_rmse(matrix.ratings, predicted, matrix.weights)
    train_rmse = float(np.mean(train_rmses))
    return Trial(
        family=candidate.family,
        number=number,
        parameters=parameters,
        train_rmse=train_rmse,
        test_rmse=test_rmse,
        rmse_gap=test_rmse - train_rmse,
        mae=float(np.mean(np.abs(errors))),
        r2=1 - float(np.mean(errors**2) / np.var(matrix.ratings)),
        seconds=perf_counter() - started,
    )


def _without_fold(
    candidate: Candidate, parameters: Parameters, matrix: _Matrix, *, seed: int, fold: int
) -> tuple[NDArray[np.float64], float]:
    """Predictions for the fold left out, and the error on the films seen."""
    left_out = matrix.folds == fold
    estimator = candidate.build(parameters, seed)
    estimator.fit(matrix.features[~left_out], matrix.ratings[~left_out], sample_weight=matrix.weights[~left_out])
    seen = estimator.predict(matrix.features[~left_out])
    train_rmse = weighted_rmse(matrix.ratings[~left_out], seen, matrix.weights[~left_out])
    return estimator.predict(matrix.features[left_out]), train_rmse


def _fit(candidate: Candidate, best: Trial, matrix: _Matrix, *, seed: int) -> FittedCandidate:
    started = perf_counter()
    estimator = candidate.build(best.parameters, seed)
    estimator.fit(matrix.features, matrix.ratings, sample_weight=matrix.weights)
    seen = estimator.predict(matrix.features)
    return FittedCandidate(
        family=candidate.family,
        parameters=best.parameters,
        cross_validated=best,
        train_rmse=weighted_rmse(matrix.ratings, seen, matrix.weights),
        model=candidate.export(estimator, matrix.features.shape[1]),
        fit_seconds=perf_counter() - started,
    )
