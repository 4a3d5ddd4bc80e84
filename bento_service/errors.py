"""The one shape of every error: `{"error": {"code", "message", "field", "allowed"}}`.

A further status or code belongs here. The sentences about invalid fields: invalid_fields.py. guard.py sends the errors.
"""

from collections.abc import Mapping

from pydantic import BaseModel, Field
from starlette.responses import Response

from bento_service.requests import allowed_in

MAX_QUOTED_CHARACTERS = 80  # of a refused value: enough to recognize it, too little to repeat a synopsis
ERRORS = {
    400: ("bad_request", "The body is not JSON."),
    401: ("unauthorized", "The key is missing or unknown."),
    404: ("not_found", "There is no such path, or the bundle in service has no legacy model."),
    405: ("method_not_allowed", "The header `Allow` names the right method."),
    408: ("body_too_slow", "The body did not arrive in time."),
    413: ("body_too_large", "The body is too large, or the batch too long."),
    415: (
        "unsupported_media_type",
        "The body is not JSON; pickles, forms and compressed bodies are refused.",
    ),
    422: ("invalid_value", "A field is missing, unknown, or has a value that is not allowed."),
    429: ("too_many_requests", "Too many requests are in progress; Retry-After says when to try again."),
    500: ("internal", "The service failed; its log says why."),
    503: ("not_ready", "The bundle cannot be used; the message says why."),
    504: ("timeout", "The batch was not rated in time."),
}  # by status: the usual code, and what it means
RETRY_AFTER_SECONDS = {429: 1, 503: 2}


class ErrorDetail(BaseModel):
    """An error for a program (`code`, `field`) and for a person (`message`, `allowed`)."""

    code: str = Field(examples=["invalid_value"])
    message: str = Field(examples=["runtime is 0: input should be greater than 0."])
    field: str | None = Field(default=None, examples=["runtime"])
    allowed: str | None = Field(default=None, examples=["number, above 0, at most 1000. Running time in minutes."])


class ErrorResponse(BaseModel):
    """The body of every response from status 400 on; in a batch, the element of a refused film."""

    error: ErrorDetail


class RefusedRequest(Exception):  # noqa: N818 - the service itself works
    """A request, or a film of a batch, is answered with this error."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        field: str | None = None,
        allowed: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = {"retry-after": str(RETRY_AFTER_SECONDS[status])} if status in RETRY_AFTER_SECONDS else {}
        self.headers |= headers or {}
        self.detail = ErrorDetail(
            code=code or ERRORS[status][0], message=message, field=field, allowed=allowed or allowed_in(field)
        )

    @property
    def body(self) -> bytes:
        """The error in its one shape, as JSON."""
        return ErrorResponse(error=self.detail).model_dump_json().encode()

    def response(self) -> Response:
        """The error as a response."""
        return Response(self.body, self.status, self.headers, media_type="application/json")


def invalid_json(reason: str) -> RefusedRequest:
    """The error of a body that cannot be parsed."""
    return RefusedRequest(400, f"The body is not JSON: {reason}.", code="invalid_json")


def internal() -> RefusedRequest:
    """The error of a failure of the service; it reveals nothing of the inside."""
    return RefusedRequest(500, "The service failed on this request; its log says why.")
