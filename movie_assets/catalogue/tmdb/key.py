"""TmdbKey: the secret that TMDB asks for, kept out of every log line and every exception.

How a signed question is asked: client.py.
"""

import re

import httpx

TOKEN_SETTING = "TMDB_API_READ_TOKEN"  # noqa: S105  # the name of a setting, not a secret
KEY_SETTING = "TMDB_API_KEY"
WITHOUT_A_KEY = "Without a key, set MOVIE_SOURCE=synthetic."


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


class SigningTransport(httpx.HTTPTransport):
    """Signs below the client, so that no log line and no exception of the client holds a signed request."""

    def __init__(self, key: TmdbKey) -> None:
        super().__init__()
        self._key = key

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return super().handle_request(self._key.sign(request))
