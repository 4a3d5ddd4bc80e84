"""One day of encoders, trained_candidates and best_model: what is read, what is made of it, and what a person sees.

Which days, in which run: training.py. The window, the search, the choice and the rule: training/.
"""

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import dagster as dg

from movie_assets.defs.days import Day, DayReader
from movie_assets.defs.partitions import latest_search_day
from movie_assets.defs.previews import picture, table
from movie_assets.defs.resources import ObjectStore, Tracking
from movie_assets.prediction.bundle import ModelBundle
from movie_assets.prediction.features import Encoders, labels
from movie_assets.storage.bucket import MissingObjectError
from movie_assets.storage.bundles import load_bundle
from movie_assets.storage.champions import champion_before
from movie_assets.storage.formats import json_of
from movie_assets.storage.names import CANDIDATE_RECORDS, CHOICE, ENCODERS, OUT_OF_FOLD, TRIALS, WORDS_OUT_OF_FOLD
from movie_assets.storage.old_layout import follow_champion, old_layout_of
from movie_assets.tracking.tracker import DaySummary, TrackedDay

if TYPE_CHECKING:
    import pandas as pd

    from movie_assets.training.encoding import Encoded
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
    leak_r2: float

    def require_consent(self) -> None:
        """Raises Failure until somebody has said that the source may be trained on."""
        if not self.may_train:
            raise dg.Failure(
                description=f"Training on source {self.source} needs your word: set MOVIE_I_MAY_TRAIN_ON_THIS_SOURCE=1 "
                "once you have the right to (TMDB's terms forbid training without an agreement).",
                allow_retries=False,
            )


def encoders_of_day(window: "TrainingWindow", *, seed: int) -> Day:
    from movie_assets.training.encoding import fit_encoders  # what trains is paid by runs, not by definitions

    encoded = fit_encoders(window.train, seed=seed)
    fitted = encoded.encoders
    known = {f"known/{name}": len(fitted.known(name)) for name in ("main_genre", "original_language")}
    record = {"window": window.digest, "window_days": window.day_digests, "encoders": fitted.model_dump(mode="json")}
    columns = Counter(feature for feature, _ in labels(fitted))
    return Day(
        window.day,
        {ENCODERS: record, WORDS_OUT_OF_FOLD: _numbers(window, {"score": encoded.words_out_of_fold})},
        {**_shown(window), **known, "columns": dict(columns)},
    )


def _numbers(window: "TrainingWindow", columns: dict[str, Any]) -> "pd.DataFrame":
    """Numbers of each training film, by its id."""
    import pandas as pd

    return pd.DataFrame({"id": window.train.ids, **columns})


def candidates_of_day(
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
            f"{window.day} {trial.family} {trial.feature_set} trial {trial.number}: "
            f"rmse {trial.test_rmse:.4f}, gap {trial.rmse_gap:.4f}, "
            f"{trial.seconds:.1f} s"
        )

    candidates = tune(
        CANDIDATES,
        window.train,
        _encoded_of(window, encoders),
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
            OUT_OF_FOLD: _numbers(window, {candidate.name: candidate.out_of_fold for candidate in candidates}),
            **{f"{candidate.name}.onnx": candidate.model for candidate in candidates},
        },
        {
            **_shown(window),
            "search_day": search_day,
            "trials": len(trials),
            "candidates": table([_figures(candidate) for candidate in candidates]),
            "not_recorded": " ".join(unrecorded) or "nothing",
        },
    )


def best_model_of_day(
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
        _encoded_of(window, encoders),
        _candidates_of(window.day, trained_candidates),
        champion=champion,
        rule=Rule(
            policy=choices.policy,
            min_holdout=choices.min_holdout,
            gap_margin=choices.gap_margin,
            leak_r2=choices.leak_r2,
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
        old_layout=old_layout_of(choice, window),
        once_kept=partial(follow_champion, bucket, store.source),
    )


def _encoded_of(window: "TrainingWindow", encoders: DayReader) -> "Encoded":
    """The day's encoders; a Failure when they were fitted on another window than the one read now."""
    record = encoders.json(window.day, ENCODERS)
    if record["window"] != window.digest:
        raise dg.Failure(
            description=f"The window of {window.day} has changed since its encoders were fitted: materialize encoders, "
            f"trained_candidates and best_model of {window.day} and of every later day again."
        )
    from movie_assets.training.encoding import Encoded  # as above

    words = encoders.frame(window.day, WORDS_OUT_OF_FOLD)["score"].to_numpy("float32")
    return Encoded(Encoders.model_validate(record["encoders"]), words)


def _settings_of(own: DayReader, day: str, search_day: str) -> dict[str, dict[str, Any]]:
    """Of each family the settings of its better feature set, as the search day found them."""
    from movie_assets.training.candidates import CANDIDATES  # as above

    try:
        records = own.json(search_day, CANDIDATE_RECORDS)
    except MissingObjectError as error:
        raise dg.Failure(
            description=f"{day} refits the settings found on its search day {search_day}, but trained_candidates of "
            f"{search_day} is not there: materialize it first."
        ) from error
    found = {record["family"] for record in records}
    if missing := [candidate.family for candidate in CANDIDATES if candidate.family not in found]:
        raise dg.Failure(
            description=f"{day} refits the settings found on its search day {search_day}, which knows none for "
            f"{', '.join(missing)}: materialize trained_candidates of {search_day} again."
        )
    best = [min((record for record in records if record["family"] == family), key=_error) for family in sorted(found)]
    return {f"{record['family']}_{record['feature_set']}": record["parameters"] for record in best}


def _error(record: dict[str, Any]) -> float:
    error: float = record["cross_validated"]["test_rmse"]
    return error


def _candidates_of(day: str, trained_candidates: DayReader) -> list["FittedCandidate"]:
    from movie_assets.training.tuning import FittedCandidate  # as above

    out_of_fold = trained_candidates.frame(day, OUT_OF_FOLD)
    named = {f"{record['family']}_{record['feature_set']}": record for record in _records(day, trained_candidates)}
    return [
        FittedCandidate.from_record(
            record, trained_candidates.content(day, f"{name}.onnx"), out_of_fold[name].to_numpy("float64")
        )
        for name, record in named.items()
    ]


def _records(day: str, trained_candidates: DayReader) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = trained_candidates.json(day, CANDIDATE_RECORDS)
    return records


def _figures(candidate: "FittedCandidate") -> dict[str, Any]:
    best = candidate.cross_validated
    return {
        "candidate": candidate.name,
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
