"""Card: the description of a bundle, as JSON beside it; its id does not cover the card.

A new field gets a default, so that earlier cards can still be read. Its figures: training/card_figures.py; the card as
a page: training/card_page.py.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Coverage(_Part):
    """How often the interval holds the rating, in one group of holdout films."""

    group: str  # all, main_genre, language or decade
    value: str
    films: int
    coverage: float  # share of films
    low: float  # 95 % binomial interval of that share
    high: float
    width: float  # mean, in rating points
    as_promised: bool  # by MANY_FILMS and PROMISED in training/coverage.py


class Backtest(_Part):
    """The same settings fitted on the earlier films alone, measured on those released since a day."""

    cut: str  # the first day of release that is measured
    train_films: int
    test_films: int
    metrics: dict[str, float]  # as on the holdout
    mean_metrics: dict[str, float]  # those of the mean of the earlier films
    coverage: float | None = None
    width: float | None = None  # mean, in rating points


class FeatureUse(_Part):
    """A feature of the bundle."""

    name: str
    known_before_release_because: str
    importance: float | None = None  # mean size of its contributions, in rating points


class GenreErrors(_Part):
    """Errors on the holdout films of one main genre, in rating points."""

    genre: str
    films: int
    mae: float
    rmse: float
    bias: float  # mean of predicted - actual


class Histogram(_Part):
    """How many ratings lie between two edges; the last bin holds its upper edge as well."""

    edges: list[float]
    films: list[int]


class Card(_Part):
    """The description of a bundle."""

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
    feature_set: str = "core"
    typical_error: float | None = None  # mean absolute error on holdout films of at least 6 votes, in rating points
    table: list[dict[str, Any]] = []  # the errors of every predictor on the day of the decision
    coverage: list[Coverage] = []
    interval_note: str | None = None  # why there is no interval, or no coverage of it
    backtest: Backtest | None = None
    errors_by_genre: list[GenreErrors] = []
    features: list[FeatureUse] = []
    training_ratings: Histogram | None = None
    holdout_sample: list[tuple[float, float]] = []  # predicted and actual ratings of some holdout films, not which
    commit: str | None = None  # of the sources it was trained with; None where unknown
