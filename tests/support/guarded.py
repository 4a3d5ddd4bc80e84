"""The guard around a small bundle, called as an ASGI application: no server, no BentoML."""

import asyncio
import json

from bento_service.api import Api
from bento_service.api_keys import ApiKeys
from bento_service.guard import Guard
from bento_service.responses import ServedBundle
from bento_service.settings import ServiceSettings
from tests.support.bentos import a_bundle

BUNDLE = a_bundle()
JSON = {"content-type": "application/json"}
STATUSES = {"/livez": 200, "/readyz": 503, "/pass": 405, "/odd": 400, "/failed": 500}


class FakeService:
    """A service that is ready with a bundle, or has a problem."""

    def __init__(self, bundle, problem=None):
        self.problem = problem
        self.bundle = None if problem else ServedBundle(bundle, "movie_rating:one")


async def bentoml(scope, receive, send):
    """BentoML's part: it answers probes, and fails at /broken."""
    if scope["path"] == "/broken":
        raise ZeroDivisionError("a secret of the inside")
    status = STATUSES.get(scope["path"], 404)
    headers = [(b"allow", b"GET")] if status == 405 else []
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"plain words of another library"})


def a_guard(*, bundle=BUNDLE, problem=None, log=None, year=2026, **settings):
    """The guard around `bentoml`, with short timeouts, in this year."""
    chosen = ServiceSettings(**{"api_seconds": 0.05, "api_batch_seconds": 5.0} | settings)
    service = FakeService(bundle, problem)
    return Guard(bentoml, api=Api(lambda: service, chosen, log, year=lambda: year), keys=ApiKeys(chosen.api_key_hashes))


async def send(app, path="/predict", *, method="POST", query="", body=b"", headers=JSON, pieces=None, silent=False):
    """Status, headers and raw body of one response; a piece of None is a client that leaves.

    Headers are a dictionary, or pairs where one comes more than once.
    """
    pairs = headers.items() if isinstance(headers, dict) else headers
    raw = [(name.encode(), value.encode()) for name, value in pairs]
    scope = {"type": "http", "method": method, "path": path, "headers": raw, "query_string": query.encode()}
    parts = list(pieces or [body])
    sent = []

    async def receive():
        if silent:
            await asyncio.sleep(60)
        if parts[0] is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def collect(message):
        sent.append(message)

    await app(scope, receive, collect)
    if not sent:
        return None, {}, b""
    content = b"".join(message.get("body", b"") for message in sent[1:])
    decoded = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], decoded, content


def call(path="/predict", *, options=None, **request):
    """Status, headers and decoded body of one response of a new guard; asserts the shape of every error."""
    status, headers, content = asyncio.run(send(a_guard(**(options or {})), path, **request))
    answer = json.loads(content) if content.startswith((b"{", b"[")) else content
    if status is not None and status >= 400:
        assert headers["content-type"] == "application/json"
        assert set(answer) == {"error"}
        assert set(answer["error"]) == {"code", "message", "field", "allowed"}
    return status, headers, answer
