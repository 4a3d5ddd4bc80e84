"""A worker that has lost its parent ends: it would go on answering on the port that its successor needs.

BentoML's server is a parent that holds the port and a worker that shares it; a killed parent leaves the worker behind.
"""

import os
import signal
import threading
import time

LOOK_SECONDS = 0.5


def end_with_parent() -> None:
    """From now on, end this process in good order (SIGTERM) once its parent is gone."""
    threading.Thread(target=_watch, args=(os.getppid(),), name="parent-watch", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
