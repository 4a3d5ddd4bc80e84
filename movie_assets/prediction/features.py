"""The feature spec, and the way from movies to numbers.

FEATURES is the allow-list of what an estimator may see. A further feature is one entry here, and a column of the same
name in catalogue/columns.py: cleaning fills it by `of_movies`, a request is read by it, and `seen` says of both what an
estimator sees. `encode` makes the numbers with what was learnt in training. What a movie is: movie.py. What a text
says: text.py. The kinds of numbers: encodings.py. How they are learnt: training/encoders.py.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from movie_assets.prediction import text
from movie_assets.prediction.encodings import AnyEncoding, AnyOf, Columns, Numbers, OneOf
from movie_assets.prediction.movie import Movie
from movie_assets.prediction.sentiment import polarity

Kind = Literal["number", "one_of", "any_of", "release_day", "title", "words", "record"]
FeatureSet = Literal["core", "full"]

LEADING_ACTORS = 5  # those a poster names
READABLE = "overview_is_english"  # the column that says whether a synopsis can be read; no feature itself


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One input of an estimator."""

    name: str
    kinds: tuple[Kind, ...]
    known_before_release_because: str
    core: bool = False  # one of the five that every estimator sees
    of: Callable[[Movie], Any] | None = None  # None: the field of the movie with this name
    of_synopsis: bool = False  # seen only where the synopsis is in English
    most: int | None = None  # of a list, how many of the first are seen

    def value(self, movie: Movie) -> Any:
        """What `cleaned_movies` holds of this movie; None where the fact is missing."""
        return getattr(movie, self.name) if self.of is None else self.of(movie)


FEATURES = (
    Feature(
        name="runtime",
        kinds=("number",),
        core=True,
        known_before_release_because="the cut is finished before the premiere",
    ),
    Feature(
        name="main_genre",
        kinds=("one_of",),
        core=True,
        of=lambda movie: movie.genres[0] if movie.genres else None,
        known_before_release_because="the genre is part of the announcement",
    ),
    Feature(
        name="original_language", kinds=("one_of",), core=True, known_before_release_because="it is spoken on the set"
    ),
    Feature(
        name="overview_sentiment",
        kinds=("number",),
        core=True,
        of=lambda movie: polarity(movie.overview) if movie.overview else None,
        of_synopsis=True,
        known_before_release_because="the synopsis is the distributor's",
    ),
    Feature(
        name="overview_len",
        kinds=("number",),
        core=True,
        of=lambda movie: len(movie.overview) if movie.overview else None,
        of_synopsis=True,
        known_before_release_because="the synopsis is the distributor's",
    ),
    Feature(
        name="overview",
        kinds=("words",),
        of_synopsis=True,
        known_before_release_because="the synopsis is the distributor's",
    ),
    Feature(name="genres", kinds=("any_of",), known_before_release_because="the genres are part of the announcement"),
    Feature(
        name="release_date", kinds=("release_day",), known_before_release_because="the date is booked months ahead"
    ),
    Feature(
        name="production_countries",
        kinds=("any_of",),
        known_before_release_because="contracts name them before the shoot",
    ),
    Feature(name="spoken_languages", kinds=("any_of",), known_before_release_because="they are spoken on the set"),
    Feature(
        name="title",
        kinds=("title", "record"),
        known_before_release_because="posters show it; of films that begin like it only earlier ones count",
    ),
    Feature(
        name="collection",
        kinds=("record",),
        known_before_release_because="a series is announced as one; only its films released before count",
    ),
    Feature(
        name="production_companies",
        kinds=("record",),
        known_before_release_because="contracts name them before the shoot; only films released before count",
    ),
    Feature(
        name="directors",
        kinds=("record",),
        known_before_release_because="hired before the shoot; only films released before count",
    ),
    Feature(
        name="cast",
        kinds=("record",),
        most=LEADING_ACTORS,
        known_before_release_because="hired before the shoot; only films released before count",
    ),
)
CORE = tuple(feature for feature in FEATURES if feature.core)
FEATURE_SETS: dict[FeatureSet, tuple[Feature, ...]] = {"core": CORE, "full": FEATURES}
OPTIONAL = tuple(
    feature.name for feature in FEATURES if not feature.core and feature.name not in {"overview", "genres"}
)


class Encoders(BaseModel):
    """What was learnt from the training part: for each feature its encodings."""

    model_config = ConfigDict(frozen=True)

    encodings: dict[str, tuple[AnyEncoding, ...]]

    def of(self, feature_set: FeatureSet) -> "Encoders":
        """Those of one feature set only: what a bundle needs."""
        return Encoders(encodings={feature.name: self.encodings[feature.name] for feature in FEATURE_SETS[feature_set]})

    def known(self, name: str) -> tuple[str, ...]:
        """The values of a feature that the training part held, the most frequent first."""
        return next((encoding.known for encoding in self.encodings[name] if isinstance(encoding, OneOf | AnyOf)), ())

    @property
    def feature_set(self) -> FeatureSet:
        """`full` where any feature beyond the core has an encoding."""
        return "core" if set(self.encodings) <= {feature.name for feature in CORE} else "full"


def of_movies(movies: Sequence[Movie]) -> dict[str, list[Any]]:
    """The columns of `cleaned_movies` that films give: those of the features, and READABLE."""
    facts = {feature.name: [feature.value(movie) for movie in movies] for feature in FEATURES}
    return facts | {READABLE: [_is_readable(movie) for movie in movies]}


def _is_readable(movie: Movie) -> bool:
    return bool(movie.overview and movie.overview.strip()) and text.is_english(str(movie.overview))


def seen(columns: Columns) -> dict[str, list[Any]]:
    """Of the columns that `of_movies` names what an estimator may see; None where a fact is missing.

    A synopsis that is not English has no mood, no comparable length and no words: all are None.
    """
    readable = columns[READABLE]

    def values(feature: Feature) -> list[Any]:
        if feature.of_synopsis:
            return [value if read else None for value, read in zip(columns[feature.name], readable, strict=True)]
        return (
            [value[: feature.most] for value in columns[feature.name]] if feature.most else list(columns[feature.name])
        )

    return {feature.name: values(feature) for feature in FEATURES}


def columns_of(movies: Sequence[Movie]) -> dict[str, list[Any]]:
    """What an estimator may see of movies that are asked about, by column."""
    return seen(of_movies(movies))


def encode(columns: Columns, encoders: Encoders) -> Numbers:
    """The matrix an estimator sees: one row a film, for each feature in the order of FEATURES its columns."""
    blocks = [
        encoding.encode(feature.name, columns)
        for feature in FEATURES
        for encoding in encoders.encodings.get(feature.name, ())
    ]
    return np.ascontiguousarray(np.hstack(blocks))


def labels(encoders: Encoders) -> list[tuple[str, str]]:
    """For each column of the matrix the feature it belongs to, and its own name."""
    return [
        (feature.name, label)
        for feature in FEATURES
        for encoding in encoders.encodings.get(feature.name, ())
        for label in encoding.labels(feature.name)
    ]
