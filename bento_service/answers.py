"""What the service answers: RatingAnswer to /predict, Description to /describe, Status to /status.

The prediction itself: movie_assets/prediction/bundle.py. Errors: errors.py. Over HTTP: api.py.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from bento_service.fields import MovieField, movie_fields
from bento_service.serving_status import Serving
from movie_assets.prediction.answer import Prediction
from movie_assets.prediction.bundle import BundleError, ModelBundle
from movie_assets.prediction.golden import GOLDEN_MOVIES
from movie_assets.prediction.movie import Movie

EXAMPLES = 3


class Window(BaseModel):
    """The films a bundle learnt from: first and last day of the training window, and how many."""

    first_day: str = Field(examples=["2026-01-01"])
    last_day: str = Field(examples=["2026-01-14"])
    films: int


class RatingAnswer(Prediction):
    """A prediction, and where it comes from."""

    bundle_id: str = Field(description="SHA-256 of the bundle's manifest.")
    bento_tag: str = Field(description="The Bento that answered.", examples=["movie_rating:7fe3e0bc9379-b7fe166b"])
    source: str = Field(description="Where the films came from that the bundle learnt from.", examples=["synthetic"])
    window: Window
    provisional: bool = Field(description="Whether the champion was measured on few films.")


class Description(BaseModel):
    """All a form needs to know of this service."""

    fields: tuple[MovieField, ...]
    known: dict[str, list[str]] = Field(description="The genres and languages the bundle has learnt from.")
    examples: list[dict[str, Any]] = Field(description="Made-up films, ready to be sent.")
    card: dict[str, Any] = Field(description="What the bundle in service says of itself.")
    bento_tag: str


class Status(Serving):
    """What answers here, and what the release agent of this host knows; null where it has told nothing."""

    bundle_id: str
    bento_tag: str
    ready: bool
    problem: str | None = Field(description="Why the service is not ready.")
    since: datetime = Field(description="When this process had loaded its bundle, in UTC.")


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

    def ratings(self, movies: Sequence[Movie]) -> list[RatingAnswer]:
        """The predicted rating of each film, in order."""
        return [RatingAnswer(**dict(prediction), **self._said_always) for prediction in self._bundle.predict(movies)]

    def description(self) -> Description:
        """The fields of a film, the values the bundle knows, made-up examples, and the bundle's card."""
        return Description(
            fields=movie_fields(),
            known=self._card.known,
            examples=[movie.model_dump(mode="json", exclude_defaults=True) for movie in GOLDEN_MOVIES[:EXAMPLES]],
            card={**self._card.model_dump(mode="json"), "bundle_id": self.bundle_id},
            bento_tag=self._said_always["bento_tag"],
        )
