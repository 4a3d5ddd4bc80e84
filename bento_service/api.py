"""What each route answers: from a request to a response, or to a RefusedRequest.

Before and after that (keys, one shape of errors, figures): guard.py. What the answers hold: answers.py.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bento_service import metrics
from bento_service.answers import Answers, Status
from bento_service.errors import RefusedRequest
from bento_service.legacy_api import EncodedAnswer, encoded_prediction
from bento_service.limits import ConcurrencyLimit, whole_body
from bento_service.openapi import PAGE, PAGE_POLICY, document
from bento_service.prediction_log import PredictionLog
from bento_service.request_body import JSON, JSON_LINES, film_of, films_in, refuse_input
from bento_service.requests import Question
from bento_service.settings import Settings

FILMS_AT_ONCE = 32  # rated at once; some five milliseconds, and a fifth faster than by half as many
CHARACTERS_AT_ONCE = 16_000  # of films as JSON, for the same reason


class Service(Protocol):
    """What the routes ask of the service."""

    answers: Answers | None
    problem: str | None

    def status(self) -> Status:
        """What answers here, and what the release agent knows."""
        ...


class Api:
    """The routes of the service, within its limits."""

    def __init__(self, service: Callable[[], Service], settings: Settings, log: PredictionLog | None = None) -> None:
        self._service = service
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
            return await self.predict_encoded(request)
        with self._requests.one():
            answers = self._answers()
            body = await self._film_body(request)
            # Lets whoever came meanwhile be counted, and be refused at once if they are too many.
            await asyncio.sleep(0)
            film = film_of(body)
            [rating] = answers.ratings([film])
        metrics.predicted(answers.bundle_id, [rating])
        answer = rating.model_dump_json().encode()
        self._log.append(body, film.overview, answer)
        return Response(answer, media_type=JSON)

    async def predict_encoded(self, request: Request) -> Response:
        """The predicted rating of a film in the codes of the old layout."""
        with self._requests.one():
            answers = self._answers()
            prediction = encoded_prediction(request.query_params, answers.companion, answers.bundle_id)
        rating = answers.with_origin(prediction)
        metrics.predicted(answers.bundle_id, [rating])
        self._log.append(request.scope["query_string"], None, rating.model_dump_json().encode())
        return Response(EncodedAnswer(predicted_rating=rating.predicted_rating).model_dump_json(), media_type=JSON)

    async def predict_batch(self, request: Request) -> Response:
        """The predicted rating of each film, in order; in the place of a film that is refused stands why."""
        seconds = self._settings.api_batch_seconds
        with self._requests.one(), self._batches.one():
            answers = self._answers()
            media_type = _media_type(request, JSON, JSON_LINES)
            try:
                async with asyncio.timeout(seconds):
                    body = await whole_body(request, most=self._settings.api_max_batch_bytes, seconds=seconds / 2)
                    parts = await self._rated(answers, body, media_type)
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
        return Response(self._answers().description().model_dump_json(), media_type=JSON)

    async def status(self, _request: Request) -> Response:
        """What answers here, and what the release agent knows."""
        return Response(self._service().status().model_dump_json(), media_type=JSON)

    async def metrics(self, _request: Request) -> Response:
        """The figures of all workers, for Prometheus."""
        return Response(await asyncio.to_thread(metrics.exposition), media_type="text/plain; version=0.0.4")

    async def openapi(self, _request: Request) -> Response:
        """The OpenAPI description."""
        return Response(document(with_keys=bool(self._settings.api_key_hashes)), media_type=JSON)

    async def page(self, _request: Request) -> Response:
        """The OpenAPI page, without the tracker of BentoML's own."""
        return Response(PAGE, headers={"content-security-policy": PAGE_POLICY}, media_type="text/html")

    def why_not_ready(self) -> str:
        """The sentence that explains a 503."""
        return self._service().problem or "The service is not ready yet."

    def _answers(self) -> Answers:
        answers = self._service().answers
        if answers is None:
            raise RefusedRequest(503, self.why_not_ready())
        return answers

    async def _film_body(self, request: Request) -> bytes:
        _media_type(request, JSON)
        return await whole_body(request, most=self._settings.api_max_body_bytes, seconds=self._settings.api_seconds)

    async def _rated(self, answers: Answers, body: bytes, media_type: str) -> list[bytes]:
        """The answers as JSON. Others have their turn after each few films, so that nobody waits for a batch."""
        groups: list[list[bytes]] = []  # all of them before the first is rated: a broken list is refused whole
        for few in _by_few(films_in(body, media_type, most=self._settings.api_max_batch_films)):
            groups.append(few)
            await asyncio.sleep(0)
        parts: list[bytes] = []
        for few in groups:
            parts += self._rated_few(answers, few)
            await asyncio.sleep(0)
        return parts

    def _rated_few(self, answers: Answers, films: Sequence[bytes]) -> list[bytes]:
        read = [_film_or_refusal(film) for film in films]
        questions = [film for film in read if isinstance(film, Question)]
        ratings = answers.ratings(questions)
        metrics.predicted(answers.bundle_id, ratings)
        left = iter(ratings)
        parts = []
        for sent, film in zip(films, read, strict=True):
            if isinstance(film, Question):
                answer = next(left).model_dump_json().encode()
                self._log.append(sent, film.overview, answer)
                parts.append(answer)
            else:
                parts.append(film.body)
        return parts


def _by_few(films: Iterable[bytes]) -> Iterator[list[bytes]]:
    few: list[bytes] = []
    characters = 0
    for film in films:
        few.append(film)
        characters += len(film)
        if len(few) == FILMS_AT_ONCE or characters > CHARACTERS_AT_ONCE:
            yield few
            few, characters = [], 0
    yield few


def _film_or_refusal(film: bytes) -> Question | RefusedRequest:
    try:
        return film_of(film)
    except RefusedRequest as refused:
        metrics.refused(refused.detail.code)
        return refused


def _media_type(request: Request, *taken: str) -> str:
    media_type = request.headers.get("content-type", JSON).split(";")[0].strip().lower()
    if media_type not in taken:
        listed = " or ".join(taken)
        raise RefusedRequest(415, f"The body is {media_type[:80]!r}; send {listed}.", allowed=listed)
    return media_type
