"""The parent of supervisord: starts it again when it was killed, and ends the house when its owner is gone.

Runs as a process of its own: `python -m local_stack.keeper STATE_FOLDER [OWNER_PID]`. Linux alone lets it find what a
killed supervisord left running; elsewhere that would keep the ports.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from local_stack.errors import HouseError
from local_stack.state import ROOT, StateDir
from local_stack.supervision import POLL_SECONDS, START_SECONDS, Supervisor

LOOK_EVERY_SECONDS = 1.0
END_SECONDS = 5.0  # for what a killed supervisord left running
DAEMON = "dagster-daemon"
PR_SET_CHILD_SUBREAPER = 36  # prctl(2): orphans of our children become our own children


def is_alive(pid: int) -> bool:
    """Whether a process of ours with this id exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def main() -> None:
    """Keep supervisord until it ends in good order; ends with its exit code."""
    state = StateDir(Path(sys.argv[1]))
    owner = int(sys.argv[2]) if len(sys.argv) > 2 else None
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    ran: list[str] = []
    is_ending = False
    child: subprocess.Popen[bytes] | None = None

    def end(_signum: int, _frame: FrameType | None) -> None:
        nonlocal is_ending
        is_ending = True  # also where supervisord was killed, and is not there to be asked
        if child is not None:
            child.terminate()

    signal.signal(signal.SIGTERM, end)
    while not is_ending:
        child = subprocess.Popen([sys.executable, "-m", "supervisor.supervisord", "-c", str(state.config)], cwd=ROOT)
        if is_ending:
            child.terminate()
        _start_again(child, state, ran)
        code = _watch(child, state, owner, ran)
        if code >= 0:  # it was asked to end, or cannot start
            sys.exit(code)
        _end_orphans()


def _watch(child: "subprocess.Popen[bytes]", state: StateDir, owner: int | None, ran: list[str]) -> int:
    """Supervisord's exit code, once it has ended; `ran` holds the parts that ran when they were looked at last."""
    supervisor = Supervisor(state)
    looked_at = 0.0
    while (code := child.poll()) is None:
        time.sleep(POLL_SECONDS)
        if time.monotonic() - looked_at < LOOK_EVERY_SECONDS:
            continue
        looked_at = time.monotonic()
        _reap(besides=child.pid)
        if owner is not None and not is_alive(owner):
            supervisor.stop()
            owner = None
            continue
        with contextlib.suppress(HouseError):
            ran[:] = [name for name, is_running in supervisor.running().items() if is_running]
    return code


def _start_again(child: "subprocess.Popen[bytes]", state: StateDir, ran: list[str]) -> None:
    """Once supervisord is up, start the parts that ran before and do not start by themselves."""
    if not ran:
        return
    supervisor = Supervisor(state)
    deadline = time.monotonic() + START_SECONDS
    while not supervisor.is_running() and child.poll() is None and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    with contextlib.suppress(HouseError):
        if DAEMON in ran:  # before it looks for runs: those that ended with the house are over
            subprocess.run([sys.executable, "-m", "movie_assets.defs.orphans"], cwd=ROOT, check=False)
        for name in ran:
            supervisor.start_part(name)


def _end_orphans() -> None:
    """End every process that supervisord left behind, and what those leave behind."""
    deadline = time.monotonic() + END_SECONDS
    while children := _children():
        for pid in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM if time.monotonic() < deadline else signal.SIGKILL)
        time.sleep(POLL_SECONDS)
        _reap()


def _children() -> list[int]:
    try:
        return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
    except FileNotFoundError:
        return []


def _reap(*, besides: int | None = None) -> None:
    for pid in _children():
        if pid != besides:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)


if __name__ == "__main__":
    main()
