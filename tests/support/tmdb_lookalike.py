"""A look-alike of the TMDB API on loopback: lists, discovery, details, keys, and faults on demand.

It answers over real HTTP from records handed in, in TMDB's shapes and with its page limits.
Records to hand in: builders.a_record.
"""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

PAGE_SIZE = 20
PAGE_LIMIT = 500
LISTED = ("id", "title", "overview", "release_date", "popularity", "vote_count", "vote_average", "original_language")

Answer = tuple[int, Any]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What to answer instead of, or do to, the right answer."""

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    content_type: str = "application/json"
    cut_in_half: bool = False  # the body, with a length that fits the half
    hung_up: bool = False  # fewer bytes than the length promises
    reset: bool = False
    delay_seconds: float = 0.0


def too_many_requests(retry_after: str | None = None) -> Fault:
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return Fault(status=429, headers=headers, body=_error(25, "Your request count is over the allowed limit."))


def server_error(status: int = 500) -> Fault:
    return Fault(status=status, body=_error(11, "Internal error: Something went wrong, contact TMDB."))


def html_page(status: int = 200) -> Fault:
    return Fault(status=status, body="<html><body>Bad gateway</body></html>", content_type="text/html")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A request as it came."""

    path: str
    query: dict[str, str]
    authorization: str | None


class Lookalike:
    """What the server answers from, and what it was asked."""

    def __init__(self, records: Iterable[dict[str, Any]], *, token: str, api_key: str) -> None:
        self.records: dict[int, dict[str, Any]] = {record["id"]: record for record in records}
        self.token = token
        self.api_key = api_key
        self.url = ""  # of the API, with its /3; known once the server runs
        self.page_overlap = 0  # entries that each page of /movie/popular repeats from the one before
        self.gone: set[int] = set()  # still in the lists, without a record
        self.requests: list[Seen] = []
        self.stopping = threading.Event()
        self._faults: list[tuple[str, Fault]] = []
        self._lock = threading.Lock()

    def fail(self, path: str, *faults: Fault) -> None:
        """The next requests for `path` (as after /3) get these faults, one each."""
        with self._lock:
            self._faults += [(path, fault) for fault in faults]

    def asked(self, path: str) -> list[Seen]:
        """The requests for exactly this path."""
        return [seen for seen in self.requests if seen.path == path]

    def next_fault(self, seen: Seen) -> Fault | None:
        """Note a request, and take the fault that waits for it."""
        with self._lock:
            self.requests.append(seen)
            waiting = next((entry for entry in self._faults if entry[0] == seen.path), None)
            if waiting is None:
                return None
            self._faults.remove(waiting)
            return waiting[1]

    def answer(self, seen: Seen) -> Answer:
        """Status and body, as TMDB would give them."""
        if seen.authorization != f"Bearer {self.token}" and seen.query.get("api_key") != self.api_key:
            return 401, json.loads(_error(7, "Invalid API key: You must be granted a valid key."))
        if seen.path == "/movie/popular":
            ranked = sorted(self.records.values(), key=lambda record: -record["popularity"])
            return self._page(ranked, seen.query, overlap=self.page_overlap)
        if seen.path == "/discover/movie":
            return self._page(self._discovered(seen.query), seen.query, overlap=0)
        film_id = int(seen.path.removeprefix("/movie/")) if seen.path.removeprefix("/movie/").isdigit() else None
        if film_id in self.records and film_id not in self.gone:
            return 200, self.records[film_id]
        return 404, {"status_code": 34, "status_message": "The resource you requested could not be found."}

    def _discovered(self, query: dict[str, str]) -> list[dict[str, Any]]:
        first = query.get("primary_release_date.gte", "")
        last = query.get("primary_release_date.lte", "9999")
        by, _, order = query.get("sort_by", "popularity.desc").partition(".")
        films = [film for film in self.records.values() if first <= (film["release_date"] or "") <= last]
        return sorted(films, key=lambda film: film[by], reverse=order == "desc")

    def _page(self, films: list[dict[str, Any]], query: dict[str, str], *, overlap: int) -> Answer:
        number = int(query.get("page", "1"))
        if not 1 <= number <= PAGE_LIMIT:
            return 400, json.loads(_error(22, "Invalid page: Pages start at 1 and max at 500."))
        step = PAGE_SIZE - overlap
        start = (number - 1) * step
        entries = [{name: film.get(name) for name in LISTED} for film in films[start : start + PAGE_SIZE]]
        pages = -(-len(films) // step)
        return 200, {"page": number, "results": entries, "total_pages": pages, "total_results": len(films)}


@contextmanager
def running_lookalike(
    records: Iterable[dict[str, Any]], *, token: str = "a-read-token", api_key: str = "an-api-key"
) -> Iterator[Lookalike]:
    """The look-alike, listening on a free port of 127.0.0.1 until the block ends."""
    lookalike = Lookalike(records, token=token, api_key=api_key)
    with _Server(("127.0.0.1", 0), _handler(lookalike)) as server:
        lookalike.url = f"http://127.0.0.1:{server.server_address[1]}/3"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield lookalike
        finally:
            lookalike.stopping.set()
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True  # a connection the client keeps open must not hold up the end


def _handler(lookalike: Lookalike) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet; in two, the second waits 40 ms for the first to be confirmed

        def do_GET(self) -> None:  # the name the library calls
            asked = urlsplit(self.path)
            seen = Seen(
                path=asked.path.removeprefix("/3"),
                query=dict(parse_qsl(asked.query)),
                authorization=self.headers.get("Authorization"),
            )
            fault = lookalike.next_fault(seen) or Fault()
            lookalike.stopping.wait(fault.delay_seconds)
            status, answer = lookalike.answer(seen)
            body = (json.dumps(answer) if fault.body is None else fault.body).encode()
            try:
                self._send(fault, fault.status or status, body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the client had enough of waiting, as it should

        def _send(self, fault: Fault, status: int, body: bytes) -> None:
            if fault.reset:
                linger = struct.pack("ii", 1, 0)  # closing then sends a reset
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.connection.close()
                self.close_connection = True
                return
            if fault.cut_in_half:
                body = body[: len(body) // 2]
            self.send_response(status)
            for name, value in fault.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", fault.content_type)
            self.send_header("Content-Length", str(len(body) * 2 if fault.hung_up else len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = self.close_connection or fault.hung_up

        def log_message(self, *_: object) -> None:
            """Keep quiet; `Lookalike.requests` is the record."""

    return Handler


def _error(code: int, message: str) -> str:
    return json.dumps({"success": False, "status_code": code, "status_message": message})
