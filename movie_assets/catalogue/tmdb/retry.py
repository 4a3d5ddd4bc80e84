"""Retries and time limits of requests to TMDB.

A further status or error that passes by itself is an entry of TRANSIENT_STATUSES or TRANSIENT_ERRORS. The requests
themselves belong in client.py and export.py, the rate limit in rate_limit.py.
"""

import logging
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    sleep_using_event,
    stop_after_attempt,
    wait_exponential_jitter,
)

from movie_assets.catalogue.source import SourceError

ATTEMPTS = 6
MAX_RETRY_AFTER_SECONDS = 120.0  # with a longer wait it is better to end the run and start another
CONNECT_SECONDS = 5.0
# From 520 on they are Cloudflare's, which stands before TMDB.
TRANSIENT_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504, *range(520, 528), 530})
TRANSIENT_ERRORS = (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError, httpx.DecodingError)
_BACKOFF = wait_exponential_jitter(multiplier=0.5, max=30)

log = logging.getLogger(__name__)


class TransientError(Exception):
    """A failed attempt; the next one may succeed."""

    def __init__(self, sentence: str, *, retry_after: float = 0.0) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


@dataclass(frozen=True)
class TimeLimits:
    """Limits of one attempt in seconds: between two reads, and for the whole response."""

    read: float
    total: float

    def for_http(self) -> httpx.Timeout:
        """The limits that httpx enforces."""
        return httpx.Timeout(self.read, connect=min(CONNECT_SECONDS, self.read))

    def within(self, chunks: Iterator[bytes], *, since: float) -> Iterator[bytes]:
        """The chunks as they come. Raises TransientError for a chunk later than `total` after `since`."""
        for chunk in chunks:
            if time.monotonic() - since > self.total:
                raise TransientError(f"the answer was not whole after {self.total:g} s")
            yield chunk


class RetryPolicy:
    """Repeats requests with growing, jittered pauses, for any number of threads, until `cancel`.

    `sleep` replaces the pauses in tests.
    """

    def __init__(self, sleep: Callable[[float], None] | None = None) -> None:
        self._cancelled = threading.Event()
        self._sleep = sleep or sleep_using_event(self._cancelled)
        self._retrying = Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=_pause,
            retry=retry_if_exception_type(TransientError),
            sleep=self._sleep,
            before_sleep=_log,
            reraise=True,
        )

    def call(self, request: Callable[..., Any], what: str, *arguments: Any) -> Any:
        """`request(what, *arguments)`, repeated after a TransientError; SourceError when every attempt failed."""
        try:
            return self._retrying(request, what, *arguments)
        except TransientError as error:
            raise SourceError(
                f"TMDB gave no answer to {what} in {ATTEMPTS} attempts; the last time: {error}. "
                "Run the day again later."
            ) from error

    def pause(self, seconds: float) -> None:
        """Wait. Raises SourceError once cancelled."""
        if seconds > 0:
            self._sleep(seconds)
        if self._cancelled.is_set():
            raise SourceError("The fetch was cancelled.")

    def cancel(self) -> None:
        """End every pause; each waiting request ends with SourceError at its next attempt."""
        self._cancelled.set()


def error_of(status: int, headers: Mapping[str, str], *, what: str, reason: str) -> Exception:
    """The error of one of TRANSIENT_STATUSES: transient, or SourceError if `Retry-After` is too long to wait for."""
    seconds = _seconds(headers.get("retry-after"))
    if seconds > MAX_RETRY_AFTER_SECONDS:
        return SourceError(
            f"TMDB answered {status} to {what} and asks to wait {seconds:.0f} s. Run the day again then."
        )
    return TransientError(f"{status}, {reason}", retry_after=seconds)


def _seconds(retry_after: str | None) -> float:
    """Seconds of a `Retry-After`, which is a number or a date; 0 if it is neither."""
    if not retry_after:
        return 0.0
    if re.fullmatch(r"\s*[0-9]+(\.[0-9]+)?\s*", retry_after):
        return float(retry_after)
    try:
        return max(0.0, (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):  # no date, or one without a zone
        return 0.0


def _pause(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    retry_after = error.retry_after if isinstance(error, TransientError) else 0.0
    return max(retry_after, _BACKOFF(state))


def _log(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    pause = state.next_action.sleep if state.next_action else 0.0
    next_attempt = state.attempt_number + 1
    log.warning(
        "TMDB did not answer %s (%s); attempt %d of %d in %.1f s", state.args[0], error, next_attempt, ATTEMPTS, pause
    )
