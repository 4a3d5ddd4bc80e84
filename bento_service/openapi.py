"""The OpenAPI description of the service, made of its pydantic models, and the page that shows it.

BentoML's own description knows neither the statuses nor the one shape of errors, and its page loads a tracker.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from bento_service.answers import BatchAnswer, Description, RatingAnswer, Status
from bento_service.errors import ERRORS, RETRY_AFTER_SECONDS, ErrorAnswer
from bento_service.legacy_api import EncodedAnswer, EncodedFilm
from bento_service.request_body import JSON, JSON_LINES
from bento_service.requests import Question
from movie_assets.prediction.golden import GOLDEN_MOVIES

ABOUT = """Predicts a film's rating from the facts known before its release.

`POST /predict` takes a film in plain words, `POST /predict_batch` many of them. Beside its facts a film may say which
of them to leave out (`omit`), which derived input to set (`what_if`), and whether it wants contributions (`reasons`).
`GET /describe` tells the fields of a film, the known genres and languages, and the card of the bundle in service.

Every error has one shape, also that of a path that is none of these (404) and of a method that a path does not take
(405; the header `Allow` names the right one).
"""
PAGE_POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'"
PAGE = Path(__file__).with_suffix(".html").read_bytes()

FIRST, SECOND = (movie.model_dump(mode="json", exclude_defaults=True) for movie in GOLDEN_MOVIES[:2])
EXAMPLES: dict[str, dict[str, Any]] = {
    "A film": FIRST,
    "The least there must be": {"runtime": 101, "genres": ["Action"], "original_language": "fr"},
    "More facts": {**SECOND, "release_date": "2026-10-30", "directors": ["Ada Example"], "cast": ["Ben Example"]},
    "Other wishes": {**FIRST, "omit": ["title"], "what_if": {"overview_sentiment": -0.4}, "reasons": False},
}


class Operation(NamedTuple):
    """One method of one path: what it takes and answers as JSON, and with which errors."""

    path: str
    method: str
    name: str
    summary: str
    takes: Any = None
    answers: Any = None  # None: plain text
    refusals: tuple[int, ...] = ()
    more: Mapping[str, Any] = MappingProxyType({})


BODY = (400, 401, 408, 413, 415, 422, 429, 500, 503)
NO_INPUT = tuple(status for status in BODY if status != 429)
OPEN: dict[str, Any] = {"security": []}
FIELDS = "Fields, known values, examples, track record and card"
PARAMETERS = [
    {"name": name, "in": "query", "required": True, "schema": form}
    | {"description": form["description"], "example": form["examples"][0]}
    for name, form in EncodedFilm.model_json_schema()["properties"].items()
]
ENCODED = "The predicted rating of a film in the codes of the old layout; ask POST /predict instead"
OPERATIONS = (
    Operation("/predict", "post", "predict", "The predicted rating of one film", Question, RatingAnswer, BODY),
    Operation(
        *("/predict", "get", "predict_encoded", ENCODED, None, EncodedAnswer, (401, 404, 422, 429, 500, 503)),
        more={"deprecated": True, "parameters": PARAMETERS},
    ),
    Operation(
        *("/predict_batch", "post", "predict_batch", "The predicted ratings of up to 10,000 films, in order"),
        *(list[Question], BatchAnswer, (*BODY, 504)),
    ),
    Operation("/describe", "get", "describe", FIELDS, None, Description, (401, 500, 503)),
    Operation("/describe", "post", "describe_posted", f"{FIELDS}, for BentoML's clients", None, Description, NO_INPUT),
    Operation(
        "/status", "get", "status", "What answers here, and what the release agent knows", None, Status, (401, 500)
    ),
    Operation("/livez", "get", "livez", "200 while the process is up", more=OPEN),
    Operation("/readyz", "get", "readyz", "200 once the bundle is verified", refusals=(503,), more=OPEN),
    Operation("/metrics", "get", "metrics", "Figures for Prometheus", refusals=(500,), more=OPEN),
)


@cache
def document(*, with_keys: bool) -> bytes:
    """The description as JSON; with keys, it says where they go."""
    shapes: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = [
        ("error", "serialization", TypeAdapter(ErrorAnswer)),
        *((one.name, "validation", TypeAdapter(one.takes)) for one in OPERATIONS if one.takes),
        *((one.name, "serialization", TypeAdapter(one.answers)) for one in OPERATIONS if one.answers),
    ]
    schemas, defined = TypeAdapter.json_schemas(shapes, ref_template="#/components/schemas/{model}")
    described: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Film ratings", "description": ABOUT, "version": "1"},
        "servers": [{"url": "."}],
        "paths": {},
        "components": {"schemas": defined["$defs"]},
    }
    for one in OPERATIONS:
        described["paths"].setdefault(one.path, {})[one.method] = _operation(one, schemas)
    if with_keys:
        described["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        described["security"] = [{"key": []}]
    return json.dumps(described, ensure_ascii=False).encode()


def _operation(one: Operation, schemas: Mapping[Any, Any]) -> dict[str, Any]:
    refusals = {str(status): _refusal(status, schemas) for status in one.refusals}
    content = {"text/plain": {}} if one.answers is None else _content(one.name, schemas[one.name, "serialization"])
    described = {"summary": one.summary, "operationId": one.name, **one.more}
    described["responses"] = {"200": {"description": "The answer.", "content": content}, **refusals}
    if one.takes is not None:
        described["requestBody"] = {"required": True, "content": _content(one.name, schemas[one.name, "validation"])}
    if one.takes is Question:
        shown = {name: {"value": example} for name, example in EXAMPLES.items()}
        described["requestBody"]["content"][JSON]["examples"] = shown
    return described


def _content(name: str, schema: Any) -> dict[str, Any]:
    lines = {JSON_LINES: {"schema": {"type": "string", "description": "One film or answer a line."}}}
    return {JSON: {"schema": schema}} | (lines if name == "predict_batch" else {})


def _refusal(status: int, schemas: Mapping[Any, Any]) -> dict[str, Any]:
    refusal = {"description": ERRORS[status][1], "content": {JSON: {"schema": schemas["error", "serialization"]}}}
    if status in RETRY_AFTER_SECONDS:
        refusal["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
    return refusal
