"""The metrics of /metrics, summed over all workers; a further one belongs here and in docs/reference/service-api.md.

BentoML's own metrics are off: they have one series for every unknown path, without bound. Workers share their values in
PROMETHEUS_MULTIPROC_DIR, which slot.py, or BentoML's server, sets before this module is imported.
"""

from collections.abc import Sequence
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from movie_assets.prediction.answer import Prediction

UNKNOWN_CATEGORY = ("unknown_main_genre", "unknown_genre", "unknown_original_language")  # codes of warnings
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

REQUESTS = Counter("movie_rating_requests", "Requests.", ["route", "method", "status"])
LATENCY = Histogram("movie_rating_request_seconds", "Duration of requests in seconds.", ["route"], buckets=SECONDS)
IN_PROGRESS = Gauge("movie_rating_requests_in_progress", "Requests in progress.", multiprocess_mode="livesum")
ERRORS = Counter("movie_rating_errors", "Errors, including those of single films in a batch.", ["code"])
PREDICTIONS = Counter("movie_rating_predictions", "Films predicted.", ["bundle_id"])
WARNINGS = Counter("movie_rating_warnings", "Warnings in predictions.", ["code"])
LOGGED = Counter("movie_rating_logged", "Predictions written to the prediction log.")
LOG_DROPPED = Counter("movie_rating_log_dropped", "Predictions that the prediction log dropped.")
UNKNOWN = Counter("movie_rating_unknown_category_films", "Films with an unknown genre or language.")

# Looking up a series by its labels costs more than counting: there are few, so each is looked up once.
_requests = cache(REQUESTS.labels)
_latency = cache(LATENCY.labels)
_predictions = cache(PREDICTIONS.labels)
_warnings = cache(WARNINGS.labels)


def answered(route: str, method: str, status: int, seconds: float) -> None:
    """Count one request; `route` and `method` are among the known ones or "other"."""
    _requests(route, method, status).inc()
    _latency(route).observe(seconds)


def refused(code: str) -> None:
    """Count one error, of a request or of a film in a batch."""
    ERRORS.labels(code).inc()


def predicted(bundle_id: str, predictions: Sequence[Prediction]) -> None:
    """Count predictions and their warnings."""
    _predictions(bundle_id).inc(len(predictions))
    for prediction in predictions:
        for warning in prediction.warnings:
            _warnings(warning.code).inc()
        if any(warning.code in UNKNOWN_CATEGORY for warning in prediction.warnings):
            UNKNOWN.inc()


def exposition() -> bytes:
    """The metrics of all workers in Prometheus's text format."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
