"""Example records of training days and releases, with defaults."""

from datetime import UTC, datetime
from typing import Any

from movie_assets.release.record import Release
from movie_assets.training.records import CandidateRecord, DayChoice, Predictor, PromotionDecision, Trial

BUNDLE = "a" * 64
NOON = datetime(2026, 1, 14, 12, tzinfo=UTC)


def a_trial(number: int = 0, **changes: Any) -> Trial:
    """A trial that went to its end."""
    facts: dict[str, Any] = {
        "family": "xgboost",
        "feature_set": "full",
        "number": number,
        "parameters": {"max_depth": 3 + number, "learning_rate": 0.1},
        "train_rmse": 0.6,
        "test_rmse": 0.8,
        "rmse_gap": 0.2,
        "mae": 0.5,
        "r2": 0.3,
        "seconds": 1.5,
        "folds": 3,
        "first_fold_rmse": 0.81,
    }
    return Trial(**(facts | changes))


def a_candidate(**changes: Any) -> CandidateRecord:
    """The candidate that came of a trial."""
    best = a_trial(1)
    facts: dict[str, Any] = {
        "family": best.family,
        "feature_set": best.feature_set,
        "parameters": best.parameters,
        "cross_validated": best,
        "train_rmse": 0.55,
        "fit_seconds": 2.5,
    }
    return CandidateRecord(**(facts | changes))


def a_choice(**changes: Any) -> DayChoice:
    """A day that promoted its challenger."""
    facts: dict[str, Any] = {
        "window": "a-digest",
        "champion": BUNDLE,
        "promoted": True,
        "challenger": "lightgbm_full",
        "decision": PromotionDecision(promote=True, reason="There was no champion."),
        "holdout": (
            Predictor(role="baseline", name="mean", metrics={"rmse": 1.1}),
            Predictor(role="baseline", name="mean_per_genre", metrics={"rmse": 1.0}),
            Predictor(role="challenger", name="lightgbm_full", metrics={"rmse": 0.8}),
        ),
        "metrics": {"test_rmse": 0.8, "rmse_gap": 0.2},
    }
    return DayChoice(**(facts | changes))


def a_release(tag: str = "movie_rating:one", **changes: Any) -> Release:
    """A release requested at noon; its bundle has the name of its Bento."""
    facts: dict[str, Any] = {
        "bundle_id": tag,
        "bento_tag": tag,
        "bento_key": f"synthetic/bentos/{tag}",
        "bento_sha256": f"sha of {tag}",
        "source": "synthetic",
        "day": "2026-01-14",
        "requested_at": NOON,
    }
    return Release(**(facts | changes))
