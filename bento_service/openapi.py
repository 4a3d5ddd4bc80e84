"""The OpenAPI description of the service, from its pydantic models, and the page that shows it (openapi.html).

Each route of api.py has an Operation here. BentoML's own description has neither our statuses nor our errors, and its
page loads a tracker.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from bento_service.errors import ERRORS, RETRY_AFTER_SECONDS, ErrorResponse
from bento_service.legacy_api import LegacyRequest, LegacyResponse
from bento_service.request_body import JSON, JSON_LINES
from bento_service.requests import PredictionRequest
from bento_service.responses import BatchResponse, Description, PredictionResponse, Status
from movie_assets.prediction.golden import GOLDEN_MOVIES

ABOUT = """Predicts a film's rating from the facts known before its release.

`POST /predict` takes a film in plain words, `POST /predict_batch` many of them. A film may also name facts to
leave out (`omit`), derived inputs to set (`what_if`), and whether it wants contributions (`reasons`).
`GET /describe` returns the fields of a film, the known genres and languages, and the card of the bundle in service.

Every error has one shape, also that of an unknown path (404) and of a method that a path does not take (405; the header
`Allow` names the right one).
"""
PAGE_POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'"
PAGE = Path(__file__).with_suffix(".html").read_bytes()

FIRST, SECOND = (movie.model_dump(mode="json", exclude_defaults=True) for movie in GOLDEN_MOVIES[:2])
EXAMPLES: dict[str, dict[str, Any]] = {
    "A film": FIRST,
    "Required facts only": {"runtime": 101, "genres": ["Action"], "original_language": "fr"},
    "More facts": {**SECOND, "release_date": "2026-10-30", "directors": ["Ada Example"], "cast": ["Ben Example"]},
    "With options": {**FIRST, "omit": ["title"], "what_if": {"overview_sentiment": -0.4}, "reasons": False},
}


class Operation(NamedTuple):
    """One method of one path: the models of its request and response, and the statuses of its errors."""

    path: str
    method: str
    name: str
    summary: str
    request: Any = None
    response: Any = None  # None: plain text
    errors: tuple[int, ...] = ()
    more: Mapping[str, Any] = MappingProxyType({})


BODY = (400, 401, 408, 413, 415, 422, 429, 500, 503)
NO_INPUT = tuple(status for status in BODY if status != 429)
OPEN: dict[str, Any] = {"security": []}
FIELDS = "Fields, known values, examples, track record and card"
PARAMETERS = [
    {"name": name, "in": "query", "required": True, "schema": schema}
    | {"description": schema["description"], "example": schema["examples"][0]}
    for name, schema in LegacyRequest.model_json_schema()["properties"].items()
]
LEGACY = "The predicted rating of a film in the codes of the legacy API; use POST /predict instead"
OPERATIONS = (
    Operation(
        *("/predict", "post", "predict", "The predicted rating of one film"),
        *(PredictionRequest, PredictionResponse, BODY),
    ),
    Operation(
        *("/predict", "get", "predict_encoded", LEGACY, None, LegacyResponse, (401, 404, 422, 429, 500, 503)),
        more={"deprecated": True, "parameters": PARAMETERS},
    ),
    Operation(
        *("/predict_batch", "post", "predict_batch", "The predicted ratings of up to 10,000 films, in order"),
        *(list[PredictionRequest], BatchResponse, (*BODY, 504)),
    ),
    Operation("/describe", "get", "describe", FIELDS, None, Description, (401, 500, 503)),
    Operation("/describe", "post", "describe_posted", f"{FIELDS}, for BentoML's clients", None, Description, NO_INPUT),
    Operation("/status", "get", "status", "This service, and the release agent's report", None, Status, (401, 500)),
    Operation("/livez", "get", "livez", "200 while the process is up", more=OPEN),
    Operation("/readyz", "get", "readyz", "200 once the bundle is verified", errors=(503,), more=OPEN),
    Operation("/metrics", "get", "metrics", "Metrics for Prometheus", errors=(500,), more=OPEN),
)


@cache
def document(*, with_keys: bool) -> bytes:
    """The description as JSON; with keys, it says how to send one."""
    adapters: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = [
        ("error", "serialization", TypeAdapter(ErrorResponse)),
        *((op.name, "validation", TypeAdapter(op.request)) for op in OPERATIONS if op.request),
        *((op.name, "serialization", TypeAdapter(op.response)) for op in OPERATIONS if op.response),
    ]
    schemas, defined = TypeAdapter.json_schemas(adapters, ref_template="#/components/schemas/{model}")
    description: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Film ratings", "description": ABOUT, "version": "1"},
        "servers": [{"url": "."}],
        "paths": {},
        "components": {"schemas": defined["$defs"]},
    }
    for operation in OPERATIONS:
        description["paths"].setdefault(operation.path, {})[operation.method] = _operation(operation, schemas)
    if with_keys:
        description["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        description["security"] = [{"key": []}]
    return json.dumps(description, ensure_ascii=False).encode()


def _operation(op: Operation, schemas: Mapping[Any, Any]) -> dict[str, Any]:
    errors = {str(status): _error(status, schemas) for status in op.errors}
    content = {"text/plain": {}} if op.response is None else _content(op.name, schemas[op.name, "serialization"])
    description = {"summary": op.summary, "operationId": op.name, **op.more}
    description["responses"] = {"200": {"description": "The answer.", "content": content}, **errors}
    if op.request is not None:
        description["requestBody"] = {"required": True, "content": _content(op.name, schemas[op.name, "validation"])}
    if op.request is PredictionRequest:
        examples = {name: {"value": example} for name, example in EXAMPLES.items()}
        description["requestBody"]["content"][JSON]["examples"] = examples
    return description


def _content(name: str, schema: Any) -> dict[str, Any]:
    lines = {JSON_LINES: {"schema": {"type": "string", "description": "One film or answer a line."}}}
    return {JSON: {"schema": schema}} | (lines if name == "predict_batch" else {})


def _error(status: int, schemas: Mapping[Any, Any]) -> dict[str, Any]:
    error = {"description": ERRORS[status][1], "content": {JSON: {"schema": schemas["error", "serialization"]}}}
    if status in RETRY_AFTER_SECONDS:
        error["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
    return error
