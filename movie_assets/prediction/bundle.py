"""ModelBundle: encoders, estimator, feature spec, card and golden examples as one immutable whole.

The only way from movies to ratings, in training and in service alike. Where bundles are kept: storage/. How an
estimator is found and exported: training/. The bundle is bytes by file name here; nothing in it is executable.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from movie_assets.prediction import text
from movie_assets.prediction.answer import Mood, Prediction, PredictionInterval, PredictionWarning
from movie_assets.prediction.card import Card
from movie_assets.prediction.companion import COMPANION, COMPANION_MODEL, Companion
from movie_assets.prediction.encodings import Columns
from movie_assets.prediction.features import FEATURES, Encoders, columns_of, encode, labels
from movie_assets.prediction.golden import GOLDEN_MOVIES
from movie_assets.prediction.interval import LEVEL, Interval
from movie_assets.prediction.likeness import Likeness
from movie_assets.prediction.movie import Movie
from movie_assets.prediction.runtime import HIGHEST_RATING, LOWEST_RATING, Estimator

MODEL, ENCODERS, SPEC, GOLDEN = "model.onnx", "encoders.json", "spec.json", "golden.json"
MANIFEST, CARD = "manifest.json", "card.json"  # the card stands outside what the bundle's id covers
TOLERANCE = 1e-4  # rating points by which a golden example may differ between processors


class BundleError(ValueError):
    """A bundle is corrupt, foreign or of another version; the message names what differs."""


class Spec(BaseModel):
    """What a bundle's graph wants and answers."""

    model_config = ConfigDict(frozen=True)

    feature_set: str
    features: dict[str, list[str]]  # each with its columns
    interval: Interval | None  # None where the training films were too few
    requires: dict[str, str]  # libraries whose version changes a number


@dataclass(frozen=True)
class RatedFilms:
    """What a bundle says of many films, in rating points; one number a film."""

    ratings: NDArray[np.float64]  # from 0 to 10
    unclipped: NDArray[np.float64]  # base value plus contributions
    base_value: float
    contributions: dict[str, NDArray[np.float64]]  # by feature
    bounds: NDArray[np.float64] | None  # lower and upper; None where the bundle has no interval


@dataclass(frozen=True)
class Format:
    """Which files a bundle has beside manifest and card."""

    number: int
    always: tuple[str, ...]
    some: tuple[str, ...]  # of bundles that have what is in them

    @property
    def parts(self) -> tuple[str, ...]:
        """All files that an id may cover."""
        return (*self.always, *self.some)


FORMAT = Format(3, always=(MODEL, ENCODERS, SPEC, GOLDEN), some=(COMPANION, COMPANION_MODEL))


@dataclass(frozen=True, eq=False)
class ModelBundle:
    """Encoders and estimator together, from a film in plain words to a rating; two of the same id are the same."""

    model: bytes  # ONNX, as training/onnx_graph.py writes it
    encoders: Encoders
    spec: Spec
    golden: list[dict[str, Any]]
    companion: Companion | None = None  # made when the bundle is promoted, before anybody takes its id
    card: Card | None = None
    known_as: str = ""  # the id of the bundle of an earlier format that this one was made of

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ModelBundle) and self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)

    @classmethod
    def create(cls, model: bytes, encoders: Encoders, *, interval: Interval | None = None) -> "ModelBundle":
        """A new bundle of a graph and its encoders, with golden examples it has just answered."""
        spec = Spec(
            feature_set=encoders.feature_set,
            features=_features(encoders),
            interval=interval,
            requires=_versions_that_matter(),
        )
        unproven = cls(model=model, encoders=encoders, spec=spec, golden=[])
        golden = [
            {"movie": movie.model_dump(mode="json", exclude_defaults=True), "predicted_rating": answer.predicted_rating}
            for movie, answer in zip(GOLDEN_MOVIES, unproven.predict(GOLDEN_MOVIES), strict=True)
        ]
        return replace(unproven, golden=golden)

    @cached_property
    def files(self) -> dict[str, bytes]:
        """The bundle as files, manifest and (if there is one) card included."""
        digested = {
            MODEL: self.model,
            ENCODERS: _json(self.encoders.model_dump(mode="json")),
            SPEC: _json(self.spec.model_dump(mode="json")),
            GOLDEN: _json(self.golden),
            **(self.companion.files if self.companion else {}),
        }
        manifest = {"format": FORMAT.number, "sha256": {name: _sha256(content) for name, content in digested.items()}}
        card = {CARD: _json(self.card.model_dump(mode="json"))} if self.card else {}
        return {**digested, MANIFEST: _json(manifest), **card}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the manifest: 64 hexadecimal digits."""
        return _sha256(self.files[MANIFEST])

    @property
    def id(self) -> str:
        """What the bundle is called: its digest, or that of the bundle of an earlier format that it was made of."""
        return self.known_as or self.digest

    @classmethod
    def from_files(cls, files: Mapping[str, bytes], *, expected_id: str, known_as: str = "") -> "ModelBundle":
        """The bundle of these files, if they are the one of `expected_id`.

        The id comes from whoever vouches for the bundle (the release record, the Bento), never from the files.
        Raises BundleError when a file is missing or changed, or was made for other versions.
        """
        covered = verified(files, expected_id)
        spec = _spec_from(files[SPEC], expected_id)
        refuse_other_versions(spec.requires, spec.features, expected_id)
        return cls(
            model=files[MODEL],
            encoders=Encoders.model_validate_json(files[ENCODERS]),
            spec=spec,
            golden=json.loads(files[GOLDEN]),
            companion=Companion.from_files(files) if COMPANION in covered else None,
            card=card_from(files[CARD], expected_id) if CARD in files else None,
            known_as=known_as,
        )

    def predict(
        self, movies: Sequence[Movie], *, what_if: Sequence[Mapping[str, float]] | None = None
    ) -> list[Prediction]:
        """A predicted rating for each movie, in order.

        `what_if` sets features of each movie, by name, whatever its own facts give.
        """
        columns = columns_of(movies)
        wishes = what_if or [{}] * len(movies)
        for row, wish in enumerate(wishes):
            for name, value in wish.items():
                columns[name][row] = value
        rated = self.rate(columns)
        return [
            Prediction(
                predicted_rating=float(rated.ratings[row]),
                interval=None
                if rated.bounds is None
                else PredictionInterval(low=rated.bounds[row, 0], high=rated.bounds[row, 1], level=LEVEL),
                base_value=rated.base_value,
                contributions={name: float(points[row]) for name, points in rated.contributions.items()},
                what_if=dict(wishes[row]),
                **self._seen(movie, columns, row, float(rated.unclipped[row])),
            )
            for row, movie in enumerate(movies)
        ]

    def rate(self, columns: Columns) -> RatedFilms:
        """The same for columns of `cleaned_movies`, as numbers alone; what `predict` itself is made of."""
        estimates = self._estimator.estimate(encode(columns, self.encoders))
        ratings, scale, interval = estimates.ratings, estimates.error_scale, self.spec.interval
        return RatedFilms(
            ratings=ratings,
            unclipped=estimates.unclipped,
            base_value=estimates.base_value,
            contributions=dict(zip(_features(self.encoders), estimates.contributions.T, strict=True)),
            bounds=None if interval is None or scale is None else interval.around(ratings, scale),
        )

    def verify(self) -> None:
        """Repeat the golden examples. Raises BundleError naming the first answer that differs."""
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
    def likeness(self) -> Likeness:
        """What the films learnt from were like."""
        return Likeness(self.encoders)

    def _seen(self, movie: Movie, columns: Columns, row: int, estimated: float) -> dict[str, Any]:
        """What the estimator saw of a film, and what is to be said about it."""
        features = {name: columns[name][row] for name in self.encoders.encodings if name != "overview"}
        polarity = features["overview_sentiment"]
        return {
            "mood": None if polarity is None else Mood(polarity=polarity, label=text.mood(polarity)),
            "features": features,
            "warnings": [*self.likeness.warnings(movie, features), *_off_the_scale(estimated)],
        }


def _off_the_scale(estimated: float) -> list[PredictionWarning]:
    if LOWEST_RATING <= estimated <= HIGHEST_RATING:
        return []
    message = f"The estimator said {estimated:.2f}, to which the contributions add up; ratings go from 0 to 10."
    return [PredictionWarning(code="held_on_the_scale", field=None, message=message)]


def files_of(manifest: bytes, bundle_id: str, form: Format = FORMAT) -> dict[str, str]:
    """The files a manifest covers, each with its SHA-256. Raises BundleError when it is none, or of another format."""
    try:
        said = json.loads(manifest)
        made_with, digests = said["format"], dict(said["sha256"])
    except (ValueError, KeyError, TypeError) as error:
        raise BundleError(f"{MANIFEST} of bundle {bundle_id} cannot be read; build it again.") from error
    if made_with != form.number:
        raise _other_version(bundle_id, "format", made_with, form.number)
    if strange := [name for name in digests if name not in form.parts]:
        raise BundleError(f"Bundle {bundle_id} names a file that no bundle has: {strange[0]}.")
    return digests


def verified(files: Mapping[str, bytes], expected_id: str, form: Format = FORMAT) -> dict[str, str]:
    """The files that the manifest covers; raises BundleError unless each of them is there and as it was."""
    if MANIFEST not in files:
        raise BundleError(f"Bundle {expected_id} lacks {MANIFEST}. Build it again from its training day.")
    if (actual := _sha256(files[MANIFEST])) != expected_id:
        raise BundleError(f"Asked for bundle {expected_id}, but the manifest found is that of {actual}.")
    covered = files_of(files[MANIFEST], expected_id, form)
    if missing := [name for name in dict.fromkeys((*covered, *form.always)) if name not in files]:
        raise BundleError(f"Bundle {expected_id} lacks {', '.join(missing)}. Build it again from its training day.")
    for name, digest in covered.items():
        if (actual := _sha256(files[name])) != digest:
            raise BundleError(f"{name} of bundle {expected_id} was changed: SHA-256 {actual}, not {digest}.")
    return covered


def _versions_that_matter() -> dict[str, str]:
    """Libraries whose version changes a number: the runtime (major.minor) and the sentiment lexicon (exact)."""
    runtime = ".".join(version("onnxruntime").split(".")[:2])
    return {"onnxruntime": runtime, "textblob": version("textblob")}


def refuse_other_versions(requires: Mapping[str, str], features: Collection[str], bundle_id: str) -> None:
    """Raises BundleError where a library or a feature that a bundle needs is not the one here."""
    here = _versions_that_matter()
    for name, wanted in requires.items():
        if here.get(name) != wanted:
            raise _other_version(bundle_id, name, wanted, here.get(name))
    made_here = [feature.name for feature in FEATURES]
    if unknown := [name for name in features if name not in made_here]:
        wants, makes = ", ".join(unknown), ", ".join(made_here)
        raise BundleError(
            f"Bundle {bundle_id} wants the features {wants}; this process makes {makes}. "
            "Retrain, or serve it with the sources it was made with."
        )


def _other_version(bundle_id: str, name: str, wanted: object, found: object) -> BundleError:
    return BundleError(
        f"Bundle {bundle_id} was made with {name} {wanted}, this process has {found}. "
        "Rebuild the Bento from bentofile.yaml with the versions of the bundle, or retrain."
    )


def _features(encoders: Encoders) -> dict[str, list[str]]:
    """Each feature with its columns, in the estimator's order."""
    listed: dict[str, list[str]] = {}
    for feature, label in labels(encoders):
        listed.setdefault(feature, []).append(label)
    return listed


def card_from(content: bytes, bundle_id: str) -> Card:
    """The card of a bundle; outside the digests, so only now seen to be one."""
    try:
        return Card.model_validate_json(content)
    except ValidationError as error:
        raise BundleError(
            f"{CARD} of bundle {bundle_id} cannot be read ({error.error_count()} faults). "
            "Restore the object's earlier version, or materialize best_model of its day again."
        ) from error


def _spec_from(content: bytes, bundle_id: str) -> Spec:
    try:
        return Spec.model_validate_json(content)
    except ValidationError as error:
        raise BundleError(f"{SPEC} of bundle {bundle_id} cannot be read ({error.error_count()} faults).") from error


def _json(value: Any) -> bytes:
    """Canonical JSON: the same value gives the same bytes."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
