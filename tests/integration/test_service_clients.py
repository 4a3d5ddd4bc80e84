"""BentoML's own clients and commands see the service as any other's; each runs in a process of its own, as a user's.

(Importing the clients warns of what BentoML does inside, and warnings are errors here.)
"""

import hashlib
import json
import os
import subprocess
import sys

import httpx
import pytest

from movie_assets.serving_host.route import Route
from tests.support.bentos import a_bento, serving
from tests.support.builders import a_movie
from tests.support.served import BUNDLE, bentoml_serve, the_bento
from tests.support.servers import free_port, running

KEY = "a-key-for-tests"
FILM = a_movie().model_dump(mode="json")
FILMS = [FILM, FILM | {"runtime": 0}]
METHODS = {"predict": "/predict", "predict_batch": "/predict_batch", "describe": "/describe"}
SYNC = """
with bentoml.SyncHTTPClient(url, token=key) as client:
    print(json.dumps([client.predict(films[0]), client.predict_batch(films), client.describe()]))
"""
ASYNC = """
async def ask():
    async with bentoml.AsyncHTTPClient(url, token=key) as client:
        print(json.dumps([await client.predict(films[0]), await client.predict_batch(films), await client.describe()]))
asyncio.run(ask())
"""
REFUSED = """
with bentoml.SyncHTTPClient(url, token=key) as client:
    try:
        client.predict(films[1])
    except bentoml.exceptions.UnprocessableEntity as refused:
        print(json.dumps(str(refused)))
"""
WITHOUT_KEY = """
try:
    bentoml.SyncHTTPClient(url)
except bentoml.exceptions.BentoMLException as refused:
    print(json.dumps(str(refused)))
"""


def run(*words, **environment):
    """What a command prints, with a BentoML that tells nobody."""
    told = {**os.environ, "BENTOML_DO_NOT_TRACK": "True", **environment}
    return subprocess.run([sys.executable, *words], env=told, capture_output=True, text=True, check=True).stdout


def client(url, program, key=KEY):
    """What a program of BentoML's client prints, from JSON."""
    head = "import asyncio, json, sys, bentoml; url, key, films = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])"
    return json.loads(run("-c", head + program, url, key, json.dumps(FILMS)))


def over_http(url, key=KEY):
    """The same three answers as a curl gets them."""
    with httpx.Client(base_url=url, headers={"authorization": f"Bearer {key}"}, timeout=10, trust_env=False) as asking:
        answers = asking.post("/predict", json=FILM), asking.post("/predict_batch", json=FILMS), asking.get("/describe")
    return [answer.raise_for_status().json() for answer in answers]


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    """A slot's service that asks for a key."""
    hashes = hashlib.sha256(KEY.encode()).hexdigest()
    with serving(the_bento(), log=tmp_path_factory.mktemp("asked") / "log", MOVIE_API_KEY_HASHES=hashes) as url:
        yield url


@pytest.mark.parametrize("program", [SYNC, ASYNC], ids=["sync", "async"])
def test_the_clients_call_every_method(url, program):
    """By name and with the key as their token; they read what a curl reads, errors in a batch included."""
    answers = client(url, program)

    assert answers == over_http(url)
    assert answers[1][1]["error"]["field"] == "runtime"


def test_the_clients_call_through_traefik(url, tmp_path):
    """Where everybody asks."""
    route, port = Route(tmp_path), free_port()
    route.move("a", url)
    program = "import sys; from pathlib import Path; from movie_assets.serving_host.route import Route, run_proxy; "
    program += "run_proxy(Route(Path(sys.argv[1])), host='127.0.0.1', port=int(sys.argv[2]), variables={})"
    proxied = f"http://127.0.0.1:{port}"
    with running([sys.executable, "-c", program, tmp_path, str(port)], ready=f"{proxied}/readyz"):
        assert client(proxied, SYNC) == over_http(url)


def test_a_client_is_told_what_is_wrong(url):
    """Its exception has our sentence; without the key it does not learn the methods."""
    assert "runtime is 0" in client(url, REFUSED)
    assert "schema" in client(url, WITHOUT_KEY)


def test_the_schema_describes_the_methods(url):
    """The bodies are the film and the list themselves, in no envelope."""
    schema = httpx.get(f"{url}/schema.json", headers={"authorization": f"Bearer {KEY}"}).json()
    inputs = {route["name"]: route["input"] for route in schema["routes"]}

    assert {route["name"]: route["route"] for route in schema["routes"]} == METHODS
    assert FILM.keys() <= inputs["predict"]["properties"].keys()
    assert inputs["predict_batch"]["type"] == "array"


def test_bentoml_serves_it_too(tmp_path):
    """`bentoml serve` starts it, and its answers are the same."""
    with bentoml_serve(the_bento(), home=tmp_path) as url:
        assert client(url, SYNC, key="") == over_http(url, key="none")


def test_bentoml_shows_it(tmp_path):
    """`bentoml import` takes the archive, and `bentoml get` lists the methods."""
    built = a_bento(BUNDLE, tmp_path / "work")
    home = str(tmp_path / "home")

    run("-m", "bentoml", "import", str(built.archive), BENTOML_HOME=home)
    shown = json.loads(run("-m", "bentoml", "get", built.tag, "-o", "json", BENTOML_HOME=home))

    [service] = shown["services"]
    assert service["name"] == "movie_rating"
    assert {route["name"]: route["route"] for route in shown["schema"]["routes"]} == METHODS
