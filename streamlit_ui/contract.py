"""What goes to the service and what comes back: of the service's own models, the fields that the page uses.

A test compares each with what the service declares. Fields not named here are ignored, so that a newer service still
serves the page; one that is needed and missing makes the answer invalid; what an older service does not say has a
default. Sending and receiving: client.py.
"""

from datetime import date, datetime
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


class PredictOptions(_Part):
    """How a film's rating is wished for; the service has its own ways where nothing is said."""

    omit: list[str] = []  # names of optional facts to leave out
    what_if: dict[str, float] = {}  # derived inputs to set, by name
    reasons: bool | None = None  # whether contributions are wanted


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
    warnings: list[Warned]
    bundle_id: str
    bento_tag: str
    source: str
    window: Window
    provisional: bool

    def warns_of(self, code: str) -> bool:
        """Whether one of the warnings has this code."""
        return any(warned.code == code for warned in self.warnings)

    def did_without(self, feature: str) -> bool:
        """Whether the model left a feature out: the film lacks it, or has a name that the model knows from no film."""
        return self.features.get(feature) in (None, "", []) or self.warns_of(f"unknown_{feature}")


class FormField(_Part):
    """A fact about a film, or a derived input that `what_if` may set, with its limits."""

    name: str
    minimum: float | None = None
    maximum: float | None = None


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


class Histogram(_Part):
    """How many ratings lie between two edges."""

    edges: list[float]
    films: list[int]

    def share_below(self, rating: float) -> float:
        """The share of films, from 0 to 1, rated lower; within a bin they are taken to lie evenly."""
        below = 0.0
        for low, high, films in zip(self.edges, self.edges[1:], self.films, strict=False):
            below += films * min(max((rating - low) / (high - low), 0.0), 1.0)
        return below / max(sum(self.films), 1)


class GenreErrors(_Part):
    """Errors on unseen films of one main genre, in rating points."""

    genre: str
    films: int
    mae: float


class Coverage(_Part):
    """How often the interval held the rating of unseen films of one group."""

    group: str
    coverage: float


class Backtest(_Part):
    """How the same settings did on films released after a day, knowing only those before."""

    cut: date
    test_films: int
    metrics: dict[str, float]


class FeatureUse(_Part):
    """A feature of the model and how much it moves a prediction, in rating points on average."""

    name: str
    importance: float | None = None


class Card(_Part):
    """What the model in service says of itself."""

    bundle_id: str
    day: date
    source: str
    family: str
    feature_set: str = "core"
    metrics: dict[str, JsonValue]
    decision: str
    window: Window
    provisional: bool
    typical_error: float | None = None  # mean absolute error on unseen films, in rating points
    table: list[dict[str, JsonValue]] = []  # the errors of every predictor on the day of the decision
    coverage: list[Coverage] = []
    backtest: Backtest | None = None
    features: list[FeatureUse] = []

    def figure(self, name: str) -> float | None:
        """One of the metrics, where it is a number."""
        value = self.metrics.get(name)
        return float(value) if isinstance(value, int | float) else None


class Description(_Part):
    """All the page needs to build its form and its track record."""

    fields: list[FormField]
    may_omit: list[str] = []
    what_if: list[FormField] = []
    known: Known
    ranges: dict[str, Range] = {}  # by feature
    examples: list[Film]
    training_ratings: Histogram | None = None
    holdout_sample: list[tuple[float, float]] | None = None  # predicted and actual ratings of some unseen films
    errors_by_genre: list[GenreErrors] | None = None
    card: Card

    def usual(self, feature: str, *, otherwise: tuple[float, float]) -> tuple[float, float]:
        """Between which numbers nearly all films learnt from lie; `otherwise` where the service does not say."""
        found = self.ranges.get(feature)
        if found is None or isinstance(found.lowest, date) or isinstance(found.highest, date):
            return otherwise
        return found.lowest, found.highest

    def limits(self, name: str, *, otherwise: tuple[int, int]) -> tuple[int, int]:
        """The lowest and highest value of a field; `otherwise` where the service sets none."""
        lowest, highest = otherwise
        for field in self.fields:
            if field.name == name:
                lowest = lowest if field.minimum is None else int(field.minimum)
                highest = highest if field.maximum is None else int(field.maximum)
        return lowest, highest


class Pin(_Part):
    """Who holds a model in service, since when and why."""

    at: datetime
    by: str
    why: str


class Rollout(_Part):
    """How another model is being tried beside the one in service."""

    kind: str
    percent: int  # of the requests that it answers, or answers unheard


class AuditEntry(Pin):
    """What was decided about the model in service."""

    kind: str
    bundle_id: str


class Status(_Part):
    """What is in service and what is going on; None where the service cannot tell."""

    bundle_id: str
    pinned: Pin | None = None
    phase: str | None = None
    rollout: Rollout | None = None
    decisions: list[AuditEntry] | None = None
