"""TmdbClient: one question to the TMDB API over HTTP, asked politely and until it is answered.

Here: what each kind of answer means. The key: key.py; the pace: rate_limit.py; asking again: retry.py.
Which films a day holds: lists.py. Paging, tombstones, threads: tmdb.py.
"""

import json
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx

from movie_assets.catalogue.source import SourceError
from movie_assets.catalogue.tmdb.key import WITHOUT_A_KEY, SigningTransport, TmdbKey
from movie_assets.catalogue.tmdb.rate_limit import RateLimiter
from movie_assets.catalogue.tmdb.retry import (
    PASSING_ERRORS,
    PASSING_STATUSES,
    RetryPolicy,
    TimeLimits,
    TransientError,
    transient_error,
)


class FilmGoneError(LookupError):
    """TMDB says it does not know what was asked for."""


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: httpx.Headers
    content: bytes


class TmdbClient:
    """Asks TMDB and gives back parsed JSON. A context manager, for any number of threads."""

    def __init__(
        self, *, key: TmdbKey, base_url: str, pace: RateLimiter, patience: RetryPolicy, limits: TimeLimits
    ) -> None:
        self._key = key
        self._pace = pace
        self._patience = patience
        self._limits = limits
        self._http = httpx.Client(
            base_url=base_url,
            headers={"Accept": "application/json"},
            timeout=limits.for_http(),
            transport=SigningTransport(key),
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
        return self._patience.ask(self._ask, path, params)

    def _ask(self, path: str, params: dict[str, str | int]) -> Any:
        self._patience.wait(self._pace.turn())
        answer = self._answer(path, params)
        if answer.status in PASSING_STATUSES:
            fault = transient_error(answer.status, answer.headers, what=path, words=self._words(answer))
            if isinstance(fault, TransientError):
                self._pace.hold(fault.retry_after)
            raise fault
        if answer.status == 401:
            raise SourceError(
                f"TMDB refused the key in {self._key.setting}. {WITHOUT_A_KEY} TMDB's words: {self._words(answer)}"
            )
        if answer.status not in {200, 404}:
            raise SourceError(f"TMDB answered {answer.status} to {path}: {self._words(answer)}")
        try:
            said = json.loads(answer.content)
        except ValueError as error:
            kind = answer.headers.get("content-type", "no content type")
            raise TransientError(f"{answer.status} with {kind} that is not JSON") from error
        if answer.status == 404:
            raise FilmGoneError(f"TMDB answered 404 to {path}: {self._words(answer)}")
        return said

    def _answer(self, path: str, params: dict[str, str | int]) -> _Answer:
        since = time.monotonic()
        try:
            with self._http.stream("GET", path, params=params) as response:
                content = b"".join(self._limits.within(response.iter_bytes(), since=since))
                return _Answer(response.status_code, response.headers, content)
        except PASSING_ERRORS as error:
            raise TransientError(f"{type(error).__name__} ({error})") from error
        except httpx.HTTPError as error:
            raise SourceError(f"TMDB cannot be asked at {self._http.base_url}: {error}") from error

    def _words(self, answer: _Answer) -> str:
        """What TMDB says about an error, in either of its two shapes; short, and never with the key."""
        try:
            body = json.loads(answer.content)
        except ValueError:
            body = None
        said = (body.get("status_message") or body.get("errors")) if isinstance(body, dict) else None
        words = "; ".join(map(str, said)) if isinstance(said, list) else str(said or "no reason given")
        return self._key.hidden_in(words)[:200]
