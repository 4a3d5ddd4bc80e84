"""RetryPolicy: what is asked again, how often and after which pause.

Here: the faults that heal by themselves, `Retry-After`, and giving up. The questions: client.py, export.py.
"""

import logging
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
LONGEST_WAIT_SECONDS = 120.0  # who is asked to wait longer does better to end the run and come back
CONNECT_SECONDS = 5.0
PASSING_STATUSES = frozenset({429, 500, 502, 503, 504})
PASSING_ERRORS = (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError, httpx.DecodingError)
_BACKOFF = wait_exponential_jitter(multiplier=0.5, max=30)

log = logging.getLogger(__name__)


class TransientError(Exception):
    """An answer that may well be another one in a moment."""

    def __init__(self, sentence: str, *, retry_after: float = 0.0) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


@dataclass(frozen=True)
class TimeLimits:
    """How long one attempt may take, in seconds: until something comes, and until all of it has come."""

    silence: float
    total: float

    def for_http(self) -> httpx.Timeout:
        """The part that the HTTP library watches over."""
        return httpx.Timeout(self.silence, connect=min(CONNECT_SECONDS, self.silence))

    def within(self, chunks: Iterator[bytes], *, since: float) -> Iterator[bytes]:
        """The chunks as they come. Raises TransientError when the last is later than `total` after `since`."""
        for chunk in chunks:
            if time.monotonic() - since > self.total:
                raise TransientError(f"the answer was not whole after {self.total:g} s")
            yield chunk


class RetryPolicy:
    """Asks until there is an answer, for any number of threads; `give_up` ends every wait.

    `sleep` replaces the waiting, for tests that make no pauses.
    """

    def __init__(self, sleep: Callable[[float], None] | None = None) -> None:
        self._given_up = threading.Event()
        self._sleep = sleep or sleep_using_event(self._given_up)
        self._retrying = Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=_pause,
            retry=retry_if_exception_type(TransientError),
            sleep=self._sleep,
            before_sleep=_tell,
            reraise=True,
        )

    def ask(self, question: Callable[..., Any], what: str, *further: Any) -> Any:
        """`question(what, …)`, again after each TransientError; SourceError when no attempt was answered."""
        try:
            return self._retrying(question, what, *further)
        except TransientError as fault:
            raise SourceError(
                f"TMDB gave no answer to {what} in {ATTEMPTS} attempts; the last time: {fault}. "
                "Run the day again later."
            ) from fault

    def wait(self, seconds: float) -> None:
        """Let so much time pass. Raises SourceError when nobody waits for the answer any more."""
        if seconds > 0:
            self._sleep(seconds)
        if self._given_up.is_set():
            raise SourceError("The fetch was given up.")

    def give_up(self) -> None:
        """Nobody wants an answer any more: who waits ends with SourceError at its next attempt."""
        self._given_up.set()


def transient_error(status: int, headers: Mapping[str, str], *, what: str, words: str) -> Exception:
    """What to raise on one of PASSING_STATUSES: a passing fault, or an end where the wait would be long."""
    asked = _seconds(headers.get("retry-after"))
    if asked > LONGEST_WAIT_SECONDS:
        return SourceError(f"TMDB answered {status} to {what} and asks to wait {asked:.0f} s. Run the day again then.")
    return TransientError(f"{status}, {words}", retry_after=asked)


def _seconds(retry_after: str | None) -> float:
    """Seconds that a `Retry-After` asks for, given as a number or as a date; 0 when it says nothing."""
    if not retry_after:
        return 0.0
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        return max(0.0, (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):  # no date, or one without a zone
        return 0.0


def _pause(state: RetryCallState) -> float:
    fault = state.outcome.exception() if state.outcome else None
    asked = fault.retry_after if isinstance(fault, TransientError) else 0.0
    return max(asked, _BACKOFF(state))


def _tell(state: RetryCallState) -> None:
    fault = state.outcome.exception() if state.outcome else None
    pause = state.next_action.sleep if state.next_action else 0.0
    log.warning(
        "TMDB did not answer %s (%s); attempt %d of %d in %.1f s",
        state.args[0],
        fault,
        state.attempt_number + 1,
        ATTEMPTS,
        pause,
    )
