"""MovieRatingService: one bundle, verified once, answering films over HTTP.

How a film becomes a rating is in movie_assets.prediction; which routes there are is in api.py, and what stands before
them in guard.py.
"""

import gc
import logging
import os
import signal
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import bentoml
from bentoml.models import BentoModel
from pydantic import BaseModel
from starlette.middleware.cors import CORSMiddleware

from bento_service.answers import Answers, BatchAnswer, Description, RatingAnswer, Status, load_bundle
from bento_service.api import Api
from bento_service.api_keys import Keys
from bento_service.guard import Guard
from bento_service.prediction_log import PredictionLog
from bento_service.requests import Question
from bento_service.serving_status import read_serving
from bento_service.settings import Settings
from movie_assets.prediction.bundle_files import BundleError

# BentoML's own limit answers in a shape of its own, so that it must never be reached: the limits of ours are below it.
# It keeps something of each request for as long, and the garbage collector pays for that in the slowest answers.
BACKSTOP_SECONDS = 2
PARENT_WATCH_SECONDS = 0.5

logger = logging.getLogger("bentoml.movie_rating")  # below BentoML's own, whose handlers it shares


class BuildArguments(BaseModel):
    """What a Bento was built of; BentoML keeps it in the Bento and hands it back here."""

    model_tag: str
    bundle_id: str
    digest: str  # of the bundle's files here: not its id where it was made of one of an earlier format


ARGUMENTS = bentoml.use_arguments(BuildArguments)
SETTINGS = Settings()
LOG = PredictionLog(SETTINGS)


@bentoml.service(
    name="movie_rating",
    workers=SETTINGS.api_workers,
    http={"host": "127.0.0.1"},
    traffic={"timeout": max(SETTINGS.api_seconds, SETTINGS.api_batch_seconds) + BACKSTOP_SECONDS},
    logging={"access": {"enabled": False}},
    metrics={"enabled": False},  # ours: metrics.py
    tracing={"excluded_urls": ".*"},  # traces go nowhere here
)
class MovieRatingService:
    """Predicts a film's rating from the facts known before its release; bentofile.yaml says how to ask."""

    packed = BentoModel(ARGUMENTS.model_tag)  # an exact tag, as a class attribute: else it is not packed

    def __init__(self) -> None:
        self.answers: Answers | None = None
        self.problem: str | None = None
        self._tag = f"{bentoml.server_context.bento_name}:{bentoml.server_context.bento_version}"
        try:
            bundle = load_bundle(Path(self.packed.path), digest=ARGUMENTS.digest, bundle_id=ARGUMENTS.bundle_id)
            self.answers = Answers(bundle, self._tag)
        except BundleError as problem:
            self.problem = f"Not ready: {problem}"
            logger.error("%s", self.problem)
        except Exception as problem:
            # Whatever else is wrong with it, the process stays up and says it, rather than starting for ever.
            self.problem = f"Not ready: bundle {ARGUMENTS.bundle_id} cannot be loaded: {problem}"
            logger.exception("Bundle %s cannot be loaded", ARGUMENTS.bundle_id)
        else:
            logger.info("Ready with bundle %s as %s", bundle.id, self._tag)
        self._since = datetime.now(UTC)
        gc.collect()
        gc.freeze()  # what was loaded stays for ever; looking at it again only delays answers
        if bentoml.server_context.worker_index is not None:
            threading.Thread(target=_end_with, args=(os.getppid(),), name="parent-watch", daemon=True).start()
        LOG.start()

    @bentoml.on_shutdown  # type: ignore[untyped-decorator]  # BentoML's own is untyped
    def end(self) -> None:
        """Once the last request is answered, complete the prediction log."""
        LOG.close()

    # The API as BentoML's clients, /schema.json and `bentoml get` see it; over HTTP the guard answers its paths itself.

    @bentoml.api  # type: ignore[untyped-decorator]  # as above
    async def predict(self, film: Question, /) -> RatingAnswer:
        """The predicted rating of one film."""
        return self._ready().ratings([film])[0]

    @bentoml.api  # type: ignore[untyped-decorator]  # as above
    async def predict_batch(self, films: list[Question], /) -> BatchAnswer:
        """The predicted rating of each film, in order."""
        return list(self._ready().ratings(films))

    @bentoml.api  # type: ignore[untyped-decorator]  # as above
    async def describe(self) -> Description:
        """The fields of a film, known values, examples, and the card of the bundle in service."""
        return self._ready().description()

    def _ready(self) -> Answers:
        if self.answers is None:
            raise bentoml.exceptions.ServiceUnavailable(str(self.problem))
        return self.answers

    def __is_ready__(self) -> bool:
        return self.answers is not None

    def status(self) -> Status:
        """What answers here, and what the release agent knows."""
        return Status(
            **dict(read_serving(SETTINGS.serving_status)),
            bundle_id=ARGUMENTS.bundle_id,
            bento_tag=self._tag,
            ready=self.answers is not None,
            problem=self.problem,
            since=self._since,
        )


def _end_with(parent: int) -> None:
    """End this worker in good order once its parent is gone: it would answer on the port that its successor needs."""
    while os.getppid() == parent:
        time.sleep(PARENT_WATCH_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)


def _service() -> MovieRatingService:
    service: MovieRatingService = bentoml.get_current_service()
    return service


if SETTINGS.api_cors_origins:
    MovieRatingService.add_asgi_middleware(  # type: ignore[attr-defined]  # BentoML's decorator makes a Service of it
        CORSMiddleware,
        allow_origins=SETTINGS.api_cors_origins,
        allow_methods=["GET", "POST"],
        allow_headers=["authorization", "content-type"],
    )
MovieRatingService.add_asgi_middleware(  # type: ignore[attr-defined]  # as above
    Guard, api=Api(_service, SETTINGS, LOG), keys=Keys(SETTINGS.api_key_hashes)
)
