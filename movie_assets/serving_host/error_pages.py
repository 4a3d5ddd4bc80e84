"""ErrorPages: what clients get in place of the proxy's own 502, 503 and 504, in the service's one shape of errors.

Traefik asks for a page where a slot does not answer, or where there is none. A further status is an entry of MESSAGES
and of route.py. The service's own errors: bento_service/errors.py.
"""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RETRY_AFTER_SECONDS = 2  # of 502 and 503; what took too long once does so again
PROBLEM_SECONDS = 1.0  # for which a service is not asked again why it is not ready
MESSAGES = {
    404: ("not_found", "No release is in service yet, so there is nothing at this address."),
    502: ("unavailable", "The service is being restarted; try again in a few seconds."),
    503: ("not_ready", "No release is in service yet; try again later."),
    504: ("timeout", "The answer took too long; send fewer films at once, or try again."),
}  # by status: the code, and the message


def error_body(status: int, message: str) -> bytes:
    """The body of an error, as bento_service/errors.py writes it."""
    error = {"code": MESSAGES[status][0], "message": message, "field": None, "allowed": None}
    return json.dumps({"error": error}).encode()


class ErrorPages:
    """Serves the page of a status at `/<status>`, on loopback, from a thread of its own.

    `problem` returns why the service in the route is not ready; None where there is none, or it is not known.
    """

    def __init__(self, problem: Callable[[], str | None], *, port: int = 0) -> None:
        """Listens on `port`, or on any free one where that is taken."""
        self._problem, self._asked_at = problem, float("-inf")
        self._last_problem: str | None = None
        self._lock = threading.Lock()
        handler = type("_Handler", (_Handler,), {"pages": self})
        try:
            self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        except OSError:
            self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="error-pages", daemon=True).start()

    @property
    def url(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def body(self, status: int) -> bytes:
        """The page of a status."""
        problem = self._recent_problem() if status == 503 else None
        return error_body(status, problem or MESSAGES[status][1])

    def _recent_problem(self) -> str | None:
        """The problem; many requests at once ask the service for it once."""
        with self._lock:
            if time.monotonic() - self._asked_at > PROBLEM_SECONDS:
                self._last_problem = self._problem()
                self._asked_at = time.monotonic()
            return self._last_problem


class _Handler(BaseHTTPRequestHandler):
    pages: ErrorPages
    timeout = 5

    def do_GET(self) -> None:
        name = self.path.partition("?")[0].removeprefix("/")
        status = int(name) if name in map(str, MESSAGES) else 404
        body = self.pages.body(status)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status in (502, 503):
            self.send_header("Retry-After", str(RETRY_AFTER_SECONDS))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the standard library's
        """Requests are not logged."""
