"""The guard around a small bundle, asked as an ASGI application: no server, no BentoML."""

import asyncio
import json

from bento_service.api import Api
from bento_service.api_keys import ApiKeys
from bento_service.guard import Guard
from bento_service.responses import ServedBundle
from bento_service.settings import Settings
from tests.support.bentos import a_bundle

BUNDLE = a_bundle()
JSON = {"content-type": "application/json"}
STATUSES = {"/livez": 200, "/readyz": 503, "/pass": 405, "/odd": 400, "/failed": 500}


class Serving:
    """A service that is ready with a bundle, or has a problem."""

    def __init__(self, bundle, problem=None):
        self.problem = problem
        self.bundle = None if problem else ServedBundle(bundle, "movie_rating:one")


async def bentoml(scope, receive, send):
    """What is left to BentoML: it knows probes, and breaks at /broken."""
    if scope["path"] == "/broken":
        raise ZeroDivisionError("a secret of the inside")
    status = STATUSES.get(scope["path"], 404)
    headers = [(b"allow", b"GET")] if status == 405 else []
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"plain words of another library"})


def front(*, bundle=BUNDLE, problem=None, log=None, **settings):
    """The guard around `bentoml`, quick to lose patience."""
    chosen = Settings(**{"api_seconds": 0.05, "api_batch_seconds": 5.0} | settings)
    serving = Serving(bundle, problem)
    return Guard(bentoml, api=Api(lambda: serving, chosen, log), keys=ApiKeys(chosen.api_key_hashes))


async def asked(app, path="/predict", *, method="POST", query="", body=b"", headers=JSON, pieces=None, silent=False):
    """Status, headers and raw body of one request; a body of None is a caller who leaves."""
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": raw, "query_string": query.encode()}
    parts = list(pieces or [body])
    sent = []

    async def receive():
        if silent:
            await asyncio.sleep(60)
        if parts[0] is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    if not sent:
        return None, {}, b""
    content = b"".join(message.get("body", b"") for message in sent[1:])
    answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], answered, content


def ask(path="/predict", *, front_of=None, **request):
    """Status, headers and decoded body of one request to a guard of its own; each error is seen to have its shape."""
    status, headers, content = asyncio.run(asked(front(**(front_of or {})), path, **request))
    answer = json.loads(content) if content.startswith((b"{", b"[")) else content
    if status is not None and status >= 400:
        assert headers["content-type"] == "application/json"
        assert set(answer) == {"error"}
        assert set(answer["error"]) == {"code", "message", "field", "allowed"}
    return status, headers, answer
