"""TmdbClient: one request to the TMDB API over HTTP, and the key that signs it.

The meaning of a status or an error body belongs here, retries and limits in retry.py, paging in lists.py, tombstones
and threads in source.py.
"""

import json
import re
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx

from movie_assets.catalogue.source import SourceError
from movie_assets.catalogue.tmdb.rate_limit import RateLimiter
from movie_assets.catalogue.tmdb.retry import (
    TRANSIENT_ERRORS,
    TRANSIENT_STATUSES,
    RetryPolicy,
    TimeLimits,
    TransientError,
    error_of,
)

TOKEN_SETTING = "TMDB_API_READ_TOKEN"  # noqa: S105  # the name of a setting, not a secret
KEY_SETTING = "TMDB_API_KEY"
WITHOUT_A_KEY = "Without a key, set MOVIE_SOURCE=synthetic."


class FilmGoneError(LookupError):
    """TMDB answered 404: it does not know the film, or the list."""


class TmdbKey:
    """The secret and the name of its setting, kept out of log lines and exceptions; a token is preferred to a key.

    Raises ValueError, without the value, when there is none or it cannot be sent in a header.
    """

    def __init__(self, *, token: str | None, api_key: str | None) -> None:
        self.setting = TOKEN_SETTING if token else KEY_SETTING
        self._secret = token or api_key or ""
        if not self._secret:
            raise ValueError(f"MOVIE_SOURCE=tmdb needs {TOKEN_SETTING} or {KEY_SETTING}. {WITHOUT_A_KEY}")
        if not re.fullmatch(r"[!-~]+", self._secret):  # httpx would quote the value in its error
            raise ValueError(f"{self.setting} holds a space, a line break or a letter that no key has; copy it again.")

    def sign(self, request: httpx.Request) -> httpx.Request:
        """The same request with the secret in it."""
        if self.setting == TOKEN_SETTING:
            headers = [*request.headers.raw, (b"Authorization", f"Bearer {self._secret}".encode())]
            url = request.url
        else:
            headers, url = request.headers.raw, request.url.copy_add_param("api_key", self._secret)
        return httpx.Request(request.method, url, headers=headers, stream=request.stream, extensions=request.extensions)

    def hide_in(self, text: str) -> str:
        """The text without the secret, which a gateway may repeat."""
        return text.replace(self._secret, "***")


class _SigningTransport(httpx.HTTPTransport):
    """Signs below the client, so that no log line and no exception of the client holds a signed request."""

    def __init__(self, key: TmdbKey) -> None:
        super().__init__()
        self._key = key

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return super().handle_request(self._key.sign(request))


@dataclass(frozen=True)
class _Response:
    status: int
    headers: httpx.Headers
    content: bytes


class TmdbClient:
    """A client of the TMDB API that returns parsed JSON. A context manager, for any number of threads."""

    def __init__(
        self, *, key: TmdbKey, base_url: str, rate_limiter: RateLimiter, policy: RetryPolicy, limits: TimeLimits
    ) -> None:
        self._key = key
        self._rate_limiter = rate_limiter
        self._policy = policy
        self._limits = limits
        self._http = httpx.Client(
            base_url=base_url,
            headers={"Accept": "application/json"},
            timeout=limits.for_http(),
            transport=_SigningTransport(key),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._http.close()

    def get(self, path: str, params: dict[str, str | int]) -> Any:
        """The JSON at `path`; transient errors are retried, and not before a `Retry-After` is over.

        Raises FilmGoneError on TMDB's own 404, SourceError when the key is refused, the request is wrong or every
        attempt failed.
        """
        return self._policy.call(self._attempt, path, params)

    def _attempt(self, path: str, params: dict[str, str | int]) -> Any:
        self._policy.pause(self._rate_limiter.acquire())
        response = self._send(path, params)
        if response.status in TRANSIENT_STATUSES:
            error = error_of(response.status, response.headers, what=path, reason=self._reason(response))
            if isinstance(error, TransientError):
                self._rate_limiter.back_off(error.retry_after)
            raise error
        if response.status == 401:
            reason = self._reason(response)
            raise SourceError(f"TMDB refused the key in {self._key.setting}. {WITHOUT_A_KEY} TMDB's message: {reason}")
        if response.status not in {200, 404}:
            raise SourceError(f"TMDB answered {response.status} to {path}: {self._reason(response)}")
        try:
            content = json.loads(response.content)
        except ValueError as error:
            kind = response.headers.get("content-type", "no content type")
            raise TransientError(f"{response.status} with {kind} that is not JSON") from error
        if response.status == 404:
            raise FilmGoneError(f"TMDB answered 404 to {path}: {self._reason(response)}")
        if isinstance(content, dict) and content.get("success") is False:
            raise TransientError(f"200 with an error, {self._reason(response)}")
        return content

    def _send(self, path: str, params: dict[str, str | int]) -> _Response:
        since = time.monotonic()
        try:
            with self._http.stream("GET", path, params=params) as response:
                content = b"".join(self._limits.within(response.iter_bytes(), since=since))
                return _Response(response.status_code, response.headers, content)
        except TRANSIENT_ERRORS as error:
            raise TransientError(f"{type(error).__name__} ({error})") from error
        except httpx.HTTPError as error:
            raise SourceError(f"TMDB cannot be reached at {self._http.base_url}: {error}") from error

    def _reason(self, response: _Response) -> str:
        """TMDB's message about an error, in either of its two shapes; short, and never with the key."""
        try:
            body = json.loads(response.content)
        except ValueError:
            body = None
        message = (body.get("status_message") or body.get("errors")) if isinstance(body, dict) else None
        text = "; ".join(map(str, message)) if isinstance(message, list) else str(message or "no reason given")
        return self._key.hide_in(text)[:200]
