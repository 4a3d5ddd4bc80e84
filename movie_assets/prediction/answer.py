"""What is said of one film: Prediction and its parts.

Where the numbers come from: bundle.py. What the service adds to an answer: bento_service/answers.py.
"""

from typing import Any

from pydantic import BaseModel

from movie_assets.prediction.movie import Movie


class Mood(BaseModel):
    """The tone of a synopsis."""

    polarity: float
    label: str


class PredictionWarning(BaseModel):
    """Something about a request that makes its prediction worth less."""

    code: str
    field: str
    message: str


class PredictionInterval(BaseModel):
    """Where the rating lies in a share `level` of films; from 0 to 10."""

    low: float
    high: float
    level: float


class Prediction(BaseModel):
    """A predicted rating from 0 to 10, with what the estimator saw; a feature that was left out is None.

    `contributions` are rating points by feature; with `base_value` they add up to the prediction before it is held
    within 0 to 10.
    """

    predicted_rating: float
    interval: PredictionInterval | None
    base_value: float | None
    contributions: dict[str, float] | None
    mood: Mood | None
    features: dict[str, Any]
    warnings: list[PredictionWarning]


def overview_warnings(movie: Movie, features: dict[str, Any]) -> list[PredictionWarning]:
    """What is to be said where a synopsis could not be read."""
    if features["overview_sentiment"] is not None:
        return []
    if movie.overview and movie.overview.strip():
        code, why = "overview_not_english", "The synopsis is not in English, so its mood and length were left out."
    else:
        code, why = "no_overview", "Without a synopsis its mood and length were left out."
    return [PredictionWarning(code=code, field="overview", message=why)]
