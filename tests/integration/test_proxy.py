"""Traefik before a service, with the pages of the agent: limits and errors at the public port.

Releases through Traefik: test_agent.py.
"""

import asyncio
import contextlib
import json
import socket
import sys
import threading
import time

import httpx
import pytest
import uvicorn

from movie_assets.serving_host.error_pages import MESSAGES, ErrorPages
from movie_assets.serving_host.route import Route
from tests.support.guarded import a_guard
from tests.support.servers import free_port, running

FILM = {"runtime": 97, "genres": ["Comedy"], "original_language": "ko"}
PROGRAM = "import sys; from pathlib import Path; from movie_assets.serving_host.route import Route, run_proxy; "
PROGRAM += "run_proxy(Route(Path(sys.argv[1])), host='127.0.0.1', port=int(sys.argv[2]), variables={})"
PROBLEM = "Not ready: the bundle was changed."
SHAPE = {"code", "message", "field", "allowed"}


@contextlib.contextmanager
def slot(app):
    """A service of this process: its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=free_port(), lifespan="off", log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.config.port}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def proxied(tmp_path_factory):
    """The route, and the address of Traefik."""
    folder, port = tmp_path_factory.mktemp("host"), free_port()
    pages = ErrorPages(lambda: PROBLEM)
    route = Route(folder, errors=pages.url)
    route.move(None, None)

    def is_listening():
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 503
        return False

    with running([sys.executable, "-c", PROGRAM, folder, str(port)], ready=is_listening):
        yield route, f"http://127.0.0.1:{port}"
    pages.close()


def until_answers(url, status):
    """Traefik takes a new route within a moment."""
    deadline = time.monotonic() + 10
    while httpx.get(f"{url}/readyz").status_code != status and time.monotonic() < deadline:
        time.sleep(0.05)


def error_of(answer):
    """The error in its one shape."""
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json()) == {"error"}
    assert set(answer.json()["error"]) == SHAPE
    return answer.json()["error"]


def test_before_the_first_release_errors_have_the_one_shape(proxied):
    """Whatever is sent; the bare address is not found, which tells a port check that Traefik listens."""
    route, url = proxied
    route.move(None, None)
    until_answers(url, 503)

    for answer in (httpx.get(f"{url}/describe"), httpx.post(f"{url}/predict", json=FILM), httpx.put(f"{url}/x/y")):
        assert (answer.status_code, error_of(answer)["code"]) == (503, "not_ready")
        assert answer.headers["retry-after"] == "2"
    bare = httpx.get(url)
    assert (bare.status_code, error_of(bare)["code"]) == (404, "not_found")


def test_a_slot_that_does_not_answer_is_a_502_in_the_one_shape(proxied):
    """As while supervisord restarts it."""
    route, url = proxied
    route.move("a", f"http://127.0.0.1:{free_port()}")
    until_answers(url, 502)

    answer = httpx.post(f"{url}/predict", json=FILM)

    assert (answer.status_code, error_of(answer)["message"]) == (502, MESSAGES[502][1])


def test_a_503_of_the_service_keeps_its_reason(proxied):
    """And what it answers otherwise comes as it is."""
    route, url = proxied
    with slot(a_guard(problem=PROBLEM)) as service:
        route.move("b", service)
        until_answers(url, 503)
        answer = httpx.post(f"{url}/predict", json=FILM)
        other = httpx.get(f"{url}/nowhere")

    assert (answer.status_code, error_of(answer)["message"]) == (503, PROBLEM)
    assert (other.status_code, error_of(other)["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["/predict", "/predict_batch"])
@pytest.mark.parametrize("length", ["content-length: 300", "transfer-encoding: chunked"])
def test_a_body_that_does_not_arrive_is_a_408_in_time(proxied, path, length):
    """With the service's own limits: 2 seconds, 4 for a batch. Go's default is a minute."""
    route, url = proxied
    with slot(a_guard(api_seconds=2.0, api_batch_seconds=8.0)) as service:
        route.move("a", service)
        until_answers(url, 200)
        host, port = url.removeprefix("http://").split(":")
        begun = time.monotonic()
        with socket.create_connection((host, int(port)), timeout=20) as silent:
            first = b"1\r\n{\r\n" if "chunked" in length else b"{"
            silent.sendall(f"POST {path} HTTP/1.1\r\nhost: x\r\n{length}\r\n\r\n".encode() + first)
            answer = silent.recv(10_000)
        seconds = time.monotonic() - begun

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["code"] == "body_too_slow"
    assert seconds < 6


def test_a_prediction_may_take_longer_than_its_body(proxied):
    """The limit of the proxy is for what arrives, not for the answer."""

    async def slow(scope, receive, send):
        await asyncio.sleep(0 if scope["path"] == "/readyz" else 6)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"late"})

    route, url = proxied
    with slot(slow) as service:
        route.move("b", service)
        until_answers(url, 200)

        assert httpx.post(f"{url}/predict_batch", json=[FILM], timeout=20).text == "late"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"NO HTTP AT ALL\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nhost: x\r\nlong: " + b"x" * 1_100_000, 431),
        (b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip\r\n\r\n", 501),
        (b"GET / HTTP/4.0\r\nhost: x\r\n\r\n", 505),
    ],
    ids=["no HTTP", "long headers", "an encoding", "a version"],
)
def test_what_the_proxy_cannot_read_has_its_own_text(proxied, request_, status):
    """The reference says so."""
    host, port = proxied[1].removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        with contextlib.suppress(ConnectionError):
            client.sendall(request_)
        answer = client.recv(1_000)

    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"text/plain" in answer
