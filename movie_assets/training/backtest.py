"""The backtest: what a forecast would have been worth, had the same settings been learnt before a day.

A split by id tells how well films are rated that lie among those learnt from; what is promised is a forecast. So the
newest fifth of the training part, by day of release, is measured by what the rest of it teaches: encoders, estimator
and interval are fitted anew on the earlier films alone. The holdout has no part in it. One thing is not undone: the
settings were searched over all training films, later ones too.
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
from movie_assets.training.window import Part

MEASURED_SHARE = 0.2
LEAST_TRAIN, LEAST_TEST = 100, 30  # films; with fewer the figures say nothing


def split_in_time(train: Part) -> tuple[str, Part, Part]:
    """The day from which on about the newest fifth was released, the films before it, and those since.

    Films of one day stand on one side.
    """
    released = train.frame["release_date"]
    cut = released.sort_values().iloc[int(len(train) * (1 - MEASURED_SHARE))]
    earlier = (released < cut).to_numpy()
    parts = (Part(train.frame[films].reset_index(drop=True)) for films in (earlier, ~earlier))
    return cut.date().isoformat(), *parts


def backtest(train: Part, best: FittedCandidate, candidates: Sequence[Candidate], *, seed: int) -> Backtest | None:
    """The settings of `best`, learnt from the earlier films and measured on the later; None with too few of either.

    `candidates` holds the family of `best`. The same films, settings and seed give the same figures.
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
