"""The release agent: makes the serving host run what the release record asks for, and reports.

It starts a Bento in the slot that nobody is sent to, and moves the route there once its answers are right, or once it
has been tried beside the old one for a while. What to do next: plan.py. Starting and proving: start.py. Trying:
rollout.py. Files: shelf.py. The processes: slot.py. The route: route.py.
"""

import contextlib
import logging
import socket
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

from movie_assets.release.record import Phase, Release, ReleaseRecord, Rollout
from movie_assets.release.store import ReleaseRecordError, Releases
from movie_assets.serving_host.answer_shift import Comparison
from movie_assets.serving_host.bento_cache import BentoCache, BentoCacheError
from movie_assets.serving_host.launcher import Launcher, NotServingError, StepTimes
from movie_assets.serving_host.plan import Failure, Routed, after_failure, decide
from movie_assets.serving_host.prediction_log_shipping import IN_SERVICE, STANDBY, PredictionFiles
from movie_assets.serving_host.rollout import RolloutRules, Watch, in_words
from movie_assets.serving_host.route import Route
from movie_assets.serving_host.service_client import ServiceCheckError, service_identity
from movie_assets.serving_host.shared_files import SharedFiles
from movie_assets.serving_host.slot import Slot, SlotError
from movie_assets.storage.bucket import Bucket, ConflictError, StoreUnreachableError

SETTLE_SECONDS = 1.0  # until Traefik sends nobody to a slot that the route has left
DRAIN = timedelta(seconds=15)  # longer than a batch may take, so that no request is under way any more

logger = logging.getLogger(__name__)


class ReleaseAgent:
    """Converges one host, its two slots and the route, to the release record; `folder` is the host's, `url` its own."""

    def __init__(
        self,
        *,
        folder: Path,
        bucket: Bucket,
        source: str,
        slots: Mapping[str, Slot],
        rules: RolloutRules,
        url: str,
        ready_seconds: float,
        standby_seconds: float,
    ) -> None:
        self._name = f"release agent on {socket.gethostname()}"
        self._releases = Releases(bucket, source)
        self._shelf = BentoCache(folder, bucket)
        self._slots = slots
        self._route = Route(folder)
        self._neighbours = SharedFiles(folder)
        self._files = PredictionFiles(folder)
        self._rules = rules
        self._key = self._neighbours.key
        self._starter = Launcher(self._shelf, key=self._key, ready_seconds=ready_seconds)
        self._url = url
        self._ready_seconds = ready_seconds
        self._standby = max(timedelta(seconds=standby_seconds), DRAIN)
        self._failures: dict[Release, Failure] = {}
        self._silent_since: datetime | None = None
        self._revived = False
        self._watch: Watch | None = None  # of a release that is being tried
        if routed := self._route.slot:
            self._send_to(routed)  # its port may have been changed in the settings; what was tried is tried anew

    def run_forever(self, *, poll_seconds: float) -> NoReturn:
        """Step by step; what can heal is logged once, and tried again."""
        last_problem = ""
        while True:
            try:
                self._converge(datetime.now(UTC))
                last_problem = ""
            except (StoreUnreachableError, ConflictError, ReleaseRecordError, SlotError) as error:
                if str(error) != last_problem:
                    logger.warning("%s The service is left as it is; trying again every %g s.", error, poll_seconds)
                last_problem = str(error)
            time.sleep(poll_seconds)

    def _converge(self, now: datetime) -> None:
        """One step towards the record.

        Raises StoreUnreachableError when the record cannot be read or written; the service is left running then, or
        started again if it is down, and what is being tried and fails gets no request any more.
        """
        try:
            record = self._releases.read()
        except StoreUnreachableError:
            self._keep_up()
            raise
        self._neighbours.tell(record)
        self._recall_failure(record)
        if self._watch and (record.wanted != self._watch.release or record.pinned):
            self._end_watch()
        if self._watch:
            self._start_if_down()
            self._judge(self._watch, record, now)
            return
        step = decide(record, self._look(now), self._failures, now)
        if step.release and step.action == "switch":
            self._switch(step.release, record, now)
        elif step.action == "revive":
            self._revive()
        elif step.release and step.action == "report":
            self._serves(step.release, f"{step.release.bento_tag} is in service.", now)
        self._retire(now)

    def _look(self, now: datetime) -> Routed:
        name = self._route.slot
        if name is None:
            return Routed()
        bento = self._shelf.bento_in(name)
        sha256 = bento.name.partition("-")[0] if bento else None
        presence = service_identity(self._slots[name].url, self._key)
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
        self._start_if_down()
        if self._watch and (refusal := self._watch.look().refusal):
            logger.error("%s is tried no longer: %s", self._watch.release.bento_tag, refusal)
            self._end_watch()

    def _start_if_down(self) -> None:
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
        """Start the release beside what serves and prove it; then try it or move the route, or leave all as it was."""
        before = self._route.slot
        slot = self._slots[next(name for name in self._slots if name != before)]
        logger.info("Starting %s in slot %s (bundle %s)", release.bento_tag, slot.name, release.bundle_id)
        self._report(release, "switching", f"{release.bento_tag} is being put in service.", now)
        legs = StepTimes()
        try:
            self._let_settle()
            self._starter.bring_up(release, slot, legs)
            if self._try(release, slot, record, legs, now + legs.total):
                return
            self._send_to(slot.name)
            self._starter.wait_until_routed(release, self._url)
            legs.end("switch")
        except (NotServingError, ServiceCheckError, SlotError, BentoCacheError, OSError) as error:
            self._give_up(release, slot, record, str(error), now, before=before)
            return
        self._silent_since, self._revived = None, False
        self._serves(release, f"{release.bento_tag} is in service ({legs}).", now + legs.total)

    def _try(self, release: Release, slot: Slot, record: ReleaseRecord, legs: StepTimes, now: datetime) -> bool:
        """Send a part of the requests to the new slot, or a copy, and watch from now on; False where it takes over.

        It does so at once when releases are not tried, in a rollback, and when there is nothing beside it.
        """
        before = self._route.slot
        rollout = self._rules.begin(now)
        if rollout is None or before is None or record.pinned or record.in_service in {None, release}:
            return False
        old = self._slots[before]
        beside = service_identity(old.url, self._key).bento_tag
        if beside is None:
            return False
        self._watch = Watch(
            release,
            rollout,
            old=old,
            new=slot,
            comparison=Comparison(self._files, beside, release.bento_tag, rollout.kind),
            most_shift=self._rules.most_shift,
            key=self._key,
        )
        urls = {name: one.url for name, one in self._slots.items()}
        self._files.tell_roles({before: IN_SERVICE, slot.name: rollout.kind})
        self._route.share(before, slot.name, urls, kind=rollout.kind, percent=rollout.percent)
        message = f"{release.bento_tag} is tried beside {beside} ({legs}): {in_words(rollout)}."
        self._report(release, "switching", message, now, rollout=rollout)
        return True

    def _judge(self, watch: Watch, record: ReleaseRecord, now: datetime) -> None:
        """Take the release back, put it in service, or let it be tried further."""
        release, verdict = watch.release, watch.look()
        if verdict.refusal:
            self._end_watch()
            message = f"{release.bento_tag} was taken back, since {verdict.refusal}.{_still(record, release)}"
            if record.in_service and record.in_service.bundle_id == release.bundle_id:  # which cannot be withdrawn
                self._failed(release, message, now)
            else:
                logger.error("%s", message)
                self._releases.take_back(release, message=message, by=self._name, now=now)
        elif now >= watch.rollout.until:
            before, self._watch = self._route.slot, None
            try:
                self._send_to(watch.slot.name)
                self._starter.wait_until_routed(release, self._url)
            except (NotServingError, SlotError, OSError) as error:
                self._give_up(release, watch.slot, record, str(error), now, before=before)
                return
            self._serves(release, f"{release.bento_tag} is in service, after a {verdict.words}.", now)

    def _end_watch(self) -> None:
        """Send everybody to what is in service."""
        self._watch = None
        self._send_to(self._route.slot)

    def _send_to(self, name: str | None) -> None:
        self._files.tell_roles({slot: IN_SERVICE if slot == name else STANDBY for slot in self._slots})
        self._route.move(name, self._slots[name].url if name else None)

    def _let_settle(self) -> None:
        """Wait until nobody is sent to a slot any more that the route has just left."""
        if self._route.slot:
            time.sleep(max(0.0, SETTLE_SECONDS - (time.time() - self._route.moved_at.timestamp())))

    def _give_up(
        self, release: Release, slot: Slot, record: ReleaseRecord, why: str, now: datetime, *, before: str | None
    ) -> None:
        """Leave everything as it was before the release; `before` was routed to."""
        if self._route.slot == slot.name:
            self._send_to(before)
        log = slot.log_tail().strip() or "(empty)"
        with contextlib.suppress(SlotError):
            slot.stop()
        self._failed(release, f"{why}{_still(record, release)} Its log: {log}", now)

    def _failed(self, release: Release, message: str, now: datetime) -> None:
        self._failures[release] = after_failure(self._failures.get(release), now)
        logger.error("%s failed: %s", release.bento_tag, message)
        self._report(release, "failed", message, now)

    def _serves(self, release: Release, message: str, now: datetime) -> None:
        self._failures.pop(release, None)
        logger.info("%s", message)
        record = self._report(release, "idle", message, now, in_service=release)
        self._shelf.keep_only([kept for kept in (record.wanted, record.in_service, record.previous) if kept])

    def _report(
        self,
        release: Release,
        phase: Phase,
        message: str,
        now: datetime,
        *,
        rollout: Rollout | None = None,
        in_service: Release | None = None,
    ) -> ReleaseRecord:
        record = self._releases.report(
            about=release, phase=phase, message=message, by=self._name, now=now, in_service=in_service, rollout=rollout
        )
        self._neighbours.tell(record)
        return record

    def _retire(self, now: datetime) -> None:
        """End what was in service before, once nobody is sent to it any more and its time as standby is over."""
        routed = self._route.slot
        if routed is None or now - self._route.moved_at < self._standby:
            return
        for slot in self._slots.values():
            if slot.name != routed and slot.is_up():
                logger.info("Ending slot %s, which nobody is sent to", slot.name)
                slot.stop()


def _still(record: ReleaseRecord, release: Release) -> str:
    if record.in_service is None:
        return " There was none before it, so nothing is in service."
    if record.in_service == release:
        return ""
    return f" The previous one ({record.in_service.bento_tag}) is still in service."
