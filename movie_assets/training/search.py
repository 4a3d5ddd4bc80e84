"""Search: which settings of one family are tried next, when a trial is given up, and when the search ends.

Optuna's tree-structured Parzen estimator and median pruner (Bergstra et al. 2011, "Algorithms for hyper-parameter
optimization"). Trial k is drawn with a seed made of the search's seed and k, and what was tried before: so a search
that resumes from a checkpoint ends with the same result. How a trial is run: tuning.py.
"""

from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np

from movie_assets.prediction.features import FeatureSet
from movie_assets.training.candidates import Candidate, Parameters
from movie_assets.training.records import Trial
from movie_assets.training.split import FOLDS

WARM_UP_TRIALS = 3  # after so many a trial whose first fold is worse than the median is given up


GiveUp = Callable[[float], bool]  # the error on the first fold -> whether the others are not worth their time
Run = Callable[[Parameters, int, GiveUp], Trial]
LoadTrial = Callable[[str, FeatureSet, int], Trial | None]  # family, feature set, number -> the trial, if it was saved


def no_checkpoint(_family: str, _feature_set: FeatureSet, _number: int) -> None:
    """There is no checkpoint: every trial is run."""


def never(_rmse: float) -> bool:
    """No trial is given up."""
    return False


class Clock:
    """The time a whole search may take, shared out evenly among the searches still to come."""

    def __init__(self, seconds: float | None, *, searches: int) -> None:
        self._ends = None if seconds is None else perf_counter() + seconds
        self._searches = searches
        self.cut = False  # whether any search ended for want of time: it cannot be repeated exactly then

    def next(self) -> Callable[[], bool]:
        """Begin the next search; the function says whether its share is spent."""
        now = perf_counter()
        share = None if self._ends is None else now + (self._ends - now) / max(self._searches, 1)
        self._searches -= 1

        def spent() -> bool:
            over = share is not None and perf_counter() >= share
            self.cut = self.cut or over
            return over

        return spent


def search(
    candidate: Candidate,
    feature_set: FeatureSet,
    *,
    trials: int,
    seed: int,
    run: Run,
    load_trial: LoadTrial,
    spent: Callable[[], bool],
    on_trial: Callable[[Trial], None],
) -> Trial:
    """The best of so many trials, the first of which is the family's starting point and is always run to its end.

    A trial loaded from the checkpoint is reported but not run again. The search ends early once `spent` says so.
    """
    import optuna  # only who searches pays for the import

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(
        pruner=optuna.pruners.MedianPruner(n_startup_trials=WARM_UP_TRIALS), direction="minimize"
    )
    study.enqueue_trial(candidate.starting_points[feature_set], skip_if_exists=True)
    finished: list[Trial] = []
    for number in range(trials):
        if number and spent():
            break
        study.sampler = optuna.samplers.TPESampler(seed=_seed_of(seed, number))
        asked = study.ask()
        parameters = candidate.suggest(asked)

        def give_up(rmse: float, asked: Any = asked) -> bool:
            asked.report(rmse, step=0)
            return bool(asked.should_prune())

        trial = load_trial(candidate.family, feature_set, number)
        if trial is not None and trial.parameters == parameters:
            give_up(trial.first_fold_rmse)
        else:
            trial = run(parameters, number, give_up)
        on_trial(trial)
        if trial.folds < FOLDS:
            study.tell(asked, state=optuna.trial.TrialState.PRUNED)
        else:
            study.tell(asked, trial.test_rmse)
            finished.append(trial)
    return min(finished, key=lambda found: (found.test_rmse, found.number))


def _seed_of(seed: int, number: int) -> int:
    return int(np.random.SeedSequence([seed, number]).generate_state(1)[0])
