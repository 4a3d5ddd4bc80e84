"""How good the models are on real films: `make bench-quality DUMP=path`, by a split in time. A table for the docs.

Films released before 2013 train, those of 2013 to 2017 measure; only films of at least 6 votes, cleaned as everywhere.
Beside the two baselines and the champions of both feature sets stands the pipeline that this project replaces, refitted
on the same films. Nothing is chosen by what is measured: settings are searched by cross-validation on the training
films. How much they find of the synthetic truth, with or without a dump: truth.py. The figures of one machine:
docs/reference/benchmarks.md.
"""

import argparse
import resource
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import truth
from benchmarks.catalogue import machine
from movie_assets.catalogue.dump.source import DumpSource
from movie_assets.catalogue.raw import raw_frame
from movie_assets.prediction.features import FEATURE_SETS, OPTIONAL
from movie_assets.prediction.interval import LEVEL
from movie_assets.prediction.movie import Movie
from movie_assets.training.baselines import fit_baselines
from movie_assets.training.candidates import CANDIDATES
from movie_assets.training.encoders import fit_encoders
from movie_assets.training.evaluation import VOTE_THRESHOLDS
from movie_assets.training.selection import bundle_of
from movie_assets.training.tuning import tune
from movie_assets.training.window import Part
from tests.support.cleaning import clean

FIRST_MEASURED, LAST_MEASURED = 2013, 2017
ASKED = 200  # films predicted one by one


def films_of(path):
    """The cleaned films of a dump, with their votes."""
    day = date(LAST_MEASURED + 1, 1, 1)
    cleaned = clean(raw_frame(DumpSource(path, day).fetch(day, with_history=True)), day=day)
    return cleaned.movies.merge(cleaned.votes, on="id").sort_values("id", ignore_index=True)


def parts_of(films, first, last):
    """The films released before a year, and those from then to another."""
    years = films["release_date"].dt.year
    train, measured = films[years < first], films[(years >= first) & (years <= last)]
    return Part(train.reset_index(drop=True)), Part(measured.reset_index(drop=True))


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
    """The same films with no optional fact; the date of a film that has none is that of now, and stays."""
    gone = [name for name in OPTIONAL if name != "release_date"]
    films = len(columns["runtime"])
    return columns | {name: [None] * films for name in gone}


def errors(part, predicted):
    """RMSE, MAE and R² at each threshold of votes."""
    row = {}
    for votes in VOTE_THRESHOLDS:
        films = part.votes >= votes
        missed = part.ratings[films] - predicted[films]
        row[f"RMSE {votes}"] = np.sqrt(np.mean(missed**2))
        row[f"MAE {votes}"] = np.mean(np.abs(missed))
        row[f"R² {votes}"] = 1 - np.mean(missed**2) / np.var(part.ratings[films])
    return row


def covered(part, bounds):
    """Share of ratings inside their interval, and its mean width."""
    if bounds is None:
        return {}
    inside = (part.ratings >= bounds[:, 0]) & (part.ratings <= bounds[:, 1])
    return {"coverage": np.mean(inside), "width": np.mean(bounds[:, 1] - bounds[:, 0])}


def movies_of(part, films):
    """The first films as requests ask for them."""
    chosen = part.frame.head(films)
    texts = ("original_language", "overview", "title")
    lists = ("genres", "production_countries", "production_companies", "spoken_languages", "directors", "cast")
    return [
        Movie(
            runtime=film["runtime"],
            release_date=film["release_date"].date(),
            **{name: film[name] for name in texts},
            **{name: list(film[name]) for name in lists},
        )
        for film in chosen.to_dict("records")
    ]


def milliseconds(bundle, movies):
    """The median time of one film's prediction, with reasons and interval."""
    bundle.predict(movies[:1])
    taken = []
    for movie in movies:
        began = time.perf_counter()
        bundle.predict([movie])
        taken.append(1000 * (time.perf_counter() - began))
    return float(np.median(taken))


def rows(train, measured, *, trials, seed):
    """A row a predictor."""
    for baseline in fit_baselines(train):
        yield baseline.name, errors(measured, baseline.predict_columns(measured.columns))
    began = time.perf_counter()
    yield "old pipeline", errors(measured, old_pipeline(train, measured)) | {"fit s": time.perf_counter() - began}
    began = time.perf_counter()
    encoded = fit_encoders(train, seed=seed)
    spent = time.perf_counter() - began
    print(f"encoders: {spent:.0f} s", file=sys.stderr)

    def tell(trial):
        print(
            f"{trial.family} {trial.feature_set} trial {trial.number}: "
            f"rmse {trial.test_rmse:.4f}, folds {trial.folds}, {trial.seconds:.1f} s",
            file=sys.stderr,
            flush=True,
        )

    fitted = tune(CANDIDATES, train, encoded, trials=trials, seed=seed, on_trial=tell)
    print(f"search: {time.perf_counter() - began:.0f} s", file=sys.stderr)
    for feature_set in FEATURE_SETS:
        candidates = [one for one in fitted if one.feature_set == feature_set]
        champion = min(candidates, key=lambda one: one.cross_validated.test_rmse)
        for candidate in candidates:
            bundle = bundle_of(candidate, train, encoded, seed=seed)
            estimates = bundle.rate(measured.columns)
            name = f"{feature_set} {candidate.family}" + (" (champion)" if candidate is champion else "")
            yield (
                name,
                errors(measured, estimates.ratings)
                | covered(measured, bundle.bounds(estimates))
                | {"fit s": candidate.fit_seconds, "ms": milliseconds(bundle, movies_of(measured, ASKED))},
            )
            if candidate is champion and feature_set == "full":
                bare = bundle.rate(masked(measured.columns))
                figures = errors(measured, bare.ratings) | covered(measured, bundle.bounds(bare))
                yield "the same, no optional fact", figures


def main():
    """Measure and print the tables; a row as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dump", type=Path, nargs="?", help="Without it only the synthetic truth is asked for.")
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=FIRST_MEASURED, help="The first year that is measured.")
    parser.add_argument("--last", type=int, default=LAST_MEASURED, help="The last year that is measured.")
    asked = parser.parse_args()
    began = time.perf_counter()
    print(f"{machine()}, {datetime.now(UTC):%Y-%m-%d}.")
    if asked.dump:
        on_real_films(asked)
    truth.table(trials=asked.trials, seed=asked.seed)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n{time.perf_counter() - began:.0f} s in all, {memory:,.0f} MB at most.")


def on_real_films(asked):
    """Print a table of the dump asked for."""
    train, measured = parts_of(films_of(asked.dump), asked.first, asked.last)
    columns = [f"{what} {votes}" for votes in VOTE_THRESHOLDS for what in ("RMSE", "MAE", "R²")]
    columns += ["coverage", "width", "fit s", "ms"]
    print(f"\n{len(train)} films train, {len(measured)} measure; ", end="")
    print(f"{asked.trials} trials a family; interval of {LEVEL:.0%}.\n")
    print(f"| predictor | {' | '.join(columns)} |\n|{' --- |' * (len(columns) + 1)}")
    for name, row in rows(train, measured, trials=asked.trials, seed=asked.seed):
        print(
            f"| {name} | {' | '.join(f'{row[column]:.3f}' if column in row else '–' for column in columns)} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
