"""What the promotion rule decides on a thousand holdouts: `make bench-gate`, with DUMP=path on its films.

Two pairs of real candidates are fitted on the training part: LightGBM's on the core and on the full features, and two
families on the full ones. Their residuals on the holdout are resampled film by film, which keeps their correlation.
Figures: docs/reference/benchmarks.md.
"""

import argparse
import time
from datetime import date
from itertools import chain
from pathlib import Path

import numpy as np

from benchmarks.measuring import machine, print_table
from benchmarks.training import dump_films, synthetic_films, window_of
from movie_assets.prediction.features import encode
from movie_assets.training.baselines import fit_baselines
from movie_assets.training.candidates import CANDIDATES
from movie_assets.training.encoders import fit_encoders
from movie_assets.training.evaluation import weighted_rmse
from movie_assets.training.leaks import solo_r2, weighted_r2
from movie_assets.training.promotion import Holdout, Scored, decide
from movie_assets.training.selection import bundle_of
from movie_assets.training.tuning import tune
from tests.support.cleaned_days import a_rule

DRAWS = 1_000
FILMS = 2_000  # of the holdout in each draw
BETTER_BY = 0.03
SYNTHETIC_FILMS = 20_000
PAIRS = (("lightgbm_core", "lightgbm_full"), ("xgboost_full", "lightgbm_full"))


def scored(name, predicted, train_rmse, part):
    """These predictions of the holdout, in the form that the rule compares."""
    gap = weighted_rmse(part.ratings, predicted, part.weights) - train_rmse
    return Scored(name=name, predicted=predicted, rmse_gap=gap)


def promoted(errors, weights, *, equal, seed):
    """The share of DRAWS holdouts of FILMS films in which the rule replaces the first model by the second.

    For equal models the two residuals of each film are swapped at random, so that only chance makes one better.
    """
    chance = np.random.default_rng(seed)
    promotions = 0
    for draw in range(DRAWS):
        films = chance.integers(0, len(weights), FILMS)
        swapped = chance.random(FILMS) < 0.5 if equal else np.zeros(FILMS, bool)
        first, second = errors[:, films]
        decision = decide(
            challenger=Scored(name="challenger", predicted=np.where(swapped, first, second), rmse_gap=0),
            champion=Scored(name="champion", predicted=np.where(swapped, second, first), rmse_gap=0),
            holdout=Holdout(ratings=np.zeros(FILMS), weights=weights[films], baselines={}),
            rule=a_rule(seed=draw),
        )
        promotions += decision.promote
    return promotions / DRAWS


def better(errors, weights):
    """The same residuals, the second model's scaled until it is better by BETTER_BY."""
    first, second = (weighted_rmse(np.zeros(len(weights)), residuals, weights) for residuals in errors)
    return np.array([errors[0], errors[1] * (first - BETTER_BY) / second])


def pair_row(pair, on_holdout, part):
    """How often the rule promotes the second of a pair of models as equals, and if it is better."""
    residuals = np.array([on_holdout[name].predicted - part.ratings for name in pair])
    equal = promoted(residuals, part.weights, equal=True, seed=1)
    gain = promoted(better(residuals, part.weights), part.weights, equal=False, seed=2)
    return " and ".join(pair), f"{np.corrcoef(residuals)[0, 1]:.3f}", f"{equal:.1%}", f"{gain:.1%}"


def print_leaks(window, encoded, bundle):
    """Print what the leak alarm measures of an honest bundle."""
    part = window.holdout
    began = time.perf_counter()
    alone = sorted(solo_r2(window, encoded, "full").items(), key=lambda item: -item[1])
    seconds = time.perf_counter() - began
    whole = weighted_r2(part.ratings, bundle.rate(part.columns).ratings, part.weights)
    highest = ", ".join(f"{name} {r2:.3f}" for name, r2 in alone[:3])
    print(f"- weighted R² on the holdout: lightgbm_full {whole:.3f}; alone {highest}; in {seconds:.1f} s.")


def memorizer(train, part, encoded):
    """A forest of deep trees, one film a leaf: nearly no error on the films it was fitted on."""
    from sklearn.ensemble import RandomForestRegressor

    encoders = encoded.encoders.of("full")
    matrix = encoded.matrix(train, encoders)
    estimator = RandomForestRegressor(n_estimators=40, min_samples_leaf=1, max_features=0.3, random_state=0, n_jobs=2)
    estimator.fit(matrix, train.ratings, sample_weight=train.weights)
    train_rmse = weighted_rmse(train.ratings, estimator.predict(matrix), train.weights)
    return scored("memorizer", estimator.predict(encode(part.columns, encoders)), train_rmse, part)


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dump", type=Path)
    dump = parser.parse_args().dump
    window = window_of(dump_films(dump) if dump else synthetic_films(SYNTHETIC_FILMS, day=date(2025, 1, 1)))
    train, part = window.train, window.holdout
    encoded = fit_encoders(train, seed=0)
    families = [candidate for candidate in CANDIDATES if candidate.family in {"lightgbm", "xgboost"}]
    fitted = tune(families, train, encoded, trials=1, seed=0)
    bundles = {one.name: bundle_of(one, train, encoded, seed=0) for one in fitted}
    on_holdout = {
        one.name: scored(one.name, bundles[one.name].rate(part.columns).ratings, one.train_rmse, part) for one in fitted
    }
    print(f"{machine()}. {'Real' if dump else 'Synthetic'} films: {len(train)} train, {len(part)} holdout; ", end="")
    print(f"{DRAWS} holdouts of {FILMS} films each.\n")
    columns = ["residuals of", "correlation", "equal models swapped", f"promoted: better by {BETTER_BY}"]
    goal = ("goal", "–", "at most 7.5 %", "at least 80 %")
    print_table(columns, chain([goal], (pair_row(pair, on_holdout, part) for pair in PAIRS)))
    print()
    print_leaks(window, encoded, bundles["lightgbm_full"])
    baselines = {one.name: one.predict_columns(part.columns) for one in fit_baselines(train)}
    holdout = Holdout(ratings=part.ratings, weights=part.weights, baselines=baselines)
    mean_of_train = np.full(len(train), baselines["mean"][0])
    mean = scored("mean", baselines["mean"], weighted_rmse(train.ratings, mean_of_train, train.weights), part)
    core, full = on_holdout["lightgbm_core"], on_holdout["lightgbm_full"]
    for title, challenger, champion, rule in (
        ("full for core", full, core, a_rule()),
        ("a memorizer for core", memorizer(train, part, encoded), core, a_rule()),
        ("a mean for full, policy gap", mean, full, a_rule(policy="gap")),
        ("a mean for full", mean, full, a_rule()),
    ):
        decision = decide(challenger=challenger, champion=champion, holdout=holdout, rule=rule)
        print(f"- {title}: {'promoted' if decision.promote else 'not promoted'}. {decision.reason}")


if __name__ == "__main__":
    main()
