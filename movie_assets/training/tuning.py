"""The search: trials by cross-validation on the training part, and the fit of the settings found.

Never sees the holdout. Who is told of a trial is the caller's business (`on_trial`). Families: candidates.py. What an
estimator sees of a film: encoding.py; how much it weighs: weighting.py.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from movie_assets.prediction.features import FEATURE_SETS, FeatureSet
from movie_assets.training.candidates import Candidate, Columns, Parameters
from movie_assets.training.encoding import Encoded, with_facts_left_out
from movie_assets.training.evaluation import weighted_rmse
from movie_assets.training.split import FOLDS, fold_of
from movie_assets.training.weighting import fit_weights
from movie_assets.training.window import Part

WARM_UP_TRIALS = 3  # after so many a trial whose first folds are worse than the median is given up


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One setting of one family on one feature set, tried: means over the folds, in rating points."""

    family: str
    feature_set: FeatureSet
    number: int
    parameters: Parameters
    train_rmse: float
    test_rmse: float  # of the folds left out, weighted by votes
    rmse_gap: float  # test - train
    mae: float
    r2: float
    seconds: float
    folds: int  # fewer than all where the trial was given up

    def as_record(self) -> dict[str, Any]:
        """For the local record and the tracker."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class FittedCandidate:
    """The best trial of a family on a feature set, fitted on the whole training part and made portable."""

    family: str
    feature_set: FeatureSet
    parameters: Parameters
    cross_validated: Trial
    train_rmse: float
    model: bytes  # ONNX
    out_of_fold: NDArray[np.float64]  # of each training film, by a model that had not seen it
    fit_seconds: float

    @property
    def name(self) -> str:
        """How the candidate is called in files and sentences."""
        return f"{self.family}_{self.feature_set}"

    def as_record(self) -> dict[str, Any]:
        """All but the model and its predictions, which are kept as files of their own."""
        record = asdict(self)
        del record["model"], record["out_of_fold"]
        return record

    @classmethod
    def from_record(
        cls, record: Mapping[str, Any], model: bytes, out_of_fold: NDArray[np.float64]
    ) -> "FittedCandidate":
        """What `as_record` was made of."""
        trial = Trial(**record["cross_validated"])
        return cls(**{**record, "cross_validated": trial, "model": model, "out_of_fold": out_of_fold})


@dataclass(frozen=True)
class _Matrix:
    """The training part as an estimator takes it: what it learns from has facts left out, what it answers has all."""

    feature_set: FeatureSet
    seen: NDArray[np.float32]
    whole: NDArray[np.float32]
    columns: Columns
    ratings: NDArray[np.float64]
    fit_weights: NDArray[np.float64]
    weights: NDArray[np.float64]
    folds: NDArray[np.int64]


Told = Callable[[Trial], None]


def tune(
    candidates: Sequence[Candidate],
    train: Part,
    encoded: Encoded,
    *,
    trials: int,
    seed: int,
    settings_of: Mapping[str, Parameters] | None = None,
    on_trial: Told,
) -> list[FittedCandidate]:
    """The best setting of each family on each feature set, fitted; with `settings_of` (name -> parameters) only the
    candidates named there, refitted with these.

    The same part, encoders, trials and seed give the same candidates, byte for byte. Raises ValueError when a fold
    would be empty.
    """
    fitted = []
    for feature_set in FEATURE_SETS:
        asked = [one for one in candidates if settings_of is None or f"{one.family}_{feature_set}" in settings_of]
        if not asked:
            continue
        matrix = _matrix(train, encoded, feature_set, seed=seed)
        for candidate in asked:
            name = f"{candidate.family}_{feature_set}"
            if settings_of is None:
                best, predicted = _search(candidate, matrix, trials=trials, seed=seed, on_trial=on_trial)
            else:
                best, predicted = _try(candidate, settings_of[name], matrix, seed=seed, number=0)
                on_trial(best)
            fitted.append(_fit(candidate, best, predicted, matrix, seed=seed))
    return fitted


def _matrix(train: Part, encoded: Encoded, feature_set: FeatureSet, *, seed: int) -> _Matrix:
    folds = fold_of(train.ids)
    if len(np.unique(folds)) < FOLDS:
        raise ValueError(f"{len(train)} training films are too few for {FOLDS} folds; widen the window.")
    encoders = encoded.encoders.of(feature_set)
    whole = encoded.matrix(train, encoders)
    return _Matrix(
        feature_set=feature_set,
        seen=with_facts_left_out(whole, train, encoders, seed=seed),
        whole=whole,
        columns=Columns.of(encoders),
        ratings=train.ratings,
        fit_weights=fit_weights(train, feature_set),
        weights=train.weights,
        folds=folds,
    )


def _search(
    candidate: Candidate, matrix: _Matrix, *, trials: int, seed: int, on_trial: Told
) -> tuple[Trial, NDArray[np.float64]]:
    import optuna  # only who searches pays for the import

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(
        sampler=optuna.samplers.TPESampler(seed=seed),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=WARM_UP_TRIALS),
        direction="minimize",
    )
    study.enqueue_trial(candidate.starting_point, skip_if_exists=True)
    tried: list[tuple[Trial, NDArray[np.float64]]] = []

    def objective(asked: Any) -> float:
        def give_up(fold: int, rmse: float) -> bool:
            asked.report(rmse, fold)
            return bool(asked.should_prune())

        trial, predicted = _try(
            candidate, candidate.suggest(asked), matrix, seed=seed, number=asked.number, give_up=give_up
        )
        on_trial(trial)
        if trial.folds < FOLDS:
            raise optuna.TrialPruned
        tried.append((trial, predicted))
        return trial.test_rmse

    study.optimize(objective, n_trials=trials)
    return min(tried, key=lambda found: (found[0].test_rmse, found[0].number))


def _try(
    candidate: Candidate,
    parameters: Parameters,
    matrix: _Matrix,
    *,
    seed: int,
    number: int,
    give_up: Callable[[int, float], bool] | None = None,
) -> tuple[Trial, NDArray[np.float64]]:
    """A trial and its predictions for the folds left out; it ends early where `give_up` says so after a fold."""
    started = perf_counter()
    predicted = np.full_like(matrix.ratings, np.nan)
    train_rmses: list[float] = []
    waiting = list(range(FOLDS))
    while waiting:
        at_once = waiting[:1] if give_up and len(waiting) == FOLDS else waiting
        answers = Parallel(n_jobs=candidate.folds_at_once, prefer="threads")(
            delayed(_without_fold)(candidate, parameters, matrix, seed=seed, fold=fold) for fold in at_once
        )
        for fold, (unseen, train_rmse) in zip(at_once, answers, strict=True):
            predicted[matrix.folds == fold] = unseen
            train_rmses.append(train_rmse)
        waiting = waiting[len(at_once) :]
        known = ~np.isnan(predicted)
        rmse = weighted_rmse(matrix.ratings[known], predicted[known], matrix.weights[known])
        if waiting and give_up and give_up(at_once[-1], rmse):
            break
    errors = matrix.ratings[known] - predicted[known]
    train_rmse = float(np.mean(train_rmses))
    trial = Trial(
        family=candidate.family,
        feature_set=matrix.feature_set,
        number=number,
        parameters=parameters,
        train_rmse=train_rmse,
        test_rmse=rmse,
        rmse_gap=rmse - train_rmse,
        mae=float(np.mean(np.abs(errors))),
        r2=1 - float(np.mean(errors**2) / np.var(matrix.ratings[known])),
        seconds=perf_counter() - started,
        folds=len(train_rmses),
    )
    return trial, predicted


def _without_fold(
    candidate: Candidate, parameters: Parameters, matrix: _Matrix, *, seed: int, fold: int
) -> tuple[NDArray[np.float64], float]:
    """Predictions for the fold left out, and the error on the films seen."""
    left_out = matrix.folds == fold
    estimator = candidate.build(parameters, seed, matrix.columns)
    estimator.fit(matrix.seen[~left_out], matrix.ratings[~left_out], sample_weight=matrix.fit_weights[~left_out])
    seen = estimator.predict(matrix.whole[~left_out])
    train_rmse = weighted_rmse(matrix.ratings[~left_out], seen, matrix.weights[~left_out])
    return estimator.predict(matrix.whole[left_out]), train_rmse


def _fit(
    candidate: Candidate, best: Trial, predicted: NDArray[np.float64], matrix: _Matrix, *, seed: int
) -> FittedCandidate:
    started = perf_counter()
    estimator = candidate.build(best.parameters, seed, matrix.columns)
    estimator.fit(matrix.seen, matrix.ratings, sample_weight=matrix.fit_weights)
    seen = estimator.predict(matrix.whole)
    return FittedCandidate(
        family=candidate.family,
        feature_set=matrix.feature_set,
        parameters=best.parameters,
        cross_validated=best,
        train_rmse=weighted_rmse(matrix.ratings, seen, matrix.weights),
        model=candidate.export(estimator, matrix.whole.shape[1]),
        out_of_fold=predicted,
        fit_seconds=perf_counter() - started,
    )
