"""What is said of one film: Prediction and its parts.

Where the numbers come from: bundle.py; the warnings: likeness.py. What the service adds: bento_service/responses.py.
"""

from typing import Any

from pydantic import BaseModel


class Mood(BaseModel):
    """The tone of a synopsis."""

    polarity: float
    label: str


class PredictionWarning(BaseModel):
    """Something that makes a prediction worth less; `field` names the fact it is about, if it is about one."""

    code: str
    field: str | None
    message: str


class PredictionInterval(BaseModel):
    """Where the rating lies in a share `level` of films; from 0 to 10."""

    low: float
    high: float
    level: float


class Prediction(BaseModel):
    """A predicted rating from 0 to 10, with what the estimator saw; a feature that was left out is None.

    `contributions` are rating points by feature; with `base_value` they add up to the prediction before it is held
    within 0 to 10 (a warning says so where that changes it). `what_if` are the features that were set by whoever asked.
    """

    predicted_rating: float
    interval: PredictionInterval | None
    base_value: float | None
    contributions: dict[str, float] | None
    mood: Mood | None
    features: dict[str, Any]
    what_if: dict[str, float]
    warnings: list[PredictionWarning]
