"""Asked to end by a signal: Ctrl-C, a closed terminal, a kill. What is then ended: stack.py."""

import signal
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ShutdownRequested(BaseException):
    """A signal asked this process to end; raised wherever it is, so that what it started is ended on the way out."""

    def __init__(self, signum: int) -> None:
        super().__init__(signal.Signals(signum).name)
        self.exit_code = 128 + signum


def listen() -> None:
    """Raise ShutdownRequested on the first such signal and ignore later ones, so that the shutdown completes."""
    for one in SIGNALS:
        signal.signal(one, _end)


def _end(signum: int, _frame: FrameType | None) -> None:
    for one in SIGNALS:
        signal.signal(one, signal.SIG_IGN)
    raise ShutdownRequested(signum)
