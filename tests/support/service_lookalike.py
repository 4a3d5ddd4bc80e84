"""A look-alike of the rating service: its HTTP API on a real server, with faults on demand.

Its responses are built by the service's own models, so they cannot drift; a test may change them afterwards.

with service_lookalike() as service:
    service.fault = "slow"
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any, Literal, get_args

from bento_service.errors import RefusedRequest
from bento_service.requests import Omittable, movie_fields, settable_inputs
from bento_service.responses import Description, PredictionResponse, Status
from movie_assets.prediction.card import Card
from movie_assets.prediction.synopsis import is_english
from tests.support.lookalike_server import listening

Fault = Literal[
    "slow",
    "cut",
    "not_ready",
    "refused",
    "too_large",
    "no_key",
    "busy",
    "late",
    "broken",
    "older",
    "html",
    "gateway",
    "restarting",
]

SLOW_SECONDS = 2.0  # longer than any timeout of a test
WINDOW = {"first_day": "2026-01-01", "last_day": "2026-01-14", "films": 4100}
BUNDLE_ID = "5e0a" * 16
BENTO_TAG = "movie_rating:abc123"
CARD_SECTIONS = {  # what the track record shows beyond the required fields
    "typical_error": 0.48,
    "table": [
        {"predictor": "mean", "mae_6_votes": 0.69},
        {"predictor": "mean_per_genre", "mae_6_votes": 0.66},
        {"predictor": "challenger (lightgbm_core)", "mae_6_votes": 0.48},
    ],
    "features": [
        {"name": "runtime", "known_before_release_because": "the cut is finished", "importance": 0.11},
        {"name": "main_genre", "known_before_release_because": "it is announced", "importance": 0.19},
    ],
    "training_ratings": {"edges": [4.0, 5.0, 6.0, 7.0, 8.0], "films": [10, 30, 40, 20]},
    "holdout_sample": [(6.4, 6.9), (5.9, 5.1), (7.0, 7.2)],
    "errors_by_genre": [
        {"genre": "Drama", "films": 403, "mae": 0.43, "rmse": 0.55, "bias": 0.0},
        {"genre": "Horror", "films": 107, "mae": 0.51, "rmse": 0.65, "bias": -0.2},
    ],
}
REFUSED = RefusedRequest(422, "Input should be greater than 0, got 0.", field="runtime")
ERRORS = {
    "not_ready": RefusedRequest(503, "The model is being verified."),
    "refused": REFUSED,
    "too_large": RefusedRequest(413, "The body is larger than 1,000,000 bytes."),
    "no_key": RefusedRequest(401, "This service asks for a key."),
    "late": RefusedRequest(504, "The batch was not rated within 8 seconds."),
    "restarting": RefusedRequest(502, "The service is being restarted.", code="unavailable"),
    "busy": RefusedRequest(429, "More than 100 requests are waiting.", headers={"retry-after": "0"}),
    "broken": RefusedRequest(500, "The estimator failed."),
}


def an_answer(**fields: Any) -> dict[str, Any]:
    """A valid response of `POST /predict` with some fields replaced."""
    answer = PredictionResponse.model_validate(
        {
            "predicted_rating": 6.81,
            "interval": {"low": 5.62, "high": 7.74, "level": 0.8},
            "interval_note": None,
            "base_value": 6.5,
            "contributions": {
                "runtime": 0.12,
                "main_genre": 0.21,
                "original_language": -0.04,
                "overview_sentiment": 0.03,
                "overview_len": -0.01,
            },
            "mood": {"polarity": 0.12, "label": "bright"},
            "features": {
                "runtime": 112.0,
                "main_genre": "Drama",
                "original_language": "en",
                "overview_sentiment": 0.12,
                "overview_len": 68.0,
            },
            "what_if": {},
            "warnings": [],
            "bundle_id": BUNDLE_ID,
            "bento_tag": BENTO_TAG,
            "source": "synthetic",
            "window": WINDOW,
            "provisional": False,
        }
    )
    return answer.model_dump(mode="json") | fields


def a_status(**fields: Any) -> dict[str, Any]:
    """A valid response of `GET /status` with some fields replaced."""
    mine = {"bundle_id": BUNDLE_ID, "bento_tag": BENTO_TAG}
    release = mine | {"day": "2026-01-14"}
    since = "2026-01-14T09:00:00Z"
    decision = mine | {"at": since, "by": "champion_sensor", "why": "promoted on 2026-01-14", "kind": "release"}
    status = Status.model_validate(
        {"ready": True, "problem": None, "since": since, "in_service": release, "wanted": release, "phase": "idle"}
        | {"decisions": [decision], "updated_at": "2026-01-14T09:00:10Z"}
        | mine
    )
    return status.model_dump(mode="json") | fields


def a_description(**fields: Any) -> dict[str, Any]:
    """A valid response of `GET /describe`; keywords replace fields of its card."""
    card = Card.model_validate(
        {
            "day": "2026-01-14",
            "source": "synthetic",
            "family": "lightgbm",
            "parameters": {},
            "seed": 7,
            "known": {"genres": ["Action", "Crime", "Drama"], "original_languages": ["en", "ko"]},
            "metrics": {"test_rmse": 0.7312, "train_rmse": 0.6901, "rmse_gap": 0.0411, "films_50_votes": 812},
            "decision": "Promoted: 0.731 beats the champion's 0.744 on the same 812 films.",
            "window": WINDOW,
            "provisional": False,
            "versions": {"onnxruntime": "1.22"},
            "coverage": [
                {"group": "all", "value": "", "films": 812, "coverage": 0.813, "low": 0.78, "high": 0.84}
                | {"width": 2.1, "as_promised": True}
            ],
            **CARD_SECTIONS,
        }
    ).model_dump(mode="json")
    description = Description(
        fields=movie_fields(),
        may_omit=get_args(Omittable),
        what_if=settable_inputs(),
        known=card["known"],
        ranges={
            "runtime": {"lowest": 62.0, "highest": 191.0},
            "release_date": {"lowest": "1931-02-03", "highest": "2028-01-14"},
        },
        examples=[
            {
                "title": "The Last Case",
                "runtime": 112,
                "genres": ["Drama", "Crime"],
                "original_language": "en",
                "overview": "A retired detective returns to a quiet town to solve one last case.",
            },
            {"title": "Night Harvest", "runtime": 88, "genres": ["Horror"], "original_language": "ko"},
        ],
        decision=card["decision"],
        **{name: card[name] for name in ("training_ratings", "holdout_sample", "errors_by_genre")},
        card=card | {"bundle_id": BUNDLE_ID},
        bento_tag=BENTO_TAG,
    ).model_dump(mode="json")
    return description | {"card": description["card"] | fields}


class ServiceLookalike:
    """The responses of the look-alike, and the requests it got; a test may change them while it runs."""

    def __init__(self) -> None:
        self.url = ""
        self.stopping = threading.Event()
        self.fault: Fault | None = None
        self.busy_times = 0  # so many requests get a 429 before the next is answered
        self.answer = an_answer()
        self.description = a_description()
        self.status: dict[str, Any] | None = a_status()  # None: an older service without this route
        self.batches_until_cut: int | None = None  # the connections of later batches are cut
        self.films: list[Any] = []  # bodies of POST /predict and /predict_batch, in order
        self.requests: list[str] = []  # method and path of every request
        self.keys: list[str | None] = []  # the Authorization header of every request

    def answer_to(self, film: dict[str, Any]) -> dict[str, Any]:
        """The answer, with the service's own language detection."""
        if is_english(film.get("overview") or ""):
            return self.answer
        warning = {"code": "overview_not_english", "field": "overview", "message": "The synopsis is not in English."}
        return self.answer | {"mood": None, "warnings": [*self.answer["warnings"], warning]}


@contextmanager
def service_lookalike() -> Iterator[ServiceLookalike]:
    """A running look-alike on a free port of this machine."""
    is_english("Ein Wort")  # loads the language model, as a service does before it is ready
    lookalike = ServiceLookalike()
    with listening(lookalike, _Handler) as lookalike.url:
        yield lookalike


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        lookalike = self._lookalike()
        match self.path:
            case "/readyz":
                self._send(503 if lookalike.fault else 200, {})
            case "/status" if lookalike.status is not None:
                self._answer(lookalike, lookalike.status, lacking="bundle_id")
            case "/describe":
                self._answer(lookalike, lookalike.description, lacking="card")
            case _:
                self._refuse(RefusedRequest(404, f"There is nothing at {self.path}."))

    def do_POST(self) -> None:
        lookalike = self._lookalike()
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        lookalike.films.append(body)
        if self.path == "/predict":
            self._answer(lookalike, lookalike.answer_to(body), lacking="bundle_id")
            return
        if lookalike.batches_until_cut is not None:
            lookalike.batches_until_cut -= 1
            if lookalike.batches_until_cut < 0:
                self.close_connection = True
                return
        answers = [lookalike.answer_to(one) if one["runtime"] > 0 else json.loads(REFUSED.body) for one in body]
        self._answer(lookalike, answers, lacking="bundle_id")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the standard library's
        """Say nothing: tests read `requests`."""

    def _lookalike(self) -> ServiceLookalike:
        lookalike: ServiceLookalike = self.server.lookalike  # type: ignore[attr-defined] # set by LookalikeServer
        lookalike.requests.append(f"{self.command} {self.path}")
        lookalike.keys.append(self.headers["Authorization"])
        return lookalike

    def _answer(self, lookalike: ServiceLookalike, body: Any, *, lacking: str) -> None:
        fault = lookalike.fault
        if lookalike.busy_times:
            lookalike.busy_times -= 1
            fault = "busy"
        match fault:
            case None:
                self._send(200, body)
            case "slow":
                time.sleep(SLOW_SECONDS)
                self.close_connection = True
            case "cut":
                self.close_connection = True
            case "older":
                self._send(200, {name: value for name, value in body.items() if name != lacking})
            case "html":
                self._send(200, "<html>Welcome to the router</html>")
            case "gateway":
                self._send(502, "<html>Bad gateway</html>")
            case fault:
                self._refuse(ERRORS[fault])

    def _refuse(self, refusal: RefusedRequest) -> None:
        self._send(refusal.status, refusal.body.decode(), **refusal.headers)

    def _send(self, status: int, body: Any, **headers: str) -> None:
        raw = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        for name, value in {"content-length": str(len(raw)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)
