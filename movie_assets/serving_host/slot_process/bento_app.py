"""The ASGI application of the Bento in the current folder, for uvicorn; started by slot.py.

uvicorn is given this file's folder, and not the package: `movie_assets` must be the one that the Bento packs.
"""

import logging
import sys
from typing import Any

import bentoml
from starlette.types import ASGIApp


def app() -> ASGIApp:
    """Load the Bento and set BentoML's context as its own server would."""
    logging.basicConfig(stream=sys.stdout, format="%(asctime)s [%(levelname)s] %(message)s")
    logging.getLogger("bentoml").setLevel(logging.INFO)
    service: Any = bentoml.load(".", standalone_load=True)  # typed as BentoML's older Service
    context = bentoml.server_context
    context.bento_name, context.bento_version = service.bento.tag.name, service.bento.tag.version
    context.service_name, context.service_type = service.name, "entry_service"
    context.worker_index = 1  # any worker: the service then ends with its parent
    application: ASGIApp = service.to_asgi()
    return application
