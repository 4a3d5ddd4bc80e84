"""The OpenAPI description."""

import json

import pytest

from bento_service.answers import Description, RatingAnswer, Status
from bento_service.errors import ErrorAnswer
from bento_service.examples import BATCH_ANSWER
from bento_service.openapi import BatchAnswer, Films, document
from bento_service.questions import Question


def described(**said):
    return json.loads(document(**{"with_keys": False} | said))


def test_every_route_is_described_with_what_it_may_answer():
    """A client can be made of it."""
    paths = described()["paths"]

    assert set(paths) == {"/predict", "/predict_batch", "/describe", "/status", "/livez", "/readyz", "/metrics"}
    of_a_film = {"200", "400", "401", "408", "413", "415", "422", "429", "500", "503"}
    assert set(paths["/predict"]["post"]["responses"]) == of_a_film
    assert set(paths["/predict_batch"]["post"]["responses"]) == of_a_film | {"504"}
    assert set(paths["/describe"]["get"]["responses"]) == {"200", "401", "500", "503"}
    assert "401" not in paths["/livez"]["get"]["responses"]


def shown(content):
    """The examples of a body of JSON, as text."""
    return [json.dumps(example["value"]) for example in content["application/json"]["examples"].values()]


@pytest.mark.parametrize(("path", "model"), [("/predict", Question), ("/predict_batch", Films)])
def test_the_examples_are_questions(path, model):
    """Sent as they stand, they are answered; every wish is shown in one of them."""
    examples = shown(described()["paths"][path]["post"]["requestBody"]["content"])

    assert all(model.model_validate_json(example, strict=True) for example in examples)
    if model is Question:
        assert {name for example in examples for name in json.loads(example)} == set(Question.model_fields)


@pytest.mark.parametrize(
    ("path", "method", "model"),
    [
        ("/predict", "post", RatingAnswer),
        ("/predict_batch", "post", BatchAnswer),
        ("/describe", "get", Description),
        ("/status", "get", Status),
    ],
)
def test_the_answers_shown_are_answers(path, method, model):
    """With every field an answer has."""
    [example] = shown(described()["paths"][path][method]["responses"]["200"]["content"])

    answer = model.model_validate_json(example)

    if model is not BatchAnswer:
        assert set(json.loads(example)) == set(model.model_fields)
    else:
        assert [type(one) for one in answer.root] == [RatingAnswer, ErrorAnswer]
    assert len(BATCH_ANSWER) == 2


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
