"""Weights & Biases, online or offline: one run a candidate, grouped by day.

Offline runs are folders that `wandb sync` sends later. A tracker that fails never fails a training run.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from movie_assets.tracking.tracker import TrackedCandidate

FINISH_TIMEOUT_SECONDS = 30.0  # what has not been sent by then stays in the directory, for `wandb sync`


@dataclass(frozen=True, kw_only=True)
class WandbTracker:
    """Records to W&B."""

    mode: Literal["offline", "online"]
    project: str
    base_url: str
    directory: Path
    api_key: str | None = field(default=None, repr=False)
    init_timeout_seconds: float = 10.0

    def record(self, candidates: Sequence[TrackedCandidate]) -> list[str]:
        """One run each; a sentence for each candidate that could not be recorded.

        After the first failure the others are not tried: a W&B that is away would make training wait for each.
        """
        for done, candidate in enumerate(candidates):
            try:
                self._record(candidate)
            except Exception as error:  # noqa: BLE001  # whatever tracking raises, the model is trained and recorded
                return [
                    f"W&B did not record {candidate.family} of {candidate.day} ({type(error).__name__}: {error}); "
                    "its trials are in the bucket.",
                    *(
                        f"{other.family} of {other.day} was not tried after that; its trials are in the bucket."
                        for other in candidates[done + 1 :]
                    ),
                ]
        return []

    def _record(self, candidate: TrackedCandidate) -> None:
        import wandb  # a second and a half: only who records pays

        self.directory.mkdir(parents=True, exist_ok=True)
        if self.mode == "online" and self.api_key is None:  # init would ask for one at the terminal, and wait
            raise LookupError("there is no key: set WANDB_API_KEY, or WANDB_MODE=offline")
        with wandb.init(
            project=self.project,
            group=candidate.day,
            job_type=candidate.family,
            name=f"{candidate.source}-{candidate.day}-{candidate.family}",
            tags=[candidate.source],
            config=candidate.parameters,
            mode=self.mode,
            dir=str(self.directory),
            reinit="create_new",
            settings=self._settings(wandb),
        ) as run:
            for trial in candidate.trials:
                measured = {name: value for name, value in trial.items() if isinstance(value, float)}
                run.log({**measured, **{f"parameters/{name}": value for name, value in trial["parameters"].items()}})
            run.summary.update(candidate.metrics)

    def _settings(self, wandb: Any) -> Any:
        return wandb.Settings(
            base_url=self.base_url,
            api_key=self.api_key,
            init_timeout=self.init_timeout_seconds,
            finish_timeout=FINISH_TIMEOUT_SECONDS,
            silent=True,
            console="off",
            disable_git=True,
            x_disable_stats=True,
        )
