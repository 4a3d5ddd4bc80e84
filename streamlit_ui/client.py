"""Service: the HTTP client of the rating service. Every failure is a `ServiceError`, never an exception.

Time-outs and retries are here and nowhere else. The forms of requests and answers: contract.py. The sentences a person
reads: views/.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import httpx
from pydantic import BaseModel, JsonValue, RootModel, ValidationError
from tenacity import RetryCallState, Retrying, retry_if_exception_type, retry_if_result, stop_after_attempt

from streamlit_ui.contract import Answer, Description, Film, PredictOptions, Status

Kind = Literal["down", "slow", "not_ready", "refused", "no_key", "busy", "broken", "other_version", "foreign"]
Shape = TypeVar("Shape", bound=BaseModel)

# A connection that was refused or cut gave no answer, and no question changes anything in the service, so it may be
# asked again. A time-out is not repeated: the service has enough to do.
CUT = (httpx.ConnectError, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError)
ATTEMPTS = 3
LONGEST_WAIT_SECONDS = 2.0  # between two attempts, whatever the service asks for
KINDS: dict[int, Kind] = {
    401: "no_key",
    404: "other_version",
    408: "slow",
    429: "busy",
    503: "not_ready",
    504: "slow",
}
NO_WISHES = PredictOptions()
READY_TIMEOUT_SECONDS = 1.0
BATCH_TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class ServiceError:
    """Why there is no answer.

    `down`: nothing answers; `slow`: not within the time-out; `not_ready`: being started or replaced; `refused`: the
    request is wrong, in `field`, or too large; `no_key`: the service asks for another key; `busy`: too many requests,
    also after the waits it asked for; `broken`: the service failed; `other_version`: the answer
    lacks `field` or has it in another form; `foreign`: something else answers at this address.
    """

    kind: Kind
    message: str = ""  # the service's own sentence, in English
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


class Service:
    """The rating service at `url`; each question waits at most `timeout_seconds` for each step of the exchange.

    With `key`, each request carries it.
    """

    def __init__(self, url: str, *, timeout_seconds: float, key: str | None = None) -> None:
        self.url = url.rstrip("/")
        headers = {"authorization": f"Bearer {key}"} if key else {}
        # Proxies of the environment are not used: a synopsis may be confidential and proxies keep logs.
        self._http = httpx.Client(base_url=self.url, headers=headers, timeout=timeout_seconds, trust_env=False)

    def close(self) -> None:
        """Give back the connections."""
        self._http.close()

    def describe(self) -> Description | ServiceError:
        """The form, the examples and the card of the model in service."""
        return self._ask(lambda: self._http.get("/describe"), Description)

    def status(self) -> Status | ServiceError:
        """What is in service and what is being done about it; an older service does not know."""
        return self._ask(lambda: self._http.get("/status", timeout=READY_TIMEOUT_SECONDS), Status)

    def predict(self, film: Film, wishes: PredictOptions = NO_WISHES) -> Answer | ServiceError:
        """The predicted rating of a film. The synopsis travels in the body, never in the address."""
        body = _body(film, wishes)
        return self._ask(lambda: self._http.post("/predict", json=body), Answer)

    def predict_batch(
        self,
        films: Sequence[Film],
        wishes: PredictOptions = NO_WISHES,
        *,
        timeout_seconds: float = BATCH_TIMEOUT_SECONDS,
    ) -> list[Answer | ServiceError] | ServiceError:
        """The predicted rating of each film, in order; in the place of a film that is refused, why.

        The wishes are for every film. Contributions come only where they are wished.
        """
        body = [_body(film, wishes) for film in films]
        batch = self._ask(lambda: self._http.post("/predict_batch", json=body, timeout=timeout_seconds), _Batch)
        if isinstance(batch, ServiceError):
            return batch
        if len(batch.root) != len(films):
            return ServiceError(kind="foreign", message=f"{len(batch.root)} answers to {len(films)} films")
        return [answer if isinstance(answer, Answer) else _refused(answer.error) for answer in batch.root]

    def is_ready(self) -> bool:
        """Whether the service takes requests now; waits a second at most."""
        try:
            return self._http.get("/readyz", timeout=READY_TIMEOUT_SECONDS).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def _ask(self, send: Callable[[], httpx.Response], shape: type[Shape]) -> Shape | ServiceError:
        try:
            response = _with_retries(send)
        except httpx.TimeoutException:
            return ServiceError(kind="slow")
        except CUT:
            return ServiceError(kind="down")
        except httpx.HTTPError as error:
            return ServiceError(kind="foreign", message=type(error).__name__)
        if response.status_code != httpx.codes.OK:
            return _trouble_of(response)
        try:
            return shape.model_validate_json(response.content)
        except ValidationError as error:
            return _misread(error)


def _body(film: Film, wishes: PredictOptions) -> dict[str, JsonValue]:
    return film.model_dump(mode="json", exclude_none=True) | wishes.model_dump(exclude_defaults=True)


def _with_retries(send: Callable[[], httpx.Response]) -> httpx.Response:
    """The response; a cut connection is tried again soon, and a busy service when it says."""
    return Retrying(
        retry=retry_if_exception_type(CUT) | retry_if_result(lambda response: response.status_code == 429),
        stop=stop_after_attempt(ATTEMPTS),
        wait=_pause,
        retry_error_callback=_as_it_ended,
    )(send)


def _as_it_ended(state: RetryCallState) -> httpx.Response:
    assert state.outcome is not None  # noqa: S101 - for the type; tenacity asks after an attempt
    response: httpx.Response = state.outcome.result()  # raises what the last attempt raised
    return response


def _pause(state: RetryCallState) -> float:
    """Seconds until the next attempt, a little different for each client, so that they do not come back together."""
    asked = 0.0
    if state.outcome is not None and not state.outcome.failed:
        said = state.outcome.result().headers.get("retry-after", "")
        asked = min(float(said), LONGEST_WAIT_SECONDS) if said.isdecimal() else 0.0
    return asked + random.uniform(0.05, 0.2)  # noqa: S311 - no secret


def _trouble_of(response: httpx.Response) -> ServiceError:
    status = response.status_code
    try:
        error = _ErrorBody.model_validate_json(response.content).error
    except ValidationError:
        # A proxy in front of a service that is starting or gone answers in a form of its own.
        kind: Kind = "not_ready" if status in (502, 503, 504) else "foreign"
        return ServiceError(kind=kind, message=f"HTTP {status}")
    kind = KINDS.get(status, "refused" if status < 500 else "broken")
    return ServiceError(kind=kind, message=error.message, field=error.field, allowed=error.allowed)


def _refused(error: _Error) -> ServiceError:
    return ServiceError(kind="refused", message=error.message, field=error.field, allowed=error.allowed)


def _misread(error: ValidationError) -> ServiceError:
    problem = error.errors(include_input=False, include_url=False)[0]
    if not problem["loc"]:
        return ServiceError(kind="foreign", message=problem["msg"])
    field = ".".join(str(part) for part in problem["loc"])
    return ServiceError(kind="other_version", field=field, message=problem["msg"])
