"""Weights & Biases: every day is recorded offline first, and sent from there when the mode is online.

Nothing here runs W&B in this process and nothing waits without an end, so tracking never fails or stops a training
run. What is told: runs.py. Where it waits: batches.py. What is sent later, and how: sending.py.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from movie_assets.tracking.batches import (
    RECORDED,
    Recorder,
    RecordingError,
    keep_pending,
    pending_batches,
    unsent_runs,
)
from movie_assets.tracking.runs import Run, runs_of, summary_run
from movie_assets.tracking.sending import ON_REQUEST, WHILE_TRAINING, Patience, send, unsent_folders
from movie_assets.tracking.tracker import DaySummary, TrackedDay

RECORD_SECONDS = 60.0  # 126 runs take three on an idle machine
LATER = "`make wandb-sync` sends them later"


class WandbTracker:
    """Records to W&B; after something has failed, later days of this tracker are kept for later without a new try."""

    def __init__(
        self,
        *,
        mode: Literal["offline", "online"],
        project: str,
        base_url: str,
        directory: Path,
        api_key: str | None = None,
        patience: Patience = WHILE_TRAINING,
        record_seconds: float = RECORD_SECONDS,
    ) -> None:
        self._online = mode == "online"
        self._project = project
        self._base_url = base_url
        self._directory = directory
        self._api_key = api_key
        self._patience = patience
        self._record_seconds = record_seconds
        self._recorder = Recorder(directory)
        self._not_recording: str | None = None  # why, once it has failed
        self._not_sending: str | None = None

    def record(self, tried: TrackedDay) -> list[str]:
        """A run for each trial and each candidate; a sentence says what W&B does not have and why."""
        return self._keep(runs_of(tried), f"{tried.source}-{tried.day}", f"runs of {tried.day}")

    def summarize(self, summary: DaySummary) -> list[str]:
        """A run with the decision, its plots and a reference to the champion's bundle."""
        run = summary_run(summary)
        return self._keep([run], run.name, f"summary runs of {summary.day}")

    def close(self) -> None:
        """End the recording process."""
        self._recorder.close()

    def _keep(self, runs: Sequence[Run], label: str, what: str) -> list[str]:
        try:
            batch = keep_pending(self._directory, runs, project=self._project, label=label)
        except OSError as error:
            return [f"W&B has none of the {len(runs)} {what}, they are in the bucket only: {error}."]
        if self._not_recording is None:
            try:
                recorded = self._recorder.record(batch, seconds=self._record_seconds)
            except RecordingError as error:
                self._not_recording = str(error)
        if self._not_recording is not None:
            return [f"W&B recorded none of the {len(runs)} {what}: {self._not_recording}. {LATER}."]
        return self._send(recorded, len(runs), what) if self._online else []

    def _send(self, recorded: Path, runs: int, what: str) -> list[str]:
        if self._not_sending is None:
            self._not_sending = self._try_to_send(recorded)
        left = len(unsent_runs(recorded))
        return [f"{left} of {runs} {what} were not sent to W&B. {self._not_sending} {LATER}."] if left else []

    def _try_to_send(self, recorded: Path) -> str | None:
        if self._api_key is None:
            return "There is no key: set WANDB_API_KEY, or WANDB_MODE=offline."
        return send(
            self._directory, [recorded], base_url=self._base_url, api_key=self._api_key, patience=self._patience
        )


def send_all(
    directory: Path, *, base_url: str, api_key: str, tell: Callable[[str], None], patience: Patience = ON_REQUEST
) -> str | None:
    """Record what is pending, then send all that was never sent; None when nothing is left, else a sentence why.

    `tell` is told how far it is. Raises OSError when the folder cannot be read or written.
    """
    failed = _record_pending(directory, tell)
    folders = unsent_folders(directory)
    runs = len(unsent_runs(directory / RECORDED))
    tell(f"{runs} runs in {directory} wait for being sent.")
    if not runs:
        return failed
    not_sent = send(
        directory,
        folders,
        base_url=base_url,
        api_key=api_key,
        patience=patience,
        tell=lambda sent, all_runs: tell(f"{sent} of {all_runs} sent"),
    )
    return " ".join(reason for reason in (not_sent, failed) if reason) or None


def _record_pending(directory: Path, tell: Callable[[str], None]) -> str | None:
    recorder = Recorder(directory)
    failed = []
    try:
        for batch in pending_batches(directory):
            tell(f"recording {batch.name}")
            try:
                recorder.record(batch, seconds=RECORD_SECONDS)
            except RecordingError as error:
                failed.append(f"{batch.name} was not recorded: {error}.")
    finally:
        recorder.close()
    return " ".join(failed) or None
