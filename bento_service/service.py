"""MovieRatingService, the BentoML service: loads and verifies one bundle, and puts Guard before BentoML.

Startup, shutdown and the declaration for BentoML's clients belong here; routes in api.py, predictions in
movie_assets.prediction.
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

from bento_service.api import Api, current_year
from bento_service.api_keys import ApiKeys
from bento_service.guard import Guard
from bento_service.prediction_log import PredictionLog
from bento_service.requests import PredictionRequest
from bento_service.responses import (
    BatchResponse,
    Description,
    PredictionResponse,
    ServedBundle,
    Status,
    load_bundle,
)
from bento_service.serving_status import read_serving
from bento_service.settings import ServiceSettings
from movie_assets.prediction.bundle_files import BundleError

# Our limits are below BentoML's, whose error has another shape. BentoML keeps an object for each request for as long as
# its limit lasts, which slows the garbage collector, so it is only a little longer than ours.
MARGIN_SECONDS = 2
PARENT_WATCH_SECONDS = 0.5

logger = logging.getLogger("bentoml.movie_rating")  # below BentoML's own, whose handlers it shares


class BuildArguments(BaseModel):
    """The arguments of the build, which BentoML keeps in the Bento."""

    model_tag: str
    bundle_id: str
    digest: str  # of the packed files; not the id for a bundle converted from an earlier format


ARGUMENTS = bentoml.use_arguments(BuildArguments)
SETTINGS = ServiceSettings()
LOG = PredictionLog(SETTINGS)


@bentoml.service(
    name="movie_rating",
    workers=SETTINGS.api_workers,
    http={"host": "127.0.0.1"},
    traffic={"timeout": max(SETTINGS.api_seconds, SETTINGS.api_batch_seconds) + MARGIN_SECONDS},
    logging={"access": {"enabled": False}},
    metrics={"enabled": False},  # in favour of metrics.py
    tracing={"excluded_urls": ".*"},  # traces go nowhere here
)
class MovieRatingService:
    """Predicts a film's rating from the facts known before its release; bentofile.yaml describes its API."""

    packed = BentoModel(ARGUMENTS.model_tag)  # an exact tag, as a class attribute: else it is not packed

    def __init__(self) -> None:
        self.bundle: ServedBundle | None = None
        self.problem: str | None = None
        self._tag = f"{bentoml.server_context.bento_name}:{bentoml.server_context.bento_version}"
        try:
            bundle = load_bundle(Path(self.packed.path), digest=ARGUMENTS.digest, bundle_id=ARGUMENTS.bundle_id)
            self.bundle = ServedBundle(bundle, self._tag)
        except BundleError as problem:
            self.problem = f"Not ready: {problem}"
            logger.error("%s", self.problem)
        except Exception as problem:
            # Stay up and report it: a process that exits would be restarted endlessly.
            self.problem = f"Not ready: bundle {ARGUMENTS.bundle_id} cannot be loaded: {problem}"
            logger.exception("Bundle %s cannot be loaded", ARGUMENTS.bundle_id)
        else:
            logger.info("Ready with bundle %s as %s", bundle.id, self._tag)
        self._since = datetime.now(UTC)
        gc.collect()
        gc.freeze()  # the loaded bundle stays; collecting it again would only delay responses
        if bentoml.server_context.worker_index is not None:
            threading.Thread(target=_end_with, args=(os.getppid(),), name="parent-watch", daemon=True).start()
        LOG.start()

    @bentoml.on_shutdown  # type: ignore[untyped-decorator]  # BentoML's own is untyped
    def end(self) -> None:
        """Complete the prediction log after the last request."""
        LOG.close()

    # The API for BentoML's clients, /schema.json and `bentoml get`; over HTTP, Guard answers these paths.

    @bentoml.api  # type: ignore[untyped-decorator]  # as above
    async def predict(self, film: PredictionRequest, /) -> PredictionResponse:
        """The predicted rating of one film."""
        return self._ready().predict([film], year=current_year())[0]

    @bentoml.api  # type: ignore[untyped-decorator]  # as above
    async def predict_batch(self, films: list[PredictionRequest], /) -> BatchResponse:
        """The predicted rating of each film, in order."""
        return list(self._ready().predict(films, year=current_year()))

    @bentoml.api  # type: ignore[untyped-decorator]  # as above
    async def describe(self) -> Description:
        """The fields of a film, known values, examples, and the card of the bundle in service."""
        return self._ready().describe()

    def _ready(self) -> ServedBundle:
        if self.bundle is None:
            raise bentoml.exceptions.ServiceUnavailable(str(self.problem))
        return self.bundle

    def __is_ready__(self) -> bool:
        return self.bundle is not None

    def status(self) -> Status:
        """The body of /status."""
        return Status(
            **dict(read_serving(SETTINGS.serving_status)),
            bundle_id=ARGUMENTS.bundle_id,
            bento_tag=self._tag,
            ready=self.bundle is not None,
            problem=self.problem,
            since=self._since,
        )


def _end_with(parent: int) -> None:
    """Stop this worker once its parent is gone: it would keep the port that its successor needs."""
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
    Guard, api=Api(_service, SETTINGS, LOG), keys=ApiKeys(SETTINGS.api_key_hashes)
)
