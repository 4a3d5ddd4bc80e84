"""Service: the HTTP client of the rating service. Every failure is a `Trouble`, never an exception.

The forms of requests and answers: contract.py. The sentences a person reads: strings.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

import httpx
from pydantic import BaseModel, ValidationError
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random

from streamlit_ui.contract import Answer, Description, Film

Kind = Literal["down", "slow", "not_ready", "refused", "busy", "broken", "other_version", "foreign"]
Shape = TypeVar("Shape", bound=BaseModel)

# A connection that was refused or cut gave no answer, and no question changes anything in the service, so it may be
# asked again. A time-out is not repeated: the service has enough to do.
CUT = (httpx.ConnectError, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError)
READY_TIMEOUT_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Why there is no answer.

    `down`: nothing answers; `slow`: not within the time-out; `not_ready`: being started or replaced; `refused`: the
    request is wrong, in `field`; `busy`: too many requests; `broken`: the service failed; `other_version`: the answer
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


class Service:
    """The rating service at `url`; each question waits at most `timeout_seconds` for each step of the exchange."""

    def __init__(self, url: str, *, timeout_seconds: float) -> None:
        self.url = url.rstrip("/")
        # Proxies of the environment are not used: a synopsis may be confidential and proxies keep logs.
        self._http = httpx.Client(base_url=self.url, timeout=timeout_seconds, trust_env=False)

    def close(self) -> None:
        """Give back the connections."""
        self._http.close()

    def describe(self) -> Description | Trouble:
        """The form, the examples and the card of the model in service."""
        return self._ask(lambda: self._http.get("/describe"), Description)

    def predict(self, film: Film) -> Answer | Trouble:
        """The predicted rating of a film. The synopsis travels in the body, never in the address."""
        body = film.model_dump(mode="json", exclude_none=True)
        return self._ask(lambda: self._http.post("/predict", json=body), Answer)

    def is_ready(self) -> bool:
        """Whether the service takes requests now; waits a second at most."""
        try:
            return self._http.get("/readyz", timeout=READY_TIMEOUT_SECONDS).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def _ask(self, send: Callable[[], httpx.Response], shape: type[Shape]) -> Shape | Trouble:
        try:
            response = _again_if_cut(send)
        except httpx.TimeoutException:
            return Trouble(kind="slow")
        except CUT:
            return Trouble(kind="down")
        except httpx.HTTPError as error:
            return Trouble(kind="foreign", message=type(error).__name__)
        if response.status_code != httpx.codes.OK:
            return _trouble_of(response)
        try:
            return shape.model_validate_json(response.content)
        except ValidationError as error:
            return _misread(error)


@retry(retry=retry_if_exception_type(CUT), stop=stop_after_attempt(3), wait=wait_random(0.05, 0.2), reraise=True)
def _again_if_cut(send: Callable[[], httpx.Response]) -> httpx.Response:
    return send()


def _trouble_of(response: httpx.Response) -> Trouble:
    status = response.status_code
    try:
        error = _ErrorBody.model_validate_json(response.content).error
    except ValidationError:
        # A proxy in front of a service that is starting or gone answers in a form of its own.
        kind: Kind = "not_ready" if status in (502, 503, 504) else "foreign"
        return Trouble(kind=kind, message=f"HTTP {status}")
    kinds: dict[int, Kind] = {404: "other_version", 429: "busy", 503: "not_ready", 504: "slow"}
    kind = kinds.get(status, "refused" if status < 500 else "broken")
    return Trouble(kind=kind, message=error.message, field=error.field, allowed=error.allowed)


def _misread(error: ValidationError) -> Trouble:
    problem = error.errors(include_input=False, include_url=False)[0]
    if not problem["loc"]:
        return Trouble(kind="foreign", message=problem["msg"])
    field = ".".join(str(part) for part in problem["loc"])
    return Trouble(kind="other_version", field=field, message=problem["msg"])
