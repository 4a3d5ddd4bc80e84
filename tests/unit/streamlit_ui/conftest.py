"""A running service look-alike and a LibreTranslate stand-in, for the tests of the page."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.support.pages import opened
from tests.support.service_lookalike import service_lookalike

ENGLISH = "A retired detective returns to a quiet village and solves one last case."


@pytest.fixture
def service():
    """The service's look-alike, running."""
    with service_lookalike() as running:
        yield running


class LibreTranslateStandIn:
    """Answers every text with the same English; with a fault set it stays silent, refuses or talks nonsense."""

    def __init__(self, url):
        self.url = url
        self.fault = None
        self.english = ENGLISH
        self.questions = []
        self.paths = []


@pytest.fixture
def libretranslate():
    """A LibreTranslate server on a free port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.stand_in = LibreTranslateStandIn(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.stand_in
    server.shutdown()
    server.server_close()
    thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        stand_in = self.server.stand_in
        stand_in.paths.append(self.path)
        stand_in.questions.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        match stand_in.fault:
            case "silent":
                time.sleep(1.0)
                self.close_connection = True
            case "refused":
                self._send(403, json.dumps({"error": "Please contact the server operator to get an API key"}))
            case "html":
                self._send(200, "<html>Sign in to this network</html>")
            case "no text":
                self._send(200, json.dumps({"translatedText": None}))
            case "not translated":
                self._send(200, json.dumps({"translatedText": stand_in.questions[-1]["q"]}))
            case _:
                self._send(200, json.dumps({"translatedText": stand_in.english}))

    def log_message(self, format, *args):  # noqa: A002 - the name is the standard library's
        """Say nothing: tests read `questions`."""

    def _send(self, status, body):
        raw = body.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)


@pytest.fixture
def house(service, libretranslate, monkeypatch):
    """A service and a translator of this machine, for a page to be opened on."""
    monkeypatch.setenv("MOVIE_SERVICE_URL", service.url)
    monkeypatch.setenv("MOVIE_SERVICE_TIMEOUT_SECONDS", "0.5")
    monkeypatch.setenv("MOVIE_LIBRETRANSLATE_URL", libretranslate.url)
    monkeypatch.setenv("MOVIE_TRANSLATION_TIMEOUT_SECONDS", "0.5")


@pytest.fixture
def page(house):
    """The page, opened for the first time."""
    return opened()
