"""Whatever is sent, the running service answers as its OpenAPI description says, and never fails."""

import json
from urllib.parse import quote, urlencode

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bento_service.openapi import document
from tests.support.bentos import serving
from tests.support.builders import a_movie
from tests.support.served import the_bento

FILM = a_movie().model_dump(mode="json")
WISHES = ("omit", "what_if", "reasons")
IN_CODES = {"runtime": 112, "genre_encoded": 1, "lang_encoded": 2, "sentiment": 0.3, "overview_len": 240}
EXAMPLES = 60
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
# A film that is not as described is refused; in a batch it has its error in a 200.
REFUSED_WHOLE = {"negative POST /predict", "negative GET /predict"}
bounded = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    """A service of its own."""
    with serving(the_bento(), log=tmp_path_factory.mktemp("fuzzed") / "log") as url:
        yield url


@pytest.fixture(scope="module")
def client(url):
    with httpx.Client(base_url=url, timeout=20, trust_env=False) as client:
        yield client


OPERATIONS = {
    f"{mode.value} {operation.label}": operation.as_strategy(generation_mode=mode)
    for found in schemathesis.openapi.from_dict(json.loads(document(with_keys=False))).get_all_operations()
    for operation in [found.ok()]
    for mode in GenerationMode
    if operation.body
    or operation.query
    or mode is GenerationMode.POSITIVE  # nothing can be wrong with a request that says nothing
}


def test_the_service_tells_the_description_that_is_tested_here(client):
    """Schemathesis is given it before there is a service."""
    assert client.get("/docs.json").content == document(with_keys=False)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_description_holds(url, operation):
    """Schemathesis finds no failure and no status, header or body that is not described."""

    checks = [*CHECKS, negative_data_rejection] if operation in REFUSED_WHOLE else CHECKS

    @given(case=OPERATIONS[operation])
    @bounded
    def holds(case):
        case.call_and_validate(base_url=url, checks=checks)

    holds()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
films_with_a_fault = st.builds(
    lambda name, value: FILM | {name: value}, st.sampled_from([*FILM, *WISHES, "budget", ""]), json_values
)
bodies = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    json_values.map(lambda value: json.dumps(value).encode()),
    films_with_a_fault.map(lambda film: json.dumps(film).encode()),
    st.lists(films_with_a_fault | json_values, max_size=4).map(lambda films: json.dumps(films).encode()),
    st.lists(films_with_a_fault, max_size=4).map(lambda films: "\n".join(map(json.dumps, films)).encode()),
    st.integers(0, len(json.dumps(FILM))).map(lambda cut: json.dumps(FILM).encode()[:cut]),
)
media_types = st.sampled_from(
    ["application/json", "application/x-ndjson", "application/json; charset=utf-16", "text/plain", "", 'a/b;c="', "é"]
)


@given(path=st.sampled_from(["/predict", "/predict_batch"]), body=bodies, media_type=media_types)
@settings(bounded, max_examples=6 * EXAMPLES)
def test_a_bad_body_is_never_a_failure_of_the_service(client, path, body, media_type):
    """It is answered or refused, in the one shape, and never with a 5xx."""
    answer = client.post(path, content=body, headers={"content-type": media_type.encode()})

    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert set(answer.json()) == {"error"}


names = st.sampled_from([*IN_CODES, "budget", ""])
values = st.integers().map(str) | st.floats().map(str) | st.text(max_size=30) | st.just("9" * 5_000)
queries = st.one_of(
    st.binary(max_size=100).map(quote),
    st.lists(st.tuples(names, values), max_size=8).map(lambda pairs: urlencode(pairs, errors="surrogatepass")),
    st.builds(lambda name, value: urlencode(IN_CODES | {name: value}, errors="surrogatepass"), names, values),
)


@given(query=queries)
@settings(bounded, max_examples=4 * EXAMPLES)
def test_a_bad_query_is_never_a_failure_of_the_service(client, query):
    """Nor is a film in codes: answered or refused, in the one shape."""
    answer = client.get(f"/predict?{query}")

    assert answer.status_code in {200, 422}
    if answer.status_code == 422:
        assert set(answer.json()) == {"error"}


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]),
    path=st.text(max_size=20) | st.binary(max_size=20),
)
@bounded
def test_a_made_up_path_is_never_a_failure_of_the_service(client, method, path):
    """Nor is any method."""
    name = quote(path, errors="surrogatepass") if isinstance(path, str) else quote(path)
    answer = client.request(method, f"/{name}")

    assert answer.status_code < 500
