"""Guard, an ASGI middleware before BentoML: checks keys, answers the service's routes, and gives errors one shape.

BentoML's own request handling takes pickles, forms and addresses to fetch, costs a third of a millisecond, and has
three shapes of errors. No request body reaches it: BentoML answers only its probes, /schema.json and the files of the
OpenAPI page. The routes: api.py. The reasons: docs/decisions/0017.
"""

import logging
import time
from http import HTTPMethod

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bento_service import metrics
from bento_service.api import Api
from bento_service.api_keys import ApiKeys
from bento_service.errors import ERRORS, MAX_QUOTED_CHARACTERS, RefusedRequest, internal

OPEN = {"/livez", "/readyz", "/healthz", "/metrics"}  # probes and monitoring need no key
OTHER = "other"
CLIENT_LEFT = 499

logger = logging.getLogger("bentoml.movie_rating")  # below BentoML's own, whose handlers it shares


class Guard:
    """Answers `api`'s routes, passes other paths on to `app`, and counts the responses."""

    def __init__(self, app: ASGIApp, *, api: Api, keys: ApiKeys) -> None:
        self._app = app
        self._api = api
        self._router = Router(api.routes, redirect_slashes=False, default=app)
        self._known = {route.path for route in api.routes} | OPEN
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        path, method = scope["path"], scope["method"]
        response = _GuardedResponse(scope, send, self._api)
        metrics.IN_PROGRESS.inc()
        try:
            if path not in OPEN:
                self._keys.check(Headers(scope=scope))
            await self._router(scope, receive, response.send)
        except RefusedRequest as refused:
            await response.refuse(refused)
        except HTTPException as error:
            await response.replace(error.status_code, Headers(error.headers))
        except ClientDisconnect:
            response.status = CLIENT_LEFT
        except Exception:
            logger.exception("%s %s failed", method, path[:MAX_QUOTED_CHARACTERS])
            await response.refuse(internal())
        finally:
            metrics.IN_PROGRESS.dec()
            metrics.answered(
                path if path in self._known else OTHER,
                method if method in HTTPMethod.__members__ else OTHER,
                response.status,
                time.perf_counter() - begun,
            )


class _GuardedResponse:
    """Sends a successful response as it is, and an error in the one shape."""

    def __init__(self, scope: Scope, send: Send, api: Api) -> None:
        self.status = 0
        self._scope = scope
        self._send = send
        self._api = api
        self._is_refused = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if message["status"] >= 400:
                await self.replace(message["status"], Headers(raw=message.get("headers", [])))
                return
            self.status = message["status"]
        if not self._is_refused:
            await self._send(message)

    async def refuse(self, refused: RefusedRequest) -> None:
        if self.status:  # too late for another response: the server closes the connection
            return
        self._is_refused = True
        self.status = refused.status
        metrics.refused(refused.detail.code)
        await refused.response()(self._scope, _disconnect, self._send)

    async def replace(self, status: int, headers: Headers) -> None:
        """Send our error in place of an error of Starlette or BentoML, which is plain text."""
        path, method = self._scope["path"][:MAX_QUOTED_CHARACTERS], self._scope["method"][:MAX_QUOTED_CHARACTERS]
        refused = RefusedRequest(status, f"{method} {path} cannot be answered.", code=ERRORS[400][0])
        if status == 404:
            known = ", ".join(route.path for route in self._api.routes)
            refused = RefusedRequest(404, f"There is no {path} here. Its routes: {known}.")
        elif status == 405:
            allowed = ", ".join(sorted(set(headers.get("allow", "GET").split(", ")) - {"HEAD"}))
            message = f"{path} takes {allowed}, not {method}."
            refused = RefusedRequest(405, message, allowed=allowed, headers={"allow": allowed})
        elif status == 503:
            refused = RefusedRequest(503, self._api.why_not_ready())
        elif status >= 500:
            refused = internal()
        await self.refuse(refused)


async def _disconnect() -> Message:
    return {"type": "http.disconnect"}
