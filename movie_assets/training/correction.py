"""How the correction for missing facts (prediction/missing_facts.py) is fitted to an estimator.

Add here what an estimator must be corrected for after it was fitted; what it should learn not to mind belongs in
encoders.py. Ratings play no part: only the estimator's own contributions are averaged over the training films.
"""

from collections import Counter
from datetime import date

import numpy as np
from numpy.typing import NDArray

from movie_assets.prediction.encodings import Numbers
from movie_assets.prediction.features import Encoders, labels, names_of
from movie_assets.prediction.missing_facts import FACT_OF, Absences, Marks, MissingFacts, facts_of, terms_of
from movie_assets.prediction.runtime import Estimator
from movie_assets.training.onnx_graph import features_of
from movie_assets.training.window import FilmSet

COMMONEST = 20  # sets of missing facts that are surely among those averaged
SETS = 150  # several for each term
FILMS_A_SET = 200  # at most; drawn for each set anew, so that their chance averages out over the sets
LEAST_FILMS_A_SET = 40
RIDGE = 1e-4
FILMS_OF_A_SEASON = 100
DIGITS = 5


def fit_missing_facts(
    estimator: Estimator, train: FilmSet, encoders: Encoders, *, full: Numbers, masked: Numbers, seed: int
) -> MissingFacts:
    """The correction of an estimator on these encoders.

    `full` and `masked` are the training films as matrices, as they are and with every fact missing.
    """
    features = names_of(encoders)
    facts = facts_of(features)
    missing = Absences.of(train.columns, features=features, facts=facts).facts
    facts = tuple(fact for fact, mark in zip(facts, missing.T, strict=True) if not mark.all())  # others are never given
    absent = Absences.of(train.columns, features=features, facts=facts)
    chance = np.random.default_rng(seed)
    terms: NDArray[np.float64] = np.zeros(0)
    if facts:
        sets = _sets(absent.facts, chance)
        rows = np.concatenate([_drawn(absent.facts, chance) for _ in sets])
        left_out = np.repeat(sets, len(rows) // len(sets), axis=0)
        of_features = left_out @ np.array([[FACT_OF[name] == fact for name in features] for fact in facts])
        of_columns = of_features[:, features_of(encoders)]
        contributions = estimator.estimate(np.where(of_columns, masked[rows], full[rows])).contributions
        together = np.where(of_features | absent.features[rows], contributions, 0.0).sum(axis=1)
        terms = _solved(terms_of(left_out | absent.facts[rows]), together, len(sets))
    return MissingFacts(
        facts=facts,
        terms=tuple(np.round(terms, DIGITS).tolist()),
        season=_season(estimator, train.columns["release_date"], encoders, full, chance),
    )


def _sets(missing: Marks, chance: np.random.Generator) -> Marks:
    """The commonest sets of missing facts, each fact alone, and sets at random."""
    facts = missing.shape[1]
    found, counts = np.unique(missing, axis=0, return_counts=True)
    commonest = found[np.argsort(-counts, kind="stable")[:COMMONEST]]
    drawn = SETS - len(commonest) - facts
    shares = chance.choice([0.3, 0.5, 0.7], size=(drawn, 1))
    return np.vstack([commonest, np.eye(facts, dtype=bool), chance.random((drawn, facts)) < shares])


def _drawn(missing: Marks, chance: np.random.Generator) -> NDArray[np.int64]:
    """Films at random, of each set of missing facts as many as is its share."""
    films = len(missing)
    count = int(np.clip(films // 25, LEAST_FILMS_A_SET, FILMS_A_SET))
    order = np.lexsort((chance.random(films), *missing.T))
    places = ((np.arange(count) + chance.random()) / count * films).astype(np.int64)
    return np.asarray(order[places])


def _solved(columns: NDArray[np.float64], together: NDArray[np.float64], sets: int) -> NDArray[np.float64]:
    """The terms that give the mean of each set; fitted to means and not to films, which differ by more than that."""
    means = columns.reshape(sets, -1, columns.shape[1]).mean(axis=1)
    target = together.reshape(sets, -1).mean(axis=1)
    return np.asarray(np.linalg.solve(means.T @ means + RIDGE * sets * np.eye(means.shape[1]), means.T @ target))


def _season(
    estimator: Estimator, days: list[date], encoders: Encoders, full: Numbers, chance: np.random.Generator
) -> tuple[int, int] | None:
    """The month and weekday whose ratings are closest to the mean over those of all films, film by film."""
    names = [label for _, label in labels(encoders)]
    if "release_date.month" not in names:
        return None
    counted = sorted(Counter((day.month, day.weekday()) for day in days).items())
    films = full[chance.choice(len(full), min(len(full), FILMS_OF_A_SEASON), replace=False)]
    rows = np.tile(films, (len(counted), 1))
    for place, part in enumerate(("month", "weekday")):
        rows[:, names.index(f"release_date.{part}")] = np.repeat([season[place] for season, _ in counted], len(films))
    ratings = estimator.estimate(rows).unclipped.reshape(len(counted), len(films))
    mean = np.average(ratings, axis=0, weights=[count for _, count in counted])
    closest = int(np.argmin(((ratings - mean) ** 2).sum(axis=1)))
    return counted[closest][0]
