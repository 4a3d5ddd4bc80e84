"""The feature spec, and the way from movies to numbers.

FEATURES is the allow-list of what an estimator may see: a feature is a fact of a film, a column of `cleaned_movies`
under the same name. `encode` makes the numbers of them with what was learnt in training. What a movie is: movie.py.
What a text says: text.py. The kinds of numbers: encodings.py. How they are learnt: training/encoding.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from movie_assets.prediction import text
from movie_assets.prediction.encodings import AnyEncoding, AnyOf, Columns, Numbers, OneOf
from movie_assets.prediction.movie import Movie

Kind = Literal["number", "one_of", "any_of", "release_day", "title", "words", "record"]
FeatureSet = Literal["core", "full"]

LEADING_ACTORS = 5  # those a poster names


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One input of an estimator."""

    name: str
    kinds: tuple[Kind, ...]
    known_before_release_because: str
    core: bool = False  # one of the five that every estimator sees


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
        known_before_release_because="the genre is part of the announcement",
    ),
    Feature(
        name="original_language", kinds=("one_of",), core=True, known_before_release_because="it is spoken on the set"
    ),
    Feature(
        name="overview_sentiment",
        kinds=("number",),
        core=True,
        known_before_release_because="the synopsis is the distributor's",
    ),
    Feature(
        name="overview_len",
        kinds=("number",),
        core=True,
        known_before_release_because="the synopsis is the distributor's",
    ),
    Feature(name="overview", kinds=("words",), known_before_release_because="the synopsis is the distributor's"),
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


def facts_of(movie: Movie) -> dict[str, Any]:
    """What an estimator may see of one movie, by feature; None where a fact is missing.

    A synopsis that is not English has no mood, no comparable length and no words: all are None.
    """
    overview = movie.overview if movie.overview and movie.overview.strip() else None
    readable = overview is not None and text.is_english(overview)
    return {
        "runtime": movie.runtime,
        "main_genre": movie.genres[0] if movie.genres else None,
        "original_language": movie.original_language,
        "overview_sentiment": text.overview_sentiment(overview) if overview and readable else None,
        "overview_len": text.overview_len(overview) if overview and readable else None,
        "overview": overview if readable else None,
        "genres": movie.genres,
        "release_date": movie.release_date,
        "production_countries": movie.production_countries,
        "spoken_languages": movie.spoken_languages,
        "title": movie.title,
        "collection": movie.collection,
        "production_companies": movie.production_companies,
        "directors": movie.directors,
        "cast": movie.cast[:LEADING_ACTORS],
    }


def columns_of(movies: Sequence[Movie]) -> dict[str, list[Any]]:
    """`facts_of` for many movies, by column."""
    facts = [facts_of(movie) for movie in movies]
    return {feature.name: [row[feature.name] for row in facts] for feature in FEATURES}


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
