"""Requests and responses of the service: those fields of its models that the page uses.

A test compares each model with the service's own. Unknown fields are ignored, so that the page works with a newer
service; a field that an older service lacks has a default; a missing required field makes the response invalid.
"""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue

FACTS_NOT_GIVEN = "facts_not_given"  # the contribution of all missing facts together


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


class Film(_Model):
    """A film: the body of a request, and an example in a description."""

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


class PredictOptions(_Model):
    """Options of a prediction; the service has defaults."""

    omit: list[str] = []  # names of optional facts to leave out
    what_if: dict[str, float] = {}  # derived inputs to set, by name
    reasons: bool | None = None  # whether to compute contributions


class Mood(_Model):
    """The tone of a synopsis, from -1 (dark) to 1 (bright)."""

    polarity: Annotated[float, Field(ge=-1, le=1)]
    label: str


class PredictionWarning(_Model):
    """A reason to trust the prediction less."""

    code: str
    field: str | None = None
    message: str
    names: dict[str, str | None] = {}  # the unknown names it is about, each with the nearest known one


class PredictionInterval(_Model):
    """The bounds within which a share `level` of the ratings of such films lies."""

    low: Annotated[float, Field(ge=0, le=10)]
    high: Annotated[float, Field(ge=0, le=10)]
    level: Annotated[float, Field(gt=0, lt=1)]


class Window(_Model):
    """The training window."""

    first_day: date
    last_day: date
    films: int


class Answer(_Model):
    """A predicted rating with the inputs of the model and its provenance."""

    predicted_rating: Annotated[float, Field(ge=0, le=10)]
    interval: PredictionInterval | None = None
    interval_note: str | None = None  # why there is none
    base_value: float | None = None
    contributions: dict[str, float] | None = None  # rating points by feature or FACTS_NOT_GIVEN; None: not requested
    mood: Mood | None
    features: dict[str, float | str | list[str] | None]  # None or an empty list: left out
    assumed_release_year: int | None = None  # in place of a missing release date
    warnings: list[PredictionWarning]
    bundle_id: str
    bento_tag: str
    source: str
    window: Window
    provisional: bool

    def has_warning(self, code: str) -> bool:
        """Whether one of the warnings has this code."""
        return any(warned.code == code for warned in self.warnings)

    def left_out(self, feature: str) -> bool:
        """Whether the model left a feature out: the film lacks it, or it has a name unknown to the model."""
        return self.features.get(feature) in (None, "", []) or self.has_warning(f"unknown_{feature}")


class FormField(_Model):
    """A fact about a film, with its limits."""

    name: str
    minimum: float | None = None
    maximum: float | None = None


class SettableInput(_Model):
    """A derived input that `what_if` can set, with its limits."""

    name: str
    minimum: float
    maximum: float


class UsualRange(_Model):
    """The range of nearly all training films: numbers or dates."""

    lowest: float | date
    highest: float | date


class KnownNames(_Model):
    """The names known to the model."""

    genres: list[str]
    original_languages: list[str]
    production_countries: list[str] = []
    spoken_languages: list[str] = []


class Histogram(_Model):
    """Counts of ratings between edges."""

    edges: list[float]
    films: list[int]

    def share_below(self, rating: float) -> float:
        """The share of films, from 0 to 1, with a lower rating; ratings within a bin count as evenly spread."""
        below = 0.0
        for low, high, films in zip(self.edges, self.edges[1:], self.films, strict=False):
            below += films * min(max((rating - low) / (high - low), 0.0), 1.0)
        return below / max(sum(self.films), 1)


class GenreError(_Model):
    """Errors on holdout films of one main genre, in rating points."""

    genre: str
    films: int
    mae: float


class Coverage(_Model):
    """The share of a group of holdout films whose rating lies within the interval."""

    group: str
    coverage: float


class Backtest(_Model):
    """The same settings trained on films before a day and measured on those after it."""

    cut: date
    test_films: int
    metrics: dict[str, float]


class FeatureImportance(_Model):
    """A feature and its mean absolute contribution, in rating points."""

    name: str
    importance: float | None = None


class Card(_Model):
    """The model card of the bundle in service."""

    bundle_id: str
    day: date
    source: str
    family: str
    feature_set: str = "core"
    metrics: dict[str, JsonValue]
    decision: str
    window: Window
    provisional: bool
    typical_error: float | None = None  # mean absolute error on holdout films, in rating points
    table: list[dict[str, JsonValue]] = []  # errors of every predictor on the day of the decision
    coverage: list[Coverage] = []
    backtest: Backtest | None = None
    features: list[FeatureImportance] = []

    def figure(self, name: str) -> float | None:
        """A metric; None if it is not a number."""
        value = self.metrics.get(name)
        return float(value) if isinstance(value, int | float) else None


class Description(_Model):
    """Everything that the form and the track record are built from."""

    fields: list[FormField]
    may_omit: list[str] = []
    what_if: list[SettableInput] = []
    known: KnownNames
    ranges: dict[str, UsualRange] = {}  # by feature
    examples: list[Film]
    training_ratings: Histogram | None = None
    holdout_sample: list[tuple[float, float]] | None = None  # predicted and actual ratings of some holdout films
    errors_by_genre: list[GenreError] | None = None
    card: Card

    def usual_range(self, feature: str, *, otherwise: tuple[float, float]) -> tuple[float, float]:
        """The range of nearly all training films; `otherwise` if the service has none."""
        found = self.ranges.get(feature)
        if found is None or isinstance(found.lowest, date) or isinstance(found.highest, date):
            return otherwise
        return found.lowest, found.highest

    def limits(self, name: str, *, otherwise: tuple[int, int]) -> tuple[int, int]:
        """The limits of a field; `otherwise` where the service sets none."""
        lowest, highest = otherwise
        for field in self.fields:
            if field.name == name:
                lowest = lowest if field.minimum is None else int(field.minimum)
                highest = highest if field.maximum is None else int(field.maximum)
        return lowest, highest


class Pin(_Model):
    """Who pinned a model, since when and why."""

    at: datetime
    by: str
    why: str


class Rollout(_Model):
    """The trial of another model beside the one in service."""

    kind: str
    percent: int  # of the requests that it answers, or gets copies of


class AuditEntry(Pin):
    """A decision about the model in service."""

    kind: str
    bundle_id: str


class Status(_Model):
    """What is in service and what the release agent is doing; None where the service does not know."""

    bundle_id: str
    pinned: Pin | None = None
    phase: str | None = None
    rollout: Rollout | None = None
    decisions: list[AuditEntry] | None = None
