"""Weights & Biases, online or offline: one run a candidate, grouped by day.

Offline runs are folders that `wandb sync` sends later. A tracker that fails never fails a training run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from movie_assets.tracking.tracker import TrackedCandidate

INIT_TIMEOUT_SECONDS = 10


@dataclass(frozen=True, kw_only=True)
class WandbTracker:
    """Records to W&B."""

    mode: Literal["offline", "online"]
    project: str
    base_url: str
    directory: Path

    def record(self, candidates: Sequence[TrackedCandidate]) -> list[str]:
        """One run each; a sentence for each candidate that could not be recorded."""
        self.directory.mkdir(parents=True, exist_ok=True)
        problems = []
        for candidate in candidates:
            try:
                self._record(candidate)
            except Exception as error:  # noqa: BLE001  # whatever tracking raises, the model is trained and recorded
                problems.append(
                    f"W&B did not record {candidate.family} of {candidate.day} ({type(error).__name__}: {error}); "
                    "its trials are in the bucket."
                )
        return problems

    def _record(self, candidate: TrackedCandidate) -> None:
        import wandb  # a second and a half: only who records pays

        settings = wandb.Settings(
            base_url=self.base_url,
            init_timeout=INIT_TIMEOUT_SECONDS,
            silent=True,
            console="off",
            disable_git=True,
            x_disable_stats=True,
        )
        run = wandb.init(
            project=self.project,
            group=candidate.day,
            job_type=candidate.family,
            name=f"{candidate.source}-{candidate.day}-{candidate.family}",
            tags=[candidate.source],
            config=candidate.parameters,
            mode=self.mode,
            dir=str(self.directory),
            reinit="create_new",
            settings=settings,
        )
        for trial in candidate.trials:
            measured = {name: value for name, value in trial.items() if isinstance(value, float)}
            run.log({**measured, **{f"parameters/{name}": value for name, value in trial["parameters"].items()}})
        run.summary.update(candidate.metrics)
        run.finish()
