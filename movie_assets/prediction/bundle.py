"""ModelBundle: encoders, estimator, feature spec, card and golden examples as one immutable whole.

The only way from movies to ratings, in training and in service alike. Where bundles are kept: storage/. How an
estimator is found and exported: training/. The bundle is bytes by file name here; nothing in it is executable.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from movie_assets.prediction import text
from movie_assets.prediction.features import FEATURES, UNKNOWN, Columns, Encoders, columns_of, encode
from movie_assets.prediction.golden import GOLDEN_MOVIES
from movie_assets.prediction.movie import Movie

FORMAT = 1
MODEL, ENCODERS, SPEC, GOLDEN, MANIFEST, CARD = (
    "model.onnx",
    "encoders.json",
    "spec.json",
    "golden.json",
    "manifest.json",
    "card.json",
)
DIGESTED = (MODEL, ENCODERS, SPEC, GOLDEN)  # what the bundle's id covers; the card stands outside it
TOLERANCE = 1e-4  # rating points by which a golden example may differ between processors
LOWEST_RATING, HIGHEST_RATING = 0.0, 10.0


class BundleError(ValueError):
    """A bundle is corrupt, foreign or of another version; the message names what differs."""


class Mood(BaseModel):
    """The tone of a synopsis."""

    polarity: float
    label: str


class PredictionWarning(BaseModel):
    """Something about a request that makes its prediction worth less."""

    code: str
    field: str
    message: str


class Prediction(BaseModel):
    """A predicted rating from 0 to 10, with what the estimator saw; a feature that was left out is None."""

    predicted_rating: float
    mood: Mood | None
    features: dict[str, float | str | None]
    warnings: list[PredictionWarning]


class Card(BaseModel):
    """What a bundle says of itself; stands outside the bundle's id."""

    model_config = ConfigDict(frozen=True)

    source: str
    day: str
    family: str
    parameters: dict[str, Any]
    window: dict[str, Any]  # first_day, last_day, films, digest
    metrics: dict[str, float]
    decision: str
    provisional: bool
    versions: dict[str, str]
    seed: int
    known: dict[str, list[str]]  # feature -> values a form can offer


@dataclass(frozen=True)
class ModelBundle:
    """Encoders and estimator together, from a film in plain words to a rating."""

    model: bytes  # ONNX
    encoders: Encoders
    spec: dict[str, Any]
    golden: list[dict[str, Any]]
    card: Card | None = field(default=None, compare=False)

    @classmethod
    def create(cls, model: bytes, encoders: Encoders) -> "ModelBundle":
        """A new bundle of an ONNX estimator and its encoders, with golden examples it has just answered."""
        spec = {
            "format": FORMAT,
            "features": _features(),
            "requires": _versions_that_matter(),
        }
        unproven = cls(model=model, encoders=encoders, spec=spec, golden=[])
        golden = [
            {"movie": movie.model_dump(mode="json", exclude_defaults=True), "predicted_rating": answer.predicted_rating}
            for movie, answer in zip(GOLDEN_MOVIES, unproven.predict(GOLDEN_MOVIES), strict=True)
        ]
        return cls(model=model, encoders=encoders, spec=spec, golden=golden)

    @cached_property
    def files(self) -> dict[str, bytes]:
        """The bundle as files, manifest and (if there is one) card included."""
        digested = {
            MODEL: self.model,
            ENCODERS: _json(self.encoders.model_dump(mode="json")),
            SPEC: _json(self.spec),
            GOLDEN: _json(self.golden),
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
        missing = [name for name in (MANIFEST, *DIGESTED) if name not in files]
        if missing:
            raise BundleError(f"Bundle {expected_id} lacks {', '.join(missing)}. Build it again from its training day.")
        if (actual := _sha256(files[MANIFEST])) != expected_id:
            raise BundleError(f"Asked for bundle {expected_id}, but the manifest found is that of {actual}.")
        digests = json.loads(files[MANIFEST])["sha256"]
        for name in DIGESTED:
            if (actual := _sha256(files[name])) != digests[name]:
                raise BundleError(f"{name} of bundle {expected_id} was changed: SHA-256 {actual}, not {digests[name]}.")
        spec = json.loads(files[SPEC])
        _refuse_other_versions(spec, expected_id)
        return cls(
            model=files[MODEL],
            encoders=Encoders.model_validate_json(files[ENCODERS]),
            spec=spec,
            golden=json.loads(files[GOLDEN]),
            card=_card_from(files[CARD], expected_id) if CARD in files else None,
        )

    def predict(self, movies: Sequence[Movie]) -> list[Prediction]:
        """A predicted rating for each movie, in order."""
        columns = columns_of(movies)
        ratings = self.predict_columns(columns)
        return [self._explain(movie, float(ratings[row]), columns, row) for row, movie in enumerate(movies)]

    def predict_columns(self, columns: Columns) -> NDArray[np.float64]:
        """Predicted ratings from 0 to 10 for columns of `cleaned_movies`; what `predict` itself is made of."""
        matrix = encode(columns, self.encoders)
        ratings = self._session.run(None, {self._session.get_inputs()[0].name: matrix})[0].ravel()
        clipped: NDArray[np.float64] = np.clip(ratings.astype(np.float64), LOWEST_RATING, HIGHEST_RATING)
        return clipped

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
    def _session(self) -> Any:
        import onnxruntime  # a third of a second: not paid by who only reads a card

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        return onnxruntime.InferenceSession(self.model, options, providers=["CPUExecutionProvider"])

    def _explain(self, movie: Movie, rating: float, columns: Columns, row: int) -> Prediction:
        features = {feature.name: columns[feature.name][row] for feature in FEATURES}
        polarity = features["overview_sentiment"]
        return Prediction(
            predicted_rating=rating,
            mood=None if polarity is None else Mood(polarity=polarity, label=text.mood(polarity)),
            features=features,
            warnings=[*_overview_warnings(movie, features), *self._unknown_warnings(features)],
        )

    def _unknown_warnings(self, features: dict[str, Any]) -> list[PredictionWarning]:
        request_field = {"main_genre": "genres", "original_language": "original_language"}
        return [
            PredictionWarning(
                code=f"unknown_{name}",
                field=field_name,
                message=f"The model knows no film with {field_name} {features[name]!r}; it was treated as unknown.",
            )
            for name, field_name in request_field.items()
            if self.encoders.codes[name].get(features[name], UNKNOWN) == UNKNOWN
        ]


def _overview_warnings(movie: Movie, features: dict[str, Any]) -> list[PredictionWarning]:
    if features["overview_sentiment"] is not None:
        return []
    if movie.overview and movie.overview.strip():
        code, why = "overview_not_english", "The synopsis is not in English, so its mood and length were left out."
    else:
        code, why = "no_overview", "Without a synopsis its mood and length were left out."
    return [PredictionWarning(code=code, field="overview", message=why)]


def _versions_that_matter() -> dict[str, str]:
    """Libraries whose version changes a number: the runtime (major.minor) and the sentiment lexicon (exact)."""
    runtime = ".".join(version("onnxruntime").split(".")[:2])
    return {"onnxruntime": runtime, "textblob": version("textblob")}


def _refuse_other_versions(spec: dict[str, Any], bundle_id: str) -> None:
    made_with = {"format": str(spec["format"]), **spec["requires"]}
    here = {"format": str(FORMAT), **_versions_that_matter()}
    for name, wanted in made_with.items():
        if here.get(name) != wanted:
            raise BundleError(
                f"Bundle {bundle_id} was made with {name} {wanted}, this process has {here.get(name)}. "
                "Rebuild the Bento from bentofile.yaml with the versions of the bundle, or retrain."
            )
    if spec["features"] != _features():
        wants, makes = (", ".join(feature["name"] for feature in listed) for listed in (spec["features"], _features()))
        raise BundleError(
            f"Bundle {bundle_id} wants the features {wants}; this process makes {makes}. "
            "Retrain, or serve it with the sources it was made with."
        )


def _features() -> list[dict[str, str]]:
    """FEATURES as a spec lists them: what the estimator's columns are, in order."""
    return [{"name": feature.name, "kind": feature.kind} for feature in FEATURES]


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
