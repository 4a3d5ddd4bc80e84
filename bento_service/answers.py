"""What the service answers: RatingAnswer to /predict, Description to /describe.

The prediction itself: movie_assets/prediction/bundle.py. Errors: errors.py.
"""

from typing import Any

from pydantic import BaseModel

from bento_service.fields import MovieField, movie_fields
from movie_assets.prediction.bundle import BundleError, ModelBundle, Prediction
from movie_assets.prediction.golden import GOLDEN_MOVIES
from movie_assets.prediction.movie import Movie

EXAMPLES = 3


class Window(BaseModel):
    """The films a bundle learnt from: first and last day of the training window, and how many."""

    first_day: str
    last_day: str
    films: int


class RatingAnswer(Prediction):
    """A prediction, and where it comes from."""

    bundle_id: str
    bento_tag: str
    source: str
    window: Window
    provisional: bool


class Description(BaseModel):
    """All a form needs to know of this service."""

    fields: tuple[MovieField, ...]
    known: dict[str, list[str]]
    examples: list[dict[str, Any]]
    card: dict[str, Any]
    bento_tag: str


class Answers:
    """What a verified bundle answers, under the tag of the Bento that packs it."""

    def __init__(self, bundle: ModelBundle, bento_tag: str) -> None:
        """Raises BundleError when the bundle has no card to quote."""
        if bundle.card is None:
            raise BundleError(f"Bundle {bundle.id} has no card, which every answer quotes. Build the Bento again.")
        self._bundle = bundle
        self._card = bundle.card
        self._window = Window.model_validate(bundle.card.window)
        self._bento_tag = bento_tag

    def rating(self, movie: Movie) -> RatingAnswer:
        """The predicted rating of one film."""
        [prediction] = self._bundle.predict([movie])
        return RatingAnswer(
            **dict(prediction),
            bundle_id=self._bundle.id,
            bento_tag=self._bento_tag,
            source=self._card.source,
            window=self._window,
            provisional=self._card.provisional,
        )

    def description(self) -> Description:
        """The fields of a film, the values the bundle knows, made-up examples, and the bundle's card."""
        return Description(
            fields=movie_fields(),
            known=self._card.known,
            examples=[movie.model_dump(mode="json", exclude_defaults=True) for movie in GOLDEN_MOVIES[:EXAMPLES]],
            card={**self._card.model_dump(mode="json"), "bundle_id": self._bundle.id},
            bento_tag=self._bento_tag,
        )
