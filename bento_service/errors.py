"""The one shape of every error: `{"error": {"code", "message", "field", "allowed"}}`, and how a fault becomes one.

What answers with it, and when: guard.py. What a film may hold: movie_assets/prediction/movie.py.
"""

from collections.abc import Mapping

from pydantic import BaseModel, Field, ValidationError
from pydantic_core import ErrorDetails
from starlette.responses import Response

from bento_service.fields import allowed_in
from bento_service.requests import Question

SHOWN_CHARACTERS = 80  # of a refused value: enough to recognize it, too little to repeat a synopsis
SHOWN_PROBLEMS = 3
NOUN = "field of a film"
UNKNOWN_FIELD = "unknown_field"
ERRORS = {
    400: ("bad_request", "The body is not JSON."),
    401: ("unauthorized", "The service asks for a key, and there is none or an unknown one."),
    404: ("not_found", "There is no such path, or the bundle in service does not know the old codes."),
    405: ("method_not_allowed", "The header `Allow` names the right method."),
    408: ("body_too_slow", "The body did not arrive in time."),
    413: ("body_too_large", "The body is too large, or the batch too long."),
    415: (
        "unsupported_media_type",
        "The body is of another kind than JSON; pickles, forms and packed bodies are refused.",
    ),
    422: ("invalid_value", "A field is missing, unknown, or has a value that is not allowed."),
    429: ("too_many_requests", "Too many requests are under way; ask again after the seconds that Retry-After says."),
    500: ("internal", "The service failed; its log says why."),
    503: ("not_ready", "The bundle cannot be used; the message says why."),
    504: ("timeout", "The batch was not rated in time."),
}  # by status: the usual code, and when it is answered
RETRY_AFTER_SECONDS = {429: 1, 503: 2}


class ErrorDetail(BaseModel):
    """What went wrong, for a program (`code`, `field`) and for a person (`message`, `allowed`)."""

    code: str = Field(examples=["invalid_value"])
    message: str = Field(examples=["runtime is 0: input should be greater than 0."])
    field: str | None = Field(default=None, examples=["runtime"])
    allowed: str | None = Field(default=None, examples=["number, above 0, at most 1000. Running time in minutes."])


class ErrorAnswer(BaseModel):
    """The body of every answer from status 400 on; in a batch, what stands in the place of a film that is refused."""

    error: ErrorDetail


class RefusedRequest(Exception):  # noqa: N818 - a refusal is the word for it: the service itself is well
    """A request, or a film of a batch, that is answered with an error, and with which."""

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
        return ErrorAnswer(error=self.detail).model_dump_json().encode()

    def response(self) -> Response:
        """The whole answer."""
        return Response(self.body, self.status, self.headers, media_type="application/json")


def invalid_json(reason: str) -> RefusedRequest:
    """For a body that cannot be read at all."""
    return RefusedRequest(400, f"The body is not JSON: {reason}.", code="invalid_json")


def internal() -> RefusedRequest:
    """For a failure of the service; tells nothing of the inside."""
    return RefusedRequest(500, "The service failed on this request; its log says why.")


def of_invalid(invalid: ValidationError, model: type[BaseModel] = Question, noun: str = NOUN) -> RefusedRequest:
    """What is wrong with a `model` that was sent: the field, the value and what is allowed."""
    # Without the input's own text in the error: a synopsis must not reach a log.
    problems = invalid.errors(include_url=False, include_context=False)
    first = problems[0]
    if first["type"] == "json_invalid":
        return invalid_json(first["msg"].removeprefix("Invalid JSON: "))
    sentences = [_sentence(problem, noun) for problem in problems[:SHOWN_PROBLEMS]]
    if (left := len(problems) - SHOWN_PROBLEMS) > 0:
        sentences.append(f"And {left} more like these.")
    field = str(first["loc"][0])[:SHOWN_CHARACTERS] if first["loc"] else None
    code = {"missing": "missing_field", "extra_forbidden": UNKNOWN_FIELD}.get(first["type"])
    return RefusedRequest(422, " ".join(sentences), code=code, field=field, allowed=allowed_in(field, model))


def _sentence(problem: ErrorDetails, noun: str) -> str:
    place = ".".join(str(part) for part in problem["loc"])[:SHOWN_CHARACTERS]
    if problem["type"] == "missing":
        return f"{place} is missing."
    if problem["type"] == "extra_forbidden":
        return f"{place} is no {noun}."
    shown = repr(problem["input"])
    if len(shown) > SHOWN_CHARACTERS:
        shown = shown[:SHOWN_CHARACTERS] + "…"
    return f"{place or 'The body'} is {shown}: {problem['msg'][:1].lower()}{problem['msg'][1:]}."
