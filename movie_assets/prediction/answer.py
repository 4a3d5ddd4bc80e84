"""Prediction: the answer for one film, and its parts.

A further field of an answer belongs here; it is computed in bundle.py. The service's own fields belong in
bento_service/responses.py.
"""

from typing import Any

from pydantic import BaseModel, Field


class Mood(BaseModel):
    """The tone of a synopsis."""

    polarity: float
    label: str


class PredictionWarning(BaseModel):
    """A reason to trust a prediction less; `field` is the fact it concerns, None where it concerns none.

    `names` are the unknown names it is about, five at most, each with the nearest known one.
    """

    code: str
    field: str | None
    message: str
    names: dict[str, str | None] = Field(default={}, exclude_if=lambda names: not names)


class PredictionInterval(BaseModel):
    """Bounds within which the rating of a share `level` of films lies, from 0 to 10."""

    low: float
    high: float
    level: float


class Prediction(BaseModel):
    """A predicted rating from 0 to 10, with the features the estimator saw; one that was left out is None.

    `contributions` are rating points by feature, those of all facts that were not given together; with `base_value`
    they add up to the prediction before it is clipped to 0 to 10 (a warning says where that changes it). `what_if`
    holds the features that the request set, `assumed_release_year` the year that stood in for a missing date.
    """

    predicted_rating: float
    interval: PredictionInterval | None
    base_value: float | None
    contributions: dict[str, float] | None
    mood: Mood | None
    features: dict[str, Any]
    what_if: dict[str, float]
    assumed_release_year: int | None = None
    warnings: list[PredictionWarning]
