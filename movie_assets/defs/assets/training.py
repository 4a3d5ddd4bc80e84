"""encoders, trained_candidates and best_model: what a day learns from its window, and who is champion after it.

The window, the search, the choice and the rule: training/. The encoders themselves: prediction/features.py.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import dagster as dg

from movie_assets.defs.days import Day, DayReader, Days, each_day
from movie_assets.defs.partitions import SINGLE_RUN, latest_search_day
from movie_assets.defs.previews import picture, table
from movie_assets.defs.resources import ObjectStore, Tracking
from movie_assets.prediction.bundle import ModelBundle
from movie_assets.prediction.features import Encoders, fit_encoders
from movie_assets.storage.bucket import MissingObjectError
from movie_assets.storage.bundles import load_bundle
from movie_assets.storage.champions import champion_before
from movie_assets.storage.formats import json_of
from movie_assets.storage.names import CANDIDATE_RECORDS, CHOICE, ENCODERS, TRIALS
from movie_assets.storage.windows import Windows
from movie_assets.tracking.tracker import DaySummary, TrackedDay

if TYPE_CHECKING:
    from movie_assets.training.tuning import FittedCandidate, Trial
    from movie_assets.training.window import TrainingWindow

SHOWN_FIGURES = ("predictor", "rmse", "rmse_6_votes", "mae_6_votes", "r2_6_votes", "rmse_50_votes", "films_6_votes")


@dataclass(frozen=True, kw_only=True)
class TrainingChoices:
    """What a person may set about training and promotion."""

    start: date
    source: str
    may_train: bool
    trials: int
    seed: int
    policy: Any  # promotion.Policy
    min_holdout: int
    gap_margin: float

    def require_consent(self) -> None:
        """Raises Failure until somebody has said that the source may be trained on."""
        if not self.may_train:
            raise dg.Failure(
                description=f"Training on source {self.source} needs your word: set MOVIE_I_MAY_TRAIN_ON_THIS_SOURCE=1 "
                "once you have the right to (TMDB's terms forbid training without an agreement).",
                allow_retries=False,
            )


def training_assets(days: dg.DailyPartitionsDefinition, choices: TrainingChoices) -> Sequence[dg.AssetsDefinition]:
    """The three assets over these days."""
    daily_asset = partial(
        dg.asset,
        partitions_def=days,
        backfill_policy=SINGLE_RUN,
        group_name="training",
        io_manager_key="days",
        pool="training",  # dagster.yaml lets one run train at a time, in the order they were queued
    )
    the_window = {"windows": dg.AssetIn("cleaned_movies", input_manager_key="windows")}

    @daily_asset(ins=the_window, kinds={"s3", "json"})
    def encoders(context: dg.AssetExecutionContext, windows: Windows) -> Days:
        """Codes for categories and medians for numbers, learnt from the training part of the day's window."""
        choices.require_consent()
        return each_day(context, lambda day: _encode(windows.up_to(day)))

    @daily_asset(ins=the_window, kinds={"s3", "xgboost", "lightgbm", "scikitlearn", "wandb"})
    def trained_candidates(
        context: dg.AssetExecutionContext,
        store: ObjectStore,
        tracking: Tracking,
        windows: Windows,
        encoders: DayReader,
    ) -> Days:
        """Every family, searched in full on search days and refitted with those settings on the days between."""
        choices.require_consent()
        own = DayReader(store.bucket(), store.prefix("trained_candidates"))
        return each_day(
            context, lambda day: _train(context, windows.up_to(day), encoders, own, choices=choices, tracking=tracking)
        )

    @daily_asset(ins=the_window, kinds={"s3", "onnx"})
    def best_model(  # noqa: PLR0917 - Dagster hands in what an asset names
        context: dg.AssetExecutionContext,
        store: ObjectStore,
        tracking: Tracking,
        windows: Windows,
        encoders: DayReader,
        trained_candidates: DayReader,
    ) -> Days:
        """The champion as of the day: that of the latest earlier day, or the day's challenger where it is better."""
        choices.require_consent()
        return each_day(
            context,
            lambda day: _choose(
                windows.up_to(day), store, encoders, trained_candidates, choices=choices, tracking=tracking
            ),
        )

    return [encoders, trained_candidates, best_model]


def _encode(window: "TrainingWindow") -> Day:
    fitted = fit_encoders(window.train.columns)
    known = {f"known/{feature}": len(values) for feature, values in fitted.categories.items()}
    record = {"window": window.digest, "window_days": window.day_digests, "encoders": fitted.model_dump(mode="json")}
    return Day(window.day, {ENCODERS: record}, {**_shown(window), **known, "medians": fitted.medians})


def _train(
    context: dg.AssetExecutionContext,
    window: "TrainingWindow",
    encoders: DayReader,
    own: DayReader,
    *,
    choices: TrainingChoices,
    tracking: Tracking,
) -> Day:
    from movie_assets.training.candidates import CANDIDATES  # what trains is paid by runs, not by definitions
    from movie_assets.training.tuning import tune

    search_day = latest_search_day(window.day, start=choices.start)
    trials: list[Trial] = []

    def tell(trial: "Trial") -> None:
        trials.append(trial)
        context.log.info(
            f"{window.day} {trial.family} trial {trial.number}: rmse {trial.test_rmse:.4f}, gap {trial.rmse_gap:.4f}, "
            f"{trial.seconds:.1f} s"
        )

    candidates = tune(
        CANDIDATES,
        window.train,
        _encoders_of(window, encoders),
        trials=choices.trials,
        seed=choices.seed,
        settings_of=None if search_day == window.day else _settings_of(own, window.day, search_day),
        on_trial=tell,
    )
    records = [candidate.as_record() for candidate in candidates]
    tried = [trial.as_record() for trial in trials]
    unrecorded = tracking.tracker().record(
        TrackedDay(source=window.source, day=window.day, trials=tried, candidates=records)
    )
    return Day(
        window.day,
        {
            CANDIDATE_RECORDS: records,
            TRIALS: tried,
            **{f"{candidate.family}.onnx": candidate.model for candidate in candidates},
        },
        {
            **_shown(window),
            "search_day": search_day,
            "trials": len(trials),
            "candidates": table([_figures(candidate) for candidate in candidates]),
            "not_recorded": " ".join(unrecorded) or "nothing",
        },
    )


def _choose(
    window: "TrainingWindow",
    store: ObjectStore,
    encoders: DayReader,
    trained_candidates: DayReader,
    *,
    choices: TrainingChoices,
    tracking: Tracking,
) -> Day:
    from movie_assets.training.plots import predicted_against_actual  # as above
    from movie_assets.training.promotion import Rule
    from movie_assets.training.selection import choose

    bucket = store.bucket()
    before = champion_before(bucket, store.source, window.day)
    champion = load_bundle(bucket, store.source, before.bundle_id) if before else None
    choice = choose(
        window,
        _encoders_of(window, encoders),
        _candidates_of(window.day, trained_candidates),
        champion=champion,
        rule=Rule(
            policy=choices.policy,
            min_holdout=choices.min_holdout,
            gap_margin=choices.gap_margin,
            seed=choices.seed,
        ),
    )
    promoted = choice.decision.promote
    named: ModelBundle | None = choice.challenger if promoted else champion
    record = {
        "window": window.digest,
        "before": champion.id if champion else None,
        "champion": named.id if named else None,
        "promoted": promoted,
        "challenger": choice.challenger.id,
        "decision": asdict(choice.decision),
        "holdout": choice.table,
    }
    metrics = choice.challenger.card.metrics if choice.challenger.card else {}
    plots = {}
    if len(choice.holdout_ratings):
        plots["predicted_against_actual"] = predicted_against_actual(choice.holdout_ratings, choice.holdout_predicted)
    unrecorded = tracking.tracker().summarize(
        DaySummary(
            source=store.source,
            day=window.day,
            choice=record,
            metrics=metrics,
            plots=plots,
            bundle_uri=f"s3://{bucket.name}/{store.prefix('bundles', named.id)}" if named else None,
        )
    )
    return Day(
        window.day,
        {CHOICE: record},
        {
            **_shown(window),
            "source": store.source,
            "bundle_id": record["champion"] or "none",
            "promoted": promoted,
            "decision": choice.decision.reason,
            "test_rmse": metrics.get("test_rmse", float("nan")),
            "rmse_gap": metrics["rmse_gap"],
            "holdout": table([{name: row[name] for name in SHOWN_FIGURES if name in row} for row in choice.table]),
            **{name: picture(plot, name.replace("_", " ")) for name, plot in plots.items()},
            "not_recorded": " ".join(unrecorded) or "nothing",
        },
        bundle=choice.challenger if promoted else None,
    )


def _encoders_of(window: "TrainingWindow", encoders: DayReader) -> Encoders:
    """The day's encoders; a Failure when they were fitted on another window than the one read now."""
    record = encoders.json(window.day, ENCODERS)
    if record["window"] != window.digest:
        raise dg.Failure(
            description=f"The window of {window.day} has changed since its encoders were fitted: materialize encoders, "
            f"trained_candidates and best_model of {window.day} and of every later day again."
        )
    return Encoders.model_validate(record["encoders"])


def _settings_of(own: DayReader, day: str, search_day: str) -> dict[str, dict[str, Any]]:
    from movie_assets.training.candidates import CANDIDATES  # as above

    try:
        records = own.json(search_day, CANDIDATE_RECORDS)
    except MissingObjectError as error:
        raise dg.Failure(
            description=f"{day} refits the settings found on its search day {search_day}, but trained_candidates of "
            f"{search_day} is not there: materialize it first."
        ) from error
    settings = {record["family"]: record["parameters"] for record in records}
    if missing := [candidate.family for candidate in CANDIDATES if candidate.family not in settings]:
        raise dg.Failure(
            description=f"{day} refits the settings found on its search day {search_day}, which knows none for "
            f"{', '.join(missing)}: materialize trained_candidates of {search_day} again."
        )
    return settings


def _candidates_of(day: str, trained_candidates: DayReader) -> list["FittedCandidate"]:
    from movie_assets.training.tuning import FittedCandidate  # as above

    return [
        FittedCandidate.from_record(record, trained_candidates.content(day, f"{record['family']}.onnx"))
        for record in trained_candidates.json(day, CANDIDATE_RECORDS)
    ]


def _figures(candidate: "FittedCandidate") -> dict[str, Any]:
    best = candidate.cross_validated
    return {
        "family": candidate.family,
        "test_rmse": round(best.test_rmse, 4),
        "train_rmse": round(best.train_rmse, 4),
        "rmse_gap": round(best.rmse_gap, 4),
        "mae": round(best.mae, 4),
        "r2": round(best.r2, 4),
        "KB": len(candidate.model) // 1024,
        "fit_s": round(candidate.fit_seconds, 1),
        "parameters": json_of(candidate.parameters).decode(),
    }


def _shown(window: "TrainingWindow") -> dict[str, Any]:
    return {f"window/{name}": value for name, value in window.summary.items()}
