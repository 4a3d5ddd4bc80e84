"""The OpenAPI description of the service, and the page that shows it.

BentoML describes only what goes through its own request handling; here the routes of api.py are described, from the
same models they answer with.
"""

import json
from functools import cache
from typing import Any

from pydantic import BaseModel, RootModel
from pydantic.json_schema import models_json_schema

from bento_service.answers import Description, RatingAnswer, Status
from bento_service.encoded import EncodedAnswer, parameters
from bento_service.errors import RETRY_AFTER_SECONDS, ErrorAnswer
from bento_service.examples import ANSWER, BATCH_ANSWER, DESCRIPTION, ERROR, FILMS, QUESTIONS, STATUS
from bento_service.films import JSON, JSON_LINES
from bento_service.questions import Question

ABOUT = """Predicts a film's rating from the facts known before its release.

`POST /predict` takes a film in plain words, `POST /predict_batch` many of them. Beside its facts a film may say which
of them to leave out (`omit`), which derived input to set (`what_if`), and whether it wants contributions (`reasons`).
`GET /describe` tells the fields of a film, the known genres and languages, and the card of the bundle in service.

Every error has one shape, also that of a path that is none of these (404) and of a method that a path does not take
(405; the header `Allow` names the right one).
"""
REASONS = {
    400: "The body is not JSON.",
    401: "The service asks for a key, and there is none or an unknown one.",
    404: "The bundle in service does not know the old codes.",
    408: "The body did not arrive in time.",
    413: "The body is too large, or the batch too long.",
    415: "The body is of another kind than JSON; pickles, forms and packed bodies are refused.",
    422: "A field is missing, unknown, or has a value that is not allowed.",
    429: "Too many requests are under way; ask again after the seconds that Retry-After says.",
    500: "The service failed; its log says why.",
    503: "The bundle cannot be used; the message says why.",
    504: "The batch was not rated in time.",
}
PAGE_POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'"
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<title>Film ratings</title>
<link rel="stylesheet" href="./static_content/swagger-ui.css">
<link rel="icon" href="./static_content/favicon-light-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="./static_content/swagger-ui-bundle.js"></script>
<script src="./static_content/swagger-ui-standalone-preset.js"></script>
<script src="./static_content/swagger-initializer.js"></script>
</body>
</html>
"""


class Films(RootModel[list[Question]]):
    """A batch of films."""


class BatchAnswer(RootModel[list[RatingAnswer | ErrorAnswer]]):
    """What `POST /predict` would answer to each film, in order; in the place of a film that is refused stands why.

    Without contributions, except for films that say `"reasons": true`.
    """


@cache
def document(*, with_keys: bool) -> bytes:
    """The description as JSON; with keys, it says where they go."""
    _, schemas = models_json_schema(
        [
            *((model, "validation") for model in (Question, Films)),
            *(
                (model, "serialization")
                for model in (RatingAnswer, EncodedAnswer, BatchAnswer, Description, Status, ErrorAnswer)
            ),
        ],
        ref_template="#/components/schemas/{model}",
    )
    components: dict[str, Any] = {"schemas": schemas["$defs"]}
    described: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Film ratings", "description": ABOUT, "version": "1"},
        "servers": [{"url": "."}],
        "paths": _paths(),
        "components": components,
    }
    if with_keys:
        components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        described["security"] = [{"key": []}]
    return json.dumps(described, ensure_ascii=False).encode()


def _paths() -> dict[str, Any]:
    body = (400, 408, 413, 415, 422, 429)
    return {
        "/predict": {
            "post": {
                "summary": "The predicted rating of one film",
                "operationId": "predict",
                "requestBody": {"required": True, "content": {JSON: _content(Question, **QUESTIONS)}},
                "responses": _responses(_told(RatingAnswer, ANSWER), *body, 500, 503),
            },
            **_get(
                "predict_encoded",
                "The predicted rating of a film in the codes of the old layout; ask POST /predict instead",
                _told(EncodedAnswer),
                *(404, 422, 429, 500, 503),
                deprecated=True,
                parameters=parameters(),
            ),
        },
        "/predict_batch": {
            "post": {
                "summary": "The predicted ratings of up to 10,000 films, in order",
                "operationId": "predict_batch",
                "requestBody": {
                    "required": True,
                    "content": {
                        JSON: _content(Films, Films=FILMS),
                        JSON_LINES: {
                            "schema": {"type": "string", "description": "One film a line."},
                            "example": "\n".join(json.dumps(one) for one in FILMS),
                        },
                    },
                },
                "responses": _responses(
                    {
                        **_told(BatchAnswer, BATCH_ANSWER),
                        JSON_LINES: {
                            "schema": {"type": "string", "description": "One answer a line."},
                            "example": "\n".join(json.dumps(one) for one in BATCH_ANSWER),
                        },
                    },
                    *body,
                    500,
                    503,
                    504,
                ),
            }
        },
        "/describe": _get(
            "describe",
            "Fields, known values, examples, track record and card",
            _told(Description, DESCRIPTION),
            500,
            503,
        ),
        "/status": _get("status", "What answers here, and what the release agent knows", _told(Status, STATUS), 500),
        "/livez": _get("livez", "200 while the process is up", {"text/plain": {}}, security=[]),
        "/readyz": _get("readyz", "200 once the bundle is verified", {"text/plain": {}}, 503, security=[]),
        "/metrics": _get("metrics", "Figures for Prometheus", {"text/plain": {}}, 500, security=[]),
    }


def _get(name: str, summary: str, told: dict[str, Any], *refusals: int, **more: Any) -> dict[str, Any]:
    responses = _responses(told, *refusals, needs_key="security" not in more)
    return {"get": {"summary": summary, "operationId": name, "responses": responses, **more}}


def _responses(told: dict[str, Any], *refusals: int, needs_key: bool = True) -> dict[str, Any]:
    return {"200": {"description": "The answer.", "content": told}} | {
        str(status): _refusal(status) for status in sorted({*refusals, *((401,) if needs_key else ())})
    }


def _refusal(status: int) -> dict[str, Any]:
    refusal: dict[str, Any] = {
        "description": REASONS[status],
        "content": _told(ErrorAnswer, ERROR) if status == 422 else _told(ErrorAnswer),
    }
    if status in RETRY_AFTER_SECONDS:
        refusal["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
    return refusal


def _told(model: type[BaseModel], example: Any = None) -> dict[str, Any]:
    return {JSON: _content(model, **({"Such as": example} if example else {}))}


def _content(model: type[BaseModel], **examples: Any) -> dict[str, Any]:
    schema = {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}
    shown = {"examples": {name: {"value": example} for name, example in examples.items()}}
    return schema | (shown if examples else {})
