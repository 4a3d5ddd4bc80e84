"""The bodies of responses, and ServedBundle, which makes them.

A further field of an answer belongs here. The prediction itself: movie_assets/prediction/bundle.py. Errors: errors.py.
"""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, Field

from bento_service.errors import ErrorResponse
from bento_service.requests import (
    MovieField,
    Omittable,
    PredictionRequest,
    SettableInput,
    movie_fields,
    settable_inputs,
)
from bento_service.serving_status import Serving
from movie_assets.prediction.answer import Prediction
from movie_assets.prediction.bundle import ModelBundle
from movie_assets.prediction.bundle_files import CARD, FORMAT, MANIFEST, BundleError
from movie_assets.prediction.golden import GOLDEN_MOVIES

EXAMPLES = 3
NO_INTERVAL = "The films learnt from were too few for an interval."
TRACK_RECORD = ("training_ratings", "holdout_sample", "errors_by_genre")  # of the card, where it has them


class Window(BaseModel):
    """The training window of a bundle: its first and last day, and how many films it holds."""

    first_day: str = Field(examples=["2026-01-01"])
    last_day: str = Field(examples=["2026-01-14"])
    films: int


class Range(BaseModel):
    """The range of nearly all films learnt from; dates reach two years beyond the newest."""

    lowest: float | date
    highest: float | date


class PredictionResponse(Prediction):
    """A prediction and its origin."""

    bundle_id: str = Field(description="SHA-256 of the bundle's manifest.")
    bento_tag: str = Field(description="The Bento that answered.", examples=["movie_rating:7fe3e0bc9379-b7fe166b"])
    source: str = Field(description="Where the films came from that the bundle learnt from.", examples=["synthetic"])
    window: Window
    provisional: bool = Field(description="Whether the champion was measured on few films.")
    interval_note: str | None = Field(description="Why there is no interval; null where there is one.")


BatchResponse = list[PredictionResponse | ErrorResponse]  # in order; a refused film has an error in its place


class Description(BaseModel):
    """Everything a client needs for a form and a track record."""

    fields: tuple[MovieField, ...]
    may_omit: tuple[str, ...] = Field(description="The optional facts, which `omit` may name.")
    what_if: tuple[SettableInput, ...] = Field(description="The derived inputs that `what_if` may set.")
    known: dict[str, tuple[str, ...]] = Field(description="The names the bundle knows, by field, sorted.")
    ranges: dict[str, Range] = Field(description="By feature, the range of nearly all films learnt from.")
    examples: list[dict[str, Any]] = Field(description="Made-up films, ready to be sent.")
    decision: str = Field(description="Why this bundle was promoted.")
    training_ratings: Any = Field(description="A histogram of the ratings learnt from; null where the card has none.")
    holdout_sample: Any = Field(description="Predicted and actual rating of films not learnt from; null without.")
    errors_by_genre: Any = Field(description="Errors on those films by main genre; null where the card has none.")
    card: dict[str, Any] = Field(description="The model card of the bundle in service.")
    bento_tag: str


class Status(Serving):
    """This service, and the release agent's report; null where there is none."""

    bundle_id: str
    bento_tag: str
    ready: bool
    problem: str | None = Field(description="Why the service is not ready.")
    since: datetime = Field(description="When this process had loaded its bundle, in UTC.")


def load_bundle(folder: Path, *, digest: str, bundle_id: str) -> ModelBundle:
    """The verified bundle in `folder`, with the id `bundle_id`; only its files are read, each as JSON or ONNX.

    Raises BundleError when its digest differs, it was made for other versions, or a golden example comes out
    differently.
    """
    names = (MANIFEST, *FORMAT.always, *FORMAT.some, CARD)
    bundle = ModelBundle.from_files(
        {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()},
        expected_id=digest,
        known_as=bundle_id,
    )
    bundle.verify()
    return bundle


class ServedBundle:
    """A verified bundle, served under the tag of the Bento that packs it."""

    def __init__(self, bundle: ModelBundle, bento_tag: str) -> None:
        """Raises BundleError when the bundle has no card."""
        if bundle.card is None:
            raise BundleError(f"Bundle {bundle.id} has no card, which every answer quotes. Build the Bento again.")
        self.bundle_id = bundle.id
        self.legacy_model = bundle.legacy_model
        self._bundle = bundle
        self._card = bundle.card
        self._origin: dict[str, Any] = {
            "bundle_id": self.bundle_id,
            "bento_tag": bento_tag,
            "source": bundle.card.source,
            "window": Window.model_validate(bundle.card.window),
            "provisional": bundle.card.provisional,
        }
        bundle.input_warnings.known_names.prepare()
        self._no_interval = bundle.card.interval_note or NO_INTERVAL

    def predict(self, requests: Sequence[PredictionRequest], *, year: int) -> list[PredictionResponse]:
        """The predicted rating of each film, in order; `year` is assumed for one without a release date."""
        predictions = self._bundle.predict(
            [request.movie for request in requests],
            what_if=[request.set_inputs for request in requests],
            year=year,
        )
        for request, prediction in zip(requests, predictions, strict=True):
            if request.reasons is False:
                prediction.base_value = prediction.contributions = None
        return [self.with_origin(prediction) for prediction in predictions]

    def describe(self) -> Description:
        """What /describe answers."""
        card = {**self._card.model_dump(mode="json"), "bundle_id": self.bundle_id}
        films = self._bundle.input_warnings
        return Description(
            fields=movie_fields(),
            may_omit=get_args(Omittable),
            what_if=settable_inputs(),
            known=films.names,
            ranges={name: Range(lowest=low, highest=high) for name, (low, high) in films.ranges.items()},
            examples=[movie.model_dump(mode="json", exclude_defaults=True) for movie in GOLDEN_MOVIES[:EXAMPLES]],
            decision=self._card.decision,
            **{name: card.get(name) for name in TRACK_RECORD},
            card=card,
            bento_tag=self._origin["bento_tag"],
        )

    def with_origin(self, prediction: Prediction) -> PredictionResponse:
        """The prediction and its origin."""
        note = None if prediction.interval else self._no_interval
        return PredictionResponse(**dict(prediction), **self._origin, interval_note=note)
