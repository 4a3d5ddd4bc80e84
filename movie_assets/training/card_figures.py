"""The figures of a card, measured on the holdout: its errors, on which films it errs, and which features it uses.

They take seconds, so only promoted bundles and search days have them. Add a figure to prediction/card.py, here and in
card_page.py, the card as a page.
"""

import functools
import subprocess
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np

from movie_assets.prediction.bundle import ModelBundle
from movie_assets.prediction.card import Card, FeatureUse, GenreErrors, Histogram
from movie_assets.prediction.features import FEATURES, labels
from movie_assets.training.backtest import backtest
from movie_assets.training.calibration import LEAST_FILMS as LEAST_FILMS_OF_AN_INTERVAL
from movie_assets.training.candidates import Candidate
from movie_assets.training.coverage import LEAST_FILMS, coverage_by_group
from movie_assets.training.evaluation import Ratings
from movie_assets.training.selection import Choice
from movie_assets.training.split import sampled
from movie_assets.training.window import FilmSet, TrainingWindow

EDGES = np.linspace(0, 10, 21)
RECORDED_LIBRARIES = ("scikit-learn", "xgboost-cpu", "lightgbm", "onnx", "onnxruntime", "textblob", "pandas", "numpy")
SAMPLED_RATINGS = 300
SAMPLED_CONTRIBUTIONS = 500
SOURCES = Path(__file__).parents[2]
DESCRIBE = ("describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")


def full_card(
    challenger: ModelBundle,
    window: TrainingWindow,
    choice: Choice,
    candidates: Sequence[Candidate],
    *,
    seed: int,
    commit: str | None,
) -> Card:
    """The challenger's card, the backtest included; `candidates` holds its family."""
    best, part, bounds = choice.best, window.holdout, choice.holdout_bounds
    known = {"genres": "main_genre", "original_languages": "original_language"}
    return Card(
        source=window.source,
        day=window.day,
        family=best.family,
        feature_set=best.feature_set,
        parameters=best.parameters,
        window=window.summary,
        metrics=choice.metrics,
        decision=choice.decision.reason,
        provisional=choice.decision.provisional,
        versions={name: version(name) for name in RECORDED_LIBRARIES},
        seed=seed,
        known={name: sorted(challenger.encoders.known(feature)) for name, feature in known.items()},
        typical_error=choice.metrics.get("mae_6_votes"),
        table=[one.row for one in choice.predictors],
        coverage=coverage_by_group(part, bounds) if bounds is not None else [],
        interval_note=interval_note(train_films=len(window.train), holdout_films=len(part), bounds=bounds),
        backtest=backtest(window.train, best, candidates, seed=seed),
        errors_by_genre=errors_by_genre(part, choice.holdout_predicted),
        features=feature_uses(challenger, part),
        training_ratings=rating_counts(window.train.ratings),
        holdout_sample=holdout_sample(part, choice.holdout_predicted),
        commit=commit,
    )


def interval_note(*, train_films: int, holdout_films: int, bounds: Ratings | None) -> str | None:
    """One sentence where the films do not support an interval, or no statement of how often it holds; else None."""
    if bounds is None:
        return (
            f"There is no interval: {LEAST_FILMS_OF_AN_INTERVAL} training films are needed to say how wide it must be, "
            f"and there are {train_films}."
        )
    if holdout_films < LEAST_FILMS:
        return (
            f"How often the interval holds cannot be said: {LEAST_FILMS} holdout films are needed, "
            f"and there are {holdout_films}."
        )
    return None


def errors_by_genre(part: FilmSet, predicted: Ratings) -> list[GenreErrors]:
    """A row for each main genre of at least 20 films, the largest first."""
    genres = part.frame["main_genre"].fillna("none").to_numpy()
    rows = []
    for genre in np.unique(genres.astype(str)):
        errors = (predicted - part.ratings)[genres == genre]
        if len(errors) >= LEAST_FILMS:
            row = GenreErrors(
                genre=genre,
                films=len(errors),
                mae=round(float(np.abs(errors).mean()), 4),
                rmse=round(float(np.sqrt((errors**2).mean())), 4),
                bias=round(float(errors.mean()), 4),
            )
            rows.append(row)
    return sorted(rows, key=lambda row: (-row.films, row.genre))


def feature_uses(bundle: ModelBundle, part: FilmSet) -> list[FeatureUse]:
    """Every feature of the bundle with its reason, in the order of the feature spec.

    Its importance is the mean size of its contributions over at most 500 of the films; None without a film.
    """
    rows = sampled(part.ids, SAMPLED_CONTRIBUTIONS)
    columns = {name: [values[row] for row in rows] for name, values in part.columns.items()}
    names = dict.fromkeys(feature for feature, _ in labels(bundle.encoders))
    sizes = np.abs(bundle.rate(columns).contributions).mean(axis=0).tolist() if rows else []
    importance = dict(zip(names, sizes, strict=False))  # none without a film
    return [
        FeatureUse(
            name=feature.name,
            known_before_release_because=feature.known_before_release_because,
            importance=round(importance[feature.name], 4) if feature.name in importance else None,
        )
        for feature in FEATURES
        if feature.name in bundle.encoders.encodings
    ]


def rating_counts(ratings: Ratings) -> Histogram:
    """How many films have which rating, in steps of half a point."""
    films, edges = np.histogram(ratings, bins=EDGES)
    return Histogram(edges=edges.tolist(), films=films.tolist())


def holdout_sample(part: FilmSet, predicted: Ratings) -> list[tuple[float, float]]:
    """Predicted and actual ratings of at most 300 films, which depend on the films' ids alone."""
    rows = sampled(part.ids, SAMPLED_RATINGS)
    pairs = zip(predicted[rows].tolist(), part.ratings[rows].tolist(), strict=True)
    return [(round(guess, 3), round(rating, 3)) for guess, rating in pairs]


@functools.cache  # the running code was imported once, whatever is checked out later
def checked_out_commit(folder: Path = SOURCES) -> str | None:
    """The git commit of the sources, 40 digits and -dirty where files have changed; None where git cannot tell."""
    if not (folder / ".git").exists():  # a repository around the installed sources is not theirs
        return None
    try:
        described = subprocess.run(  # noqa: S603 - nothing in it comes from outside
            ("git", "-C", str(folder), *DESCRIBE),  # noqa: S607 - each machine has git somewhere else
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return described.stdout.strip() or None
