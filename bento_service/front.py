"""Front: stands before BentoML's own request handling, answers the service's routes, and gives every error one shape.

BentoML's handling takes pickles, forms and addresses to fetch, costs a third of a millisecond, and has three shapes of
errors. No request of ours goes through it: only its probes (/livez, /readyz) and what its page needs are left to it.
What the routes answer: api.py.
"""

import logging
import time

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bento_service import metrics
from bento_service.api import Api, Route
from bento_service.errors import CODES, SHOWN_CHARACTERS, RefusedRequest, internal
from bento_service.keys import Keys

OPEN = {"/livez", "/readyz", "/healthz"}  # BentoML's probes: whoever keeps the service up has no key
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
OTHER = "other"
LEFT = 499  # what a request counts as when nobody waited for its answer

logger = logging.getLogger("bentoml.movie_rating")  # below BentoML's own, whose handlers it shares


class Front:
    """Answers `api`'s routes, passes the rest on to `app`, and counts what was answered how."""

    def __init__(self, app: ASGIApp, *, api: Api, keys: Keys) -> None:
        self._app = app
        self._api = api
        self._routes = api.routes
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        path = scope["path"]
        route = self._routes.get(path)
        answer = _Answer(scope, send, self._api)
        metrics.IN_PROGRESS.inc()
        try:
            await self._answer(scope, receive, route, answer)
        except RefusedRequest as refused:
            await answer.refuse(refused)
        except ClientDisconnect:
            answer.status = LEFT
        except Exception:
            logger.exception("%s %s failed", scope["method"], path[:SHOWN_CHARACTERS])
            await answer.refuse(internal())
        finally:
            metrics.IN_PROGRESS.dec()
            metrics.answered(
                path if route or path in OPEN else OTHER,
                scope["method"] if scope["method"] in METHODS else OTHER,
                answer.status,
                time.perf_counter() - begun,
            )

    async def _answer(self, scope: Scope, receive: Receive, route: Route | None, answer: "_Answer") -> None:
        request = Request(scope, receive)
        if not (route.open if route else scope["path"] in OPEN):
            self._keys.check(request.headers)
        if route is None:
            await self._app(scope, receive, answer.send)
            return
        if (endpoint := route.endpoint_for(scope["method"])) is None:
            raise _other_method(scope, route.allowed)
        await answer.whole(await endpoint(request))


class _Answer:
    """Passes a good answer on, and says a bad one in our shape."""

    def __init__(self, scope: Scope, send: Send, api: Api) -> None:
        self.status = 0
        self._scope = scope
        self._send = send
        self._api = api
        self._refused = False

    async def whole(self, response: Response) -> None:
        self.status = response.status_code
        await response(self._scope, _nothing_more, self._send)

    async def send(self, message: Message) -> None:
        """What BentoML sends."""
        if message["type"] == "http.response.start":
            if message["status"] >= 400:
                await self.refuse(self._refusal(message["status"], Headers(raw=message.get("headers", []))))
                return
            self.status = message["status"]
        if not self._refused:
            await self._send(message)

    async def refuse(self, refused: RefusedRequest) -> None:
        if self.status:  # too late for another answer: the server ends the connection
            return
        self._refused = True
        metrics.refused(refused.detail.code)
        await self.whole(refused.response())

    def _refusal(self, status: int, headers: Headers) -> RefusedRequest:
        path = self._scope["path"][:SHOWN_CHARACTERS]
        if status == 404:
            return RefusedRequest(404, f"There is no {path} here. Its routes: {', '.join(self._api.routes)}.")
        if status == 405:
            return _other_method(self._scope, headers.get("allow", "GET"))
        if status == 503:
            return RefusedRequest(503, self._api.why_not_ready())
        if status >= 500:
            return internal()
        return RefusedRequest(status, f"{self._scope['method']} {path} cannot be answered.", code=CODES[400])


def _other_method(scope: Scope, allowed: str) -> RefusedRequest:
    message = f"{scope['path'][:SHOWN_CHARACTERS]} takes {allowed}, not {scope['method'][:SHOWN_CHARACTERS]}."
    return RefusedRequest(405, message, allowed=allowed, headers={"allow": allowed})


async def _nothing_more() -> Message:
    return {"type": "http.disconnect"}
