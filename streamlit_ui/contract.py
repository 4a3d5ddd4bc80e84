"""What goes to the service and what comes back, as the page reads it.

Fields the page does not know are ignored, so that a newer service still serves it; a field the page needs and does not
find makes the answer invalid. What an older service does not say has a default. Sending and receiving: client.py.
"""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


class Film(_Part):
    """A film in plain words: the body of a request, and an example in a description."""

    runtime: float  # minutes
    genres: list[str]  # in English, the main one first
    original_language: str  # ISO 639-1
    overview: str | None = None
    title: str | None = None
    release_date: date | None = None
    production_countries: list[str] | None = None
    production_companies: list[str] | None = None
    spoken_languages: list[str] | None = None
    collection: str | None = None
    directors: list[str] | None = None
    cast: list[str] | None = None


class Wishes(_Part):
    """How a film's rating is wished for; the service has its own ways where nothing is said."""

    omit: tuple[str, ...] = ()  # names of optional facts to leave out
    what_if: dict[str, float] = {}  # derived inputs to set, by name
    reasons: bool | None = None  # whether contributions are wanted

    def sent(self) -> dict[str, JsonValue]:
        """What goes into the body beside the film."""
        said: dict[str, JsonValue] = {}
        if self.omit:
            said["omit"] = list(self.omit)
        if self.what_if:
            said["what_if"] = dict(self.what_if)
        if self.reasons is not None:
            said["reasons"] = self.reasons
        return said


class Mood(_Part):
    """The tone of a synopsis, from -1 (dark) to 1 (bright)."""

    polarity: Annotated[float, Field(ge=-1, le=1)]
    label: str


class Warned(_Part):
    """Something about the film that makes its prediction worth less."""

    code: str
    field: str | None = None
    message: str


class Interval(_Part):
    """Where the ratings of a share `level` of such films lie."""

    low: Annotated[float, Field(ge=0, le=10)]
    high: Annotated[float, Field(ge=0, le=10)]
    level: Annotated[float, Field(gt=0, lt=1)]


class Window(_Part):
    """The days whose films the model learned from."""

    first_day: date
    last_day: date
    films: int


class Answer(_Part):
    """A predicted rating with what the model saw and where it comes from."""

    predicted_rating: Annotated[float, Field(ge=0, le=10)]
    interval: Interval | None = None
    interval_note: str | None = None  # why there is none
    base_value: float | None = None
    contributions: dict[str, float] | None = None  # rating points by feature; None: not asked for
    mood: Mood | None
    features: dict[str, float | str | list[str] | None]  # None or an empty list: left out
    what_if: dict[str, float] = {}  # the features that were set
    warnings: list[Warned]
    bundle_id: str
    bento_tag: str
    source: str
    window: Window
    provisional: bool


class FormField(_Part):
    """One fact about a film, as the service wants it."""

    name: str
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None


class SettableInput(_Part):
    """A derived input that `what_if` may set."""

    name: str
    minimum: float
    maximum: float


class Range(_Part):
    """What nearly all films learnt from have: numbers, or dates."""

    lowest: float | date
    highest: float | date


class Known(_Part):
    """The names the model has learned something about."""

    genres: list[str]
    original_languages: list[str]
    production_countries: list[str] = []
    spoken_languages: list[str] = []


class Card(_Part):
    """What the model in service says of itself."""

    bundle_id: str
    day: date
    source: str
    family: str
    metrics: dict[str, JsonValue]
    decision: str
    window: Window
    provisional: bool


class Description(_Part):
    """All the page needs to build its form and its track record."""

    fields: list[FormField]
    may_omit: list[str] = []
    what_if: list[SettableInput] = []
    known: Known
    ranges: dict[str, Range] = {}  # by feature
    examples: list[Film]
    decision: str | None = None
    training_ratings: JsonValue = None
    holdout_sample: JsonValue = None
    errors_by_genre: JsonValue = None
    card: Card
    bento_tag: str

    def limits(self, name: str, *, otherwise: tuple[int, int]) -> tuple[int, int]:
        """The lowest and highest value of a field; `otherwise` where the service sets none."""
        lowest, highest = otherwise
        for field in self.fields:
            if field.name == name:
                lowest = lowest if field.minimum is None else int(field.minimum)
                highest = highest if field.maximum is None else int(field.maximum)
        return lowest, highest
