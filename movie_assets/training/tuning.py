"""Tuning: which settings of a family are tried, and the fit of the best ones.

Add here how settings are searched; a family and its search space belong to candidates.py, a trial to
cross_validation.py. Nothing here sees the holdout.

The search is Optuna's tree-structured Parzen estimator with its median pruner (Bergstra et al. 2011, "Algorithms for
hyper-parameter optimization"). Trial k is drawn with a seed made of the search's seed and k, and from the trials before
it, so a search that resumes from a checkpoint ends the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from movie_assets.prediction.features import FEATURE_SETS, FeatureSet, names_of
from movie_assets.prediction.runtime import Estimator
from movie_assets.training.candidates import Candidate, Parameters, candidate_name
from movie_assets.training.correction import fit_missing_facts
from movie_assets.training.cross_validation import TrainingData, cross_validate
from movie_assets.training.encoders import Encoded, training_matrix
from movie_assets.training.evaluation import weighted_rmse
from movie_assets.training.onnx_graph import features_of, graph_of
from movie_assets.training.records import CandidateRecord, Trial
from movie_assets.training.split import FOLDS
from movie_assets.training.trees import mean_of
from movie_assets.training.window import FilmSet

WARM_UP_TRIALS = 3  # after so many a trial is pruned where its first fold is worse than the median

OnTrial = Callable[[Trial], None]
LoadTrial = Callable[[str, FeatureSet, int], Trial | None]  # family, feature set, number -> the trial, if there is one


@dataclass(frozen=True, kw_only=True)
class FittedCandidate(CandidateRecord):
    """A candidate with its model; its record is stored without these two, which are files of their own."""

    model: bytes  # as onnx_graph.py writes it
    out_of_fold: NDArray[np.float64]  # predictions for the training films, each by a model that has not seen it


@dataclass(frozen=True, eq=False)
class _Best:
    """The best trial of a family on a feature set, with its predictions for the folds left out."""

    candidate: Candidate
    data: TrainingData
    trial: Trial
    out_of_fold: NDArray[np.float64]
    cut_short: bool = False


def tune(
    candidates: Sequence[Candidate],
    train: FilmSet,
    encoded: Encoded,
    *,
    trials: int,
    seed: int,
    seconds: float | None = None,
    load_trial: LoadTrial = lambda *_: None,
    on_trial: OnTrial = lambda _: None,
) -> list[FittedCandidate]:
    """The best settings of each family on each feature set, fitted; the best family of a set as an ensemble.

    Both feature sets share the `trials` of a family, at least one each. `seconds` are shared evenly among the searches
    still to come; a search out of time ends early. `load_trial` returns a trial of an earlier, interrupted search.
    The same part, encoders, trials and seed give the same candidates, byte for byte, unless time cut the search short.
    Raises ValueError when a fold would be empty.
    """
    ends = np.inf if seconds is None else perf_counter() + seconds
    found: list[_Best] = []
    for feature_set in FEATURE_SETS:
        data = TrainingData.of(train, encoded, feature_set, seed=seed)
        share = trials // 2 if feature_set == "core" else trials - trials // 2
        for candidate in candidates:
            now, searches_left = perf_counter(), len(FEATURE_SETS) * len(candidates) - len(found)
            best = _search(
                candidate,
                data,
                trials=max(share, 1),
                seed=seed,
                deadline=now + (ends - now) / searches_left,
                load_trial=load_trial,
                on_trial=on_trial,
            )
            found.append(best)
    leaders = {min((best for best in found if best.data.feature_set == name), key=_error) for name in FEATURE_SETS}
    cut_short = any(best.cut_short for best in found)
    return [
        _fit(best, seed=seed, ensemble_size=best.candidate.ensemble_size if best in leaders else 1, cut_short=cut_short)
        for best in found
    ]


def refit(
    candidates: Sequence[Candidate],
    train: FilmSet,
    encoded: Encoded,
    settings: Mapping[str, Parameters],
    *,
    seed: int,
    on_trial: OnTrial = lambda _: None,
) -> FittedCandidate:
    """The best of these settings (candidate name -> parameters), fitted as an ensemble; nothing is searched."""
    found = []
    for feature_set in FEATURE_SETS:
        named = [one for one in candidates if candidate_name(one.family, feature_set) in settings]
        if not named:
            continue
        data = TrainingData.of(train, encoded, feature_set, seed=seed)
        for candidate in named:
            parameters = settings[candidate_name(candidate.family, feature_set)]
            trial, out_of_fold = cross_validate(candidate, parameters, data, seed=seed)
            on_trial(trial)
            found.append(_Best(candidate, data, trial, out_of_fold))
    best = min(found, key=_error)
    return _fit(best, seed=seed, ensemble_size=best.candidate.ensemble_size)


def _error(best: _Best) -> float:
    return best.trial.test_rmse


def _search(
    candidate: Candidate,
    data: TrainingData,
    *,
    trials: int,
    seed: int,
    deadline: float,
    load_trial: LoadTrial,
    on_trial: OnTrial,
) -> _Best:
    """The first trial is the family's starting point; it is never pruned and runs whatever the deadline."""
    import optuna  # only a search pays for the import

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(pruner=optuna.pruners.MedianPruner(n_startup_trials=WARM_UP_TRIALS))
    study.enqueue_trial(candidate.starting_points[data.feature_set])
    finished: list[Trial] = []
    out_of_fold: dict[int, NDArray[np.float64]] = {}
    cut_short = False
    for number in range(trials):
        if cut_short := number > 0 and perf_counter() >= deadline:
            break
        study.sampler = optuna.samplers.TPESampler(seed=_trial_seed(seed, number))
        drawn = study.ask()
        parameters = candidate.suggest(drawn)

        def prune(rmse: float, drawn: Any = drawn) -> bool:
            drawn.report(rmse, step=0)
            return bool(drawn.should_prune())

        trial = load_trial(candidate.family, data.feature_set, number)
        if trial is not None and trial.parameters == parameters:
            prune(trial.first_fold_rmse)
        else:
            trial, out_of_fold[number] = cross_validate(
                candidate, parameters, data, seed=seed, number=number, prune=prune
            )
        on_trial(trial)
        if trial.folds < FOLDS:
            study.tell(drawn, state=optuna.trial.TrialState.PRUNED)
        else:
            study.tell(drawn, trial.test_rmse)
            finished.append(trial)
    best = min(finished, key=lambda trial: (trial.test_rmse, trial.number))
    if best.number not in out_of_fold:  # loaded, and a checkpoint holds no predictions
        _, out_of_fold[best.number] = cross_validate(candidate, best.parameters, data, seed=seed)
    return _Best(candidate, data, best, out_of_fold[best.number], cut_short)


def _trial_seed(seed: int, number: int) -> int:
    return int(np.random.SeedSequence([seed, number]).generate_state(1)[0])


def _fit(best: _Best, *, seed: int, ensemble_size: int, cut_short: bool = False) -> FittedCandidate:
    """The mean of estimators that differ by their seed and by the facts masked while learning."""
    started = perf_counter()
    candidate, data, parameters = best.candidate, best.data, best.trial.parameters
    seeds = range(seed, seed + ensemble_size)
    estimators = [candidate.build(parameters, one, data.rising) for one in seeds]
    Parallel(n_jobs=candidate.folds_at_once, prefer="threads")(
        delayed(estimator.fit)(
            data.training if one == seed else training_matrix(data.full, data.masked, data.encoders, seed=one),
            data.ratings,
            sample_weight=data.fit_weights,
        )
        for estimator, one in zip(estimators, seeds, strict=True)
    )
    model = graph_of(mean_of([candidate.trees(estimator) for estimator in estimators]), features_of(data.encoders))
    missing_facts = fit_missing_facts(
        Estimator(model), data.train, data.encoders, full=data.full, masked=data.masked, seed=seed
    )
    offsets = missing_facts.offsets_of(data.train.columns, features=names_of(data.encoders))
    fitted = np.mean([estimator.predict(data.full) for estimator in estimators], axis=0) - offsets
    return FittedCandidate(
        family=candidate.family,
        feature_set=data.feature_set,
        parameters=parameters,
        cross_validated=best.trial,
        train_rmse=weighted_rmse(data.ratings, fitted, data.weights),
        model=model,
        missing_facts=missing_facts,
        out_of_fold=best.out_of_fold - offsets,
        fit_seconds=perf_counter() - started,
        cut_short=cut_short,
    )
