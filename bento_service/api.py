"""The routes of the service: from a request to a response, or to a RefusedRequest.

A further route belongs here, and in openapi.py. guard.py surrounds them with keys, the shape of errors and metrics.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bento_service import metrics
from bento_service.errors import RefusedRequest
from bento_service.legacy_api import LegacyResponse, legacy_prediction
from bento_service.limits import ConcurrencyLimit, whole_body
from bento_service.openapi import PAGE, PAGE_POLICY, document
from bento_service.prediction_log import PredictionLog
from bento_service.request_body import JSON, JSON_LINES, film_of, films_in, media_type_of, refuse_input
from bento_service.requests import PredictionRequest
from bento_service.responses import ServedBundle, Status
from bento_service.settings import ServiceSettings

MAX_CHUNK_FILMS = 32  # predicted at once, in some five milliseconds; a fifth faster than half as many
MAX_CHUNK_BYTES = 16_000  # of films as JSON, for the same reason


def current_year() -> int:
    """The year now, in UTC."""
    return datetime.now(UTC).year


class ServiceState(Protocol):
    """The part of the service that the routes need."""

    bundle: ServedBundle | None
    problem: str | None

    def status(self) -> Status:
        """The body of /status."""
        ...


class Api:
    """The routes of the service, within its limits."""

    def __init__(
        self,
        service: Callable[[], ServiceState],
        settings: ServiceSettings,
        log: PredictionLog | None = None,
        *,
        year: Callable[[], int] = current_year,
    ) -> None:
        self._service = service
        self._year = year  # of a request
        self._settings = settings
        self._log = log or PredictionLog(settings)
        self._requests = ConcurrencyLimit(settings.api_max_requests, "requests")
        self._batches = ConcurrencyLimit(settings.api_max_batches, "batches")
        self.routes = [
            Route("/predict", self.predict, methods=["GET", "POST"]),
            Route("/predict_batch", self.predict_batch, methods=["POST"]),
            Route("/describe", self.describe, methods=["GET", "POST"]),
            Route("/status", self.status),
            Route("/metrics", self.metrics),
            Route("/docs.json", self.openapi),
            Route("/", self.page),
        ]

    async def predict(self, request: Request) -> Response:
        """The predicted rating of one film."""
        if request.method != "POST":
            return await self.predict_legacy(request)
        with self._requests.acquire():
            bundle = self._bundle()
            body = await self._film_body(request)
            # Lets requests that arrived meanwhile be counted, and be refused at once if they are too many.
            await asyncio.sleep(0)
            film = film_of(body)
            [prediction] = bundle.predict([film], year=self._year())
        metrics.predicted(bundle.bundle_id, [prediction])
        content = prediction.model_dump_json().encode()
        self._log.append(body, film.overview, content)
        return Response(content, media_type=JSON)

    async def predict_legacy(self, request: Request) -> Response:
        """The predicted rating of a film in the codes of the legacy API."""
        with self._requests.acquire():
            bundle = self._bundle()
            rated = legacy_prediction(request.query_params, bundle.legacy_model, bundle.bundle_id)
            prediction = bundle.with_origin(rated)
        metrics.predicted(bundle.bundle_id, [prediction])
        self._log.append(request.scope["query_string"], None, prediction.model_dump_json().encode())
        content = LegacyResponse(predicted_rating=prediction.predicted_rating).model_dump_json()
        return Response(content, media_type=JSON)

    async def predict_batch(self, request: Request) -> Response:
        """The predicted rating of each film, in order; a refused film has an error in its place."""
        seconds = self._settings.api_batch_seconds
        with self._requests.acquire(), self._batches.acquire():
            bundle = self._bundle()
            media_type = media_type_of(request, JSON, JSON_LINES)
            try:
                async with asyncio.timeout(seconds):
                    body = await whole_body(request, most=self._settings.api_max_batch_bytes, seconds=seconds / 2)
                    parts = await self._predict_all(bundle, body, media_type)
            except TimeoutError:
                raise RefusedRequest(
                    504, f"The batch was not rated within {seconds:g} seconds; send fewer films at once."
                ) from None
        if media_type == JSON_LINES:
            return Response(b"".join(part + b"\n" for part in parts), media_type=JSON_LINES)
        return Response(b"[" + b",".join(parts) + b"]", media_type=JSON)

    async def describe(self, request: Request) -> Response:
        """The fields, known values, examples, and the card of the bundle in service; the same by GET and by POST."""
        if request.method == "POST":
            refuse_input(await self._film_body(request))
        return Response(self._bundle().describe().model_dump_json(), media_type=JSON)

    async def status(self, _request: Request) -> Response:
        """This service, and the release agent's report."""
        return Response(self._service().status().model_dump_json(), media_type=JSON)

    async def metrics(self, _request: Request) -> Response:
        """The metrics of all workers, for Prometheus."""
        return Response(await asyncio.to_thread(metrics.exposition), media_type="text/plain; version=0.0.4")

    async def openapi(self, _request: Request) -> Response:
        """The OpenAPI description."""
        return Response(document(with_keys=bool(self._settings.api_key_hashes)), media_type=JSON)

    async def page(self, _request: Request) -> Response:
        """The OpenAPI page, without the tracker of BentoML's own."""
        return Response(PAGE, headers={"content-security-policy": PAGE_POLICY}, media_type="text/html")

    def why_not_ready(self) -> str:
        """The message of a 503."""
        return self._service().problem or "The service is not ready yet."

    def _bundle(self) -> ServedBundle:
        bundle = self._service().bundle
        if bundle is None:
            raise RefusedRequest(503, self.why_not_ready())
        return bundle

    async def _film_body(self, request: Request) -> bytes:
        media_type_of(request, JSON)
        return await whole_body(request, most=self._settings.api_max_body_bytes, seconds=self._settings.api_seconds)

    async def _predict_all(self, bundle: ServedBundle, body: bytes, media_type: str) -> list[bytes]:
        """The responses as JSON. Other requests are served between chunks, so that none waits for a batch."""
        chunks: list[list[bytes]] = []  # all of them before the first is predicted: a broken list is refused whole
        for chunk in _chunks(films_in(body, media_type, most=self._settings.api_max_batch_films)):
            chunks.append(chunk)
            await asyncio.sleep(0)
        parts: list[bytes] = []
        for chunk in chunks:
            parts += self._predict_chunk(bundle, chunk)
            await asyncio.sleep(0)
        return parts

    def _predict_chunk(self, bundle: ServedBundle, bodies: Sequence[bytes]) -> list[bytes]:
        films = [_film_or_refusal(body) for body in bodies]
        rated = [film for film in films if isinstance(film, PredictionRequest)]
        predictions = bundle.predict(rated, year=self._year())
        metrics.predicted(bundle.bundle_id, predictions)
        remaining = iter(predictions)
        parts = []
        for body, film in zip(bodies, films, strict=True):
            if isinstance(film, PredictionRequest):
                content = next(remaining).model_dump_json().encode()
                self._log.append(body, film.overview, content)
                parts.append(content)
            else:
                parts.append(film.body)
        return parts


def _chunks(films: Iterable[bytes]) -> Iterator[list[bytes]]:
    chunk: list[bytes] = []
    size = 0
    for film in films:
        chunk.append(film)
        size += len(film)
        if len(chunk) == MAX_CHUNK_FILMS or size > MAX_CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    yield chunk


def _film_or_refusal(body: bytes) -> PredictionRequest | RefusedRequest:
    try:
        return film_of(body)
    except RefusedRequest as refused:
        metrics.refused(refused.detail.code)
        return refused
