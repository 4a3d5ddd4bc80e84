"""RateLimiter: how fast TMDB may be asked, by all fetches of a process together.

Who waits for a turn: client.py.
"""

import threading
import time
from collections.abc import Callable

MARGIN = 1.05  # a turn is late now and then, and must not make the next second too full


class RateLimiter:
    """A token bucket that holds one token: turns come evenly, and a slow caller gathers no right to a burst.

    The rate is a limit; it is undercut by a twentieth. For any number of threads.
    """

    def __init__(self, *, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = MARGIN / per_second
        self._clock = clock
        self._next = clock()
        self._lock = threading.Lock()

    def turn(self) -> float:
        """Take the next turn; it comes in so many seconds."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            self._next = turn + self._interval
        return turn - now

    def hold(self, seconds: float) -> None:
        """No further turn for so long: what TMDB tells one caller to wait holds for all."""
        with self._lock:
            self._next = max(self._next, self._clock() + seconds)
