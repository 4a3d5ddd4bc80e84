"""The one shape of every error, and the ASGI middleware that gives it.

BentoML and Starlette have three shapes of their own and no limit on a body; this stands in front of both. Whether
the bundle can be used: service.py. What a film may hold: movie_assets/prediction/movie.py.
"""

import asyncio
import json
import logging
from collections.abc import Callable

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bento_service.fields import allowed_in
from movie_assets.prediction.movie import Movie

PREDICT = "/predict"
MAX_BODY_BYTES = 1_000_000
BODY_SECONDS = 1.5  # below the service's time-out, which answers in a shape of its own
SHOWN_CHARACTERS = 80  # of a refused value: enough to recognize it, too little to repeat a synopsis
SHOWN_PROBLEMS = 3
CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    408: "body_too_slow",
    413: "body_too_large",
    415: "unsupported_media_type",
    422: "invalid_value",
    503: "not_ready",
}

logger = logging.getLogger("bentoml.movie_rating")  # below BentoML's own, whose handlers it shares


class ErrorDetail(BaseModel):
    """What went wrong, for a program (`code`, `field`) and for a person (`message`, `allowed`)."""

    code: str
    message: str
    field: str | None = None
    allowed: str | None = None


class RefusedRequest(Exception):  # noqa: N818 - a refusal is the word for it: the service itself is well
    """A request that is answered with an error, and with which."""

    def __init__(self, status: int, message: str, *, code: str | None = None, field: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.detail = ErrorDetail(code=code or CODES[status], message=message, field=field, allowed=allowed_in(field))


class OneErrorShape:
    """Answers every status from 400 on as `{"error": {"code", "message", "field", "allowed"}}`."""

    def __init__(
        self, app: ASGIApp, why_not_ready: Callable[[], str | None], body_seconds: float = BODY_SECONDS
    ) -> None:
        self._app = app
        self._why_not_ready = why_not_ready
        self._body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(scope, send, self._why_not_ready)
        try:
            if scope["path"] == PREDICT and scope["method"] == "POST":
                receive = await self._checked(scope, receive)
            await self._app(scope, receive, answer.send)
        except RefusedRequest as refused:
            await answer.refuse(refused.status, refused.detail)
        except _ClientGoneError:
            return
        except Exception:
            logger.exception("%s %s failed", scope["method"], scope["path"])
            await answer.refuse(500, _internal())

    async def _checked(self, scope: Scope, receive: Receive) -> Receive:
        """The request again, once it is known to hold a film."""
        if reason := self._why_not_ready():
            raise RefusedRequest(503, reason)
        headers = Headers(scope=scope)
        media_type = headers.get("content-type", "application/json").split(";")[0].strip().lower()
        if media_type != "application/json":
            raise RefusedRequest(415, f"The body is {media_type[:SHOWN_CHARACTERS]!r}; send application/json.")
        body = await _whole_body(headers, receive, self._body_seconds)
        check_movie(body)
        return _replayed(body, receive)


def check_movie(body: bytes) -> None:
    """Raise RefusedRequest when the body is no film, naming the field, the value and what is allowed."""
    try:
        Movie.model_validate_json(body)
    except ValidationError as invalid:
        # Without the input's own text in the error: a synopsis must not reach a log.
        problems = invalid.errors(include_url=False, include_context=False)
    else:
        return
    first = problems[0]
    if first["type"] == "json_invalid":
        raise RefusedRequest(
            400, f"The body is not JSON: {first['msg'].removeprefix('Invalid JSON: ')}.", code="invalid_json"
        )
    left = len(problems) - SHOWN_PROBLEMS
    sentences = [_sentence(problem) for problem in problems[:SHOWN_PROBLEMS]]
    more = [f"And {left} more like these."] if left > 0 else []
    raise RefusedRequest(422, " ".join(sentences + more), code=_code(first), field=_field_of(first))


def _code(problem: ErrorDetails) -> str:
    return {"missing": "missing_field", "extra_forbidden": "unknown_field"}.get(problem["type"], CODES[422])


def _field_of(problem: ErrorDetails) -> str | None:
    return str(problem["loc"][0])[:SHOWN_CHARACTERS] if problem["loc"] else None


def _sentence(problem: ErrorDetails) -> str:
    place = ".".join(str(part) for part in problem["loc"])[:SHOWN_CHARACTERS]
    if problem["type"] == "missing":
        return f"{place} is missing."
    if problem["type"] == "extra_forbidden":
        return f"{place} is no field of a film."
    shown = repr(problem["input"])
    if len(shown) > SHOWN_CHARACTERS:
        shown = shown[:SHOWN_CHARACTERS] + "…"
    return f"{place or 'The body'} is {shown}: {problem['msg'][:1].lower()}{problem['msg'][1:]}."


async def _whole_body(headers: Headers, receive: Receive, seconds: float) -> bytes:
    too_large = RefusedRequest(413, f"The body is larger than {MAX_BODY_BYTES:,} bytes.")
    declared = headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > MAX_BODY_BYTES:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise _ClientGoneError
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > MAX_BODY_BYTES:
                    raise too_large
    except TimeoutError as error:
        raise RefusedRequest(408, f"The body did not arrive within {seconds:g} seconds.") from error
    return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


class _Answer:
    """Passes a good answer on, and says a bad one in our shape."""

    def __init__(self, scope: Scope, send: Send, why_not_ready: Callable[[], str | None]) -> None:
        self._scope = scope
        self._send = send
        self._why_not_ready = why_not_ready
        self._started = False
        self._refused = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] >= 400:
            allow = Headers(raw=message.get("headers", [])).get("allow")
            await self.refuse(message["status"], self._detail(message["status"], allow), allow=allow)
        elif not self._refused:
            self._started = True
            await self._send(message)

    async def refuse(self, status: int, detail: ErrorDetail, *, allow: str | None = None) -> None:
        if self._started:  # too late for another answer: the server ends the connection
            return
        self._refused = True
        response = Response(
            json.dumps({"error": detail.model_dump()}, ensure_ascii=False),
            status_code=status,
            media_type="application/json",
            headers={"allow": allow} if allow else {},
        )
        await response(self._scope, _nothing_more, self._send)

    def _detail(self, status: int, allow: str | None) -> ErrorDetail:
        method, path = self._scope["method"], self._scope["path"][:SHOWN_CHARACTERS]
        if status >= 500 and status != 503:
            return _internal()
        message = {
            404: f"There is no {path} here. Ask POST /predict, GET /describe, /readyz or /livez.",
            405: f"{path} takes {allow or 'another method'}, not {method}.",
            503: self._why_not_ready() or "The service is not ready yet.",
        }.get(status, f"{method} {path} cannot be answered.")
        return ErrorDetail(code=CODES.get(status, CODES[400]), message=message)


class _ClientGoneError(Exception):
    """The client left before its request was whole; there is nobody to answer."""


async def _nothing_more() -> Message:
    return {"type": "http.disconnect"}


def _internal() -> ErrorDetail:
    return ErrorDetail(code="internal", message="The service failed on this request; its log says why.")
