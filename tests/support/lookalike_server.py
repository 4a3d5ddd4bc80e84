"""The HTTP server under the look-alikes: on a free port of loopback, quiet about clients that disconnect.

The look-alikes: tmdb_lookalike.py and wandb_lookalike.py.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class LookalikeServer(ThreadingHTTPServer):
    """Hands each request to a handler, which finds the look-alike as `self.server.lookalike`."""

    daemon_threads = True  # a connection the client keeps open must not hold up the end

    def __init__(self, lookalike: Any, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.lookalike = lookalike

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client may leave; anything else is said."""
        if not isinstance(sys.exc_info()[1], BrokenPipeError | ConnectionResetError):
            super().handle_error(request, client_address)


@contextmanager
def listening(lookalike: Any, handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Its address until the block ends; then `lookalike.stopping` is set, so that no answer waits any longer."""
    with LookalikeServer(lookalike, handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            lookalike.stopping.set()
            server.shutdown()
            thread.join()
