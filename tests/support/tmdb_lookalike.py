"""A look-alike of TMDB on loopback: lists, discovery, details, daily exports, keys, limits, and faults on demand.

It answers over real HTTP from the records it is given, in TMDB's shapes and with its page limits, and counts requests.
Records: tmdb.py. Faults: tmdb_faults.py.
"""

import gzip
import json
import socket
import struct
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.support.lookalike_server import LookalikeServer, listening
from tests.support.tmdb_faults import Fault, error_body, too_many_requests

PAGE_SIZE = 20
PAGE_LIMIT = 500
LISTED = ("id", "title", "overview", "release_date", "popularity", "vote_count", "vote_average", "original_language")

Answer = tuple[int, Any]


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request."""

    path: str
    query: dict[str, str]
    authorization: str | None
    at: float = field(default_factory=time.monotonic)

    @property
    def target(self) -> str:
        """A page of a list, or a record."""
        return f"{self.path}?page={self.query['page']}" if "page" in self.query else self.path


class Lookalike:
    """The state of the server, and its requests."""

    def __init__(self, records: Iterable[dict[str, Any]], *, token: str, api_key: str) -> None:
        self.records: dict[int, dict[str, Any]] = {record["id"]: record for record in records}
        self.token = token
        self.api_key = api_key
        self.url = ""  # of the API, with its /3; known once the server runs
        self.files_url = ""  # of the daily exports
        self.limit_per_second: int | None = None  # above it, 429
        self.page_overlap = 0  # entries that each page of /movie/popular repeats from the one before
        self.gone: set[int] = set()  # still in the lists, without a record
        self.requests: list[Request] = []
        self.stopping = threading.Event()
        self._exports: dict[str, bytes] = {}
        self._faults: list[tuple[str, Fault]] = []
        self._mixed: tuple[Fault, ...] = ()
        self._asked: Counter[str] = Counter()
        self._lock = threading.Lock()

    def fail(self, path: str, *faults: Fault) -> None:
        """Give the next requests for `path` (as after /3) these faults, one each."""
        with self._lock:
            self._faults += [(path, fault) for fault in faults]

    def fail_now_and_then(self, *faults: Fault) -> None:
        """Give about two in three targets one or two of these faults before they are answered."""
        self._mixed = faults

    def export(self, day: date, lines: Iterable[Any]) -> str:
        """Add an export of this day, a line for each value (a text is written as it is), and return its path."""
        path = f"/p/exports/movie_ids_{day:%m_%d_%Y}.json.gz"
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        self._exports[path] = gzip.compress("\n".join([*texts, ""]).encode())
        return path

    def requests_for(self, path: str) -> list[Request]:
        """The requests for exactly this path."""
        return [request for request in self.requests if request.path == path]

    def busiest_second(self) -> int:
        """The most requests within one second."""
        times = sorted(request.at for request in self.requests)
        return max(sum(1 for later in times[n:] if later < first + 1) for n, first in enumerate(times))

    def next_fault(self, request: Request) -> Fault | None:
        """Record a request, and take its next fault."""
        with self._lock:
            self.requests.append(request)
            self._asked[request.target] += 1
            if self.limit_per_second and self._in_the_last_second(request) > self.limit_per_second:
                return too_many_requests("1")
            if self._mixed:
                return self._mixed_fault(request)
            waiting = next((entry for entry in self._faults if entry[0] == request.path), None)
            if waiting is None:
                return None
            self._faults.remove(waiting)
            return waiting[1]

    def _in_the_last_second(self, request: Request) -> int:
        return sum(1 for other in self.requests if other.at > request.at - 1)

    def _mixed_fault(self, request: Request) -> Fault | None:
        number = zlib.crc32(request.target.encode())  # the same in every process, whatever the order of requests
        if self._asked[request.target] > number % 3:
            return None
        return self._mixed[(number // 3 + self._asked[request.target]) % len(self._mixed)]

    def answer(self, request: Request) -> Answer:
        """TMDB's status and body; an export needs no key."""
        if request.path.startswith("/p/exports/"):
            return (200, self._exports[request.path]) if request.path in self._exports else (404, "no such file")
        if request.authorization != f"Bearer {self.token}" and request.query.get("api_key") != self.api_key:
            return 401, json.loads(error_body(7, "Invalid API key: You must be granted a valid key."))
        if request.path == "/movie/popular":
            ranked = sorted(self.records.values(), key=lambda record: -record["popularity"])
            return self._page(ranked, request.query, overlap=self.page_overlap)
        if request.path == "/discover/movie":
            return self._page(self._discovered(request.query), request.query, overlap=0)
        film_id = int(request.path.removeprefix("/movie/")) if request.path.removeprefix("/movie/").isdigit() else None
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
            return 400, json.loads(error_body(22, "Invalid page: Pages start at 1 and max at 500."))
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
    with listening(lookalike, _Handler) as address:
        lookalike.url = f"{address}/3"
        lookalike.files_url = lookalike.url.replace("/3", "/p/exports")
        yield lookalike


class _Handler(BaseHTTPRequestHandler):
    server: LookalikeServer
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet; in two, the second waits 40 ms for the first to be confirmed

    def do_GET(self) -> None:  # the name the library calls
        lookalike = self.server.lookalike
        asked = urlsplit(self.path)
        request = Request(
            path=asked.path.removeprefix("/3"),
            query=dict(parse_qsl(asked.query)),
            authorization=self.headers.get("Authorization"),
        )
        fault = lookalike.next_fault(request) or Fault()
        lookalike.stopping.wait(fault.delay_seconds)
        status, answer = lookalike.answer(request)
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        if fault.body is not None:
            body = fault.body.encode()
        self._send(fault, fault.status or status, body)

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
        self._trickle(body) if fault.trickles else self.wfile.write(body)
        self.close_connection = self.close_connection or fault.hung_up

    def _trickle(self, body: bytes) -> None:
        for byte in body:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            if self.server.lookalike.stopping.wait(0.05):
                return

    def log_message(self, *_: object) -> None:
        """Keep quiet; `Lookalike.requests` is the record."""
