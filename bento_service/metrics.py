"""What /metrics tells Prometheus, summed over all workers.

BentoML's own figures are off: they have one series for every path anybody makes up, which grows without end. Its server
names the folder in which its workers' figures meet (PROMETHEUS_MULTIPROC_DIR) before this is imported.
"""

from collections.abc import Sequence
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from movie_assets.prediction.answer import Prediction

UNKNOWN_CATEGORY = "unknown_"  # how the codes of such warnings begin
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

REQUESTS = Counter("movie_rating_requests", "Requests answered.", ["route", "method", "status"])
LATENCY = Histogram("movie_rating_request_seconds", "Seconds until a request was answered.", ["route"], buckets=SECONDS)
IN_PROGRESS = Gauge("movie_rating_requests_in_progress", "Requests under way.", multiprocess_mode="livesum")
ERRORS = Counter("movie_rating_errors", "Errors answered, those in the places of a batch's films included.", ["code"])
PREDICTIONS = Counter("movie_rating_predictions", "Films rated.", ["bundle_id"])
WARNINGS = Counter("movie_rating_warnings", "Warnings in answers.", ["code"])
LOGGED = Counter("movie_rating_logged", "Films rated that were written to the prediction log.")
LOG_DROPPED = Counter("movie_rating_log_dropped", "Films rated that the prediction log could not take.")
UNKNOWN = Counter("movie_rating_unknown_category_films", "Films rated with a genre or language the bundle knows not.")

# Finding a series by its labels costs more than counting: there are few, and each is found once.
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
    """Count films that were rated, with their warnings."""
    _predictions(bundle_id).inc(len(predictions))
    for prediction in predictions:
        for warning in prediction.warnings:
            _warnings(warning.code).inc()
        if any(warning.code.startswith(UNKNOWN_CATEGORY) for warning in prediction.warnings):
            UNKNOWN.inc()


def exposition() -> bytes:
    """The figures of all workers in Prometheus's text format."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
