"""TmdbClient: one question to the TMDB API over HTTP, asked politely and until it is answered.

Here: the key, time-outs, spacing, retries and what each kind of bad answer means.
Which films a day holds, paging and tombstones: tmdb.py.
"""

import logging
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from movie_assets.catalogue.source import SourceError

TOKEN_SETTING = "TMDB_API_READ_TOKEN"  # noqa: S105  # the name of a setting, not a secret
KEY_SETTING = "TMDB_API_KEY"
WITHOUT_A_KEY = "Without a key, set MOVIE_SOURCE=synthetic."

ATTEMPTS = 6
LONGEST_WAIT_SECONDS = 120.0  # who is asked to wait longer does better to end the run and come back
CONNECT_SECONDS = 5.0
PASSING_STATUSES = frozenset({429, 500, 502, 503, 504})
_BACKOFF = wait_exponential_jitter(multiplier=0.5, max=30)

log = logging.getLogger(__name__)


class FilmGoneError(LookupError):
    """TMDB says it does not know what was asked for."""


class _PassingFaultError(Exception):
    """An answer that may well be another one in a moment."""

    def __init__(self, sentence: str, *, retry_after: float = 0.0) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class TmdbKey:
    """The secret and the name of the setting it came from; the token is preferred when both are given.

    Raises ValueError, without the value, when there is none or it cannot be sent in a header.
    """

    def __init__(self, *, token: str | None, api_key: str | None) -> None:
        self.setting = TOKEN_SETTING if token else KEY_SETTING
        self._secret = token or api_key or ""
        if not self._secret:
            raise ValueError(f"MOVIE_SOURCE=tmdb needs {TOKEN_SETTING} or {KEY_SETTING}. {WITHOUT_A_KEY}")
        if not re.fullmatch(r"[!-~]+", self._secret):  # the HTTP library would quote the value in its error
            raise ValueError(f"{self.setting} holds a space, a line break or a letter that no key has; copy it again.")

    def sign(self, request: httpx.Request) -> httpx.Request:
        """The same request with the secret in it."""
        if self.setting == TOKEN_SETTING:
            headers = [*request.headers.raw, (b"Authorization", f"Bearer {self._secret}".encode())]
            url = request.url
        else:
            headers, url = request.headers.raw, request.url.copy_add_param("api_key", self._secret)
        return httpx.Request(request.method, url, headers=headers, stream=request.stream, extensions=request.extensions)

    def hidden_in(self, text: str) -> str:
        """The text without the secret, should a gateway repeat what it was sent."""
        return text.replace(self._secret, "***")


class _SigningTransport(httpx.BaseTransport):
    """Signs below the client, so that no log line and no exception of the client holds a signed request."""

    def __init__(self, inner: httpx.BaseTransport, key: TmdbKey) -> None:
        self._inner = inner
        self._key = key

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._inner.handle_request(self._key.sign(request))

    def close(self) -> None:
        self._inner.close()


class Spacing:
    """Lets one caller pass at most `per_second`, evenly; a slow caller gathers no right to a burst."""

    def __init__(
        self,
        *,
        per_second: float,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._interval = 1 / per_second
        self._sleep = sleep
        self._clock = clock
        self._next = clock()

    def wait(self) -> None:
        """Come back when the next call may be made."""
        now = self._clock()
        if self._next > now:
            self._sleep(self._next - now)
        self._next = max(now, self._next) + self._interval


class TmdbClient:
    """Asks TMDB and gives back parsed JSON. A context manager; for one thread."""

    def __init__(
        self,
        *,
        key: TmdbKey,
        base_url: str,
        requests_per_second: float,
        timeout_seconds: float,
        transport: httpx.BaseTransport | None,
        sleep: Callable[[float], None],
    ) -> None:
        self._key = key
        self._spacing = Spacing(per_second=requests_per_second, sleep=sleep)
        self._http = httpx.Client(
            base_url=base_url,
            headers={"Accept": "application/json"},
            timeout=httpx.Timeout(timeout_seconds, connect=min(CONNECT_SECONDS, timeout_seconds)),
            transport=_SigningTransport(transport or httpx.HTTPTransport(), key),
        )
        self._retrying = Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=_wait,
            retry=retry_if_exception_type(_PassingFaultError),
            sleep=sleep,
            before_sleep=_tell,
            reraise=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._http.close()

    def get(self, path: str, params: dict[str, str | int]) -> Any:
        """The answer to one question, as JSON.

        Passing faults are asked again with growing, jittered pauses, and not before a `Retry-After` is over.
        Raises FilmGoneError on TMDB's own 404, SourceError when the key is refused, the question is wrong or
        no attempt was answered.
        """
        try:
            return self._retrying(self._ask, path, params)
        except _PassingFaultError as fault:
            raise SourceError(
                f"TMDB gave no answer to {path} in {ATTEMPTS} attempts; the last time: {fault}. "
                "Run the day again later."
            ) from fault

    def _ask(self, path: str, params: dict[str, str | int]) -> Any:
        self._spacing.wait()
        try:
            response = self._http.get(path, params=params)
        except (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError, httpx.DecodingError) as error:
            raise _PassingFaultError(f"{type(error).__name__} ({error})") from error
        except httpx.HTTPError as error:
            raise SourceError(f"TMDB cannot be asked at {self._http.base_url}: {error}") from error
        if response.status_code in PASSING_STATUSES:
            raise self._passing(response, path)
        if response.status_code == 401:
            raise SourceError(
                f"TMDB refused the key in {self._key.setting}. {WITHOUT_A_KEY} TMDB's words: {self._words(response)}"
            )
        if response.status_code not in {200, 404}:
            raise SourceError(f"TMDB answered {response.status_code} to {path}: {self._words(response)}")
        try:
            answer = response.json()
        except ValueError as error:
            kind = response.headers.get("content-type", "no content type")
            raise _PassingFaultError(f"{response.status_code} with {kind} that is not JSON") from error
        if response.status_code == 404:
            raise FilmGoneError(f"TMDB answered 404 to {path}: {self._words(response)}")
        return answer

    def _passing(self, response: httpx.Response, path: str) -> Exception:
        asked = _seconds(response.headers.get("retry-after"))
        if asked > LONGEST_WAIT_SECONDS:
            return SourceError(
                f"TMDB answered {response.status_code} to {path} and asks to wait {asked:.0f} s. "
                "Run the day again then."
            )
        return _PassingFaultError(f"{response.status_code}, {self._words(response)}", retry_after=asked)

    def _words(self, response: httpx.Response) -> str:
        """What TMDB says about an error, in either of its two shapes; short, and never with the key."""
        try:
            body = response.json()
        except ValueError:
            body = None
        said = (body.get("status_message") or body.get("errors")) if isinstance(body, dict) else None
        words = "; ".join(map(str, said)) if isinstance(said, list) else str(said or "no reason given")
        return self._key.hidden_in(words)[:200]


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


def _wait(state: RetryCallState) -> float:
    fault = state.outcome.exception() if state.outcome else None
    asked = fault.retry_after if isinstance(fault, _PassingFaultError) else 0.0
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
