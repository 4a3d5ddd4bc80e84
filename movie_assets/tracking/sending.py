"""Send recorded runs to W&B, for as long as it takes them and no longer.

What a run on this machine is: batches.py. The process that talks to W&B: sender.py. It may hang for minutes when W&B
is silent, so what counts is the mark it leaves beside each run that was sent, and it is ended when none comes.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from movie_assets.tracking import sender
from movie_assets.tracking.batches import RECORDED, is_sent, unsent_runs

LOCK = ".sending"
POLL_SECONDS = 0.1


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long W&B is waited for, in seconds."""

    answer: float  # to the question whose key it is
    first: float  # from the start until the first run was sent
    next: float  # from one run to the next
    most: float  # altogether


WHILE_TRAINING = Patience(answer=4, first=8, next=4, most=60)  # ten with what starting and ending costs
ON_REQUEST = Patience(answer=15, first=60, next=60, most=float("inf"))


def unsent_folders(directory: Path) -> list[Path]:
    """The folders that hold recorded runs of which some were not sent."""
    return sorted({run.parent.parent for run in unsent_runs(directory / RECORDED)})


def send(
    directory: Path,
    folders: Sequence[Path],
    *,
    base_url: str,
    api_key: str,
    patience: Patience,
    at_once: int = 20,
    tell: Callable[[int, int], None] | None = None,
) -> str | None:
    """Send what is unsent in these folders; None when all was sent, else a sentence why not.

    `tell` is told how many of how many were sent, whenever that changes. A run that was sent keeps its mark and is not
    sent again; one that was sent in part is sent anew under the same id.
    """
    with _alone(directory) as alone, tempfile.TemporaryDirectory(prefix="wandb-", ignore_cleanup_errors=True) as work:
        if not alone:
            return f"Another process is sending what is in {directory}."
        waiting = [run for folder in folders for run in unsent_runs(folder)]
        if not waiting:
            return None
        order = sender.Order(
            base_url=base_url,
            api_key=api_key,
            folders=[str(folder.absolute()) for folder in folders],
            workdir=work,
            answer_seconds=patience.answer,
            at_once=at_once,
        )
        return _send(order, waiting, patience, tell)


def _send(
    order: sender.Order, waiting: Sequence[Path], patience: Patience, tell: Callable[[int, int], None] | None
) -> str | None:
    sent = 0
    started = time.monotonic()
    deadline = started + patience.first
    with tempfile.TemporaryFile() as output:
        process = _start(order, output)
        try:
            while True:
                ended = process.poll() is not None
                now = time.monotonic()
                if (marks := sum(map(is_sent, waiting))) > sent:
                    sent = marks
                    deadline = min(now + patience.next, started + patience.most)
                    if tell is not None:
                        tell(sent, len(waiting))
                if sent == len(waiting):
                    return None
                if ended:
                    break
                if now > deadline:
                    return (
                        f"W&B at {order['base_url']} took {sent} of {len(waiting)} runs in {now - started:.0f} s, "
                        "then no further one in time."
                    )
                time.sleep(POLL_SECONDS)
        finally:
            _end(process)
        output.seek(0)
        said = output.read().decode(errors="replace").replace(order["api_key"], "…").strip()
    last = said.splitlines()[-1] if said else f"it ended with {process.returncode}"
    return last if process.returncode == sender.CANNOT else f"wandb sync did not send all ({last})."


def _start(order: sender.Order, output: IO[bytes]) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-P", sender.__file__],  # -P: its folder holds modules of ours that must not shadow anything
        cwd=order["workdir"],
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    if process.stdin is not None:
        process.stdin.write(json.dumps(order).encode())
        process.stdin.close()
    return process


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)  # W&B's own process sees that and ends
        process.wait()


@contextmanager
def _alone(directory: Path) -> Iterator[bool]:
    """Whether nobody else sends what is there until the block ends."""
    with (directory / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
