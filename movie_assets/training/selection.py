"""Chooses the day's challenger, measures it on the holdout beside the champion, and bundles it where it wins.

The measured predictions come from the same encoders and runtime as those of the service. The promotion rule:
promotion.py; the leak alarm: leaks.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from movie_assets.prediction.bundle import ModelBundle
from movie_assets.prediction.encodings import Columns
from movie_assets.prediction.features import Encoders, encode, names_of
from movie_assets.prediction.runtime import Estimator
from movie_assets.training.baselines import fit_baselines
from movie_assets.training.calibration import fit_interval
from movie_assets.training.coverage import interval_metrics
from movie_assets.training.cross_validation import TrainingData
from movie_assets.training.encoders import Encoded
from movie_assets.training.evaluation import Ratings, evaluate, rounded
from movie_assets.training.leaks import find_leak
from movie_assets.training.legacy_artifacts import FittedLegacyModel, fit_legacy_model
from movie_assets.training.onnx_graph import with_error_scale
from movie_assets.training.promotion import Holdout, Rule, Scored, decide
from movie_assets.training.records import Predictor, PromotionDecision, Role
from movie_assets.training.tuning import FittedCandidate
from movie_assets.training.window import FilmSet, TrainingWindow


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The decision of a day, the figures it rests on, and the challenger's bundle."""

    best: FittedCandidate  # the challenger
    challenger: ModelBundle | None  # without a card; None where it is neither promoted nor wanted
    legacy: FittedLegacyModel | None  # of a promoted challenger, and part of its bundle
    decision: PromotionDecision
    metrics: dict[str, float]  # of the challenger
    predictors: tuple[Predictor, ...]  # with their errors on the holdout; none where it holds no film
    holdout_predicted: NDArray[np.float64]
    holdout_bounds: NDArray[np.float64] | None  # None without an interval or a bundle


def choose(
    window: TrainingWindow,
    encoded: Encoded,
    candidates: Sequence[FittedCandidate],
    *,
    champion: ModelBundle | None,
    rule: Rule,
    with_bundle: bool = False,
) -> Choice:
    """The best candidate of the cross-validation, against the baselines and the champion.

    `with_bundle` makes the challenger's bundle even where it is not promoted.
    """
    best = min(candidates, key=lambda candidate: candidate.cross_validated.test_rmse)
    part = window.holdout
    baselines = {baseline.name: baseline.predict_columns(part.columns) for baseline in fit_baselines(window.train)}
    holdout = Holdout(ratings=part.ratings, weights=part.weights, baselines=baselines)
    predicted = _predicted(best, encoded.encoders.of(best.feature_set), part.columns)
    predictions: list[tuple[Role, str, Ratings]] = [("baseline", name, values) for name, values in baselines.items()]
    predictions.append(("challenger", best.name, predicted))
    champion_scored = None
    if champion is not None:
        champion_scored = _champion_on(part.columns, champion)
        predictions.append(("champion", champion.id[:12], champion_scored.predicted))
    name = f"{best.name} of {window.day}"
    gap = holdout.rmse(predicted) - best.train_rmse if len(part) else 0.0
    decision = decide(
        challenger=Scored(name=name, predicted=predicted, rmse_gap=gap),
        champion=champion_scored,
        holdout=holdout,
        rule=rule,
    )
    if decision.promote and rule.policy == "holdout":
        leak = find_leak(
            window,
            encoded,
            candidate=name,
            feature_set=best.feature_set,
            predicted=predicted,
            most=rule.leak_r2,
        )
        if leak is not None:
            decision = PromotionDecision(promote=False, reason=f"Leak alarm: {leak} Nothing is promoted.")
    legacy = fit_legacy_model(window.train, seed=rule.seed) if decision.promote else None
    metrics = _metrics(best, evaluate(part, predicted) if len(part) else {}, gap)
    challenger = bounds = None
    if decision.promote or with_bundle:
        bundle = bundle_of(best, window.train, encoded, seed=rule.seed)
        bounds = bundle.bounds(bundle.rate(part.columns))
        metrics |= interval_metrics(part, bounds) if len(part) else {}
        challenger = replace(bundle, legacy_model=legacy.model if legacy else None)
    return Choice(
        best=best,
        challenger=challenger,
        legacy=legacy,
        decision=decision,
        metrics=metrics,
        predictors=tuple(_predictor(part, *one) for one in predictions) if len(part) else (),
        holdout_predicted=predicted,
        holdout_bounds=bounds,
    )


def bundle_of(candidate: FittedCandidate, train: FilmSet, encoded: Encoded, *, seed: int) -> ModelBundle:
    """The candidate with its encoders, and an interval where the films are enough."""
    data = TrainingData.of(train, encoded, candidate.feature_set, seed=seed)
    fitted = fit_interval(train, data.training, candidate.out_of_fold, seed=seed)
    interval, error_scale = fitted or (None, None)
    return ModelBundle.create(
        candidate.model if error_scale is None else with_error_scale(candidate.model, error_scale),
        data.encoders,
        interval=interval,
        missing_facts=candidate.missing_facts,
    )


def _predicted(candidate: FittedCandidate, encoders: Encoders, columns: Columns) -> Ratings:
    """The ratings that the candidate's bundle gives."""
    estimates = Estimator(candidate.model).estimate(encode(columns, encoders))
    if candidate.missing_facts is None:
        return estimates.ratings
    return candidate.missing_facts.correct(estimates, columns, features=names_of(encoders)).ratings


def _predictor(part: FilmSet, role: Role, name: str, predicted: Ratings) -> Predictor:
    return Predictor(role=role, name=name, metrics=rounded(evaluate(part, predicted)))


def _champion_on(columns: dict[str, list[Any]], champion: ModelBundle) -> Scored:
    if champion.card is None:
        raise ValueError(f"The champion {champion.id} has no card, so its rmse_gap is unknown; nothing was decided.")
    return Scored(
        name=f"champion {champion.id[:12]} of {champion.card.day}",
        predicted=champion.rate(columns).ratings,
        rmse_gap=champion.card.metrics["rmse_gap"],
    )


def _metrics(best: FittedCandidate, on_holdout: dict[str, float], gap: float) -> dict[str, float]:
    figures = {f"test_{name}" if name == "rmse" else name: value for name, value in on_holdout.items()}
    return {
        **figures,
        "train_rmse": best.train_rmse,
        "rmse_gap": gap,
        "cross_validated_rmse": best.cross_validated.test_rmse,
    }
