"""ServiceClient: the release agent's HTTP client of a running service.

A further request to the service belongs here; the conclusions belong in agent.py and rollout.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families

from movie_assets.prediction.bundle import TOLERANCE

TIMEOUT_SECONDS = 3.0
REQUESTS_METRIC = "movie_rating_requests_total"  # as bento_service/metrics.py names it
PREDICTION_ROUTES = {"/predict", "/predict_batch"}


class ServiceCheckError(RuntimeError):
    """A running service answers differently from its bundle, or not at all."""


@dataclass(frozen=True)
class ServiceIdentity:
    """The Bento tag of a ready service, or the problem of one that is up and not ready; neither when it is silent."""

    bento_tag: str | None
    problem: str | None = None


@dataclass(frozen=True)
class RequestCounts:
    """How many prediction requests a service has answered since it started, and how many of them with an error."""

    requests: int
    errors: int  # of the service: a status of 500 or above

    def since(self, earlier: "RequestCounts") -> "RequestCounts":
        """The difference from `earlier`; all of them, if the service has restarted meanwhile."""
        if self.requests < earlier.requests:
            return self
        return RequestCounts(self.requests - earlier.requests, self.errors - earlier.errors)


class ServiceClient:
    """A client of the service at `url`, with the agent's key."""

    def __init__(self, url: str, key: str | None = None) -> None:
        self.url = url
        self._headers = {"authorization": f"Bearer {key}"} if key else {}

    def identity(self) -> ServiceIdentity:
        """The Bento that is ready, or why there is none."""
        with self._open() as client:
            try:
                response = client.get("/describe")
            except httpx.TransportError:
                return ServiceIdentity(bento_tag=None)
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:  # too busy to tell
            return ServiceIdentity(bento_tag=None)
        try:
            if response.status_code == httpx.codes.OK:
                return ServiceIdentity(bento_tag=str(response.json()["bento_tag"]))
            return ServiceIdentity(bento_tag=None, problem=str(response.json()["error"]["message"]))
        except (ValueError, LookupError, TypeError):
            return ServiceIdentity(
                bento_tag=None, problem=f"Something else answers at {self.url}: {response.text[:200]!r}"
            )

    def request_counts(self) -> RequestCounts | None:
        """The counts of all its workers; None when they cannot be read."""
        with self._open() as client:
            try:
                response = client.get("/metrics")
            except httpx.TransportError:
                return None
        if response.status_code != httpx.codes.OK:
            return None
        counts = [
            (int(sample.labels["status"]), int(sample.value))
            for family in text_string_to_metric_families(response.text)
            for sample in family.samples
            if sample.name == REQUESTS_METRIC and sample.labels["route"] in PREDICTION_ROUTES
        ]
        errors = sum(count for status, count in counts if status >= 500)
        return RequestCounts(sum(count for _status, count in counts), errors)

    def check_golden_examples(self, examples: Sequence[Mapping[str, Any]]) -> None:
        """Repeat a bundle's golden examples. Raises ServiceCheckError naming the first answer that differs."""
        with self._open() as client:
            for example in examples:
                try:
                    response = client.post("/predict", json=example["movie"])
                except httpx.TransportError as error:
                    raise ServiceCheckError(
                        f"The service at {self.url} did not answer a golden example: {error!r}."
                    ) from error
                if response.status_code != httpx.codes.OK:
                    raise ServiceCheckError(
                        f"The service answered a golden example with {response.status_code}: {response.text[:500]}"
                    )
                rating = response.json()["predicted_rating"]
                if abs(rating - example["predicted_rating"]) > TOLERANCE:
                    raise ServiceCheckError(
                        f"The service rates a golden example {rating:.6f}; its bundle gave "
                        f"{example['predicted_rating']:.6f}."
                    )

    def _open(self) -> httpx.Client:
        # trust_env: a proxy of the environment is for the outside world, not for a service of this host.
        return httpx.Client(base_url=self.url, headers=self._headers, timeout=TIMEOUT_SECONDS, trust_env=False)
