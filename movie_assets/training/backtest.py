"""The backtest: the challenger's settings fitted on earlier films and measured on later ones.

The holdout is split by id, so its films lie among the training films in time; a forecast does not. Here encoders,
estimator and interval are fitted on the earlier films of the training part and measured on its newest fifth by day of
release. The settings themselves were searched on both.
"""

from collections.abc import Sequence

import numpy as np

from movie_assets.prediction.card import Backtest
from movie_assets.training.baselines import fit_baselines
from movie_assets.training.candidates import Candidate
from movie_assets.training.coverage import interval_metrics
from movie_assets.training.encoders import fit_encoders
from movie_assets.training.evaluation import evaluate, rounded
from movie_assets.training.selection import bundle_of
from movie_assets.training.tuning import FittedCandidate, refit
from movie_assets.training.window import FilmSet

MEASURED_SHARE = 0.2
LEAST_TRAIN, LEAST_TEST = 100, 30  # films; with fewer the figures mean nothing


def split_in_time(train: FilmSet) -> tuple[str, FilmSet, FilmSet]:
    """The day on which about the newest fifth begins, the films released before it, and those since."""
    released = train.frame["release_date"]
    cut = released.sort_values().iloc[int(len(train) * (1 - MEASURED_SHARE))]
    earlier = (released < cut).to_numpy()
    parts = (FilmSet(train.frame[films].reset_index(drop=True)) for films in (earlier, ~earlier))
    return cut.date().isoformat(), *parts


def backtest(train: FilmSet, best: FittedCandidate, candidates: Sequence[Candidate], *, seed: int) -> Backtest | None:
    """The settings of `best`, fitted on the earlier films and measured on the later; None with too few of either.

    `candidates` includes the family of `best`. The same films, settings and seed give the same figures.
    """
    if len(train) < LEAST_TRAIN + LEAST_TEST:
        return None
    cut, earlier, later = split_in_time(train)
    if len(earlier) < LEAST_TRAIN or len(later) < LEAST_TEST:
        return None
    encoded = fit_encoders(earlier, seed=seed)
    refitted = refit(candidates, earlier, encoded, {best.name: best.parameters}, seed=seed)
    bundle = bundle_of(refitted, earlier, encoded, seed=seed)
    estimates = bundle.rate(later.columns)
    mean = fit_baselines(earlier)[0].predict_columns(later.columns)
    interval = interval_metrics(later, bundle.bounds(estimates))
    return Backtest(
        cut=cut,
        train_films=len(earlier),
        test_films=len(later),
        metrics=rounded(evaluate(later, estimates.ratings)),
        mean_metrics=rounded(evaluate(later, np.asarray(mean))),
        coverage=interval.get("interval_coverage"),
        width=interval.get("interval_width"),
    )
