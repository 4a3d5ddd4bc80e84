"""ApiKeys: checks the key of a request against the SHA-256 hashes of settings.py; no key is stored."""

import hashlib
import hmac
from collections.abc import Sequence

from starlette.datastructures import Headers

from bento_service.errors import RefusedRequest

SCHEME = "bearer"


class ApiKeys:
    """The accepted keys; without any, no key is required."""

    def __init__(self, hashes: Sequence[str]) -> None:
        self._hashes = [bytes.fromhex(digits) for digits in hashes]

    def check(self, headers: Headers) -> None:
        """Raise RefusedRequest (401) unless the request carries a known key."""
        if not self._hashes:
            return
        scheme, _, key = headers.get("authorization", "").partition(" ")
        if scheme.lower() != SCHEME or not key.strip():
            raise _unauthorized("This service requires a key: send it as the header `Authorization: Bearer <key>`.")
        digest = hashlib.sha256(key.strip().encode()).digest()
        # Every hash is compared, each in constant time, so that the time taken reveals nothing.
        if not sum(hmac.compare_digest(digest, known) for known in self._hashes):
            raise _unauthorized("The service does not know this key.")


def _unauthorized(message: str) -> RefusedRequest:
    return RefusedRequest(401, message, headers={"www-authenticate": "Bearer"})
