"""The page's models of requests and responses, compared with the service's own."""

import json
import re

import pytest

from bento_service.errors import ErrorResponse
from bento_service.requests import PredictionRequest
from bento_service.responses import Description, PredictionResponse, ServedBundle, Status
from movie_assets.prediction.card import Card
from streamlit_ui import client, contract
from tests.support.bentos import a_bundle
from tests.support.pages import filled, opened, text_of

NUMBERS = {"integer", "number"}


@pytest.mark.parametrize(
    ("page", "service"),
    [
        (contract.Answer, PredictionResponse),
        (contract.Description, Description),
        (contract.Card, Card),
        (contract.Status, Status),
        (client._ErrorBody, ErrorResponse),
    ],
    ids=lambda model: model.__name__,
)
def test_the_page_reads_fields_that_the_service_declares(page, service):
    """Every field exists there, with types that the page accepts, and is required where the page requires it."""
    declared, read = fields_of(service, "serialization"), fields_of(page, "validation")
    if page is contract.Card:
        del read["bundle_id"]  # the service adds it to the card of its bundle
    anything = tuple(name for name, (types, _) in declared.items() if "anything" in types)

    for name, (types, required) in read.items():
        if name.startswith(anything):
            continue  # only real answers can tell: below
        by_name = re.sub(r"\.\w+", "{}", name)  # the service may keep by name what the page has as fields
        assert name in declared or by_name in declared, f"the service has no {name}"
        types_there, always = declared.get(name) or declared[by_name]
        assert types_there <= types or "anything" in types, f"{name} may be {types_there}, the page reads {types}"
        assert always or not required, f"{name} may be missing"


@pytest.mark.parametrize("sent", [contract.Film, contract.PredictOptions])
def test_the_page_sends_fields_that_the_service_takes(sent):
    """Every field is one of a request; all of them are, of a film and of options together."""
    accepted, fields = fields_of(PredictionRequest, "validation"), fields_of(sent, "serialization")

    for name, (types, _) in fields.items():
        if name not in ("what_if", "what_if{}"):  # by name: the page sets only what the description offers
            assert types & accepted[name][0], f"{name} is {types}, the service takes {accepted[name][0]}"
    assert set(contract.Film.model_fields) | set(contract.PredictOptions.model_fields) == set(
        PredictionRequest.model_fields
    )


def test_names_unknown_to_a_real_service_are_shown_as_left_out(stack, service):
    """From its own description and its own warnings."""
    answers = ServedBundle(a_bundle(), "movie_rating:real")
    service.description = json.loads(answers.describe().model_dump_json())
    page = filled(opened())
    page.selectbox(key="main_genre").set_value("History")
    page.selectbox(key="original_language").set_value("fr").run()
    film = {"runtime": 112, "genres": ["History"], "original_language": "fr", "overview": "A happy town awakes."}
    [answer] = answers.predict([PredictionRequest(**film)], year=2026)
    service.answer = json.loads(answer.model_dump_json())

    words = text_of(page.button(key="predict").click().run())

    assert answer.features["main_genre"] == "History", "the service gives the name as it came"
    assert "Left out main genre, original language" in " ".join(words.split())
    assert re.search(r"main genre\s+left out", words)
    assert f"{answer.predicted_rating:.1f} out of 10" in words


def fields_of(model, mode):
    """The JSON types of each field that a model has, in any depth, and whether it is always there."""
    document = model.model_json_schema(mode=mode)
    found = {}
    _look(document, document.get("$defs", {}), "", True, found)
    del found[""]
    return found


def _look(schema, definitions, path, required, found):
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        for choice in schema["anyOf"]:
            _look(choice, definitions, path, required, found)
        return
    types, _ = found.setdefault(path, (set(), required))
    kind = schema.get("type", "anything")
    if kind == "object" and "properties" not in schema and not isinstance(schema.get("additionalProperties"), dict):
        kind = "anything"
    types |= NUMBERS if kind == "number" else {kind}
    for name, part in schema.get("properties", {}).items():
        _look(part, definitions, f"{path}.{name}".strip("."), name in schema.get("required", ()), found)
    for mark, part in (("[]", schema.get("items")), ("{}", schema.get("additionalProperties"))):
        if isinstance(part, dict):
            _look(part, definitions, path + mark, required, found)
