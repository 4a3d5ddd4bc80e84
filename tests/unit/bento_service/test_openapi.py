"""The OpenAPI description."""

import json

from bento_service.openapi import document
from movie_assets.prediction.movie import Movie


def described(**said):
    return json.loads(document(**{"with_keys": False} | said))


def test_every_route_is_described_with_what_it_may_answer():
    """A client can be made of it."""
    paths = described()["paths"]

    assert set(paths) == {"/predict", "/predict_batch", "/describe", "/status", "/livez", "/readyz", "/metrics"}
    assert {"200", "400", "401", "413", "415", "422", "429", "503"} <= set(paths["/predict"]["post"]["responses"])
    assert "504" in paths["/predict_batch"]["post"]["responses"]
    assert "401" not in paths["/livez"]["get"]["responses"]


def test_the_example_is_a_film():
    """Sent as it stands, it is answered."""
    content = described()["paths"]["/predict"]["post"]["requestBody"]["content"]["application/json"]

    Movie.model_validate_json(json.dumps(content["example"]), strict=True)


def test_the_old_question_is_described_as_deprecated():
    """With its five numbers, each with an example."""
    old = described()["paths"]["/predict"]["get"]

    assert old["deprecated"] is True
    assert [one["name"] for one in old["parameters"]] == [
        "runtime",
        "genre_encoded",
        "lang_encoded",
        "sentiment",
        "overview_len",
    ]
    assert all(one["in"] == "query" and one["required"] and "example" in one for one in old["parameters"])
    assert {"200", "401", "404", "422", "429", "503"} <= set(old["responses"])


def test_every_reference_leads_to_a_schema():
    """Nothing is promised and then not described."""
    description = described()

    names = json.dumps(description).split("#/components/schemas/")[1:]

    assert {name.split('"')[0] for name in names} <= set(description["components"]["schemas"])


def test_a_key_is_described_where_one_is_asked_for():
    """The page has a place to put it then."""
    assert "security" not in described()
    assert described(with_keys=True)["security"] == [{"key": []}]
