"""The error of the models on real films, by a split in time: `make bench-quality DUMP=path`.

Films released before 2013 train, those of 2013 to 2017 measure; all have at least 6 votes. The rows are the baselines,
every family on both feature sets, and the pipeline that this project replaces, refitted on the same films. Settings are
searched by cross-validation on the training films. How much of the synthetic truth the models find, with or without a
dump: truth.py. Figures: docs/reference/benchmarks.md.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import truth
from benchmarks.measuring import machine, median_ms, peak_mb, print_figures
from benchmarks.training import dump_films, fitted_bundles, movies_of
from movie_assets.prediction.features import OPTIONAL
from movie_assets.prediction.interval import LEVEL
from movie_assets.training.baselines import fit_baselines
from movie_assets.training.evaluation import VOTE_THRESHOLDS
from movie_assets.training.window import FilmSet

FIRST_MEASURED, LAST_MEASURED = 2013, 2017
ALONE = 200  # films predicted one by one


def parts_of(films, first, last):
    """The films released before a year, and those from then to another."""
    years = films["release_date"].dt.year
    train, measured = films[years < first], films[(years >= first) & (years <= last)]
    return FilmSet(train.reset_index(drop=True)), FilmSet(measured.reset_index(drop=True))


def old_pipeline(train, measured):
    """The five features, label-encoded, and the settings of the pipeline that this project replaces."""
    from sklearn.preprocessing import LabelEncoder
    from xgboost import XGBRegressor

    def numbers(part):
        columns = pd.DataFrame({name: part.frame[name] for name in ("runtime", "overview_sentiment", "overview_len")})
        for name, encoder in encoders.items():
            known = part.frame[name].where(part.frame[name].isin(encoder.classes_), encoder.classes_[0])
            columns[name] = encoder.transform(known)
        return columns

    encoders = {
        name: LabelEncoder().fit(train.frame[name].fillna("none").tolist())
        for name in ("main_genre", "original_language")
    }
    for part in (train, measured):
        part.frame["main_genre"] = part.frame["main_genre"].fillna("none")
    estimator = XGBRegressor(
        n_estimators=200, learning_rate=0.05, max_depth=4, subsample=0.7, random_state=42, n_jobs=2
    )
    estimator.fit(numbers(train), train.ratings)
    return estimator.predict(numbers(measured))


def masked(columns):
    """The same films without optional facts, except the release date, which every request has."""
    films = len(columns["runtime"])
    return columns | {name: [None] * films for name in OPTIONAL if name != "release_date"}


def errors(part, predicted):
    """RMSE, MAE and R² at each threshold of votes."""
    row = {}
    for votes in VOTE_THRESHOLDS:
        films = part.votes >= votes
        residuals = part.ratings[films] - predicted[films]
        row[f"RMSE {votes}"] = np.sqrt(np.mean(residuals**2))
        row[f"MAE {votes}"] = np.mean(np.abs(residuals))
        row[f"R² {votes}"] = 1 - np.mean(residuals**2) / np.var(part.ratings[films])
    return row


def coverage(part, bounds):
    """The share of ratings inside their interval, and its mean width."""
    inside = (part.ratings >= bounds[:, 0]) & (part.ratings <= bounds[:, 1])
    return {"coverage": np.mean(inside), "width": np.mean(bounds[:, 1] - bounds[:, 0])}


def rows(train, measured, *, trials, seed):
    """A name and the figures of each predictor."""
    for baseline in fit_baselines(train):
        yield baseline.name, errors(measured, baseline.predict_columns(measured.columns))
    began = time.perf_counter()
    yield "old pipeline", errors(measured, old_pipeline(train, measured)) | {"fit s": time.perf_counter() - began}
    movies = [[movie] for movie in movies_of(measured, ALONE)]
    for name, candidate, bundle in fitted_bundles(train, trials=trials, seed=seed):
        estimates = bundle.rate(measured.columns)
        bundle.predict(movies[0])
        times = {"fit s": candidate.fit_seconds, "ms": median_ms(bundle.predict, movies)}
        yield name, errors(measured, estimates.ratings) | coverage(measured, bundle.bounds(estimates)) | times
        if name.startswith("full") and name.endswith("(champion)"):
            estimates = bundle.rate(masked(measured.columns))
            figures = errors(measured, estimates.ratings) | coverage(measured, bundle.bounds(estimates))
            yield "the same, no optional fact", figures


def main():
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dump", type=Path, nargs="?", help="Without it only the synthetic truth is measured.")
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=FIRST_MEASURED, help="The first year that is measured.")
    parser.add_argument("--last", type=int, default=LAST_MEASURED, help="The last year that is measured.")
    options = parser.parse_args()
    search = {"trials": options.trials, "seed": options.seed}
    began = time.perf_counter()
    print(f"{machine()}.")
    if options.dump:
        train, measured = parts_of(dump_films(options.dump), options.first, options.last)
        print(f"\n{len(train)} films train, {len(measured)} measure; ", end="")
        print(f"{options.trials} trials a family; interval of {LEVEL:.0%}.\n")
        columns = [f"{error} {votes}" for votes in VOTE_THRESHOLDS for error in ("RMSE", "MAE", "R²")]
        print_figures("predictor", [*columns, "coverage", "width", "fit s", "ms"], rows(train, measured, **search))
    print(f"\n{truth.FILMS} synthetic films, a fifth of them held out; {options.trials} trials a family.\n")
    print_figures("predictor", truth.COLUMNS, truth.rows(**search))
    print(f"\n{time.perf_counter() - began:.0f} s in all, {peak_mb():,.0f} MB at most.")


if __name__ == "__main__":
    main()
