"""What the service answers: RatingAnswer to /predict, Description to /describe, Status to /status; and of which bundle.

The prediction itself: movie_assets/prediction/bundle.py. Errors: errors.py. Over HTTP: api.py.
"""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, Field

from bento_service.errors import ErrorAnswer
from bento_service.fields import MovieField, SettableInput, movie_fields, settable_inputs
from bento_service.requests import Omittable, Question
from bento_service.serving_status import Serving
from movie_assets.prediction.answer import Prediction
from movie_assets.prediction.bundle import ModelBundle
from movie_assets.prediction.bundle_files import CARD, FORMAT, MANIFEST, BundleError
from movie_assets.prediction.golden import GOLDEN_MOVIES

EXAMPLES = 3
NO_INTERVAL = "The films learnt from were too few for an interval."
TRACK_RECORD = ("training_ratings", "holdout_sample", "errors_by_genre")  # of the card, where it has them


class Window(BaseModel):
    """The films a bundle learnt from: first and last day of the training window, and how many."""

    first_day: str = Field(examples=["2026-01-01"])
    last_day: str = Field(examples=["2026-01-14"])
    films: int


class Range(BaseModel):
    """Between which values nearly all films learnt from lie; dates reach two years beyond the newest."""

    lowest: float | date
    highest: float | date


class RatingAnswer(Prediction):
    """A prediction, and where it comes from."""

    bundle_id: str = Field(description="SHA-256 of the bundle's manifest.")
    bento_tag: str = Field(description="The Bento that answered.", examples=["movie_rating:7fe3e0bc9379-b7fe166b"])
    source: str = Field(description="Where the films came from that the bundle learnt from.", examples=["synthetic"])
    window: Window
    provisional: bool = Field(description="Whether the champion was measured on few films.")
    interval_note: str | None = Field(description="Why there is no interval; null where there is one.")


BatchAnswer = list[RatingAnswer | ErrorAnswer]  # in order; in the place of a film that is refused stands why


class Description(BaseModel):
    """All a form and a page's track record need to know of this service."""

    fields: tuple[MovieField, ...]
    may_omit: tuple[str, ...] = Field(description="The optional facts, which `omit` may name.")
    what_if: tuple[SettableInput, ...] = Field(description="The derived inputs that `what_if` may set.")
    known: dict[str, tuple[str, ...]] = Field(description="The names the bundle knows, by field, sorted.")
    ranges: dict[str, Range] = Field(description="By feature, what nearly all films learnt from have.")
    examples: list[dict[str, Any]] = Field(description="Made-up films, ready to be sent.")
    decision: str = Field(description="Why this bundle was promoted.")
    training_ratings: Any = Field(description="A histogram of the ratings learnt from; null where none was kept.")
    holdout_sample: Any = Field(description="Predicted and actual rating of films not learnt from; null without.")
    errors_by_genre: Any = Field(description="Errors on those films by main genre; null where none were kept.")
    card: dict[str, Any] = Field(description="What the bundle in service says of itself.")
    bento_tag: str


class Status(Serving):
    """What answers here, and what the release agent of this host knows; null where it has told nothing."""

    bundle_id: str
    bento_tag: str
    ready: bool
    problem: str | None = Field(description="Why the service is not ready.")
    since: datetime = Field(description="When this process had loaded its bundle, in UTC.")


def load_bundle(folder: Path, *, digest: str, bundle_id: str) -> ModelBundle:
    """The verified bundle in `folder`, known as `bundle_id`; only its files are read, each as JSON or ONNX.

    Raises BundleError when it is not the one of this digest, was made for other versions, or answers its golden
    examples differently.
    """
    names = (MANIFEST, *FORMAT.always, *FORMAT.some, CARD)
    bundle = ModelBundle.from_files(
        {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()},
        expected_id=digest,
        known_as=bundle_id,
    )
    bundle.verify()
    return bundle


class Answers:
    """What a verified bundle answers, under the tag of the Bento that packs it."""

    def __init__(self, bundle: ModelBundle, bento_tag: str) -> None:
        """Raises BundleError when the bundle has no card to quote."""
        if bundle.card is None:
            raise BundleError(f"Bundle {bundle.id} has no card, which every answer quotes. Build the Bento again.")
        self.bundle_id = bundle.id
        self.companion = bundle.companion
        self._bundle = bundle
        self._card = bundle.card
        self._said_always: dict[str, Any] = {
            "bundle_id": self.bundle_id,
            "bento_tag": bento_tag,
            "source": bundle.card.source,
            "window": Window.model_validate(bundle.card.window),
            "provisional": bundle.card.provisional,
        }
        self._no_interval = bundle.card.interval_note or NO_INTERVAL

    def ratings(self, questions: Sequence[Question]) -> list[RatingAnswer]:
        """The predicted rating of each film, in order."""
        predictions = self._bundle.predict(
            [one.movie for one in questions], what_if=[one.set_inputs for one in questions]
        )
        for one, prediction in zip(questions, predictions, strict=True):
            if one.reasons is False:
                prediction.base_value = prediction.contributions = None
        return [self.with_origin(one) for one in predictions]

    def description(self) -> Description:
        """All that is known of the service before a film is asked for."""
        card = {**self._card.model_dump(mode="json"), "bundle_id": self.bundle_id}
        likeness = self._bundle.likeness
        return Description(
            fields=movie_fields(),
            may_omit=get_args(Omittable),
            what_if=settable_inputs(),
            known=likeness.names,
            ranges={name: Range(lowest=low, highest=high) for name, (low, high) in likeness.ranges.items()},
            examples=[movie.model_dump(mode="json", exclude_defaults=True) for movie in GOLDEN_MOVIES[:EXAMPLES]],
            decision=self._card.decision,
            **{name: card.get(name) for name in TRACK_RECORD},
            card=card,
            bento_tag=self._said_always["bento_tag"],
        )

    def with_origin(self, prediction: Prediction) -> RatingAnswer:
        """The prediction, and where it comes from."""
        note = None if prediction.interval else self._no_interval
        return RatingAnswer(**dict(prediction), **self._said_always, interval_note=note)
