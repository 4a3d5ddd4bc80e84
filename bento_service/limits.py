"""How much the service takes on: how many requests at once, how large a body, and how long it may arrive.

The figures: settings.py. What each limit answers: errors.py.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.requests import Request

from bento_service.errors import RefusedRequest


class ConcurrencyLimit:
    """As many requests at once as there are places; whoever finds none is refused, and told when to come again."""

    def __init__(self, places: int, what: str) -> None:
        self._free = places
        self._refusal = f"{places:,} {what} are under way here, and no more are taken at once."

    @contextmanager
    def one(self) -> Iterator[None]:
        """A place for as long as the block lasts. Raises RefusedRequest (429)."""
        if not self._free:
            raise RefusedRequest(429, self._refusal)
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1


async def whole_body(request: Request, *, most: int, seconds: float) -> bytes:
    """The body of a request.

    Raises RefusedRequest when it is larger than `most` bytes (413; before it is read, where its length is announced),
    packed (415), or not there within `seconds` (408); ClientDisconnect when nobody is left to answer.
    """
    too_large = RefusedRequest(413, f"The body is larger than {most:,} bytes.", allowed=f"at most {most:,} bytes")
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > most:
        raise too_large
    if request.headers.get("content-encoding", "identity") != "identity":
        raise RefusedRequest(415, "The body is packed; send it without a content-encoding.")
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
