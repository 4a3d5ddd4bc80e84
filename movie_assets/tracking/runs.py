"""What Weights & Biases is told, as plain values: one run a trial, one a candidate, one for the decision of a day.

All runs of a day share its group, so one filter finds them. Which process hands them to W&B: recorder.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from movie_assets.tracking.tracker import DaySummary, TrackedDay

SUMMARY_JOB = "summary"


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run, whoever it is told to."""

    name: str
    group: str  # the day
    job_type: str  # the family
    tags: Sequence[str]  # the source, and what the run is of
    config: Mapping[str, Any]
    metrics: Mapping[str, float]
    notes: Mapping[str, Any] = field(default_factory=dict)  # values of the summary that are not measured
    plots: Mapping[str, bytes] = field(default_factory=dict)  # PNG
    bundle_uri: str | None = None


def runs_of(tried: TrackedDay) -> list[Run]:
    """A run for each trial, then one for each candidate."""
    trials = [_run(tried, record, f"trial-{record['number']}", "trial") for record in tried.trials]
    return [*trials, *(_run(tried, record, None, "candidate") for record in tried.candidates)]


def summary_run(summary: DaySummary) -> Run:
    """The run that says what the day has decided, with the plots and the champion's bundle."""
    decision = dict(summary.choice["decision"])
    return Run(
        name=f"{summary.source}-{summary.day}-{SUMMARY_JOB}",
        group=summary.day,
        job_type=SUMMARY_JOB,
        tags=[summary.source, SUMMARY_JOB],
        config={
            "source": summary.source,
            "day": summary.day,
            **{name: summary.choice[name] for name in ("window", "champion", "challenger") if name in summary.choice},
        },
        metrics=summary.metrics,
        notes={
            "promoted": summary.choice["promoted"],
            "decision": decision.pop("reason"),
            **{name: value for name, value in decision.items() if name != "promote"},
        },
        plots=summary.plots,
        bundle_uri=summary.bundle_uri,
    )


def _run(tried: TrackedDay, record: Mapping[str, Any], ending: str | None, kind: str) -> Run:
    words = [tried.source, tried.day, record["family"], record.get("feature_set"), ending]
    metrics = dict(_metrics(record))
    return Run(
        name="-".join(word for word in words if word),
        group=tried.day,
        job_type=record["family"],
        tags=[tried.source, kind],
        config={"source": tried.source, "day": tried.day, **_config(record)},
        metrics=metrics,
    )


def _config(record: Mapping[str, Any]) -> dict[str, Any]:
    """Whatever was chosen and not measured; parameters by their own names."""
    chosen = {name: value for name, value in record.items() if not isinstance(value, float | Mapping)}
    return {**chosen, **record["parameters"]}


def _metrics(record: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Whatever was measured; a candidate's by cross-validation, and `fitted/…` for the fit on all training films."""
    tried = record.get("cross_validated")
    for name, value in record.items():
        if isinstance(value, float):
            yield (name if tried is None else f"fitted/{name}"), value
    if tried is not None:
        yield from _metrics(tried)
