"""A stand-in for a LibreTranslate server over real HTTP: a fixed translation, or faults on demand."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

from tests.support.lookalike_server import listening

GERMAN = "Ein Detektiv im Ruhestand kehrt in eine ruhige Stadt zurück."
ENGLISH = "A retired detective returns to a quiet village and solves one last case."
SILENT_SECONDS = 1.0  # longer than any time-out a test sets


class LibreTranslateStandIn:
    """Answers every text with the same English; with a fault set it stays silent, refuses or talks nonsense."""

    def __init__(self):
        self.url = ""
        self.stopping = threading.Event()
        self.fault = None
        self.english = ENGLISH
        self.questions = []
        self.paths = []


@contextmanager
def libretranslate_stand_in():
    """A running stand-in on a free port of this machine."""
    stand_in = LibreTranslateStandIn()
    with listening(stand_in, _Handler) as stand_in.url:
        yield stand_in


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        stand_in = self.server.lookalike
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        stand_in.paths.append(self.path)
        stand_in.questions.append(question)
        match stand_in.fault:
            case "silent":
                stand_in.stopping.wait(SILENT_SECONDS)
                self.close_connection = True
            case "refused":
                self._send(403, {"error": "Please contact the server operator to get an API key"})
            case "html":
                self._send(200, "<html>Sign in to this network</html>")
            case "no text":
                self._send(200, {"translatedText": None})
            case "not translated":
                self._send(200, {"translatedText": question["q"]})
            case "not english":
                self._send(200, {"translatedText": GERMAN})
            case "numbered":  # the first piece of a text comes last
                number = int(question["q"].split()[1])
                time.sleep(0.05 * (3 - number))
                self._send(200, {"translatedText": f"This is the part with number {number}." + " It goes on." * 200})
            case "error page":
                self._send(200, {"translatedText": "503 (Service Unavailable). Please try again later."})
            case _:
                self._send(200, {"translatedText": stand_in.english})

    def log_message(self, format, *args):  # noqa: A002 - the name is the standard library's
        """Say nothing: tests read `questions`."""

    def _send(self, status, body):
        raw = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)
