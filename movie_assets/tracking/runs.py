"""The runs that Weights & Biases shows of a day: one a trial, one a candidate, one for the decision.

Plain values made from the records in the bucket; the runs of a day share its group. How they are sent: sync.py.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from movie_assets.training.records import CandidateRecord, DayChoice, Trial

SUMMARY_JOB = "summary"


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run."""

    name: str
    group: str  # the day
    job_type: str  # the family
    tags: Sequence[str]  # the source, and what the run is of
    config: Mapping[str, Any]
    metrics: Mapping[str, float]
    notes: Mapping[str, Any] = field(default_factory=dict)  # values of the summary that are not measured
    plots: Mapping[str, bytes] = field(default_factory=dict)  # PNG
    bundle_uri: str | None = None

    @property
    def id(self) -> str:
        """The same for the same record, so that a run sent twice is one run; another where a day is trained again."""
        said = {**asdict(self), "plots": sorted(self.plots)}
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:16]


def runs_of(source: str, day: str, trials: Sequence[Trial], candidates: Sequence[CandidateRecord]) -> list[Run]:
    """A run for each trial, then one for each candidate."""
    return [
        *(_run(source, day, trial, f"trial-{trial.number}", "trial") for trial in trials),
        *(_run(source, day, candidate, None, "candidate") for candidate in candidates),
    ]


def summary_run(source: str, day: str, choice: DayChoice, plots: Mapping[str, bytes], bundle_uri: str | None) -> Run:
    """The run that says what the day has decided, with the plots and the champion's bundle."""
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


def _run(source: str, day: str, record: Trial | CandidateRecord, ending: str | None, kind: str) -> Run:
    """Whatever was chosen is config, parameters by their own names; whatever was measured is a metric.

    A candidate's metrics are those of cross-validation, and `fitted/…` of the fit on all training films.
    """
    said = asdict(record) if isinstance(record, Trial) else {**vars(record), "cross_validated": None}
    measured = {name: value for name, value in said.items() if isinstance(value, float)}
    if isinstance(record, CandidateRecord):
        folds = {name: value for name, value in vars(record.cross_validated).items() if isinstance(value, float)}
        measured = {**folds, **{f"fitted/{name}": value for name, value in measured.items()}}
    chosen = {name: value for name, value in said.items() if isinstance(value, str | int)}
    words = [source, day, record.family, record.feature_set, ending]
    return Run(
        name="-".join(word for word in words if word),
        group=day,
        job_type=record.family,
        tags=[source, kind],
        config={"source": source, "day": day, **chosen, **record.parameters},
        metrics=measured,
    )
