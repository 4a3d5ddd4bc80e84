"""RatingClient: the HTTP client of the rating service. Every failure is a `ServiceError`, never an exception.

Timeouts and retries belong here, the models of requests and responses in contract.py, messages for people in views/.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import httpx
from pydantic import BaseModel, JsonValue, RootModel, ValidationError
from tenacity import RetryCallState, Retrying, retry_if_exception_type, retry_if_result, stop_after_attempt

from streamlit_ui.contract import Answer, Description, Film, PredictOptions, Status

ErrorKind = Literal["down", "slow", "not_ready", "refused", "no_key", "busy", "broken", "other_version", "foreign"]
Shape = TypeVar("Shape", bound=BaseModel)

# No request changes anything in the service, so one whose connection failed is repeated. A timeout is not: the service
# is busy enough.
CONNECTION_ERRORS = (httpx.ConnectError, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError)
ATTEMPTS = 3
LONGEST_WAIT_SECONDS = 2.0  # between two attempts, whatever Retry-After says
KIND_OF_STATUS: dict[int, ErrorKind] = {
    401: "no_key",
    404: "other_version",
    408: "slow",
    429: "busy",
    502: "not_ready",
    503: "not_ready",
    504: "slow",
}
DEFAULT_OPTIONS = PredictOptions()
READY_TIMEOUT_SECONDS = 1.0
BATCH_TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class ServiceError:
    """Why there is no answer.

    `down`: no connection; `slow`: a timeout; `not_ready`: starting or being replaced; `refused`: the request is wrong,
    in `field`, or too large; `no_key`: the API key is missing or wrong; `busy`: too many requests, also after retries;
    `broken`: the service failed; `other_version`: `field` of the response is missing or invalid; `foreign`: another
    program answers at this address.
    """

    kind: ErrorKind
    message: str = ""  # the service's own, in English
    field: str | None = None
    allowed: str | None = None


class _Error(BaseModel):
    code: str
    message: str
    field: str | None = None
    allowed: str | None = None


class _ErrorBody(BaseModel):
    error: _Error


class _Batch(RootModel[list[Answer | _ErrorBody]]):
    """The answers to a batch."""


class RatingClient:
    """The rating service at `url`; `timeout_seconds` bounds each step of an exchange.

    `key` is its API key.
    """

    def __init__(self, url: str, *, timeout_seconds: float, key: str | None = None) -> None:
        self.url = url.rstrip("/")
        headers = {"authorization": f"Bearer {key}"} if key else {}
        # Without the proxies of the environment: a synopsis may be confidential, and proxies keep logs.
        self._http = httpx.Client(base_url=self.url, headers=headers, timeout=timeout_seconds, trust_env=False)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def describe(self) -> Description | ServiceError:
        """The form, the examples and the card of the model in service."""
        return self._request(lambda: self._http.get("/describe"), Description)

    def status(self) -> Status | ServiceError:
        """What is in service and what the release agent is doing; an older service has no such route."""
        return self._request(lambda: self._http.get("/status", timeout=READY_TIMEOUT_SECONDS), Status)

    def predict(self, film: Film, options: PredictOptions = DEFAULT_OPTIONS) -> Answer | ServiceError:
        """The predicted rating of a film. The synopsis is in the body, never in the URL."""
        body = _body(film, options)
        return self._request(lambda: self._http.post("/predict", json=body), Answer)

    def predict_batch(
        self,
        films: Sequence[Film],
        options: PredictOptions = DEFAULT_OPTIONS,
        *,
        timeout_seconds: float = BATCH_TIMEOUT_SECONDS,
    ) -> list[Answer | ServiceError] | ServiceError:
        """The predicted rating of each film, in order, or the error of a refused one.

        The options apply to every film.
        """
        body = [_body(film, options) for film in films]
        batch = self._request(lambda: self._http.post("/predict_batch", json=body, timeout=timeout_seconds), _Batch)
        if isinstance(batch, ServiceError):
            return batch
        if len(batch.root) != len(films):
            return ServiceError(kind="foreign", message=f"{len(batch.root)} answers to {len(films)} films")
        return [answer if isinstance(answer, Answer) else _refused(answer.error) for answer in batch.root]

    def is_ready(self) -> bool:
        """Whether the service accepts requests; waits a second at most."""
        try:
            return self._http.get("/readyz", timeout=READY_TIMEOUT_SECONDS).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def _request(self, send: Callable[[], httpx.Response], shape: type[Shape]) -> Shape | ServiceError:
        try:
            response = _with_retries(send)
        except httpx.TimeoutException:
            return ServiceError(kind="slow")
        except CONNECTION_ERRORS:
            return ServiceError(kind="down")
        except httpx.HTTPError as error:
            return ServiceError(kind="foreign", message=type(error).__name__)
        if response.status_code != httpx.codes.OK:
            return _error_of(response)
        try:
            return shape.model_validate_json(response.content)
        except ValidationError as error:
            return _invalid_answer(error)


def _body(film: Film, options: PredictOptions) -> dict[str, JsonValue]:
    return film.model_dump(mode="json", exclude_none=True) | options.model_dump(exclude_defaults=True)


def _with_retries(send: Callable[[], httpx.Response]) -> httpx.Response:
    """The response; retried after a failed connection, and after a 429 when Retry-After says."""
    return Retrying(
        retry=retry_if_exception_type(CONNECTION_ERRORS)
        | retry_if_result(lambda response: response.status_code == 429),
        stop=stop_after_attempt(ATTEMPTS),
        wait=_pause,
        retry_error_callback=_last_outcome,
    )(send)


def _last_outcome(state: RetryCallState) -> httpx.Response:
    assert state.outcome is not None  # noqa: S101 - for the type; tenacity calls this after an attempt
    response: httpx.Response = state.outcome.result()  # raises what the last attempt raised
    return response


def _pause(state: RetryCallState) -> float:
    """Seconds until the next attempt, with jitter."""
    wait = 0.0
    if state.outcome is not None and not state.outcome.failed:
        header = state.outcome.result().headers.get("retry-after", "")
        wait = min(float(header), LONGEST_WAIT_SECONDS) if header.isdecimal() else 0.0
    return wait + random.uniform(0.05, 0.2)  # noqa: S311 - no secret


def _error_of(response: httpx.Response) -> ServiceError:
    status = response.status_code
    try:
        error = _ErrorBody.model_validate_json(response.content).error
    except ValidationError:
        # A proxy in front of a service that is starting or gone has error bodies of its own.
        kind: ErrorKind = "not_ready" if status in (502, 503, 504) else "foreign"
        return ServiceError(kind=kind, message=f"HTTP {status}")
    kind = KIND_OF_STATUS.get(status, "refused" if status < 500 else "broken")
    return ServiceError(kind=kind, message=error.message, field=error.field, allowed=error.allowed)


def _refused(error: _Error) -> ServiceError:
    return ServiceError(kind="refused", message=error.message, field=error.field, allowed=error.allowed)


def _invalid_answer(error: ValidationError) -> ServiceError:
    problem = error.errors(include_input=False, include_url=False)[0]
    if not problem["loc"]:
        return ServiceError(kind="foreign", message=problem["msg"])
    field = ".".join(str(part) for part in problem["loc"])
    return ServiceError(kind="other_version", field=field, message=problem["msg"])
