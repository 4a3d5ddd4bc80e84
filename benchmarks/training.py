"""Films, windows and fitted bundles for the benchmarks of models.

Add ways to get films or models that a second benchmark needs; figures about them stay in the benchmark.
"""

import sys
import time
from datetime import date

from movie_assets.catalogue.dump.source import DumpSource
from movie_assets.catalogue.synthetic.source import SyntheticCatalogue
from movie_assets.prediction.features import FEATURE_SETS
from movie_assets.prediction.movie import Movie
from movie_assets.training.candidates import CANDIDATES
from movie_assets.training.encoders import fit_encoders
from movie_assets.training.selection import bundle_of
from movie_assets.training.tuning import tune
from movie_assets.training.window import TrainingWindow
from tests.support.cleaning import clean

SEED = 7
DAY = date(2026, 1, 1)
DUMP_DAY = date(2018, 1, 1)  # after the last film of the dumps measured


def cleaned_films(source, day):
    """The cleaned films of a source's day with its history, with their votes, by id."""
    return clean(source.fetch(day, with_history=True), day=day).with_votes


def dump_films(path):
    """The cleaned films of a dump, with their votes."""
    return cleaned_films(DumpSource(path, DUMP_DAY), DUMP_DAY)


def synthetic_films(history_films, *, day=DAY, films_per_day=0):
    """Cleaned synthetic films, with their votes; cleaning drops some."""
    catalogue = SyntheticCatalogue(seed=SEED, start=day, films_per_day=films_per_day, history_films=history_films)
    return cleaned_films(catalogue, day)


def window_of(frame, *, digest=""):
    """These films as a training window."""
    return TrainingWindow(source="synthetic", day=str(DAY), days=(str(DAY),), digest=digest, frame=frame)


def movies_of(part, films):
    """The first films of a part as requests."""
    texts = ("original_language", "overview", "title")
    lists = ("genres", "production_countries", "production_companies", "spoken_languages", "directors", "cast")
    return [
        Movie(
            runtime=film["runtime"],
            release_date=film["release_date"].date(),
            **{name: film[name] for name in texts},
            **{name: list(film[name]) for name in lists},
        )
        for film in part.frame.head(films).to_dict("records")
    ]


def fitted_bundles(train, *, trials, seed):
    """Search every family on each feature set; yield a name with the champion marked, the candidate and its bundle.

    Progress goes to standard error.
    """
    began = time.perf_counter()
    encoded = fit_encoders(train, seed=seed)
    fitted = tune(CANDIDATES, train, encoded, trials=trials, seed=seed, on_trial=_report)
    print(f"search: {time.perf_counter() - began:.0f} s", file=sys.stderr)
    for feature_set in FEATURE_SETS:
        candidates = [candidate for candidate in fitted if candidate.feature_set == feature_set]
        champion = min(candidates, key=lambda candidate: candidate.cross_validated.test_rmse)
        for candidate in candidates:
            name = f"{feature_set} {candidate.family}" + (" (champion)" if candidate is champion else "")
            yield name, candidate, bundle_of(candidate, train, encoded, seed=seed)


def _report(trial):
    name = f"{trial.family} {trial.feature_set} trial {trial.number}"
    figures = f"rmse {trial.test_rmse:.4f}, folds {trial.folds}, {trial.seconds:.1f} s"
    print(f"{name}: {figures}", file=sys.stderr, flush=True)
