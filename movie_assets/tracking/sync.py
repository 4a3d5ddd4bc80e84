"""sync: sends Weights & Biases the records of training days that it does not have, each once.

A day is one group of runs: one for each trial, one for each candidate, one for the decision. A further
kind of run belongs here; a further field of a trial or candidate (training/records.py) is sent by itself. How a run is
sent: wandb_runs.py. What was sent is marked run by run in
`<source>/wandb/<mode>/<asset>/<day>.json`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import PurePosixPath

from pydantic import BaseModel, ConfigDict

from movie_assets.storage.bucket import Bucket, MissingObjectError
from movie_assets.storage.folders import Folder, days_of, find_folder, read_file
from movie_assets.storage.keys import (
    CANDIDATE_RECORDS,
    CHOICE,
    TRIALS,
    asset_folder,
    bundle_folder,
    tracking_marker,
)
from movie_assets.tracking.wandb_runs import NotSentError, Run, WandbRuns
from movie_assets.training.records import FORMAT, CandidateRecord, Candidates, DayChoice, Trial, Trials
from movie_assets.training.window import READERS

SUMMARY_JOB = "summary"


class Marker(BaseModel):
    """What was sent of a day of an asset."""

    model_config = ConfigDict(frozen=True)

    folder: str | None = None  # the digest of the day's folder, once it was sent completely
    runs: tuple[str, ...] = ()  # ids


def sync(bucket: Bucket, source: str, wandb: WandbRuns, *, log: Callable[[str], None]) -> None:
    """Send and mark every run without a marker; `log` gets a line for each day.

    A run that was sent but not marked, since the process was killed, is sent again under the same id.
    Raises NotSentError at the first run that W&B does not take.
    """
    sent = 0
    for asset, runs_in in (("trained_candidates", _training_runs), ("best_model", _decision_runs)):
        for key, folder, marker in _unsent(bucket, source, asset, wandb.mode):
            day, marked = PurePosixPath(key).stem, marker.runs
            runs = [run for run in runs_in(bucket, source, day, folder) if run.id not in marked]
            for run in runs:
                try:
                    wandb.send(run)
                except NotSentError as error:
                    raise NotSentError(f"{error} {sent} runs were sent; the next sync continues from there.") from error
                sent += 1
                marked = (*marked, run.id)
                bucket.put(key, Marker(folder=marker.folder, runs=marked).model_dump_json().encode())
            bucket.put(key, Marker(folder=folder.digest, runs=marked).model_dump_json().encode())
            log(f"{asset} {day}: {len(runs)} runs sent")
    log(f"{sent} runs sent, none is left")


def runs_of(source: str, day: str, trials: Sequence[Trial], candidates: Sequence[CandidateRecord]) -> list[Run]:
    """A run for each trial, then one for each candidate."""
    return [
        *(_run(source, day, trial, f"trial-{trial.number}", "trial") for trial in trials),
        *(_run(source, day, candidate, None, "candidate") for candidate in candidates),
    ]


def summary_run(source: str, day: str, choice: DayChoice, plots: Mapping[str, bytes], bundle_uri: str | None) -> Run:
    """The run of the day's decision, with the plots and the champion's bundle."""
    return Run(
        name=f"{source}-{day}-{SUMMARY_JOB}",
        group=day,
        job_type=SUMMARY_JOB,
        tags=[source, SUMMARY_JOB],
        config={
            "source": source,
            "day": day,
            "window": choice.window,
            "champion": choice.champion,
            "challenger": choice.challenger,
        },
        metrics=choice.metrics,
        notes={
            "promoted": choice.promoted,
            "decision": choice.decision.reason,
            "provisional": choice.decision.provisional,
        },
        plots=plots,
        bundle_uri=bundle_uri,
    )


def _run(source: str, day: str, record: Trial | CandidateRecord, suffix: str | None, kind: str) -> Run:
    """Names, numbers of things and parameters are config; what was measured is a metric.

    A candidate's metrics are those of cross-validation, and `fitted/…` of the fit on all training films.
    """
    fields = asdict(record) if isinstance(record, Trial) else {**vars(record), "cross_validated": None}
    metrics = {name: value for name, value in fields.items() if isinstance(value, float)}
    if isinstance(record, CandidateRecord):
        folds = {name: value for name, value in vars(record.cross_validated).items() if isinstance(value, float)}
        metrics = {**folds, **{f"fitted/{name}": value for name, value in metrics.items()}}
    config = {name: value for name, value in fields.items() if isinstance(value, str | int)}
    return Run(
        name="-".join(part for part in (source, day, record.family, record.feature_set, suffix) if part),
        group=day,
        job_type=record.family,
        tags=[source, kind],
        config={"source": source, "day": day, **config, **record.parameters},
        metrics=metrics,
    )


def _unsent(bucket: Bucket, source: str, asset: str, mode: str) -> Iterator[tuple[str, Folder, Marker]]:
    """The days whose folder was not sent completely, in order, each with the key of its marker."""

    def read(day: str) -> tuple[str, Folder, Marker]:
        key = tracking_marker(source, mode, asset, day)
        try:
            marker = Marker.model_validate_json(bucket.get(key))
        except MissingObjectError:
            marker = Marker()
        return key, find_folder(bucket, asset_folder(source, asset, day)), marker

    with ThreadPoolExecutor(READERS) as readers:
        days = list(readers.map(read, days_of(bucket, asset_folder(source, asset))))
    yield from ((key, folder, marker) for key, folder, marker in days if marker.folder != folder.digest)


def _training_runs(bucket: Bucket, source: str, day: str, folder: Folder) -> list[Run]:
    trials = Trials.from_json(read_file(bucket, folder, TRIALS))
    candidates = Candidates.from_json(read_file(bucket, folder, CANDIDATE_RECORDS))
    if trials.format < FORMAT:
        return []  # the version that wrote these records sent them itself
    return runs_of(source, day, trials.trials, candidates.candidates)


def _decision_runs(bucket: Bucket, source: str, day: str, folder: Folder) -> list[Run]:
    choice = DayChoice.from_json(read_file(bucket, folder, CHOICE))
    if choice.format < FORMAT:
        return []  # as above
    plots = {
        name.removesuffix(".png"): read_file(bucket, folder, name) for name in folder.sha256 if name.endswith(".png")
    }
    bundle_uri = f"s3://{bucket.name}/{bundle_folder(source, choice.champion)}" if choice.champion else None
    return [summary_run(source, day, choice, plots, bundle_uri)]
