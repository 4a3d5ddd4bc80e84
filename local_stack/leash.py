"""End the house when the program that started it is gone, however it went.

Runs as a process of its own beside supervisord: `python -m local_stack.leash PID STATE_FOLDER`.
"""

import os
import sys
import time
from pathlib import Path

from local_stack.state import StateDir
from local_stack.supervision import Supervisor

LOOK_EVERY_SECONDS = 1.0


def is_alive(pid: int) -> bool:
    """Whether a process of ours with this id exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def main() -> None:
    """Wait for the owner's end, then end its house; if the house ends first there is nothing to do."""
    owner, state = int(sys.argv[1]), StateDir(Path(sys.argv[2]))
    while state.supervisor_socket.exists():
        if not is_alive(owner):
            Supervisor(state).stop()
            return
        time.sleep(LOOK_EVERY_SECONDS)


if __name__ == "__main__":
    main()
