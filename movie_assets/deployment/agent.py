"""The release agent: makes the serving host run what the release record asks for, and reports.

`decide` says what to do from what was seen, without doing it; `ReleaseAgent` looks, does it, and puts the previous
Bento back when the new one does not serve. Files: shelf.py. The process: slot.py. Questions over HTTP: smoke.py.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from movie_assets.deployment.shelf import Shelf, ShelfError, golden_examples
from movie_assets.deployment.slot import Slot, SlotError
from movie_assets.deployment.smoke import Presence, SmokeError, check_answers, who_answers
from movie_assets.storage.bucket import ConflictError, StoreUnreachableError
from movie_assets.storage.releases import Release, ReleaseRecord, ReleaseRecordError, Releases

FIRST_RETRY = timedelta(minutes=1)  # with one slot each attempt interrupts the service, so later ones get rarer
LAST_RETRY = timedelta(hours=1)
READY_POLL_SECONDS = 0.25

logger = logging.getLogger(__name__)


class NotServingError(RuntimeError):
    """A Bento was started and does not serve; the message says how it showed."""


@dataclass(frozen=True)
class Failure:
    """How often a release failed here, and when it may be tried again."""

    times: int
    retry_at: datetime


@dataclass(frozen=True)
class Step:
    """What to do: start a release, report it as in service, or nothing."""

    action: Literal["start", "report", "nothing"]
    release: Release | None = None


def decide(
    record: ReleaseRecord, *, answering: str | None, silent: bool, failures: dict[Release, Failure], now: datetime
) -> Step:
    """The next step towards the record.

    `answering` is the tag of the Bento that is ready; `silent` means nothing answers and nothing is about to. What is
    wanted comes first; while it waits to be retried, what was in service is kept up instead.
    """
    if record.wanted is None:
        return Step("nothing")
    if answering == record.wanted.bento_tag:
        reported = record.in_service == record.wanted and record.phase == "idle"
        return Step("nothing") if reported else Step("report", record.wanted)
    if answering is None and not silent:
        return Step("nothing")
    for release in (record.wanted, record.in_service):
        if release is None or _must_wait(release, failures, now):
            continue
        return Step("nothing") if answering == release.bento_tag else Step("start", release)
    return Step("nothing")


def after_failure(known: Failure | None, now: datetime) -> Failure:
    """One more failure, and when to try again: later each time, up to an hour."""
    times = known.times + 1 if known else 1
    return Failure(times=times, retry_at=now + min(FIRST_RETRY * 2 ** min(times - 1, 10), LAST_RETRY))


def _still(record: ReleaseRecord, release: Release) -> str:
    if record.in_service is None or record.in_service == release:
        return ""
    return f" The previous one ({record.in_service.bento_tag}) is still in service."


def _must_wait(release: Release, failures: dict[Release, Failure], now: datetime) -> bool:
    return release in failures and now < failures[release].retry_at


class ReleaseAgent:
    """Converges one slot on one host to the release record."""

    def __init__(self, *, releases: Releases, shelf: Shelf, slot: Slot, url: str, ready_seconds: float) -> None:
        self._releases = releases
        self._shelf = shelf
        self._slot = slot
        self._url = url
        self._ready_seconds = ready_seconds
        self._failures: dict[Release, Failure] = {}
        self._silent_since: datetime | None = None

    def converge(self, now: datetime) -> Step:
        """One step towards the record; the step that was taken.

        Raises StoreUnreachableError when the record cannot be read or written; the service is left running then, or
        started again if it is down.
        """
        try:
            record = self._releases.read()
        except StoreUnreachableError:
            self._keep_up(now)
            raise
        self._recall_failure(record)
        presence, silent = self._look(now)
        step = decide(record, answering=presence.bento_tag, silent=silent, failures=self._failures, now=now)
        if step.release and step.action == "start":
            self._start(step.release, record, now)
        elif step.release and step.action == "report":
            self._report(step.release, now)
        return step

    def _look(self, now: datetime) -> tuple[Presence, bool]:
        presence = who_answers(self._url)
        if presence.bento_tag:
            self._silent_since = None
            return presence, False
        self._silent_since = self._silent_since or now
        # supervisord starts a process that died again; it gets the time that any start gets before it counts as hung.
        hung = now - self._silent_since >= timedelta(seconds=self._ready_seconds)
        return presence, presence.refusal is not None or hung or not self._slot.is_up()

    def _keep_up(self, now: datetime) -> None:
        """Without a record, serve what was current: a host must come back while the bucket is away."""
        _presence, silent = self._look(now)
        if silent and self._shelf.current and not self._slot.is_up():
            self._slot.restart()

    def _recall_failure(self, record: ReleaseRecord) -> None:
        """A release that failed before this agent was started is not tried at once either."""
        if record.wanted and record.phase == "failed" and record.wanted not in self._failures and record.updated_at:
            self._failures[record.wanted] = after_failure(None, record.updated_at)

    def _start(self, release: Release, record: ReleaseRecord, now: datetime) -> None:
        logger.info("Starting %s (bundle %s)", release.bento_tag, release.bundle_id)
        self._tell(release, "switching", f"{release.bento_tag} is being put in service.", now)
        try:
            bento = self._shelf.unpack(release)
        except (ShelfError, OSError) as error:
            self._failed(release, record, now, f"{error}{_still(record, release)}")
            return
        try:
            self._serve(bento, release.bento_tag)
            check_answers(self._url, golden_examples(bento))
        except (NotServingError, SmokeError, SlotError, ShelfError) as error:
            log = self._slot.log_tail().strip() or "(empty)"
            back = self._put_back(record, release)
            self._failed(release, record, now, f"{error}{back} Its log: {log}")
            return
        self._report(release, now)
        self._shelf.keep_only([kept for kept in (record.wanted, release) if kept])

    def _serve(self, bento: Path, tag: str) -> None:
        """Restart the slot with this Bento, and wait until it is ready. Raises NotServingError, SlotError."""
        self._shelf.switch(bento)
        self._slot.restart()
        self._silent_since = None
        deadline = time.monotonic() + self._ready_seconds
        while time.monotonic() < deadline:
            presence = who_answers(self._url)
            if presence.bento_tag == tag:
                return
            if presence.refusal or presence.bento_tag:
                raise NotServingError(
                    f"The new service does not serve: {presence.refusal or f'{presence.bento_tag} answers.'}"
                )
            time.sleep(READY_POLL_SECONDS)
        raise NotServingError(f"The new service was not ready within {self._ready_seconds:g} s.")

    def _put_back(self, record: ReleaseRecord, release: Release) -> str:
        """Serve what was in service before, as the record knows it; a sentence on how that went."""
        previous = record.in_service
        if previous == release:  # it was in service itself: better left running, to be ready late, than stopped
            return ""
        try:
            if previous is None:
                self._shelf.switch(None)
                self._slot.stop()
                return " There was none before it, so nothing is in service."
            self._serve(self._shelf.unpack(previous), previous.bento_tag)
        except (NotServingError, SlotError, ShelfError, StoreUnreachableError, OSError) as error:
            return f" The previous one did not come back: {error}"
        return _still(record, release)

    def _failed(self, release: Release, record: ReleaseRecord, now: datetime, message: str) -> None:
        self._failures[release] = after_failure(self._failures.get(release), now)
        logger.error("%s failed: %s", release.bento_tag, message)
        if release == record.wanted:
            self._tell(release, "failed", message, now)

    def _report(self, release: Release, now: datetime) -> None:
        self._failures.pop(release, None)
        logger.info("%s is in service (bundle %s)", release.bento_tag, release.bundle_id)
        self._releases.report(
            about=release, phase="idle", message=f"{release.bento_tag} is in service.", now=now, in_service=release
        )

    def _tell(self, release: Release, phase: Literal["switching", "failed"], message: str, now: datetime) -> None:
        self._releases.report(about=release, phase=phase, message=message, now=now)


def run_forever(
    agent: ReleaseAgent,
    *,
    poll_seconds: float,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Converge, again and again. What can heal is logged once, and tried again at the next step."""
    last_problem = ""
    while True:
        try:
            agent.converge(clock())
            last_problem = ""
        except (StoreUnreachableError, ConflictError, ReleaseRecordError, SlotError) as error:
            problem = str(error)
            if problem != last_problem:
                logger.warning("%s The service is left as it is; trying again every %g s.", problem, poll_seconds)
            last_problem = problem
        sleep(poll_seconds)
