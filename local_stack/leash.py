"""End the house when the program that started it is gone, however it went.

Runs as a part of its own, a child of supervisord: `python -m local_stack.leash PID`.
"""

import os
import signal
import sys
import time

LOOK_EVERY_SECONDS = 1.0


def is_alive(pid: int) -> bool:
    """Whether a process of ours with this id exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def main() -> None:
    """Wait for the owner's end, then ask supervisord, our parent, to end every part and itself."""
    owner = int(sys.argv[1])
    while is_alive(owner):
        time.sleep(LOOK_EVERY_SECONDS)
    os.kill(os.getppid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
