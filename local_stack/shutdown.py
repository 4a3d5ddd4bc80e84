"""Asked to end by a signal: Ctrl-C, a closed terminal, a kill. What is then ended: house.py."""

import signal
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class AskedToEnd(BaseException):
    """A signal asked this process to end; raised wherever it is, so that what it started is ended on the way out."""

    def __init__(self, signum: int) -> None:
        super().__init__(signal.Signals(signum).name)
        self.exit_code = 128 + signum


def listen() -> None:
    """From now on the first such signal raises AskedToEnd; later ones are ignored, so that the ending completes."""
    for one in SIGNALS:
        signal.signal(one, _end)


def _end(signum: int, _frame: FrameType | None) -> None:
    for one in SIGNALS:
        signal.signal(one, signal.SIG_IGN)
    raise AskedToEnd(signum)
