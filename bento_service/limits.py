"""What the service refuses as too much at once, too large or too slow. The numbers are settings: settings.py."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.requests import Request

from bento_service.errors import MAX_QUOTED_CHARACTERS, RefusedRequest


class ConcurrencyLimit:
    """At most `limit` requests at once; others are refused with a Retry-After."""

    def __init__(self, limit: int, noun: str) -> None:
        self._free = limit
        self._message = f"{limit:,} {noun} are in progress, the most that this service takes at once."

    @contextmanager
    def acquire(self) -> Iterator[None]:
        """Hold one of the places for the block. Raises RefusedRequest (429)."""
        if not self._free:
            raise RefusedRequest(429, self._message)
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1


async def whole_body(request: Request, *, most: int, seconds: float) -> bytes:
    """The body of a request.

    Raises RefusedRequest when it is larger than `most` bytes (413; before it is read, where its length is announced),
    compressed or otherwise encoded (415), or not complete within `seconds` (408); ClientDisconnect when the client has
    left.
    """
    too_large = RefusedRequest(413, f"The body is larger than {most:,} bytes.", allowed=f"at most {most:,} bytes")
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > most:
        raise too_large
    listed = [coding.strip() for line in request.headers.getlist("content-encoding") for coding in line.split(",")]
    if others := [coding for coding in listed if coding.lower() not in ("", "identity")]:
        message = f"The body's Content-Encoding is {others[0][:MAX_QUOTED_CHARACTERS]!r}; send it as it is."
        raise RefusedRequest(415, message, allowed="no Content-Encoding, or identity")
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for piece in request.stream():
                body += piece
                if len(body) > most:
                    raise too_large
    except TimeoutError:
        raise RefusedRequest(408, f"The body did not arrive within {seconds:g} seconds.") from None
    return bytes(body)
