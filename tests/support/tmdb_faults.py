"""Faults between TMDB and us that the look-alike plays: a status, a body, or a broken connection."""

import json
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A change of the right answer."""

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    content_type: str = "application/json"
    cut_in_half: bool = False  # the body, with a length that fits the half
    hung_up: bool = False  # fewer bytes than the length promises
    reset: bool = False
    delay_seconds: float = 0.0
    trickles: bool = False  # a byte now and then, so that no read times out


def too_many_requests(retry_after: str | None = None) -> Fault:
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return Fault(status=429, headers=headers, body=error_body(25, "Your request count is over the allowed limit."))


def server_error(status: int = 500) -> Fault:
    return Fault(status=status, body=error_body(11, "Internal error: Something went wrong, contact TMDB."))


def html_page(status: int = 200) -> Fault:
    return Fault(status=status, body="<html><body>Bad gateway</body></html>", content_type="text/html")


def error_body(code: int, message: str) -> str:
    """TMDB's usual error body."""
    return json.dumps({"success": False, "status_code": code, "status_message": message})


TRANSIENT_FAULTS = {
    "429": too_many_requests("0"),
    **{str(status): server_error(status) for status in (408, 425, 500, 502, 503, 504, 530)},
    **{f"{status} in HTML": html_page(status) for status in (502, *range(520, 528))},
    "200 in HTML": html_page(),
    "200 with an error": Fault(body=error_body(43, "Couldn't connect to the backend server.")),
    "404 in HTML": html_page(404),
    "JSON cut short": Fault(cut_in_half=True),
    "hung up in the middle": Fault(hung_up=True),
    "reset": Fault(reset=True),
    "too slow": Fault(delay_seconds=5),
    "a byte now and then": Fault(trickles=True),
}
