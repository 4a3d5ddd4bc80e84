"""Ask a running service: who is there, how has it answered, and are the golden examples as its bundle said?

Questions over HTTP only; what follows from the answers is agent.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families

from movie_assets.prediction.bundle import TOLERANCE

ANSWER_SECONDS = 3.0
REQUESTS = "movie_rating_requests_total"  # as bento_service/metrics.py names it
RATED = {"/predict", "/predict_batch"}


class ServiceCheckError(RuntimeError):
    """A running service answers differently from its bundle, or not at all."""


@dataclass(frozen=True)
class ServiceIdentity:
    """Who answers at an address: the Bento tag of a ready service, or why there is none."""

    bento_tag: str | None
    refusal: str | None = None  # the sentence of a service that is up and says it cannot serve


def service_identity(url: str, key: str | None = None) -> ServiceIdentity:
    """The Bento that is ready at `url`, or why there is none; a silent address gives neither."""
    with _client(url, key) as client:
        try:
            answer = client.get("/describe")
        except httpx.TransportError:
            return ServiceIdentity(bento_tag=None)
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:  # too busy to say
        return ServiceIdentity(bento_tag=None)
    try:
        if answer.status_code == httpx.codes.OK:
            return ServiceIdentity(bento_tag=str(answer.json()["bento_tag"]))
        return ServiceIdentity(bento_tag=None, refusal=str(answer.json()["error"]["message"]))
    except (ValueError, LookupError, TypeError):
        return ServiceIdentity(bento_tag=None, refusal=f"Something else answers at {url}: {answer.text[:200]!r}")


@dataclass(frozen=True)
class Answered:
    """How many questions for ratings a service has answered since it started, and how many of them with an error."""

    requests: int
    errors: int  # of the service: a status of 500 or above

    def since(self, earlier: "Answered") -> "Answered":
        """What has come since `earlier`; everything, where the service has started anew meanwhile."""
        if self.requests < earlier.requests:
            return self
        return Answered(self.requests - earlier.requests, self.errors - earlier.errors)


def count_answers(url: str) -> Answered | None:
    """What the service at `url` has counted, over all its workers; None when it does not say."""
    with _client(url, None) as client:  # figures need no key
        try:
            said = client.get("/metrics")
        except httpx.TransportError:
            return None
    if said.status_code != httpx.codes.OK:
        return None
    statuses = [
        (int(sample.labels["status"]), int(sample.value))
        for family in text_string_to_metric_families(said.text)
        for sample in family.samples
        if sample.name == REQUESTS and sample.labels["route"] in RATED
    ]
    return Answered(sum(count for _, count in statuses), sum(count for status, count in statuses if status >= 500))


def check_answers(url: str, golden: Sequence[Mapping[str, Any]], key: str | None = None) -> None:
    """Repeat a bundle's golden examples over HTTP. Raises ServiceCheckError naming the first answer that differs."""
    with _client(url, key) as client:
        for example in golden:
            try:
                answer = client.post("/predict", json=example["movie"])
            except httpx.TransportError as error:
                raise ServiceCheckError(f"The service at {url} did not answer a golden example: {error!r}.") from error
            if answer.status_code != httpx.codes.OK:
                raise ServiceCheckError(
                    f"The service answered a golden example with {answer.status_code}: {answer.text[:500]}"
                )
            rating = answer.json()["predicted_rating"]
            if abs(rating - example["predicted_rating"]) > TOLERANCE:
                raise ServiceCheckError(
                    f"The service rates a golden example {rating:.6f}; its bundle said "
                    f"{example['predicted_rating']:.6f}."
                )


def _client(url: str, key: str | None) -> httpx.Client:
    headers = {"authorization": f"Bearer {key}"} if key else {}
    # A proxy set for the outside world must not stand between the agent and its neighbour.
    return httpx.Client(base_url=url, headers=headers, timeout=ANSWER_SECONDS, trust_env=False)
