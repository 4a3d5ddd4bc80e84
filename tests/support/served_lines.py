"""Example lines of the prediction log, and the rows of them in the bucket."""

import json
from datetime import UTC, datetime
from typing import Any

from movie_assets.storage.served_predictions import ServedPredictions

NOON = datetime(2026, 1, 14, 12, tzinfo=UTC)
COLUMNS = ["at", "request", "predicted_rating", "interval_low", "warnings", "features", "assumed_release_year"]


def a_line(at: datetime = NOON, **said: Any) -> bytes:
    """One line with one thing said."""
    entry = {
        "at": at.isoformat(),
        "request": "r1",
        "overview": None,
        "features": {"runtime": 112.0},
        "predicted_rating": 6.4,
        "interval": {"low": 5.0, "high": 7.0, "level": 0.8},
        "bundle_id": "b1",
        "bento_tag": "movie_rating:one",
        "slot": "a",
        "role": "in service",
        "warnings": [{"code": "no_overview", "field": "overview", "message": "There is none."}],
    }
    return json.dumps(entry | said).encode() + b"\n"


def rows(served: ServedPredictions, day: str = "2026-01-14") -> list[dict[str, Any]]:
    """What the bucket holds of a day."""
    return [row for table in served.tables(day, COLUMNS) for row in table.to_pylist()]
