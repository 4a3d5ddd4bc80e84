"""ModelBundle: encoders, estimator, feature spec, card and golden examples as one immutable whole.

The only way from movies to ratings, in training and in service alike. Where bundles are kept: storage/. How an
estimator is found and exported: training/. The bundle is bytes by file name here; nothing in it is executable.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from movie_assets.prediction import text
from movie_assets.prediction.answer import Mood, Prediction, PredictionInterval, PredictionWarning
from movie_assets.prediction.card import Card
from movie_assets.prediction.companion import COMPANION, COMPANION_TREES, Companion
from movie_assets.prediction.encodings import Columns, Numbers
from movie_assets.prediction.features import FEATURES, Encoders, columns_of, encode, labels
from movie_assets.prediction.golden import GOLDEN_MOVIES
from movie_assets.prediction.interval import BOUNDS, LEVEL, SPREAD, Interval
from movie_assets.prediction.likeness import Likeness
from movie_assets.prediction.movie import Movie
from movie_assets.prediction.runtime import HIGHEST_RATING, LOWEST_RATING, Estimator, on_the_scale
from movie_assets.prediction.trees import Trees

FORMAT = 2
MODEL, TREES, ENCODERS, SPEC, GOLDEN = "model.onnx", "trees.npz", "encoders.json", "spec.json", "golden.json"
MANIFEST, CARD = "manifest.json", "card.json"
DIGESTED = (MODEL, TREES, ENCODERS, SPEC, GOLDEN)  # what the bundle's id covers; the card stands outside it
OF_INTERVAL = (SPREAD, BOUNDS)  # covered too, where the training films were enough for an interval
OF_COMPANION = (COMPANION, COMPANION_TREES)  # covered too, where the bundle was promoted
TOLERANCE = 1e-4  # rating points by which a golden example may differ between processors


class BundleError(ValueError):
    """A bundle is corrupt, foreign or of another version; the message names what differs."""


@dataclass(frozen=True, eq=False)
class ModelBundle:
    """Encoders and estimator together, from a film in plain words to a rating; two of the same id are the same."""

    model: bytes  # ONNX
    trees: Trees  # of the same model
    encoders: Encoders
    spec: dict[str, Any]
    golden: list[dict[str, Any]]
    interval: Interval | None = None
    companion: Companion | None = None  # made when the bundle is promoted, before anybody takes its id
    card: Card | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ModelBundle) and self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)

    @classmethod
    def create(
        cls, model: bytes, trees: Trees, encoders: Encoders, *, interval: Interval | None = None
    ) -> "ModelBundle":
        """A new bundle of an ONNX estimator and its encoders, with golden examples it has just answered."""
        spec = {
            "feature_set": encoders.feature_set,
            "features": _features(encoders),
            "interval": interval is not None,
            "requires": _versions_that_matter(),
        }
        unproven = cls(model=model, trees=trees, encoders=encoders, spec=spec, golden=[], interval=interval)
        golden = [
            {"movie": movie.model_dump(mode="json", exclude_defaults=True), "predicted_rating": answer.predicted_rating}
            for movie, answer in zip(GOLDEN_MOVIES, unproven.predict(GOLDEN_MOVIES), strict=True)
        ]
        return cls(model=model, trees=trees, encoders=encoders, spec=spec, golden=golden, interval=interval)

    @cached_property
    def files(self) -> dict[str, bytes]:
        """The bundle as files, manifest and (if there is one) card included."""
        digested = {
            MODEL: self.model,
            TREES: self.trees.to_bytes(),
            ENCODERS: _json(self.encoders.model_dump(mode="json")),
            SPEC: _json(self.spec),
            GOLDEN: _json(self.golden),
            **(self.interval.files if self.interval else {}),
            **(self.companion.files if self.companion else {}),
        }
        manifest = {"format": FORMAT, "sha256": {name: _sha256(content) for name, content in digested.items()}}
        card = {CARD: _json(self.card.model_dump(mode="json"))} if self.card else {}
        return {**digested, MANIFEST: _json(manifest), **card}

    @cached_property
    def id(self) -> str:
        """SHA-256 of the manifest: 64 hexadecimal digits."""
        return _sha256(self.files[MANIFEST])

    @classmethod
    def from_files(cls, files: Mapping[str, bytes], *, expected_id: str) -> "ModelBundle":
        """The bundle of these files, if they are the one of `expected_id`.

        The id comes from whoever vouches for the bundle (the release record, the Bento), never from the files.
        Raises BundleError when a file is missing or changed, or was made for other versions.
        """
        if MANIFEST not in files:
            raise BundleError(f"Bundle {expected_id} lacks {MANIFEST}. Build it again from its training day.")
        if (actual := _sha256(files[MANIFEST])) != expected_id:
            raise BundleError(f"Asked for bundle {expected_id}, but the manifest found is that of {actual}.")
        covered = files_of(files[MANIFEST], expected_id)
        if missing := [name for name in dict.fromkeys((*covered, *DIGESTED)) if name not in files]:
            raise BundleError(f"Bundle {expected_id} lacks {', '.join(missing)}. Build it again from its training day.")
        for name, digest in covered.items():
            if (actual := _sha256(files[name])) != digest:
                raise BundleError(f"{name} of bundle {expected_id} was changed: SHA-256 {actual}, not {digest}.")
        spec = json.loads(files[SPEC])
        _refuse_other_versions(spec, expected_id)
        return cls(
            model=files[MODEL],
            trees=Trees.from_bytes(files[TREES]),
            encoders=Encoders.model_validate_json(files[ENCODERS]),
            spec=spec,
            golden=json.loads(files[GOLDEN]),
            interval=Interval.from_files(files) if spec["interval"] else None,
            companion=Companion.from_files(files) if COMPANION in covered else None,
            card=_card_from(files[CARD], expected_id) if CARD in files else None,
        )

    def predict(
        self, movies: Sequence[Movie], *, reasons: bool = True, what_if: Sequence[Mapping[str, float]] | None = None
    ) -> list[Prediction]:
        """A predicted rating for each movie, in order; without `reasons` no contributions, in a third of the time.

        `what_if` sets features of each movie, by name, whatever its own facts give.
        """
        columns = columns_of(movies)
        wishes = what_if or [{}] * len(movies)
        for row, wish in enumerate(wishes):
            for name, value in wish.items():
                columns[name][row] = value
        matrix = encode(columns, self.encoders)
        estimated = self._estimator.predict(matrix)
        ratings = on_the_scale(estimated)
        bounds = self.interval.around(ratings, matrix) if self.interval else None
        moved = self._moved(matrix) if reasons else None
        return [
            Prediction(
                predicted_rating=float(ratings[row]),
                interval=None
                if bounds is None
                else PredictionInterval(low=bounds[row, 0], high=bounds[row, 1], level=LEVEL),
                base_value=self.trees.base_value if reasons else None,
                contributions=None if moved is None else {name: float(points[row]) for name, points in moved.items()},
                what_if=dict(wishes[row]),
                **self._seen(movie, columns, row, float(estimated[row])),
            )
            for row, movie in enumerate(movies)
        ]

    def predict_columns(self, columns: Columns) -> NDArray[np.float64]:
        """Predicted ratings from 0 to 10 for columns of `cleaned_movies`; what `predict` itself is made of."""
        return self._estimator.rate(encode(columns, self.encoders))

    def intervals(self, columns: Columns) -> NDArray[np.float64] | None:
        """Lower and upper bounds for columns of `cleaned_movies`; None where the bundle has no interval."""
        return self.predict_with_bounds(columns)[1]

    def predict_with_bounds(self, columns: Columns) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
        """`predict_columns` and `intervals` in one: the films are encoded only once."""
        matrix = encode(columns, self.encoders)
        ratings = self._estimator.rate(matrix)
        return ratings, self.interval.around(ratings, matrix) if self.interval else None

    def contributions(self, columns: Columns) -> dict[str, NDArray[np.float64]]:
        """For columns of `cleaned_movies`, by how many rating points each feature moved each prediction."""
        return self._moved(encode(columns, self.encoders))

    def _moved(self, matrix: Numbers) -> dict[str, NDArray[np.float64]]:
        """Rating points by feature, one a film."""
        starts = self._first_columns
        by_feature = np.add.reduceat(self.trees.contributions(matrix), list(starts.values()), axis=1)
        return dict(zip(starts, by_feature.T, strict=True))

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
    def _first_columns(self) -> dict[str, int]:
        """By feature where its columns begin."""
        owners = [feature for feature, _ in labels(self.encoders)]
        return {name: owners.index(name) for name in owners}

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


def files_of(manifest: bytes, bundle_id: str) -> dict[str, str]:
    """The files a manifest covers, each with its SHA-256. Raises BundleError when it is none, or of another format."""
    try:
        said = json.loads(manifest)
        made_with, digests = said["format"], dict(said["sha256"])
    except (ValueError, KeyError, TypeError) as error:
        raise BundleError(f"{MANIFEST} of bundle {bundle_id} cannot be read; build it again.") from error
    if made_with != FORMAT:
        raise _other_version(bundle_id, "format", made_with, FORMAT)
    if strange := [name for name in digests if name not in (*DIGESTED, *OF_INTERVAL, *OF_COMPANION)]:
        raise BundleError(f"Bundle {bundle_id} names a file that no bundle has: {strange[0]}.")
    return digests


def _versions_that_matter() -> dict[str, str]:
    """Libraries whose version changes a number: the runtime (major.minor) and the sentiment lexicon (exact)."""
    runtime = ".".join(version("onnxruntime").split(".")[:2])
    return {"onnxruntime": runtime, "textblob": version("textblob")}


def _refuse_other_versions(spec: dict[str, Any], bundle_id: str) -> None:
    here = _versions_that_matter()
    for name, wanted in spec["requires"].items():
        if here.get(name) != wanted:
            raise _other_version(bundle_id, name, wanted, here.get(name))
    made_here = [feature.name for feature in FEATURES]
    if unknown := [name for name in spec["features"] if name not in made_here]:
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


def _card_from(content: bytes, bundle_id: str) -> Card:
    """The card of a bundle; outside the digests, so only now seen to be one."""
    try:
        return Card.model_validate_json(content)
    except ValidationError as error:
        raise BundleError(
            f"{CARD} of bundle {bundle_id} cannot be read ({error.error_count()} faults). "
            "Restore the object's earlier version, or materialize best_model of its day again."
        ) from error


def _json(value: Any) -> bytes:
    """Canonical JSON: the same value gives the same bytes."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
