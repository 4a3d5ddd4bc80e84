"""Tune: trials by cross-validation on the training part, and the fit of the settings found.

Never sees the holdout. Reporting and saving trials is the caller's business (`on_trial`, `load_trial`).
Which settings are tried: search.py. Families: candidates.py. What an estimator sees of a film: encoding.py; how much
it weighs: weighting.py.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from time import perf_counter

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from movie_assets.prediction.features import FEATURE_SETS, Encoders, FeatureSet
from movie_assets.training.candidates import Candidate, Columns, Parameters, candidate_name
from movie_assets.training.encoders import Encoded, bare_matrix, with_facts_left_out
from movie_assets.training.evaluation import weighted_rmse
from movie_assets.training.onnx_graph import features_of, graph_of
from movie_assets.training.records import CandidateRecord, Trial
from movie_assets.training.search import Clock, GiveUp, LoadTrial, never, no_checkpoint, search
from movie_assets.training.split import FOLDS, whole_folds
from movie_assets.training.trees import mean_of
from movie_assets.training.weighting import WEIGHTINGS
from movie_assets.training.window import Part


@dataclass(frozen=True, kw_only=True)
class FittedCandidate(CandidateRecord):
    """A candidate made portable; its record is kept without these two, which are files of their own."""

    model: bytes  # as onnx_graph.py writes it
    out_of_fold: NDArray[np.float64]  # of each training film, by a model that had not seen it


@dataclass(frozen=True)
class _Matrix:
    """The training part as an estimator takes it: what it learns from has facts left out, what it answers has all."""

    feature_set: FeatureSet
    encoders: Encoders
    whole: NDArray[np.float32]
    bare: NDArray[np.float32]
    columns: Columns
    ratings: NDArray[np.float64]
    fit_weights: NDArray[np.float64]
    weights: NDArray[np.float64]
    folds: NDArray[np.int64]
    seed: int

    @cached_property
    def seen(self) -> NDArray[np.float32]:
        """What a trial learns from."""
        return self.seen_with(self.seed)

    def seen_with(self, seed: int) -> NDArray[np.float32]:
        """What a member of this seed learns from: other facts are left out for each."""
        return with_facts_left_out(self.whole, self.bare, self.encoders, seed=seed)


Told = Callable[[Trial], None]


def tune(
    candidates: Sequence[Candidate],
    train: Part,
    encoded: Encoded,
    *,
    trials: int,
    seed: int,
    seconds: float | None = None,
    settings_of: Mapping[str, Parameters] | None = None,
    load_trial: LoadTrial = no_checkpoint,
    on_trial: Told,
) -> list[FittedCandidate]:
    """The best setting of each family on each feature set, fitted; the best family of a set with all its members.

    `trials` are a family's, shared by both feature sets, at least one on each; `seconds` end the search early. With
    `settings_of` (name -> parameters) nothing is searched: the candidates named there are tried with these, and the
    best of them alone is fitted.
    The same part, encoders, trials and seed give the same candidates, byte for byte, unless time cut the search.
    Raises ValueError when a fold would be empty.
    """
    clock = Clock(seconds, searches=len(candidates) * len(FEATURE_SETS))
    found: list[_Found] = []
    for feature_set in FEATURE_SETS:
        asked = [
            one for one in candidates if settings_of is None or candidate_name(one.family, feature_set) in settings_of
        ]
        if not asked:
            continue
        matrix = _matrix(train, encoded, feature_set, seed=seed)
        for candidate in asked:
            if settings_of is None:
                share = trials // 2 if feature_set == "core" else trials - trials // 2
                best, predicted = _searched(
                    candidate,
                    matrix,
                    trials=max(share, 1),
                    seed=seed,
                    load_trial=load_trial,
                    spent=clock.next(),
                    on_trial=on_trial,
                )
            else:
                parameters = settings_of[candidate_name(candidate.family, feature_set)]
                best, predicted = _try(candidate, parameters, matrix, seed=seed, number=0)
                on_trial(best)
            found.append(_Found(candidate, best, predicted, matrix))
    if settings_of is not None:
        leader = min(found, key=_error)
        return [_fit(leader, seed=seed, members=leader.candidate.members)]
    leaders = {min((one for one in found if one.matrix.feature_set == name), key=_error) for name in FEATURE_SETS}
    fitted = [_fit(one, seed=seed, members=one.candidate.members if one in leaders else 1) for one in found]
    return [replace(one, cut_short=True) for one in fitted] if clock.cut else fitted


@dataclass(frozen=True, eq=False)
class _Found:
    """The best trial of a family on a feature set, with its predictions for the folds left out."""

    candidate: Candidate
    best: Trial
    predicted: NDArray[np.float64]
    matrix: _Matrix


def _error(found: _Found) -> float:
    return found.best.test_rmse


def _matrix(train: Part, encoded: Encoded, feature_set: FeatureSet, *, seed: int) -> _Matrix:
    folds = whole_folds(train.ids)
    encoders = encoded.encoders.of(feature_set)
    whole = encoded.matrix(train, encoders)
    return _Matrix(
        feature_set=feature_set,
        encoders=encoders,
        whole=whole,
        bare=bare_matrix(train, encoders),
        columns=Columns.of(encoders),
        ratings=train.ratings,
        fit_weights=WEIGHTINGS[feature_set].of(train),
        weights=train.weights,
        folds=folds,
        seed=seed,
    )


def _searched(
    candidate: Candidate,
    matrix: _Matrix,
    *,
    trials: int,
    seed: int,
    load_trial: LoadTrial,
    spent: Callable[[], bool],
    on_trial: Told,
) -> tuple[Trial, NDArray[np.float64]]:
    """The best trial and its predictions for the folds left out."""
    predictions: dict[int, NDArray[np.float64]] = {}

    def run(parameters: Parameters, number: int, give_up: GiveUp) -> Trial:
        trial, predictions[number] = _try(candidate, parameters, matrix, seed=seed, number=number, give_up=give_up)
        return trial

    best = search(
        candidate,
        matrix.feature_set,
        trials=trials,
        seed=seed,
        run=run,
        load_trial=load_trial,
        spent=spent,
        on_trial=on_trial,
    )
    if best.number not in predictions:  # loaded: its figures are known, its predictions are not
        run(best.parameters, best.number, never)
    return best, predictions[best.number]


def _try(
    candidate: Candidate,
    parameters: Parameters,
    matrix: _Matrix,
    *,
    seed: int,
    number: int,
    give_up: GiveUp = never,
) -> tuple[Trial, NDArray[np.float64]]:
    """A trial and its predictions for the folds left out; it ends after the first where `give_up` says so."""
    started = perf_counter()
    predicted = np.full_like(matrix.ratings, np.nan)
    train_rmses: list[float] = []

    def rmse_so_far(folds: Sequence[int]) -> float:
        answers = Parallel(n_jobs=candidate.folds_at_once, prefer="threads")(
            delayed(_without_fold)(candidate, parameters, matrix, seed=seed, fold=fold) for fold in folds
        )
        for fold, (unseen, train_rmse) in zip(folds, answers, strict=True):
            predicted[matrix.folds == fold] = unseen
            train_rmses.append(train_rmse)
        known = ~np.isnan(predicted)
        return weighted_rmse(matrix.ratings[known], predicted[known], matrix.weights[known])

    test_rmse = first_fold_rmse = rmse_so_far([0])
    if not give_up(first_fold_rmse):
        test_rmse = rmse_so_far(range(1, FOLDS))
    known = ~np.isnan(predicted)
    errors = matrix.ratings[known] - predicted[known]
    train_rmse = float(np.mean(train_rmses))
    trial = Trial(
        family=candidate.family,
        feature_set=matrix.feature_set,
        number=number,
        parameters=parameters,
        train_rmse=train_rmse,
        test_rmse=test_rmse,
        rmse_gap=test_rmse - train_rmse,
        mae=float(np.mean(np.abs(errors))),
        r2=1 - float(np.mean(errors**2) / np.var(matrix.ratings[known])),
        seconds=perf_counter() - started,
        folds=len(train_rmses),
        first_fold_rmse=first_fold_rmse,
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


def _fit(found: _Found, *, seed: int, members: int) -> FittedCandidate:
    """So many estimators that differ by their seed and by the facts left out, averaged into one."""
    started = perf_counter()
    candidate, best, matrix = found.candidate, found.best, found.matrix
    seeds = range(seed, seed + members)
    estimators = [candidate.build(best.parameters, one, matrix.columns) for one in seeds]
    Parallel(n_jobs=candidate.folds_at_once, prefer="threads")(
        delayed(estimator.fit)(
            matrix.seen if one == seed else matrix.seen_with(one), matrix.ratings, sample_weight=matrix.fit_weights
        )
        for estimator, one in zip(estimators, seeds, strict=True)
    )
    fitted = np.mean([estimator.predict(matrix.whole) for estimator in estimators], axis=0)
    return FittedCandidate(
        family=candidate.family,
        feature_set=matrix.feature_set,
        parameters=best.parameters,
        cross_validated=best,
        train_rmse=weighted_rmse(matrix.ratings, fitted, matrix.weights),
        model=graph_of(mean_of([candidate.trees(estimator) for estimator in estimators]), features_of(matrix.encoders)),
        out_of_fold=found.predicted,
        fit_seconds=perf_counter() - started,
    )
