"""The feature spec, and the way from movies to numbers.

FEATURES is the allow-list of what an estimator may see; `fit_encoders` learns the encoding from the training part,
`encode` applies it. What a movie is: movie.py. What a text says: text.py. Estimators: bundle.py.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from movie_assets.prediction import text
from movie_assets.prediction.movie import Movie

UNKNOWN = -1  # the code of a category the training part did not hold, or of none at all

Columns = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One input of every estimator, a column of `cleaned_movies` under the same name."""

    name: str
    kind: Literal["number", "category"]
    known_before_release_because: str


FEATURES = (
    Feature(name="runtime", kind="number", known_before_release_because="the cut is finished before the premiere"),
    Feature(name="main_genre", kind="category", known_before_release_because="the genre is part of the announcement"),
    Feature(name="original_language", kind="category", known_before_release_because="it is spoken on the set"),
    Feature(name="overview_sentiment", kind="number", known_before_release_because="the synopsis is the distributor's"),
    Feature(name="overview_len", kind="number", known_before_release_because="the synopsis is the distributor's"),
)


class Encoders(BaseModel):
    """What was learnt from the training part: codes for categories, medians for numbers that are missing."""

    model_config = ConfigDict(frozen=True)

    categories: dict[str, tuple[str, ...]]  # feature -> its known values; a value's code is its place
    medians: dict[str, float]  # feature -> the training part's median

    @cached_property
    def codes(self) -> dict[str, dict[str, int]]:
        """Feature -> value -> code."""
        return {name: {value: code for code, value in enumerate(known)} for name, known in self.categories.items()}


def facts_of(movie: Movie) -> dict[str, Any]:
    """The columns an estimator may see, for one movie; None where a fact is missing.

    A synopsis that is not English has no mood and no comparable length: both are None.
    """
    overview = movie.overview if movie.overview and movie.overview.strip() else None
    readable = overview is not None and text.is_english(overview)
    return {
        "runtime": movie.runtime,
        "main_genre": movie.genres[0] if movie.genres else None,
        "original_language": movie.original_language,
        "overview_sentiment": text.overview_sentiment(overview) if overview and readable else None,
        "overview_len": text.overview_len(overview) if overview and readable else None,
    }


def columns_of(movies: Sequence[Movie]) -> dict[str, list[Any]]:
    """`facts_of` for many movies, by column."""
    facts = [facts_of(movie) for movie in movies]
    return {feature.name: [row[feature.name] for row in facts] for feature in FEATURES}


def fit_encoders(columns: Columns) -> Encoders:
    """Learn the encoders from the training part, given as columns of `cleaned_movies`.

    Categories are ordered by how often they occur, then by name, so that codes do not depend on the order of films.
    Raises ValueError when there is no film to learn from.
    """
    if not len(columns[FEATURES[0].name]):
        raise ValueError("No film to fit encoders on: the training part of the window is empty.")
    categories, medians = {}, {}
    for feature in FEATURES:
        values = [value for value in columns[feature.name] if not _is_missing(value)]
        if feature.kind == "category":
            counted = Counter(values)
            categories[feature.name] = tuple(sorted(counted, key=lambda value: (-counted[value], value)))
        else:
            medians[feature.name] = float(np.median(values)) if values else 0.0
    return Encoders(categories=categories, medians=medians)


def encode(columns: Columns, encoders: Encoders) -> NDArray[np.float32]:
    """The matrix an estimator sees: one row a film, one column a feature in the order of FEATURES."""
    encoded: list[list[float]] = []
    for feature in FEATURES:
        values = columns[feature.name]
        if feature.kind == "category":
            codes = encoders.codes[feature.name]
            encoded.append([UNKNOWN if _is_missing(value) else codes.get(value, UNKNOWN) for value in values])
        else:
            median = encoders.medians[feature.name]
            encoded.append([median if _is_missing(value) else value for value in values])
    return np.asarray(encoded, dtype=np.float32).T.copy()


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))
