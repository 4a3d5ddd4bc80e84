"""Who may ask: API keys, of which the service knows only the SHA-256.

Where the hashes come from: settings.py.
"""

import hashlib
import hmac
from collections.abc import Sequence

from starlette.datastructures import Headers

from bento_service.errors import RefusedRequest

SCHEME = "bearer"


class Keys:
    """The keys that may ask; with none, everybody may."""

    def __init__(self, hashes: Sequence[str]) -> None:
        self._hashes = [bytes.fromhex(one) for one in hashes]

    def check(self, headers: Headers) -> None:
        """Raise RefusedRequest (401) unless the request carries a known key."""
        if not self._hashes:
            return
        scheme, _, key = headers.get("authorization", "").partition(" ")
        if scheme.lower() != SCHEME or not key.strip():
            raise _refused("This service asks for a key: send it as the header `Authorization: Bearer <key>`.")
        given = hashlib.sha256(key.strip().encode()).digest()
        # Every hash is compared, each in constant time, so that the time taken tells nothing.
        if not sum(hmac.compare_digest(given, known) for known in self._hashes):
            raise _refused("The key is not one that this service knows.")


def _refused(message: str) -> RefusedRequest:
    return RefusedRequest(401, message, headers={"www-authenticate": "Bearer"})
