"""Runs on this machine: batches that wait for being recorded, and recorded runs that wait for being sent.

`pending/<batch>/` holds what W&B is to be told, `wandb/<batch>/offline-run-…/` what it was told offline; a run that
was sent has a mark beside it, `run-….wandb.synced`, which `wandb sync` makes. Sending: sending.py.
"""

import json
import selectors
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from movie_assets.tracking import recorder
from movie_assets.tracking.runs import Run

PENDING = "pending"
RECORDED = "wandb"
SENT_MARK = ".synced"


class RecordingError(RuntimeError):
    """A batch was not recorded; it waits in its folder."""


def keep_pending(directory: Path, runs: Sequence[Run], *, project: str, label: str) -> Path:
    """The folder of a new batch, complete as soon as it is there. Raises OSError when it cannot be written."""
    name = f"{label}-{uuid.uuid4().hex[:8]}"
    pending = directory / PENDING
    unfinished = pending / f".{name}"
    unfinished.mkdir(parents=True)
    described = []
    for number, run in enumerate(runs):
        files = {plot: f"{number}-{order}.png" for order, plot in enumerate(run.plots)}
        for plot, file in files.items():
            (unfinished / file).write_bytes(run.plots[plot])
        described.append({**asdict(replace(run, plots={})), "plots": files})
    (unfinished / recorder.RUNS).write_text(json.dumps({"project": project, "runs": described}))
    return unfinished.rename(pending / name)


def pending_batches(directory: Path) -> list[Path]:
    """Batches that were never recorded, the oldest first."""
    found = (path.parent for path in (directory / PENDING).glob(f"[!.]*/{recorder.RUNS}"))
    return sorted(found, key=lambda batch: batch.stat().st_mtime)


def unsent_runs(folder: Path) -> list[Path]:
    """The recorded runs below a folder that have no mark of being sent."""
    return [run for run in sorted(folder.rglob("offline-run-*/run-*.wandb")) if not is_sent(run)]


def is_sent(run: Path) -> bool:
    """Whether W&B has all of this recorded run."""
    return run.with_name(run.name + SENT_MARK).exists()


class Recorder:
    """The recording process, started when it is first needed and kept for further batches."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory.absolute()
        self._process: subprocess.Popen[bytes] | None = None
        self._home: tempfile.TemporaryDirectory[str] | None = None

    def record(self, batch: Path, *, seconds: float) -> Path:
        """The folder of the batch's runs; `batch` is gone. Raises RecordingError, also after `seconds`."""
        process = self._process or self._start()
        self._process = process
        target = self._directory / RECORDED / batch.name
        asked = json.dumps({"batch": str(batch.absolute()), "target": str(target)})
        try:
            reply = _ask(process, asked, seconds=seconds)
        except (OSError, TimeoutError, json.JSONDecodeError) as error:
            self.close()
            raise RecordingError(f"the recording process {error}") from error
        if "error" in reply:
            raise RecordingError(reply["error"])
        return target

    def close(self) -> None:
        """End the process; the next batch starts another."""
        if self._process is not None:
            self._process.kill()  # W&B's own process sees that and ends
            self._process.communicate()
            self._process = None
        if self._home is not None:
            self._home.cleanup()
            self._home = None

    def _start(self) -> "subprocess.Popen[bytes]":
        self._home = tempfile.TemporaryDirectory(prefix="wandb-", ignore_cleanup_errors=True)
        home = self._home.name
        # Nothing of this process's environment: offline needs no key, and finds neither an account nor a proxy.
        environment = {
            "HOME": home,
            "LANG": "C.UTF-8",
            "WANDB_MODE": "offline",
            "WANDB_ERROR_REPORTING": "false",
            **{f"WANDB_{name}_DIR": home for name in ("CACHE", "CONFIG", "DATA")},
        }
        return subprocess.Popen(  # noqa: S603 - our own interpreter and program
            # -P: the folder of recorder.py holds modules of ours that must not shadow anything.
            [sys.executable, "-P", recorder.__file__],
            cwd=home,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def _ask(process: "subprocess.Popen[bytes]", line: str, *, seconds: float) -> dict[str, str]:
    stdin, stdout = process.stdin, process.stdout
    if stdin is None or stdout is None:
        raise OSError("has no pipes")
    stdin.write(f"{line}\n".encode())
    stdin.flush()
    with selectors.DefaultSelector() as selector:
        selector.register(stdout, selectors.EVENT_READ)
        if not selector.select(seconds):
            raise TimeoutError(f"did not end within {seconds:.0f} s")
    reply = stdout.readline()
    if not reply:
        raise OSError("died")
    answer: dict[str, str] = json.loads(reply)
    return answer
