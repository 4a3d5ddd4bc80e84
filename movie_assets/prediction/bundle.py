"""ModelBundle: encoders, estimator, feature spec, golden examples and card as one immutable whole.

It is the only way from movies to ratings, in training and in service. Nothing in a bundle is executable. Its files, and
when they are refused: bundle_files.py.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from movie_assets.prediction import synopsis
from movie_assets.prediction.answer import Mood, Prediction, PredictionInterval, PredictionWarning
from movie_assets.prediction.bundle_files import (
    CARD,
    ENCODERS,
    GOLDEN,
    MANIFEST,
    MODEL,
    SPEC,
    BundleError,
    json_of,
    manifest_of,
    read,
    refuse_other_versions,
    sha256,
    verified,
    versions_that_matter,
)
from movie_assets.prediction.card import Card
from movie_assets.prediction.encodings import Columns, Season
from movie_assets.prediction.features import Encoders, columns_by_feature, columns_of, encode, names_of
from movie_assets.prediction.golden import GOLDEN_MOVIES
from movie_assets.prediction.input_warnings import InputWarnings
from movie_assets.prediction.interval import LEVEL, Interval
from movie_assets.prediction.legacy_model import LEGACY_CODES, LegacyModel
from movie_assets.prediction.missing_facts import FACTS_NOT_GIVEN, MissingFacts
from movie_assets.prediction.movie import Movie
from movie_assets.prediction.runtime import HIGHEST_RATING, LOWEST_RATING, Estimates, Estimator

TOLERANCE = 1e-4  # by which a golden example may differ between processors, in rating points


class Spec(BaseModel):
    """The inputs and options of a bundle's graph."""

    model_config = ConfigDict(frozen=True)

    feature_set: str
    features: dict[str, list[str]]  # each with its columns
    interval: Interval | None  # None where the training films were too few
    requires: dict[str, str]  # libraries whose version changes a number
    # None in a bundle of an earlier version, whose files, and so its id, have no such field
    missing_facts: MissingFacts | None = Field(default=None, exclude_if=lambda value: value is None)


@dataclass(frozen=True, eq=False)
class ModelBundle:
    """Encoders and estimator together, from films to ratings; bundles of one id are equal."""

    model: bytes  # ONNX, as training/onnx_graph.py writes it
    encoders: Encoders
    spec: Spec
    golden: list[dict[str, Any]]
    legacy_model: LegacyModel | None = None  # of a promoted bundle
    card: Card | None = None
    known_as: str = ""  # the id of the bundle of an earlier format that this one was read from

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ModelBundle) and self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)

    @classmethod
    def create(
        cls,
        model: bytes,
        encoders: Encoders,
        *,
        interval: Interval | None = None,
        missing_facts: MissingFacts | None = None,
    ) -> "ModelBundle":
        """A new bundle of a graph and its encoders, with golden examples."""
        spec = Spec(
            feature_set=encoders.feature_set,
            features=columns_by_feature(encoders),
            interval=interval,
            requires=versions_that_matter(),
            missing_facts=missing_facts,
        )
        bundle = cls(model=model, encoders=encoders, spec=spec, golden=[])
        golden = [
            {"movie": movie.model_dump(mode="json", exclude_defaults=True), "predicted_rating": answer.predicted_rating}
            for movie, answer in zip(GOLDEN_MOVIES, bundle.predict(GOLDEN_MOVIES), strict=True)
        ]
        return replace(bundle, golden=golden)

    @cached_property
    def files(self) -> dict[str, bytes]:
        """The bundle as files, with the manifest and, if there is one, the card."""
        digested = {
            MODEL: self.model,
            ENCODERS: json_of(self.encoders.model_dump(mode="json")),
            SPEC: json_of(self.spec.model_dump(mode="json")),
            GOLDEN: json_of(self.golden),
            **(self.legacy_model.files if self.legacy_model else {}),
        }
        card = {CARD: json_of(self.card.model_dump(mode="json"))} if self.card else {}
        return {**digested, MANIFEST: manifest_of(digested), **card}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the manifest: 64 hexadecimal digits."""
        return sha256(self.files[MANIFEST])

    @property
    def id(self) -> str:
        """The digest, or that of the bundle of an earlier format that this one was read from."""
        return self.known_as or self.digest

    @classmethod
    def from_files(cls, files: Mapping[str, bytes], *, expected_id: str, known_as: str = "") -> "ModelBundle":
        """The bundle of these files, if they are the one of `expected_id`.

        The id must come from a trusted place (the release record, the Bento), never from the files.
        Raises BundleError when a file is missing or changed, or was made for other versions.
        """
        covered = verified(files, expected_id)
        spec = read(Spec, files, SPEC, expected_id)
        refuse_other_versions(spec.requires, spec.features, expected_id)
        return cls(
            model=files[MODEL],
            encoders=Encoders.model_validate_json(files[ENCODERS]),
            spec=spec,
            golden=json.loads(files[GOLDEN]),
            legacy_model=LegacyModel.from_files(files) if LEGACY_CODES in covered else None,
            card=read(Card, files, CARD, expected_id) if CARD in files else None,
            known_as=known_as,
        )

    def predict(
        self,
        movies: Sequence[Movie],
        *,
        what_if: Sequence[Mapping[str, float]] | None = None,
        year: int | None = None,
    ) -> list[Prediction]:
        """A predicted rating for each movie, in order.

        `what_if` overrides features of each movie, by name. `year` is assumed for movies without a release date; where
        it is None, or the bundle is of an earlier version, the newest date of the training part is.
        """
        columns = columns_of(movies)
        overrides = what_if or [{}] * len(movies)
        for row, override in enumerate(overrides):
            for name, value in override.items():
                columns[name][row] = value
        missing_facts = self.spec.missing_facts
        days = columns["release_date"] if missing_facts is None else missing_facts.dated(columns["release_date"], year)
        estimates = self.rate(columns | {"release_date": days})
        ratings, unclipped, bounds = estimates.ratings.tolist(), estimates.unclipped.tolist(), self.bounds(estimates)
        return [
            Prediction(
                predicted_rating=ratings[row],
                interval=None
                if bounds is None
                else PredictionInterval(low=bounds[row, 0], high=bounds[row, 1], level=LEVEL),
                base_value=estimates.base_value,
                contributions=self._contributions(estimates, row),
                what_if=dict(overrides[row]),
                assumed_release_year=day.year if isinstance(day, Season) else None,
                **self._seen(movie, columns, row, unclipped[row]),
            )
            for row, (movie, day) in enumerate(zip(movies, days, strict=True))
        ]

    def rate(self, columns: Columns) -> Estimates:
        """The estimates for columns of `cleaned_movies`, which `predict` is made of."""
        estimates = self._estimator.estimate(encode(columns, self.encoders))
        missing_facts = self.spec.missing_facts
        return missing_facts.correct(estimates, columns, features=self._names) if missing_facts else estimates

    def bounds(self, estimates: Estimates) -> NDArray[np.float64] | None:
        """Lower and upper bound of each film in rating points; None where the bundle has no interval."""
        interval, scale = self.spec.interval, estimates.error_scale
        return None if interval is None or scale is None else interval.around(estimates.ratings, scale)

    def verify(self) -> None:
        """Repeat the golden examples. Raises BundleError naming the first prediction that differs."""
        movies = [Movie.model_validate(example["movie"]) for example in self.golden]
        for example, answer in zip(self.golden, self.predict(movies), strict=True):
            if abs(answer.predicted_rating - example["predicted_rating"]) > TOLERANCE:
                raise BundleError(
                    f"Bundle {self.id} gives {answer.predicted_rating:.6f} for a golden example that was "
                    f"{example['predicted_rating']:.6f} when it was made; it is not the same model here."
                )

    @cached_property
    def _estimator(self) -> Estimator:
        return Estimator(self.model)

    @cached_property
    def _names(self) -> list[str]:
        return names_of(self.encoders)

    @cached_property
    def input_warnings(self) -> InputWarnings:
        """The warnings of films that differ from those the bundle learnt from."""
        return InputWarnings(self.encoders)

    def _contributions(self, estimates: Estimates, row: int) -> dict[str, float]:
        """By feature; those of missing facts together, where the bundle corrects for them."""
        contributions = dict(zip(self._names, estimates.contributions[row].tolist(), strict=True))
        if estimates.absent is None or estimates.facts_not_given is None or not estimates.absent[row].any():
            return contributions
        for name, is_absent in zip(self._names, estimates.absent[row].tolist(), strict=True):
            if is_absent:
                del contributions[name]
        return contributions | {FACTS_NOT_GIVEN: float(estimates.facts_not_given[row])}

    def _seen(self, movie: Movie, columns: Columns, row: int, estimated: float) -> dict[str, Any]:
        """What the estimator saw of a film, and its warnings."""
        features = {name: columns[name][row] for name in self.encoders.encodings if name != "overview"}
        polarity = features["overview_sentiment"]
        return {
            "mood": None if polarity is None else Mood(polarity=polarity, label=synopsis.mood(polarity)),
            "features": features,
            "warnings": [*self.input_warnings.of(movie, features), *_off_the_scale(estimated)],
        }


def _off_the_scale(estimated: float) -> list[PredictionWarning]:
    if LOWEST_RATING <= estimated <= HIGHEST_RATING:
        return []
    message = f"The estimate was {estimated:.2f}, to which the contributions add up; ratings go from 0 to 10."
    return [PredictionWarning(code="held_on_the_scale", field=None, message=message)]
