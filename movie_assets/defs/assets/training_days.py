"""One day of encoders and of best_model: its files and its metadata.

Which days, in which run: training.py. A day of trained_candidates: candidate_days.py. The window, the choice and the
rule: training/.
"""

from collections import Counter
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import dagster as dg

from movie_assets.defs.assets.day_report import card_of, report_of
from movie_assets.defs.days import Day, DayReader, StoredDay
from movie_assets.defs.partitions import latest_search_day
from movie_assets.defs.previews import table
from movie_assets.defs.resources import ObjectStore
from movie_assets.prediction.bundle import ModelBundle
from movie_assets.prediction.features import FEATURES, Encoders, labels
from movie_assets.settings import Settings
from movie_assets.storage.keys import CANDIDATE_RECORDS, CHOICE, ENCODERS, OUT_OF_FOLD, WORDS_OUT_OF_FOLD
from movie_assets.training.bundles import load_bundle
from movie_assets.training.champions import champion_before
from movie_assets.training.legacy_artifacts import follow_champion, legacy_artifacts_of
from movie_assets.training.records import Candidates, DayChoice, FittedEncoders

if TYPE_CHECKING:
    import pandas as pd

    from movie_assets.training.encoders import Encoded
    from movie_assets.training.tuning import FittedCandidate
    from movie_assets.training.window import TrainingWindow

HOLDOUT_COLUMNS = ("predictor", "rmse", "rmse_6_votes", "mae_6_votes", "r2_6_votes", "rmse_50_votes", "films_6_votes")


def require_consent(settings: Settings) -> None:
    """Raises Failure until MOVIE_I_MAY_TRAIN_ON_THIS_SOURCE confirms the right to train on the source."""
    if not settings.may_train:
        raise dg.Failure(
            description=f"Training on source {settings.source} requires your consent: set "
            "MOVIE_I_MAY_TRAIN_ON_THIS_SOURCE=1 once you have the right to (TMDB's terms forbid training without an "
            "agreement).",
            allow_retries=False,
        )


def encoders_of_day(window: "TrainingWindow", *, seed: int) -> Day:
    """The day's encoders, and the out-of-fold word scores of the training films."""
    from movie_assets.training.encoders import fit_encoders  # what trains is paid by runs, not by definitions

    encoded = fit_encoders(window.train, seed=seed)
    fitted = encoded.encoders
    require_features(fitted)
    known = {f"known/{name}": len(fitted.known(name)) for name in ("main_genre", "original_language")}
    record = FittedEncoders(window=window.digest, window_days=dict(window.day_digests), encoders=fitted)
    columns = Counter(feature for feature, _ in labels(fitted))
    return Day(
        window.day,
        {ENCODERS: record.to_json(), WORDS_OUT_OF_FOLD: by_film(window, {"score": encoded.tfidf_out_of_fold})},
        {**window_metadata(window), **known, "columns": dict(columns)},
    )


def require_features(fitted: Encoders) -> None:
    """Raises Failure unless exactly the features of the spec are encoded."""
    expected = {feature.name for feature in FEATURES}
    if different := sorted(expected ^ fitted.encodings.keys()):
        raise dg.Failure(description=f"The encoders and the feature spec differ in {', '.join(different)}.")


def by_film(window: "TrainingWindow", columns: dict[str, Any]) -> "pd.DataFrame":
    """One row for each training film, with its id."""
    import pandas as pd

    return pd.DataFrame({"id": window.train.ids, **columns})


def best_model_of_day(
    window: "TrainingWindow",
    store: ObjectStore,
    encoders: DayReader,
    trained_candidates: DayReader,
    *,
    settings: Settings,
) -> Day:
    from movie_assets.training.promotion import Rule  # as above
    from movie_assets.training.selection import choose

    bucket = store.bucket()
    search_day = latest_search_day(window.day, start=settings.start_date)
    before = champion_before(bucket, store.source, window.day)
    champion = load_bundle(bucket, store.source, before.bundle_id) if before else None
    choice = choose(
        window,
        encoded_of(window, encoders),
        _candidates_of(trained_candidates.day(window.day)),
        champion=champion,
        with_bundle=search_day == window.day,
        rule=Rule(
            policy=settings.promotion_policy,
            min_holdout=settings.min_holdout,
            gap_margin=settings.gap_margin,
            leak_r2=settings.plausible_r2,
            seed=settings.seed,
        ),
    )
    promoted = choice.decision.promote
    report = report_of(
        window, choice, trained_candidates, search_day=search_day, seed=settings.seed, commit=settings.commit
    )
    named: ModelBundle | None = report.challenger if promoted else champion
    metrics = dict(report.metrics)
    plots = {f"{name}.png": plot for name, plot in report.plots.items()}
    rows = [predictor.row for predictor in choice.predictors]
    record = DayChoice(
        window=window.digest,
        before=champion.id if champion else None,
        champion=named.id if named else None,
        promoted=promoted,
        challenger=choice.best.name,
        decision=choice.decision,
        holdout=choice.predictors,
        metrics=metrics,
    )
    return Day(
        window.day,
        {CHOICE: record.to_json(), **plots},
        {
            **window_metadata(window),
            **_decision_metadata(store.source, record),
            "test_rmse": metrics.get("test_rmse", float("nan")),
            "rmse_gap": metrics["rmse_gap"],
            "holdout": table({name: row[name] for name in HOLDOUT_COLUMNS if name in row} for row in rows),
            **report.metadata,
            **{PurePath(name).stem: store.address("best_model", window.day, name, png) for name, png in plots.items()},
            **card_of(named),
        },
        bundle=report.challenger if promoted else None,
        legacy_artifacts=legacy_artifacts_of(choice, window),
        after_write=partial(follow_champion, bucket, store.source),
    )


def champion_metadata(source: str, stored: StoredDay) -> dict[str, Any]:
    """The metadata that champion_sensor reads, of a day that is already in the bucket."""
    return _decision_metadata(source, DayChoice.from_json(stored.content(CHOICE)))


def _decision_metadata(source: str, choice: DayChoice) -> dict[str, Any]:
    return {
        "source": source,
        "bundle_id": choice.champion or "none",
        "promoted": choice.promoted,
        "decision": choice.decision.reason,
    }


def encoded_of(window: "TrainingWindow", encoders: DayReader) -> "Encoded":
    """The day's encoders. Raises Failure when the window has changed since they were fitted."""
    day = encoders.day(window.day)
    record = FittedEncoders.from_json(day.content(ENCODERS))
    if record.window != window.digest:
        raise dg.Failure(
            description=f"The window of {window.day} has changed since its encoders were fitted: materialize encoders, "
            f"trained_candidates and best_model of {window.day} and of every later day again."
        )
    from movie_assets.training.encoders import Encoded  # as above

    words = day.frame(WORDS_OUT_OF_FOLD)["score"].to_numpy("float32")
    return Encoded(record.encoders, words)


def _candidates_of(day: StoredDay) -> list["FittedCandidate"]:
    from movie_assets.training.tuning import FittedCandidate  # as above

    out_of_fold = day.frame(OUT_OF_FOLD)
    return [
        FittedCandidate(
            **vars(record),
            model=day.content(f"{record.name}.onnx"),
            out_of_fold=out_of_fold[record.name].to_numpy("float64"),
        )
        for record in Candidates.from_json(day.content(CANDIDATE_RECORDS)).candidates
    ]


def window_metadata(window: "TrainingWindow") -> dict[str, Any]:
    """The window's figures as metadata."""
    return {f"window/{name}": value for name, value in window.summary.items()}
