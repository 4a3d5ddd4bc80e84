"""The rate limit of requests to TMDB, shared by all fetches of a process."""

import threading
import time
from collections.abc import Callable

RATE_MARGIN = 1.05  # a request is late now and then, and must not make the next second too full


class RateLimiter:
    """A token bucket that holds one token: requests go out evenly, and a pause earns no burst.

    The rate is a limit; it is undercut by a twentieth. For any number of threads.
    """

    def __init__(self, *, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = RATE_MARGIN / per_second
        self._clock = clock
        self._next = clock()
        self._lock = threading.Lock()

    def acquire(self) -> float:
        """Reserve the next request; it may go out in so many seconds."""
        with self._lock:
            now = self._clock()
            reserved = max(now, self._next)
            self._next = reserved + self._interval
        return reserved - now

    def back_off(self, seconds: float) -> None:
        """No further request for so long: a `Retry-After` applies to all callers."""
        with self._lock:
            self._next = max(self._next, self._clock() + seconds)
