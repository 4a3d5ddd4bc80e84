"""The release agent: makes the serving host run what the release record asks for, and reports.

It starts a Bento in the slot that nobody is sent to, and moves the route there once its answers are right. What to do
next: plan.py. Files: shelf.py. The processes: slot.py. The route: route.py. Questions over HTTP: smoke.py.
"""

import contextlib
import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from movie_assets.deployment.neighbours import Neighbours
from movie_assets.deployment.plan import Failure, Routed, Step, after_failure, decide
from movie_assets.deployment.route import Route
from movie_assets.deployment.shelf import Shelf, ShelfError, golden_examples
from movie_assets.deployment.slot import SLOTS, Slot, SlotError
from movie_assets.deployment.smoke import SmokeError, check_answers, who_answers
from movie_assets.storage.bucket import ConflictError, StoreUnreachableError
from movie_assets.storage.release_record import Release, ReleaseRecord
from movie_assets.storage.releases import ReleaseRecordError, Releases

READY_POLL_SECONDS = 0.1
ROUTE_SECONDS = 10.0  # Traefik takes a third of a second; if it was killed, supervisord needs some more
WARM_ROUNDS = 5  # of the golden examples: the first answers of a process are its slowest
DRAIN = timedelta(seconds=15)  # longer than a batch may take, so that no request is under way any more

logger = logging.getLogger(__name__)


class NotServingError(RuntimeError):
    """A Bento was started and does not serve; the message says how it showed."""


class ReleaseAgent:
    """Converges one host, its two slots and the route, to the release record."""

    def __init__(
        self,
        *,
        name: str,
        releases: Releases,
        shelf: Shelf,
        slots: Mapping[str, Slot],
        route: Route,
        neighbours: Neighbours,
        url: str,
        ready_seconds: float,
        standby_seconds: float,
    ) -> None:
        self._name = name
        self._releases = releases
        self._shelf = shelf
        self._slots = slots
        self._route = route
        self._neighbours = neighbours
        self._key = neighbours.key
        self._url = url
        self._ready_seconds = ready_seconds
        self._standby = max(timedelta(seconds=standby_seconds), DRAIN)
        self._failures: dict[Release, Failure] = {}
        self._silent_since: datetime | None = None
        self._revived = False
        if routed := route.slot:
            route.move(routed, slots[routed].url)  # its port may have been changed in the settings

    def converge(self, now: datetime) -> Step:
        """One step towards the record; the step that was taken.

        Raises StoreUnreachableError when the record cannot be read or written; the service is left running then, or
        started again if it is down.
        """
        try:
            record = self._releases.read()
        except StoreUnreachableError:
            self._keep_up()
            raise
        self._neighbours.tell(record)
        self._recall_failure(record)
        step = decide(record, self._look(now), self._failures, now)
        if step.release and step.action == "switch":
            self._switch(step.release, record, now)
        elif step.action == "revive":
            self._revive()
        elif step.release and step.action == "report":
            self._report(step.release, f"{step.release.bento_tag} is in service.", now)
        self._retire(now)
        return step

    def _look(self, now: datetime) -> Routed:
        name = self._route.slot
        if name is None:
            return Routed()
        bento = self._shelf.bento_in(name)
        sha256 = bento.name.partition("-")[0] if bento else None
        presence = who_answers(self._slots[name].url, self._key)
        if presence.bento_tag:
            self._silent_since, self._revived = None, False
            return Routed(bento_tag=presence.bento_tag, sha256=sha256)
        self._silent_since = self._silent_since or now
        # supervisord starts a process that died again; it gets the time that any start gets before it counts as hung.
        in_time = now - self._silent_since < timedelta(seconds=self._ready_seconds)
        is_up = self._slots[name].is_up()
        return Routed(
            sha256=sha256,
            is_starting=is_up and in_time and presence.refusal is None,
            may_be_started=not is_up and not self._revived,
        )

    def _keep_up(self) -> None:
        """Without a record, serve what was routed to: a host must come back while the bucket is away."""
        name = self._route.slot
        if name is not None and not self._slots[name].is_up():
            self._revive()

    def _revive(self) -> None:
        """Start the routed slot again with the Bento it has."""
        name = self._route.slot
        if name is not None:
            logger.info("Starting slot %s again", name)
            self._revived = True
            self._silent_since = None
            self._slots[name].restart()

    def _recall_failure(self, record: ReleaseRecord) -> None:
        """A release that failed before this agent was started is not tried at once either."""
        if record.wanted and record.phase == "failed" and record.wanted not in self._failures and record.updated_at:
            self._failures[record.wanted] = after_failure(None, record.updated_at)

    def _switch(self, release: Release, record: ReleaseRecord, now: datetime) -> None:
        """Start the release beside what serves, prove it, and move the route; or leave everything as it was."""
        before = self._route.slot
        slot = self._slots[next(name for name in SLOTS if name != before)]
        logger.info("Starting %s in slot %s (bundle %s)", release.bento_tag, slot.name, release.bundle_id)
        self._tell(release, f"{release.bento_tag} is being put in service.", now)
        legs = _Legs()
        try:
            self._bring_up(release, slot, legs)
            self._route.move(slot.name, slot.url)
            self._wait_until_routed(release)
            legs.end("switch")
        except (NotServingError, SmokeError, SlotError, ShelfError, OSError) as error:
            if self._route.slot == slot.name:
                self._route.move(before, self._slots[before].url if before else None)
            log = slot.log_tail().strip() or "(empty)"
            with contextlib.suppress(SlotError):
                slot.stop()
            self._failed(release, record, now, f"{error}{_still(record, release)} Its log: {log}")
            return
        self._silent_since, self._revived = None, False
        self._report(release, f"{release.bento_tag} is in service ({legs}).", now + legs.total)

    def _bring_up(self, release: Release, slot: Slot, legs: "_Legs") -> None:
        """Have the release answer rightly and warmly in the slot. Raises what a failed switch may raise."""
        bento = self._shelf.bento_in(slot.name)
        answering = who_answers(slot.url, self._key).bento_tag
        if bento is None or not self._shelf.holds(slot.name, release) or answering != release.bento_tag:
            bento = self._shelf.unpack(release)
            legs.end("fetch")
            slot.stop()
            self._shelf.put(bento, slot.name)
            slot.restart()
            self._wait_until_ready(release, slot)
            legs.end("start")
        golden = golden_examples(bento)
        for _round in range(WARM_ROUNDS):
            check_answers(slot.url, golden, self._key)
        legs.end("warm")

    def _wait_until_ready(self, release: Release, slot: Slot) -> None:
        deadline = time.monotonic() + self._ready_seconds
        while (presence := who_answers(slot.url, self._key)).bento_tag != release.bento_tag:
            if presence.refusal or presence.bento_tag:
                raise NotServingError(
                    f"The new service does not serve: {presence.refusal or f'{presence.bento_tag} answers.'}"
                )
            if time.monotonic() > deadline:
                raise NotServingError(f"The new service was not ready within {self._ready_seconds:g} s.")
            if not slot.is_up():
                raise NotServingError("The new service died at every start.")
            time.sleep(READY_POLL_SECONDS)

    def _wait_until_routed(self, release: Release) -> None:
        deadline = time.monotonic() + ROUTE_SECONDS
        while who_answers(self._url, self._key).bento_tag != release.bento_tag:
            if time.monotonic() > deadline:
                raise NotServingError(
                    f"The route was moved, and {release.bento_tag} did not answer at {self._url} within "
                    f"{ROUTE_SECONDS:g} s. Does Traefik run (python -m movie_assets.commands proxy)?"
                )
            time.sleep(READY_POLL_SECONDS)

    def _failed(self, release: Release, record: ReleaseRecord, now: datetime, message: str) -> None:
        self._failures[release] = after_failure(self._failures.get(release), now)
        logger.error("%s failed: %s", release.bento_tag, message)
        if release == record.wanted:
            self._releases.report(about=release, phase="failed", message=message, by=self._name, now=now)

    def _report(self, release: Release, message: str, now: datetime) -> None:
        self._failures.pop(release, None)
        logger.info("%s", message)
        record = self._releases.report(
            about=release, phase="idle", message=message, by=self._name, now=now, in_service=release
        )
        self._neighbours.tell(record)
        self._shelf.keep_only([kept for kept in (record.wanted, record.in_service, record.previous) if kept])

    def _tell(self, release: Release, message: str, now: datetime) -> None:
        self._releases.report(about=release, phase="switching", message=message, by=self._name, now=now)

    def _retire(self, now: datetime) -> None:
        """End what was in service before, once nobody is sent to it any more and its time as standby is over."""
        routed = self._route.slot
        if routed is None or now - self._route.moved_at < self._standby:
            return
        for slot in self._slots.values():
            if slot.name != routed and slot.is_up():
                logger.info("Ending slot %s, which nobody is sent to", slot.name)
                slot.stop()


class _Legs:
    """How long each part of a switch took."""

    def __init__(self) -> None:
        self._taken: list[str] = []
        self._begun = self._since = time.monotonic()

    def end(self, name: str) -> None:
        now = time.monotonic()
        self._taken.append(f"{name} {now - self._since:.1f} s")
        self._since = now

    @property
    def total(self) -> timedelta:
        return timedelta(seconds=self._since - self._begun)

    def __str__(self) -> str:
        return ", ".join(self._taken)


def _still(record: ReleaseRecord, release: Release) -> str:
    if record.in_service is None:
        return " There was none before it, so nothing is in service."
    if record.in_service == release:
        return ""
    return f" The previous one ({record.in_service.bento_tag}) is still in service."


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
