"""Days as a tracker is told of them, with one thing said."""

from typing import Any

from movie_assets.tracking.tracker import DaySummary, TrackedDay
from movie_assets.training.plots import predicted_against_actual

BUNDLE = "a" * 64


def a_trial(number: int = 0, **said: Any) -> dict[str, Any]:
    """A trial as the bucket has it."""
    record = {
        "family": "xgboost",
        "number": number,
        "parameters": {"max_depth": 3 + number, "learning_rate": 0.1},
        "train_rmse": 0.6,
        "test_rmse": 0.8,
        "rmse_gap": 0.2,
        "mae": 0.5,
        "r2": 0.3,
        "seconds": 1.5,
    }
    return record | said


def a_tracked_day(**said: Any) -> TrackedDay:
    """Two trials of a family, and the candidate that came of them."""
    tried = a_trial(1)
    candidate = {
        "family": "xgboost",
        "parameters": tried["parameters"],
        "cross_validated": tried,
        "train_rmse": 0.55,
        "fit_seconds": 2.5,
    }
    facts: dict[str, Any] = {
        "source": "synthetic",
        "day": "2026-01-01",
        "trials": [a_trial(0), tried],
        "candidates": [candidate],
    }
    return TrackedDay(**(facts | said))


def a_day_summary(**said: Any) -> DaySummary:
    """A day that promoted its challenger."""
    facts: dict[str, Any] = {
        "source": "synthetic",
        "day": "2026-01-01",
        "choice": {
            "window": "a-digest",
            "champion": BUNDLE,
            "promoted": True,
            "challenger": "lightgbm_full",
            "decision": {"promote": True, "reason": "There was no champion.", "provisional": False},
            "holdout": [],
        },
        "metrics": {"test_rmse": 0.8, "rmse_gap": 0.2},
        "plots": {},
        "bundle_uri": f"s3://movies/synthetic/bundles/{BUNDLE}",
    }
    return DaySummary(**(facts | said))


def a_plot() -> bytes:
    """A real picture."""
    import numpy as np

    return predicted_against_actual(np.array([5.0, 6.0, 7.0]), np.array([5.5, 6.0, 6.5]))
