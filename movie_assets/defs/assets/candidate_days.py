"""One day of trained_candidates: the search or the refit, its checkpoint and its metadata.

Which days, in which run: training.py. The search itself: training/tuning.py.
"""

import hashlib
from datetime import date
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import dagster as dg

from movie_assets.defs.assets.training_days import by_film, encoded_of, window_metadata
from movie_assets.defs.days import Day, DayReader
from movie_assets.defs.partitions import latest_search_day
from movie_assets.defs.previews import table
from movie_assets.defs.resources import ObjectStore
from movie_assets.settings import Settings
from movie_assets.storage.bucket import MissingObjectError
from movie_assets.storage.formats import json_of
from movie_assets.storage.keys import CANDIDATE_RECORDS, ENCODERS, OUT_OF_FOLD, TRIALS
from movie_assets.training.records import CandidateRecord, Candidates, Trial, Trials
from movie_assets.training.trial_checkpoint import TrialCheckpoint

if TYPE_CHECKING:
    from movie_assets.training.tuning import FittedCandidate
    from movie_assets.training.window import TrainingWindow

LEARNING_LIBRARIES = ("optuna", "xgboost-cpu", "lightgbm", "scikit-learn")


def candidates_of_day(
    context: dg.AssetExecutionContext,
    window: "TrainingWindow",
    encoders: DayReader,
    store: ObjectStore,
    settings: Settings,
) -> Day:
    """On a search day every family on both feature sets; else each family on its better one, and the best fitted."""
    from movie_assets.training.candidates import CANDIDATES  # what trains is paid by runs, not by definitions
    from movie_assets.training.tuning import refit, tune

    search_day = latest_search_day(window.day, start=settings.start_date)
    searches = search_day == window.day
    checkpoint = TrialCheckpoint(
        store.bucket(), store.source, date.fromisoformat(window.day), plan=_plan(window, encoders, settings)
    )
    trials: list[Trial] = []

    def record_trial(trial: Trial) -> None:
        trials.append(trial)
        if searches:
            checkpoint.save(trial)
        context.log.info(
            f"{window.day} {trial.family} {trial.feature_set} trial {trial.number}: "
            f"rmse {trial.test_rmse:.4f}, gap {trial.rmse_gap:.4f}, "
            f"{trial.seconds:.1f} s"
        )

    learnt = (CANDIDATES, window.train, encoded_of(window, encoders))
    if searches:
        candidates = tune(
            *learnt,
            trials=settings.trials,
            seed=settings.seed,
            seconds=None if settings.search_minutes is None else 60 * settings.search_minutes,
            load_trial=checkpoint.load,
            on_trial=record_trial,
        )
    else:
        candidates = [
            refit(*learnt, _settings_of(store, window.day, search_day), seed=settings.seed, on_trial=record_trial)
        ]
    tried, fitted = Trials(trials=tuple(trials)), Candidates(candidates=tuple(candidates))
    require_every_family(tried, fitted)
    return Day(
        window.day,
        {
            CANDIDATE_RECORDS: fitted.to_json(),
            TRIALS: tried.to_json(),
            OUT_OF_FOLD: by_film(window, {candidate.name: candidate.out_of_fold for candidate in candidates}),
            **{f"{candidate.name}.onnx": candidate.model for candidate in candidates},
        },
        {
            **window_metadata(window),
            "search_day": search_day,
            "trials": len(trials),
            "reproducible": not any(candidate.cut_short for candidate in candidates),
            "candidates": table([_figures(candidate) for candidate in candidates]),
        },
        after_write=checkpoint.clear if searches else None,
    )


def require_every_family(tried: Trials, fitted: Candidates) -> None:
    """Raises Failure unless each family has a trial and at least one candidate was fitted."""
    from movie_assets.training.candidates import CANDIDATES  # as above

    missing = {candidate.family for candidate in CANDIDATES} - {trial.family for trial in tried.trials}
    if missing or not fitted.candidates:
        raise dg.Failure(
            description=f"The search is incomplete and was not written: {len(fitted.candidates)} candidates fitted, "
            f"families without a trial: {', '.join(sorted(missing)) or 'none'}. Materialize the day again."
        )


def _plan(window: "TrainingWindow", encoders: DayReader, settings: Settings) -> str:
    """The digest of everything that determines a trial's figures besides its parameters."""
    digest = hashlib.sha256(encoders.day(window.day).content(ENCODERS))
    digest.update(json_of([window.digest, settings.seed, {name: version(name) for name in LEARNING_LIBRARIES}]))
    return digest.hexdigest()


def _settings_of(store: ObjectStore, day: str, search_day: str) -> dict[str, dict[str, Any]]:
    """The settings of each family's better feature set, as the search day found them."""
    from movie_assets.training.candidates import CANDIDATES  # as above

    try:
        searched = DayReader(store.bucket(), store.prefix("trained_candidates")).day(search_day)
    except MissingObjectError as error:
        raise dg.Failure(
            description=f"{day} refits the settings found on its search day {search_day}, but trained_candidates of "
            f"{search_day} is not there: materialize it first."
        ) from error
    records = Candidates.from_json(searched.content(CANDIDATE_RECORDS)).candidates
    found = {record.family for record in records}
    if missing := [candidate.family for candidate in CANDIDATES if candidate.family not in found]:
        raise dg.Failure(
            description=f"{day} refits the settings found on its search day {search_day}, which knows none for "
            f"{', '.join(missing)}: materialize trained_candidates of {search_day} again."
        )
    best = [min((record for record in records if record.family == family), key=_error) for family in sorted(found)]
    return {record.name: record.parameters for record in best}


def _error(record: CandidateRecord) -> float:
    return record.cross_validated.test_rmse


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
