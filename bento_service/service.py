"""MovieRatingService: one bundle, verified once, answering films over HTTP.

How a film becomes a rating is in movie_assets.prediction; how an error looks is in errors.py.
"""

import gc
import logging
from pathlib import Path

import bentoml
from bentoml.models import BentoModel
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bento_service.answers import Answers, RatingAnswer
from bento_service.errors import OneErrorShape
from bento_service.loading import load_bundle
from bento_service.orphan import end_with_parent
from movie_assets.prediction.bundle import BundleError
from movie_assets.prediction.movie import Movie

# BentoML keeps each request's context for this long, and the garbage collector pays for it in the slowest answers.
TIMEOUT_SECONDS = 2

logger = logging.getLogger("bentoml.movie_rating")  # below BentoML's own, whose handlers it shares


class BuildArguments(BaseModel):
    """What a Bento was built of; BentoML keeps it in the Bento and hands it back here."""

    model_tag: str
    bundle_id: str


ARGUMENTS = bentoml.use_arguments(BuildArguments)


async def describe(_request: Request) -> Response:
    """GET /describe."""
    answers = _service().answers
    if answers is None:
        raise HTTPException(503)
    return Response(answers.description().model_dump_json(), media_type="application/json")


@bentoml.service(
    name="movie_rating",
    workers=1,
    http={"host": "127.0.0.1"},
    traffic={"timeout": TIMEOUT_SECONDS},
    logging={"access": {"enabled": False}},
)
@bentoml.asgi_app(Starlette(routes=[Route("/describe", describe, methods=["GET"])]), path="/")
class MovieRatingService:
    """Predicts a film's rating from the facts known before its release; bentofile.yaml says how to ask."""

    packed = BentoModel(ARGUMENTS.model_tag)  # an exact tag, as a class attribute: else it is not packed

    def __init__(self) -> None:
        self.answers: Answers | None = None
        self.problem: str | None = None
        try:
            bundle = load_bundle(Path(self.packed.path), expected_id=ARGUMENTS.bundle_id)
            tag = f"{bentoml.server_context.bento_name}:{bentoml.server_context.bento_version}"
            self.answers = Answers(bundle, tag)
        except BundleError as problem:
            self.problem = f"Not ready: {problem}"
            logger.error("%s", self.problem)
        except Exception as problem:
            # Whatever else is wrong with it, the process stays up and says it, rather than starting for ever.
            self.problem = f"Not ready: bundle {ARGUMENTS.bundle_id} cannot be loaded: {problem}"
            logger.exception("Bundle %s cannot be loaded", ARGUMENTS.bundle_id)
        else:
            logger.info("Ready with bundle %s as %s", bundle.id, tag)
        gc.collect()
        gc.freeze()  # what was loaded stays for ever; looking at it again only delays answers
        if bentoml.server_context.worker_index is not None:
            end_with_parent()

    def __is_ready__(self) -> bool:
        return self.answers is not None

    @bentoml.api(route="/predict")  # type: ignore[untyped-decorator]  # BentoML does not type it
    async def predict(self, movie: Movie, /) -> RatingAnswer:
        """The predicted rating of a film, from 0 to 10, with its mood, the features the estimator saw, and warnings."""
        if self.answers is None:
            raise RuntimeError(self.problem)
        return self.answers.rating(movie)


def why_not_ready() -> str | None:
    """The sentence that explains a 503; None when the service is ready."""
    problem: str | None = _service().problem
    return problem


def _service() -> MovieRatingService:
    service: MovieRatingService = bentoml.get_current_service()
    return service


MovieRatingService.add_asgi_middleware(OneErrorShape, why_not_ready=why_not_ready)  # type: ignore[attr-defined]  # BentoML's decorator makes a Service of it
