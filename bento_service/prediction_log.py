"""The prediction log: what was answered to each film, as JSON lines in a folder of this host.

A line is the answer as it was sent, with five things before it: `role` of the slot (in service, canary, shadow,
standby; null where nobody says), `at` (when the answer was ready, UTC), `request` (SHA-256 of the film as it was sent,
as JSON or as a query), `overview` (the synopsis, or "sha256:" and its digest; null where none was sent) and `slot`.

A request only puts its answer in a queue; one thread of each worker makes lines of many at a time and writes. A file
is its writer's alone (flock) until it is finished, which is when its time is over or its writer is gone. What becomes
of finished files, and who says which role a slot has: movie_assets/serving_host/prediction_log_shipping.py.
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
from bento_service.settings import Settings

FLUSH_SECONDS = 1.0  # what a killed process loses at most
MOST_WAITING = 10_000  # answers between two flushes; more than a worker can give
MOST_FILE_BYTES = 64_000_000
LEAST_FREE_BYTES = 500_000_000  # of the disk: a log that cannot be shipped must not end the service
MADE_AT_ONCE = 25  # lines, in a fifth of a millisecond; then requests have Python's one lock for a while
PAUSE_SECONDS = 0.001
ALL = 2**32

Waiting = tuple[float, str | bytes, str | None, bytes]  # when, the film as it was sent, its synopsis, its answer

logger = logging.getLogger("bentoml.movie_rating")  # below BentoML's own, whose handlers it shares


class PredictionLog:
    """Keeps what was answered, if there is a folder for it; never raises, and never makes a request wait."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.log_dir
        self._slot = settings.log_slot
        self._share = settings.log_share
        self._with_synopses = settings.log_synopses
        self._seconds = settings.log_file_seconds
        self._waiting: deque[Waiting] = deque()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(self._folder,), name="prediction-log", daemon=True)
        self._file: _OwnFile | None = None
        self._role: str | None = None
        self._role_since = 0.0

    def start(self) -> None:
        """Begin to write, if there is a folder."""
        if self._folder is not None:
            self._thread.start()

    def close(self) -> None:
        """Write what waits and finish the file."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
        self._finish_file()

    def append(self, film: str | bytes, overview: str | None, answer: bytes) -> None:
        """Take in the answer to `film`, sent as JSON or as a query; `answer` is a JSON object that is not empty."""
        if self._folder is None:
            return
        if len(self._waiting) >= MOST_WAITING:
            metrics.LOG_DROPPED.inc()
        else:
            self._waiting.append((time.time(), film, overview, answer))

    def _run(self, folder: Path) -> None:
        is_losing = False
        is_over = False
        while not is_over:
            is_over = self._ended.wait(FLUSH_SECONDS)
            taken = [self._waiting.popleft() for _ in range(len(self._waiting))]
            try:
                metrics.LOGGED.inc(self._write(taken, folder))
                is_losing = False
            except Exception as error:  # noqa: BLE001  # whatever is wrong with the log, answers go on
                metrics.LOG_DROPPED.inc(len(taken))
                self._finish_file()
                if not is_losing:
                    # only an OSError's words are sure to hold nothing of a film
                    why = error if isinstance(error, OSError) else type(error).__name__
                    logger.warning("The prediction log loses answers: %s", why)
                is_losing = True

    def _write(self, taken: Sequence[Waiting], folder: Path) -> int:
        """Write the lines of what was taken; how many, since only a share may be kept."""
        before, role, since = self._roles(folder)
        if self._file and self._file.is_over(self._seconds):
            self._finish_file()
        lines = []
        for number, one in enumerate(taken, 1):
            if line := self._line(*one, role=role if one[0] >= since else before):
                lines.append(line)
            if number % MADE_AT_ONCE == 0 and not self._ended.is_set():
                time.sleep(PAUSE_SECONDS)
        if lines:
            self._own_file(folder).write(b"".join(lines))
        return len(lines)

    def _line(self, at: float, film: str | bytes, overview: str | None, answer: bytes, *, role: str | None) -> bytes:
        """One line; empty where the film is not of the share that is kept, which its digest decides."""
        digest = _sha256(film.strip())  # a line of a batch has its end with it
        if int(digest[:8], 16) >= self._share * ALL:
            return b""
        before = {
            "role": role,
            "at": datetime.fromtimestamp(at, tz=UTC).isoformat(),
            "request": digest,
            "overview": overview if overview is None or self._with_synopses else f"sha256:{_sha256(overview)}",
            "slot": self._slot,
        }
        return b"%b,%b\n" % (to_json(before)[:-1], answer[1:])

    def _roles(self, folder: Path) -> tuple[str | None, str | None, float]:
        """The slot's role before, its role now, and since when; the agent says it before it moves the route."""
        before = self._role
        with contextlib.suppress(FileNotFoundError):
            file = folder / f"role-{self._slot}"
            since = file.stat().st_mtime
            if since != self._role_since:
                self._role, self._role_since = file.read_text(), since
        return before, self._role, self._role_since

    def _own_file(self, folder: Path) -> "_OwnFile":
        if shutil.disk_usage(folder).free < LEAST_FREE_BYTES:
            raise OSError(f"less than {LEAST_FREE_BYTES // 1_000_000} MB are free in {folder}")
        if self._file is None:
            self._file = _OwnFile(folder, self._slot or "alone")
        return self._file

    def _finish_file(self) -> None:
        if self._file:
            self._file.finish()
            self._file = None


class _OwnFile:
    """A file that only this process writes, and that shows itself once it is locked."""

    def __init__(self, folder: Path, slot: str) -> None:
        self._begun = time.time()
        name = f"{datetime.fromtimestamp(self._begun, tz=UTC):%Y%m%dT%H%M%S%f}-{slot}-{os.getpid()}"
        part = folder / f"{name}.part"
        self._file = part.open("xb", buffering=0)
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        part.rename(folder / f"{name}.jsonl")

    def is_over(self, seconds: float) -> bool:
        """Whether the span it was begun in has ended, or it is large enough."""
        return time.time() // seconds != self._begun // seconds or self._file.tell() >= MOST_FILE_BYTES

    def write(self, lines: bytes) -> None:
        rest = memoryview(lines)
        while rest:
            rest = rest[self._file.write(rest) :]

    def finish(self) -> None:
        """Let go of it: from now on it may be shipped."""
        self._file.close()


def _sha256(text: str | bytes) -> str:
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()
