"""The prediction log: what was answered to each film, as JSON lines in a folder of this host.

A request only puts its answer in a queue; one thread of each worker writes. A file is its writer's alone (flock) until
it is finished, which is when its time is over or its writer is gone. What becomes of finished files, and who says which
role a slot has: movie_assets/deployment/served.py.
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

from pydantic import BaseModel

from bento_service import metrics
from bento_service.answers import RatingAnswer
from bento_service.settings import Settings
from movie_assets.prediction.answer import PredictionInterval

FLUSH_SECONDS = 1.0  # what a killed process loses at most
MOST_WAITING = 10_000  # answers between two flushes; more than a worker can give
WRITTEN_AT_ONCE = 50  # then everybody else has a turn: requests share Python's one lock with this thread
MOST_FILE_BYTES = 64_000_000
LEAST_FREE_BYTES = 500_000_000  # of the disk: a log that cannot be shipped must not end the service
ALL = 2**32

Waiting = tuple[float, str, str | None, RatingAnswer]  # when, the film's digest, its synopsis, what was answered

logger = logging.getLogger("bentoml.movie_rating")  # below BentoML's own, whose handlers it shares


class Entry(BaseModel):
    """One answered film."""

    at: datetime  # when its answer was ready, UTC
    request: str  # SHA-256 of the film as it was sent, as JSON or as a query
    overview: str | None  # the synopsis, or "sha256:" and its digest; None where none was sent
    features: dict[str, object]  # as the estimator saw them, without the synopsis
    predicted_rating: float
    interval: PredictionInterval | None
    bundle_id: str
    bento_tag: str
    slot: str | None
    role: str | None  # of the slot: in service, canary, shadow, standby
    warnings: list[str]  # their codes


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

    def append(self, film: str | bytes, overview: str | None, rating: RatingAnswer) -> None:
        """Take in an answer to `film`, as it was sent: JSON or a query. The share kept is chosen by its digest."""
        if self._folder is None:
            return
        sent = film.encode() if isinstance(film, str) else film
        digest = hashlib.sha256(sent.strip()).hexdigest()  # a line of a batch has its end with it
        if int(digest[:8], 16) >= self._share * ALL:
            return
        if len(self._waiting) >= MOST_WAITING:
            metrics.LOG_DROPPED.inc()
        else:
            self._waiting.append((time.time(), digest, overview, rating))

    def _run(self, folder: Path) -> None:
        is_losing = False
        is_over = False
        while not is_over:
            is_over = self._ended.wait(FLUSH_SECONDS)
            taken = [self._waiting.popleft() for _ in range(len(self._waiting))]
            try:
                self._write(taken, folder)
                metrics.LOGGED.inc(len(taken))
                is_losing = False
            except Exception as error:  # noqa: BLE001  # whatever is wrong with the log, answers go on
                metrics.LOG_DROPPED.inc(len(taken))
                self._finish_file()
                if not is_losing:
                    # only an OSError's words are sure to hold nothing of a film
                    why = error if isinstance(error, OSError) else type(error).__name__
                    logger.warning("The prediction log loses answers: %s", why)
                is_losing = True

    def _write(self, taken: Sequence[Waiting], folder: Path) -> None:
        before, role, since = self._roles(folder)
        if self._file and self._file.is_over(self._seconds):
            self._finish_file()
        lines = bytearray()
        for number, one in enumerate(taken, 1):
            lines += self._line(*one, role=role if one[0] >= since else before)
            if number % WRITTEN_AT_ONCE == 0:
                time.sleep(0)
        if lines:
            self._own_file(folder).write(lines)

    def _line(self, at: float, digest: str, overview: str | None, rating: RatingAnswer, *, role: str | None) -> bytes:
        if overview is not None and not self._with_synopses:
            overview = f"sha256:{hashlib.sha256(overview.encode()).hexdigest()}"
        entry = Entry(
            at=datetime.fromtimestamp(at, tz=UTC),
            request=digest,
            overview=overview,
            features={name: value for name, value in rating.features.items() if name != "overview"},
            predicted_rating=rating.predicted_rating,
            interval=rating.interval,
            bundle_id=rating.bundle_id,
            bento_tag=rating.bento_tag,
            slot=self._slot,
            role=role,
            warnings=[warning.code for warning in rating.warnings],
        )
        return entry.model_dump_json().encode() + b"\n"

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

    def write(self, lines: bytearray) -> None:
        rest = memoryview(lines)
        while rest:
            rest = rest[self._file.write(rest) :]

    def finish(self) -> None:
        """Let go of it: from now on it may be shipped."""
        self._file.close()
