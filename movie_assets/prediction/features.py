"""The feature spec, and the way from movies to the matrix of an estimator.

FEATURES is the allow-list of an estimator's inputs. To add one, add an entry here and a column of the same name to
catalogue/columns.py. Cleaning and requests both compute features by `of_movies` and `seen`, and `encode` turns them
into numbers (encodings.py).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from movie_assets.prediction import synopsis
from movie_assets.prediction.encodings import AnyEncoding, AnyOf, Columns, Numbers, OneOf
from movie_assets.prediction.movie import Movie
from movie_assets.prediction.sentiment import polarity
from movie_assets.prediction.vocabulary import COUNTRIES, GENRES, LANGUAGES, Vocabulary, canonical_of

Kind = Literal["number", "one_of", "any_of", "release_day", "title", "words", "record"]
FeatureSet = Literal["core", "full"]

LEADING_ACTORS = 5  # as many as a poster names
READABLE = "overview_is_english"  # the column that marks English synopses; not a feature


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One input of an estimator."""

    name: str
    kinds: tuple[Kind, ...]
    known_before_release_because: str
    core: bool = False  # one of the five of the core feature set
    of: Callable[[Movie], Any] | None = None  # None: the field of the movie with this name
    of_field: str | None = None  # the field that `of` derives it from; None: the one with this name
    of_synopsis: bool = False  # used only where the synopsis is English
    most: int | None = None  # how many of a list are used, the first ones

    def value(self, movie: Movie) -> Any:
        """The value in `cleaned_movies`; None where the fact is missing."""
        return getattr(movie, self.name) if self.of is None else self.of(movie)

    @property
    def fact(self) -> str:
        """The fact of the film it is derived from, by the name of its field."""
        return self.of_field or self.name


def _terms(vocabulary: Vocabulary, names: Sequence[str]) -> list[str]:
    """Those that the vocabulary has: a cleaned film has no others."""
    return [name for name in names if vocabulary.of(name)]


def main_genre(movie: Movie) -> str | None:
    """The first genre; where the vocabulary lacks it, the first that it has, as cleaning leaves the others out."""
    return next((genre for genre in movie.genres if GENRES.of(genre)), next(iter(movie.genres), None))


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
        of=main_genre,
        of_field="genres",
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
        of_field="overview",
        of_synopsis=True,
        known_before_release_because="the synopsis is the distributor's",
    ),
    Feature(
        name="overview_len",
        kinds=("number",),
        core=True,
        of=lambda movie: len(movie.overview) if movie.overview else None,
        of_field="overview",
        of_synopsis=True,
        known_before_release_because="the synopsis is the distributor's",
    ),
    Feature(
        name="overview",
        kinds=("words",),
        of_synopsis=True,
        known_before_release_because="the synopsis is the distributor's",
    ),
    Feature(
        name="genres",
        kinds=("any_of",),
        of=lambda movie: _terms(GENRES, movie.genres),
        known_before_release_because="the genres are part of the announcement",
    ),
    Feature(
        name="release_date", kinds=("release_day",), known_before_release_because="the date is booked months ahead"
    ),
    Feature(
        name="production_countries",
        kinds=("any_of",),
        of=lambda movie: _terms(COUNTRIES, movie.production_countries),
        known_before_release_because="contracts name them before the shoot",
    ),
    Feature(
        name="spoken_languages",
        kinds=("any_of",),
        of=lambda movie: _terms(LANGUAGES, movie.spoken_languages),
        known_before_release_because="they are spoken on the set",
    ),
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
    """The encodings of each feature, fitted on the training part."""

    model_config = ConfigDict(frozen=True)

    encodings: dict[str, tuple[AnyEncoding, ...]]

    def of(self, feature_set: FeatureSet) -> "Encoders":
        """The encodings of one feature set, as a bundle needs them."""
        return Encoders(encodings={feature.name: self.encodings[feature.name] for feature in FEATURE_SETS[feature_set]})

    def known(self, name: str) -> tuple[str, ...]:
        """The values of a feature in the training part in the form of the vocabulary, the most frequent first."""
        encodings = (encoding for encoding in self.encodings[name] if isinstance(encoding, OneOf | AnyOf))
        learnt = next((encoding.known for encoding in encodings), ())
        return tuple(dict.fromkeys(canonical_of(name, value) for value in learnt))

    @property
    def has_other_terms(self) -> bool:
        """Whether it learnt a genre, language or country in a form that is not the vocabulary's."""
        return any(
            canonical_of(name, term) != term
            for name, encodings in self.encodings.items()
            for encoding in encodings
            if isinstance(encoding, OneOf | AnyOf)
            for term in encoding.known
        )

    def as_learnt(self) -> "Encoders":
        """These encoders without the vocabulary: names count only as they were learnt."""
        return Encoders(
            encodings={
                name: tuple(
                    type(one)(**one.model_dump(), as_learnt=True) if isinstance(one, OneOf | AnyOf) else one
                    for one in encodings
                )
                for name, encodings in self.encodings.items()
            }
        )

    @property
    def feature_set(self) -> FeatureSet:
        """`full` where any feature beyond the core has an encoding."""
        return "core" if set(self.encodings) <= {feature.name for feature in CORE} else "full"


def of_movies(movies: Sequence[Movie]) -> dict[str, list[Any]]:
    """The feature columns of `cleaned_movies`, and READABLE."""
    facts = {feature.name: [feature.value(movie) for movie in movies] for feature in FEATURES}
    return facts | {READABLE: [_is_readable(movie) for movie in movies]}


def _is_readable(movie: Movie) -> bool:
    return bool(movie.overview and movie.overview.strip()) and synopsis.is_english(str(movie.overview))


def seen(columns: Columns) -> dict[str, list[Any]]:
    """The columns of `of_movies` as an estimator may see them; None where a fact is missing.

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
    """The columns of requested movies as an estimator may see them."""
    return seen(of_movies(movies))


def encode(columns: Columns, encoders: Encoders) -> Numbers:
    """The matrix of an estimator: a row per film, and the columns of each feature in the order of FEATURES."""
    blocks = [
        encoding.encode(feature.name, columns)
        for feature in FEATURES
        for encoding in encoders.encodings.get(feature.name, ())
    ]
    return np.ascontiguousarray(np.hstack(blocks))


def names_of(encoders: Encoders) -> list[str]:
    """The features that have a column, in the order of FEATURES; a list that was always empty has none."""
    return list(columns_by_feature(encoders))


def columns_by_feature(encoders: Encoders) -> dict[str, list[str]]:
    """Each feature that has a column with its columns, in the estimator's order."""
    listed: dict[str, list[str]] = {}
    for feature, label in labels(encoders):
        listed.setdefault(feature, []).append(label)
    return listed


def labels(encoders: Encoders) -> list[tuple[str, str]]:
    """The feature and the name of each column of the matrix."""
    return [
        (feature.name, label)
        for feature in FEATURES
        for encoding in encoders.encodings.get(feature.name, ())
        for label in encoding.labels(feature.name)
    ]
