"""The rating service's look-alike: its HTTP contract over real HTTP, with faults on demand.

with service_lookalike() as service:
    service.fault = "slow"
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from movie_assets.prediction.text import is_english

Fault = Literal[
    "slow", "cut", "not_ready", "refused", "too_large", "no_key", "busy", "late", "broken", "older", "html", "gateway"
]

SLOW_SECONDS = 2.0  # longer than any time-out a test sets
WINDOW = {"first_day": "2026-01-01", "last_day": "2026-01-14", "films": 4100}
BUNDLE_ID = "5e0a" * 16
ERRORS = {
    "not_ready": (503, "not_ready", "The model is being verified.", None, None),
    "refused": (422, "invalid", "Input should be greater than 0, got 0.", "runtime", "more than 0, up to 1000"),
    "too_large": (413, "body_too_large", "The body is larger than 1,000,000 bytes.", None, "at most 1,000,000 bytes"),
    "no_key": (401, "unauthorized", "This service asks for a key.", None, None),
    "late": (504, "timeout", "The batch was not rated within 8 seconds.", None, None),
    "busy": (429, "too_many_requests", "More than 100 requests are waiting.", None, None),
    "broken": (500, "internal", "The estimator failed.", None, None),
}


def an_answer(**said: Any) -> dict[str, Any]:
    """A valid answer to `POST /predict` with some things said."""
    answer = {
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
        "bento_tag": "movie_rating:abc123",
        "source": "synthetic",
        "window": WINDOW,
        "provisional": False,
    }
    return answer | said


def a_status(**said: Any) -> dict[str, Any]:
    """A valid answer to `GET /status` with some things said."""
    return {
        "bundle_id": BUNDLE_ID,
        "bento_tag": "movie_rating:abc123",
        "ready": True,
        "problem": None,
        "since": "2026-01-14T09:00:00Z",
        "in_service": {"bundle_id": BUNDLE_ID, "bento_tag": "movie_rating:abc123", "day": "2026-01-14"},
        "wanted": {"bundle_id": BUNDLE_ID, "bento_tag": "movie_rating:abc123", "day": "2026-01-14"},
        "pinned": None,
        "phase": "idle",
        "message": None,
        "decisions": [
            {
                "at": "2026-01-14T09:00:00Z",
                "by": "champion_sensor",
                "why": "promoted on 2026-01-14",
                "kind": "release",
                "bundle_id": BUNDLE_ID,
                "bento_tag": "movie_rating:abc123",
            }
        ],
        "updated_at": "2026-01-14T09:00:10Z",
    } | said


def a_description(**said: Any) -> dict[str, Any]:
    """A valid answer to `GET /describe`; keywords replace parts of its card."""
    card = {
        "bundle_id": BUNDLE_ID,
        "day": "2026-01-14",
        "source": "synthetic",
        "family": "lightgbm",
        "feature_set": "core",
        "metrics": {"test_rmse": 0.7312, "train_rmse": 0.6901, "rmse_gap": 0.0411, "films_50_votes": 812},
        "decision": "Promoted: 0.731 beats the champion's 0.744 on the same 812 films.",
        "window": WINDOW,
        "provisional": False,
        "versions": {"onnxruntime": "1.22"},
        "typical_error": 0.48,
        "table": [
            {"predictor": "mean", "mae_6_votes": 0.69},
            {"predictor": "mean_per_genre", "mae_6_votes": 0.66},
            {"predictor": "challenger (lightgbm_core)", "mae_6_votes": 0.48},
        ],
        "coverage": [{"group": "all", "value": "", "films": 812, "coverage": 0.813}],
        "features": [{"name": "runtime", "importance": 0.11}, {"name": "main_genre", "importance": 0.19}],
    }
    return {
        "fields": [
            {"name": "runtime", "type": "number", "required": True, "unit": "minutes", "minimum": 0, "maximum": 1000},
            {"name": "genres", "type": "list", "required": True},
            {"name": "original_language", "type": "string", "required": True},
            {"name": "overview", "type": "string", "required": False, "maximum": 20000},
        ],
        "may_omit": ["overview", "title", "release_date"],
        "what_if": [{"name": "overview_sentiment", "minimum": -1, "maximum": 1, "description": "Mood."}],
        "known": {"genres": ["Action", "Crime", "Drama"], "original_languages": ["en", "ko"]},
        "ranges": {
            "runtime": {"lowest": 62.0, "highest": 191.0},
            "release_date": {"lowest": "1931-02-03", "highest": "2028-01-14"},
        },
        "examples": [
            {
                "title": "The Last Case",
                "runtime": 112,
                "genres": ["Drama", "Crime"],
                "original_language": "en",
                "overview": "A retired detective returns to a quiet town to solve one last case.",
            },
            {"title": "Night Harvest", "runtime": 88, "genres": ["Horror"], "original_language": "ko"},
        ],
        "decision": card["decision"],
        "training_ratings": {"edges": [4.0, 5.0, 6.0, 7.0, 8.0], "films": [10, 30, 40, 20]},
        "holdout_sample": [[6.4, 6.9], [5.9, 5.1], [7.0, 7.2]],
        "errors_by_genre": [
            {"genre": "Drama", "films": 403, "mae": 0.43, "rmse": 0.55, "bias": 0.0},
            {"genre": "Horror", "films": 107, "mae": 0.51, "rmse": 0.65, "bias": -0.2},
        ],
        "card": card | said,
        "bento_tag": "movie_rating:abc123",
    }


class ServiceLookalike:
    """What the look-alike answers, and what it was asked; both may be changed and read while it runs."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.fault: Fault | None = None
        self.busy_times = 0  # how many requests are refused as too many before the next is answered
        self.answer = an_answer()
        self.description = a_description()
        self.status: dict[str, Any] | None = a_status()  # None: a service that has no such route yet
        self.batches_until_cut: int | None = None  # so many batches are answered, and then none
        self.films: list[Any] = []  # the bodies of POST /predict and /predict_batch, in order
        self.asked: list[str] = []  # method and path of every request
        self.keys: list[str | None] = []  # what every request had as authorization


@contextmanager
def service_lookalike() -> Iterator[ServiceLookalike]:
    """A running look-alike on a free port of this machine."""
    is_english("Ein Wort")  # reads the identifier's model once, as a service does before it is ready
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    lookalike = ServiceLookalike(f"http://127.0.0.1:{server.server_address[1]}")
    server.lookalike = lookalike  # type: ignore[attr-defined] # the handler's only way to it
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield lookalike
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        lookalike = self._lookalike()
        match self.path:
            case "/livez":
                self._send(200, {})
            case "/readyz":
                self._send(503 if lookalike.fault else 200, {})
            case "/status" if lookalike.status is not None:
                self._answer(lookalike, lookalike.status, lacking="bundle_id")
            case "/describe":
                self._answer(lookalike, lookalike.description, lacking="card")
            case _:
                self._send(404, _error_body("not_found", f"There is nothing at {self.path}.", None, None))

    def do_POST(self) -> None:
        lookalike = self._lookalike()
        film = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/predict":
            lookalike.films.append(film)
            self._answer(lookalike, _as_read(lookalike.answer, film), lacking="bundle_id")
        elif self.path == "/predict_batch":
            lookalike.films.append(film)
            if lookalike.batches_until_cut is not None:
                lookalike.batches_until_cut -= 1
                if lookalike.batches_until_cut < 0:
                    self.close_connection = True
                    return
            refusal = _error_body(*ERRORS["refused"][1:])
            answers = [lookalike.answer if one["runtime"] > 0 else refusal for one in film]
            self._answer(lookalike, answers, lacking="bundle_id")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the standard library's
        """Say nothing: tests read `asked`."""

    def _lookalike(self) -> ServiceLookalike:
        lookalike: ServiceLookalike = self.server.lookalike  # type: ignore[attr-defined] # set in service_lookalike
        lookalike.asked.append(f"{self.command} {self.path}")
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
                status, code, message, field, allowed = ERRORS[fault]
                self._send(status, _error_body(code, message, field, allowed))

    def _send(self, status: int, body: Any) -> None:
        raw = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        if status == 429:
            self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(raw)


def _as_read(answer: dict[str, Any], film: dict[str, Any]) -> dict[str, Any]:
    """The answer, with the service's own judgement of the synopsis."""
    if is_english(film.get("overview") or ""):
        return answer
    warning = {"code": "overview_not_english", "field": "overview", "message": "The synopsis is not in English."}
    return answer | {"mood": None, "warnings": [*answer["warnings"], warning]}


def _error_body(code: str, message: str, field: str | None, allowed: str | None) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "field": field, "allowed": allowed}}
