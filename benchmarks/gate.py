"""What the promotion rule does when asked a thousand times: `make bench-gate [DUMP=path]`. A table for the docs.

Two pairs of real candidates are fitted on the training part: the core and the full one of LightGBM, and the full ones
of two families. Their residuals on the holdout are resampled film by film, so that they stay as alike as they are.
Without a dump the films are synthetic.
The figures of one machine: docs/reference/benchmarks.md.
"""

import argparse
import time
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from benchmarks.catalogue import machine
from benchmarks.quality import films_of
from movie_assets.catalogue.raw import raw_frame
from movie_assets.catalogue.synthetic.source import SyntheticCatalogue
from movie_assets.prediction.features import encode
from movie_assets.training.baselines import fit_baselines
from movie_assets.training.candidates import CANDIDATES
from movie_assets.training.encoders import fit_encoders
from movie_assets.training.evaluation import weighted_rmse
from movie_assets.training.leaks import solo_r2, weighted_r2
from movie_assets.training.promotion import Holdout, Scored, decide
from movie_assets.training.selection import bundle_of
from movie_assets.training.tuning import tune
from movie_assets.training.window import TrainingWindow
from tests.support.cleaned_days import a_rule
from tests.support.cleaning import clean

DRAWS = 1_000
FILMS = 2_000  # of the holdout in each draw
BETTER_BY = 0.03
SYNTHETIC_FILMS = 20_000


def synthetic_films():
    """Cleaned synthetic films, with their votes."""
    day = date(2025, 1, 1)
    catalogue = SyntheticCatalogue(seed=7, start=day, films_per_day=0, history_films=SYNTHETIC_FILMS)
    cleaned = clean(raw_frame(catalogue.fetch(day, with_history=True)), day=day)
    return cleaned.movies.merge(cleaned.votes, on="id").sort_values("id", ignore_index=True)


def scored(bundle, candidate, window, name):
    """A candidate on the holdout, as the rule meets it."""
    part = window.holdout
    predicted = bundle.rate(part.columns).ratings
    gap = weighted_rmse(part.ratings, predicted, part.weights) - candidate.train_rmse
    return Scored(name=name, predicted=predicted, rmse_gap=gap)


def promoted(errors, weights, *, equal, seed):
    """Of DRAWS holdouts of FILMS films, the share in which the rule replaces the first model by the second.

    For equal models each film's two residuals are swapped by the toss of a coin, so that neither is better but by luck.
    """
    chance = np.random.default_rng(seed)
    swaps = 0
    for draw in range(DRAWS):
        films = chance.integers(0, len(weights), FILMS)
        swapped = chance.random(FILMS) < 0.5 if equal else np.zeros(FILMS, bool)
        first, second = errors[:, films]
        theirs, ours = np.where(swapped, second, first), np.where(swapped, first, second)
        holdout = Holdout(ratings=np.zeros(FILMS), weights=weights[films], baselines={})
        decision = decide(
            challenger=Scored(name="challenger", predicted=ours, rmse_gap=0),
            champion=Scored(name="champion", predicted=theirs, rmse_gap=0),
            holdout=holdout,
            rule=a_rule(seed=draw),
        )
        swaps += decision.promote
    return swaps / DRAWS


def better(errors, weights):
    """The same residuals, the second model's shrunk or stretched until it is better by BETTER_BY."""
    zeros = np.zeros(len(weights))
    first, second = (weighted_rmse(zeros, one, weights) for one in errors)
    return np.array([errors[0], errors[1] * (first - BETTER_BY) / second])


def print_leaks(window, encoded, bundle):
    """What the leak alarm measures of an honest bundle."""
    part = window.holdout
    began = time.perf_counter()
    alone = sorted(solo_r2(window, encoded, "full").items(), key=lambda item: -item[1])
    spent = time.perf_counter() - began
    whole = weighted_r2(part.ratings, bundle.rate(part.columns).ratings, part.weights)
    told = ", ".join(f"{name} {r2:.3f}" for name, r2 in alone[:3])
    print(f"- weighted R² on the holdout: lightgbm_full {whole:.3f}; alone {told}; in {spent:.1f} s.")


def memorizer(train, encoded):
    """A forest of one deep tree over all films: nearly no error on what it has seen."""
    from sklearn.ensemble import RandomForestRegressor

    encoders = encoded.encoders.of("full")
    matrix = encoded.matrix(train, encoders)
    estimator = RandomForestRegressor(n_estimators=40, min_samples_leaf=1, max_features=0.3, random_state=0, n_jobs=2)
    estimator.fit(matrix, train.ratings, sample_weight=train.weights)
    seen = estimator.predict(matrix)
    return estimator, encoders, weighted_rmse(train.ratings, seen, train.weights)


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dump", type=Path)
    asked = parser.parse_args()
    films = films_of(asked.dump) if asked.dump else synthetic_films()
    window = TrainingWindow(source="benchmark", day="2025-01-01", days=("2025-01-01",), digest="", frame=films)
    train, part = window.train, window.holdout
    encoded = fit_encoders(train, seed=0)
    families = [candidate for candidate in CANDIDATES if candidate.family in {"lightgbm", "xgboost"}]
    fitted = tune(families, train, encoded, trials=1, seed=0)
    bundles = {one.name: bundle_of(one, train, encoded, seed=0) for one in fitted}
    on_holdout = {one.name: scored(bundles[one.name], one, window, one.name) for one in fitted}
    champion, challenger = on_holdout["lightgbm_core"], on_holdout["lightgbm_full"]
    kind = "Real" if asked.dump else "Synthetic"
    print(f"{machine()}, {datetime.now(UTC):%Y-%m-%d}. {kind} films: {len(train)} train, {len(part)} holdout; ", end="")
    print(f"{DRAWS} holdouts of {FILMS} films each.\n")
    print(f"| residuals of | correlation | equal models swapped | promoted: better by {BETTER_BY} |")
    print("| --- | --- | --- | --- |")
    print("| goal | – | at most 7.5 % | at least 80 % |")
    for pair in (("lightgbm_core", "lightgbm_full"), ("xgboost_full", "lightgbm_full")):
        residuals = np.array([on_holdout[name].predicted - part.ratings for name in pair])
        equal = promoted(residuals, part.weights, equal=True, seed=1)
        gain = promoted(better(residuals, part.weights), part.weights, equal=False, seed=2)
        alike = np.corrcoef(residuals)[0, 1]
        print(f"| {' and '.join(pair)} | {alike:.3f} | {equal:.1%} | {gain:.1%} |", flush=True)
    print()
    print_leaks(window, encoded, bundles["lightgbm_full"])
    baselines = {one.name: one.predict_columns(part.columns) for one in fit_baselines(train)}
    holdout = Holdout(ratings=part.ratings, weights=part.weights, baselines=baselines)
    mean = mean_only(baselines, train, part)
    for title, who, against, rule in (
        ("full for core", challenger, champion, a_rule()),
        ("a memorizer for core", remembered(train, part, encoded), champion, a_rule()),
        ("a mean for full, policy gap", mean, challenger, a_rule(policy="gap")),
        ("a mean for full", mean, challenger, a_rule()),
    ):
        decision = decide(challenger=who, champion=against, holdout=holdout, rule=rule)
        print(f"- {title}: {'promoted' if decision.promote else 'not promoted'}. {decision.reason}")


def remembered(train, part, encoded):
    """The memorizer on the holdout."""
    estimator, encoders, train_rmse = memorizer(train, encoded)
    predicted = estimator.predict(encode(part.columns, encoders))
    gap = weighted_rmse(part.ratings, predicted, part.weights) - train_rmse
    return Scored(name="memorizer", predicted=predicted, rmse_gap=gap)


def mean_only(baselines, train, part):
    """The mean of the training films on the holdout."""
    predicted = baselines["mean"]
    seen = weighted_rmse(train.ratings, np.full(len(train), predicted[0]), train.weights)
    return Scored(
        name="mean", predicted=predicted, rmse_gap=weighted_rmse(part.ratings, predicted, part.weights) - seen
    )


if __name__ == "__main__":
    main()
