"""The OpenAPI description."""

import json

from bento_service.legacy_api import LegacyRequest
from bento_service.openapi import document
from bento_service.requests import PredictionRequest


def described(*, with_keys=False):
    return json.loads(document(with_keys=with_keys))


def test_every_route_has_all_its_statuses():
    """So that a client can be generated."""
    paths = described()["paths"]

    assert set(paths) == {"/predict", "/predict_batch", "/describe", "/status", "/livez", "/readyz", "/metrics"}
    of_a_film = {"200", "400", "401", "408", "413", "415", "422", "429", "500", "503"}
    assert set(paths["/predict"]["post"]["responses"]) == of_a_film
    assert set(paths["/predict_batch"]["post"]["responses"]) == of_a_film | {"504"}
    assert set(paths["/describe"]["get"]["responses"]) == {"200", "401", "500", "503"}
    assert paths["/describe"]["post"]["responses"]["200"] == paths["/describe"]["get"]["responses"]["200"]
    assert "401" not in paths["/livez"]["get"]["responses"]


def test_the_examples_are_valid_requests():
    """Every option is in one of them."""
    [content] = described()["paths"]["/predict"]["post"]["requestBody"]["content"].values()
    examples = [example["value"] for example in content["examples"].values()]

    assert all(PredictionRequest.model_validate_json(json.dumps(example), strict=True) for example in examples)
    assert {"omit", "what_if", "reasons"} <= {name for example in examples for name in example}


def test_the_legacy_api_is_deprecated():
    """Each of its five parameters has an example."""
    old = described()["paths"]["/predict"]["get"]

    assert old["deprecated"] is True
    assert [one["name"] for one in old["parameters"]] == list(LegacyRequest.model_fields)
    assert all(one["in"] == "query" and one["required"] and "example" in one for one in old["parameters"])
    assert {"200", "401", "404", "422", "429", "503"} <= set(old["responses"])


def test_every_reference_leads_to_a_schema():
    """None is missing."""
    description = described()

    names = json.dumps(description).split("#/components/schemas/")[1:]

    assert {name.split('"')[0] for name in names} <= set(description["components"]["schemas"])


def test_a_required_key_is_described():
    """So that the page has a field for it."""
    assert "security" not in described()
    assert described(with_keys=True)["security"] == [{"key": []}]
