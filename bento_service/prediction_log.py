"""PredictionLog: writes every prediction as a JSON line to a folder of this host.

A line is the response as it was sent, with five fields before it: `role` of the slot (in service, canary, shadow,
standby; null where none is known), `at` (when the response was ready, UTC), `request` (SHA-256 of the film as it was
sent, as JSON or as a query), `overview` (the synopsis, or "sha256:" and its digest; null without one) and `slot`.

A request only appends to a queue; one thread of each worker writes. Each file has one writer, which holds a lock on it
(flock) until the file is finished: when its period is over or the writer has ended. serving_host's
prediction_log_shipping.py ships finished files and sets the roles.
"""

import contextlib
import fcntl
import hashlib
import logging
import os
import shutil
import threading
import time
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic_core import to_json

from bento_service import metrics
from bento_service.settings import ServiceSettings

FLUSH_SECONDS = 1.0  # a killed process loses at most this much
MAX_QUEUED = 10_000  # predictions between two flushes; more than a worker can make
MAX_FILE_BYTES = 64_000_000
MIN_FREE_BYTES = 500_000_000  # of the disk: a log that cannot be shipped must not stop the service
LINES_AT_ONCE = 25  # in a fifth of a millisecond; then the thread yields Python's lock to requests
PAUSE_SECONDS = 0.001
DIGEST_PREFIXES = 2**32  # of eight hexadecimal digits

Queued = tuple[float, str | bytes, str | None, bytes]  # time, film as it was sent, synopsis, response

logger = logging.getLogger("bentoml.movie_rating")  # below BentoML's own, whose handlers it shares


class PredictionLog:
    """Logs predictions if there is a folder for it; never raises, and never blocks a request."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._folder = settings.log_dir
        self._slot = settings.log_slot
        self._share = settings.log_share
        self._with_synopses = settings.log_synopses
        self._seconds = settings.log_file_seconds
        self._queue: deque[Queued] = deque()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(self._folder,), name="prediction-log", daemon=True)
        self._file: _LockedFile | None = None
        self._role: str | None = None
        self._role_since = 0.0

    def start(self) -> None:
        """Start the writer, if there is a folder."""
        if self._folder is not None:
            self._thread.start()

    def close(self) -> None:
        """Write the queue and finish the file."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self._finish_file()

    def append(self, film: str | bytes, overview: str | None, response: bytes) -> None:
        """Queue the response to `film`, sent as JSON or as a query; `response` is a non-empty JSON object."""
        if self._folder is None:
            return
        if len(self._queue) >= MAX_QUEUED:
            metrics.LOG_DROPPED.inc()
        else:
            self._queue.append((time.time(), film, overview, response))

    def _run(self, folder: Path) -> None:
        is_losing = False
        is_over = False
        while not is_over:
            is_over = self._stopping.wait(FLUSH_SECONDS)
            batch = [self._queue.popleft() for _ in range(len(self._queue))]
            try:
                metrics.LOGGED.inc(self._write(batch, folder))
                is_losing = False
            except Exception as error:  # noqa: BLE001  # predictions go on, whatever is wrong with the log
                metrics.LOG_DROPPED.inc(len(batch))
                self._finish_file()
                if not is_losing:
                    # only the text of an OSError is sure to hold nothing of a film
                    why = error if isinstance(error, OSError) else type(error).__name__
                    logger.warning("The prediction log is losing predictions: %s", why)
                is_losing = True

    def _write(self, batch: Sequence[Queued], folder: Path) -> int:
        """Write the lines of the batch that are in the logged share, and return their number."""
        before, role, since = self._roles(folder)
        if self._file and self._file.is_over(self._seconds):
            self._finish_file()
        lines = []
        for number, queued in enumerate(batch, 1):
            if line := self._line(*queued, role=role if queued[0] >= since else before):
                lines.append(line)
            if number % LINES_AT_ONCE == 0 and not self._stopping.is_set():
                time.sleep(PAUSE_SECONDS)
        if lines:
            self._open_file(folder).write(b"".join(lines))
        return len(lines)

    def _line(self, at: float, film: str | bytes, overview: str | None, response: bytes, *, role: str | None) -> bytes:
        """One line; empty for a film outside the logged share, which its digest decides."""
        digest = _sha256(film.strip())  # a JSON line of a batch may end with a carriage return
        if int(digest[:8], 16) >= self._share * DIGEST_PREFIXES:
            return b""
        fields = {
            "role": role,
            "at": datetime.fromtimestamp(at, tz=UTC).isoformat(),
            "request": digest,
            "overview": overview if overview is None or self._with_synopses else f"sha256:{_sha256(overview)}",
            "slot": self._slot,
        }
        return b"%b,%b\n" % (to_json(fields)[:-1], response[1:])

    def _roles(self, folder: Path) -> tuple[str | None, str | None, float]:
        """The slot's previous role, its role, and since when; the agent writes it before it moves the route."""
        before = self._role
        with contextlib.suppress(FileNotFoundError):
            file = folder / f"role-{self._slot}"
            since = file.stat().st_mtime
            if since != self._role_since:
                self._role, self._role_since = file.read_text(), since
        return before, self._role, self._role_since

    def _open_file(self, folder: Path) -> "_LockedFile":
        if shutil.disk_usage(folder).free < MIN_FREE_BYTES:
            raise OSError(f"less than {MIN_FREE_BYTES // 1_000_000} MB are free in {folder}")
        if self._file is None:
            self._file = _LockedFile(folder, self._slot or "alone")
        return self._file

    def _finish_file(self) -> None:
        if self._file:
            self._file.close()
            self._file = None


class _LockedFile:
    """A file that only this process writes; it gets its final name once it is locked."""

    def __init__(self, folder: Path, slot: str) -> None:
        self._begun = time.time()
        name = f"{datetime.fromtimestamp(self._begun, tz=UTC):%Y%m%dT%H%M%S%f}-{slot}-{os.getpid()}"
        part = folder / f"{name}.part"
        self._file = part.open("xb", buffering=0)
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        part.rename(folder / f"{name}.jsonl")

    def is_over(self, seconds: float) -> bool:
        """Whether the period in which it was opened has ended, or it is large enough."""
        return time.time() // seconds != self._begun // seconds or self._file.tell() >= MAX_FILE_BYTES

    def write(self, lines: bytes) -> None:
        remaining = memoryview(lines)
        while remaining:
            remaining = remaining[self._file.write(remaining) :]

    def close(self) -> None:
        """Release the lock: the file may be shipped."""
        self._file.close()


def _sha256(text: str | bytes) -> str:
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()
