"""Why a command of the stack ends early: an error for the person at the terminal, or a signal."""

import signal
from pathlib import Path
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TAIL_LINES = 15


class StackError(RuntimeError):
    """A command of the stack failed; the message says what happened and what to do."""


class StackStoppedError(StackError):
    """`make down` stopped the stack while this command was using it."""


class ShutdownRequested(BaseException):
    """A signal (Ctrl-C, a closed terminal, a kill) asked this process to end."""

    def __init__(self, signum: int) -> None:
        super().__init__(signal.Signals(signum).name)
        self.exit_code = 128 + signum


def listen() -> None:
    """Raise ShutdownRequested on the first signal and ignore later ones, so that the shutdown completes."""
    for one in SIGNALS:
        signal.signal(one, _end)


def _end(signum: int, _frame: FrameType | None) -> None:
    for one in SIGNALS:
        signal.signal(one, signal.SIG_IGN)
    raise ShutdownRequested(signum)


def tail(log: Path, lines: int = TAIL_LINES) -> str:
    """The path of a log and its last lines, for an error message; or a sentence that it is empty."""
    text = log.read_text(errors="replace").rstrip() if log.exists() else ""
    if not text:
        return f"{log} is empty."
    return f"{log}:\n" + "\n".join(f"  {line}" for line in text.splitlines()[-lines:])
