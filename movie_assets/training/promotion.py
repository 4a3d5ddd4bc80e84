"""Decides whether a challenger replaces the champion.

Add a rule here and describe it in docs/explanation/promotion.md. Pure functions of metrics and arrays: no storage, no
Dagster, no clock. The bundle in service: release/store.py.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from movie_assets.training.evaluation import weighted_rmse
from movie_assets.training.records import PromotionDecision

LEAST_GAIN = 0.005  # weighted RMSE in rating points; less is not worth a change in service
CONFIDENCE = 0.95
RESAMPLES = 2_000
RESAMPLES_AT_ONCE = 50  # a few megabytes for a holdout of ten thousand films
PROVISIONAL_HOLDOUT = 30  # films that suffice for a provisional first champion

Policy = Literal["holdout", "gap"]
Ratings = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A bundle on the holdout: its predictions, and the gap recorded when it was fitted."""

    name: str
    predicted: Ratings
    rmse_gap: float  # test - train


@dataclass(frozen=True, kw_only=True)
class Holdout:
    """The films that both are measured on."""

    ratings: Ratings
    weights: Ratings
    baselines: dict[str, Ratings]  # name -> predictions

    def rmse(self, predicted: Ratings) -> float:
        """Weighted RMSE in rating points."""
        return weighted_rmse(self.ratings, predicted, self.weights)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """The settings of the rule."""

    policy: Policy
    min_holdout: int
    gap_margin: float  # rating points
    leak_r2: float  # the largest plausible R² of a model that does not know the ratings
    seed: int


def decide(*, challenger: Scored, champion: Scored | None, holdout: Holdout, rule: Rule) -> PromotionDecision:
    """Whether the challenger becomes champion: the first rule that applies decides.

    Raises ValueError when a prediction or a gap is not a number.
    """
    for scored in (challenger, champion):
        if scored is not None:
            _require_numbers(scored)
    if rule.policy == "gap":
        return _by_gap_alone(challenger, champion)
    return (
        _enough_films(champion, holdout, rule)
        or _beats_the_baselines(challenger, holdout)
        or (_first(challenger, holdout, rule) if champion is None else _replaces(challenger, champion, holdout, rule))
    )


def _require_numbers(scored: Scored) -> None:
    if not np.isfinite(scored.predicted).all():
        raise ValueError(f"{scored.name} gave predictions that are not numbers; nothing was decided.")
    if not np.isfinite(scored.rmse_gap):
        raise ValueError(
            f"{scored.name} has the rmse_gap {scored.rmse_gap}, which is not a number; nothing was decided."
        )


def _by_gap_alone(challenger: Scored, champion: Scored | None) -> PromotionDecision:
    if champion is None or challenger.rmse_gap < champion.rmse_gap:
        than = "no champion yet" if champion is None else f"smaller than the champion's {champion.rmse_gap:.3f}"
        return PromotionDecision(promote=True, reason=f"Policy gap: rmse_gap {challenger.rmse_gap:.3f}, {than}.")
    return PromotionDecision(
        promote=False,
        reason=f"Policy gap: rmse_gap {challenger.rmse_gap:.3f} is not smaller than {champion.rmse_gap:.3f}.",
    )


def _enough_films(champion: Scored | None, holdout: Holdout, rule: Rule) -> PromotionDecision | None:
    films = len(holdout.ratings)
    fewest = rule.min_holdout if champion else min(PROVISIONAL_HOLDOUT, rule.min_holdout)
    if films >= fewest:
        return None
    outcome = "the champion stays" if champion else "there is no champion yet"
    return PromotionDecision(promote=False, reason=f"Only {films} holdout films, {fewest} are needed: {outcome}.")


def _beats_the_baselines(challenger: Scored, holdout: Holdout) -> PromotionDecision | None:
    rmse = holdout.rmse(challenger.predicted)
    for name, predicted in holdout.baselines.items():
        if rmse >= (bar := holdout.rmse(predicted)):
            return PromotionDecision(
                promote=False,
                reason=f"{challenger.name} does not beat the baseline {name}: "
                f"rmse {rmse:.3f} against {bar:.3f} on {len(holdout.ratings)} holdout films.",
            )
    return None


def _first(challenger: Scored, holdout: Holdout, rule: Rule) -> PromotionDecision:
    films = len(holdout.ratings)
    provisional = films < rule.min_holdout
    bars = ", ".join(f"{name} {holdout.rmse(predicted):.3f}" for name, predicted in holdout.baselines.items())
    return PromotionDecision(
        promote=True,
        provisional=provisional,
        reason=f"{challenger.name} is the first{' (provisional)' if provisional else ''} champion: "
        f"rmse {holdout.rmse(challenger.predicted):.3f} on {films} holdout films, baselines {bars}.",
    )


def _replaces(challenger: Scored, champion: Scored, holdout: Holdout, rule: Rule) -> PromotionDecision:
    wider = challenger.rmse_gap - champion.rmse_gap
    if wider > rule.gap_margin:
        return PromotionDecision(
            promote=False,
            reason=f"{challenger.name} overfits: rmse_gap {challenger.rmse_gap:.3f} exceeds the champion's "
            f"{champion.rmse_gap:.3f} by more than {rule.gap_margin:.3f}.",
        )
    ours, theirs = holdout.rmse(challenger.predicted), holdout.rmse(champion.predicted)
    low, high = _gain_interval(challenger, champion, holdout, rule.seed)
    promote = theirs - ours >= LEAST_GAIN and low > 0
    return PromotionDecision(
        promote=promote,
        reason=f"{challenger.name} {'replaces' if promote else 'does not replace'} {champion.name}: "
        f"rmse {ours:.3f} against {theirs:.3f} on the same {len(holdout.ratings)} holdout films, gain "
        f"{theirs - ours:+.4f} ({CONFIDENCE:.0%} sure of more than {low:+.4f}, at most {high:+.4f}; "
        f"{LEAST_GAIN} is needed).",
    )


def _gain_interval(challenger: Scored, champion: Scored, holdout: Holdout, seed: int) -> tuple[float, float]:
    """The one-sided bounds of the gain in weighted RMSE, by a paired bootstrap over films."""
    films = len(holdout.ratings)
    ours = holdout.weights * (holdout.ratings - challenger.predicted) ** 2
    theirs = holdout.weights * (holdout.ratings - champion.predicted) ** 2
    per_film = np.column_stack([ours, theirs, holdout.weights])
    generator = np.random.default_rng(seed)
    gains = []
    for _ in range(RESAMPLES // RESAMPLES_AT_ONCE):
        drawn = generator.integers(0, films, (RESAMPLES_AT_ONCE, films))
        our_error, their_error, weight = per_film[drawn].sum(axis=1).T
        gains.append(np.sqrt(their_error / weight) - np.sqrt(our_error / weight))
    low, high = np.quantile(np.concatenate(gains), [1 - CONFIDENCE, CONFIDENCE])
    return float(low), float(high)
