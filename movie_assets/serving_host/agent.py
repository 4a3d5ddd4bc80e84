"""ReleaseAgent: makes a serving host run the wanted release of the release record, and reports.

Only the order of steps belongs here: plan.py decides the next one, launcher.py launches a release in the idle slot,
rollout.py assesses it beside the old one, and route.py moves the requests.
"""

import contextlib
import logging
import socket
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from movie_assets.release.record import Phase, Release, ReleaseRecord, Rollout
from movie_assets.release.store import ReleaseRecordError, Releases
from movie_assets.serving_host.answer_shift import Comparison
from movie_assets.serving_host.bento_cache import BentoCache, BentoCacheError
from movie_assets.serving_host.error_pages import ErrorPages
from movie_assets.serving_host.launcher import NotServingError, StepTimes, launch, wait_until_routed
from movie_assets.serving_host.plan import Failure, RoutedSlot, after_failure, decide
from movie_assets.serving_host.prediction_log_shipping import IN_SERVICE, STANDBY, PredictionFiles
from movie_assets.serving_host.rollout import RolloutRules, Watch
from movie_assets.serving_host.route import Route
from movie_assets.serving_host.service_client import ServiceCheckError, ServiceClient
from movie_assets.serving_host.shared_files import SharedFiles
from movie_assets.serving_host.slot import Slot, SlotError
from movie_assets.storage.bucket import Bucket, ConflictError, StoreUnreachableError

SETTLE_SECONDS = 1.0  # until Traefik sends no request to a slot that the route has left
DRAIN = timedelta(seconds=15)  # longer than a batch may take, so that no request is in progress any more

logger = logging.getLogger(__name__)


class ReleaseAgent:
    """Converges one host, its two slots and the route, to the release record.

    `folder` is the host's; `proxied` is the service as clients see it, through Traefik.
    """

    def __init__(
        self,
        *,
        folder: Path,
        bucket: Bucket,
        source: str,
        slots: Mapping[str, Slot],
        rules: RolloutRules,
        proxied: ServiceClient,
        ready_seconds: float,
        standby_seconds: float,
    ) -> None:
        self._name = f"release agent on {socket.gethostname()}"
        self._releases = Releases(bucket, source)
        self._cache = BentoCache(folder, bucket)
        self._slots = slots
        self._route = Route(folder)
        last_port = urlsplit(self._route.last_errors or "").port
        self._error_pages = ErrorPages(self._problem, port=last_port or 0)
        self._route.errors = self._error_pages.url  # the same address: an unchanged route
        self._shared_files = SharedFiles(folder)
        self._log_files = PredictionFiles(folder)
        self._rules = rules
        self._proxied = proxied
        self._ready_seconds = ready_seconds
        self._standby = max(timedelta(seconds=standby_seconds), DRAIN)
        self._failures: dict[Release, Failure] = {}
        self._silent_since: datetime | None = None
        self._is_restarted = False
        self._watch: Watch | None = None  # of the release in its rollout
        if routed := self._route.slot:
            self._route_to(routed)  # its port may have changed in the settings; a rollout begins again
        else:
            self._route.move(None, None)

    def run_forever(self, *, poll_seconds: float) -> NoReturn:
        """Converge again and again; a transient problem is logged once."""
        try:
            self._converge_forever(poll_seconds)
        finally:
            self._error_pages.close()

    def _converge_forever(self, poll_seconds: float) -> NoReturn:
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

        Raises StoreUnreachableError when the record cannot be read or written. The service is then left running, or
        restarted if it is down, and a release that fails its rollout gets no more requests.
        """
        try:
            record = self._releases.read()
        except StoreUnreachableError:
            self._keep_serving()
            raise
        self._shared_files.report(record)
        self._remember_failure(record)
        if self._watch and (record.wanted != self._watch.release or record.pinned):
            self._end_rollout()
        if self._watch:
            self._restart_if_down()
            self._continue_rollout(self._watch, record, now)
            return
        step = decide(record, self._routed_slot(now), self._failures, now)
        if step.release and step.action == "switch":
            self._switch(step.release, record, now)
        elif step.action == "restart":
            self._restart()
        elif step.release and step.action == "report":
            self._report_in_service(step.release, f"{step.release.bento_tag} is in service.", now)
        self._stop_drained_standby(now)

    def _routed_slot(self, now: datetime) -> RoutedSlot:
        name = self._route.slot
        if name is None:
            return RoutedSlot()
        bento = self._cache.bento_in(name)
        sha256 = bento.name.partition("-")[0] if bento else None
        identity = self._slots[name].service.identity()
        if identity.bento_tag:
            self._silent_since, self._is_restarted = None, False
            return RoutedSlot(bento_tag=identity.bento_tag, sha256=sha256)
        self._silent_since = self._silent_since or now
        # supervisord restarts a process that died; it has the time of any start before it counts as hung.
        in_time = now - self._silent_since < timedelta(seconds=self._ready_seconds)
        is_up = self._slots[name].is_up()
        return RoutedSlot(
            sha256=sha256,
            is_starting=is_up and in_time and identity.problem is None,
            may_be_started=not is_up and not self._is_restarted,
        )

    def _keep_serving(self) -> None:
        """Without a record, serve the Bento of the routed slot: a host must start without the bucket too."""
        self._restart_if_down()
        if self._watch and (problem := self._watch.look().problem):
            logger.error("%s is tried no longer: %s", self._watch.release.bento_tag, problem)
            self._end_rollout()

    def _restart_if_down(self) -> None:
        name = self._route.slot
        if name is not None and not self._slots[name].is_up():
            self._restart()

    def _restart(self) -> None:
        """Restart the routed slot with the Bento it has."""
        name = self._route.slot
        if name is not None:
            logger.info("Starting slot %s again", name)
            self._is_restarted = True
            self._silent_since = None
            self._slots[name].restart()

    def _remember_failure(self, record: ReleaseRecord) -> None:
        """A release that failed before the agent was started must wait too."""
        if record.wanted and record.phase == "failed" and record.wanted not in self._failures and record.updated_at:
            self._failures[record.wanted] = after_failure(None, record.updated_at)

    def _switch(self, release: Release, record: ReleaseRecord, now: datetime) -> None:
        """Launch the release in the other slot, then begin its rollout or move the route; on failure, restore it."""
        before = self._route.slot
        slot = self._slots[next(name for name in self._slots if name != before)]
        logger.info("Starting %s in slot %s (bundle %s)", release.bento_tag, slot.name, release.bundle_id)
        self._report(release, "switching", f"{release.bento_tag} is being put in service.", now)
        times = StepTimes()
        try:
            self._let_route_settle()
            launch(release, slot, self._cache, ready_seconds=self._ready_seconds, times=times)
            if self._begin_rollout(release, slot, record, times, now + times.total):
                return
            self._route_to(slot.name)
            wait_until_routed(release, self._proxied)
            times.end("switch")
        except (NotServingError, ServiceCheckError, SlotError, BentoCacheError, OSError) as error:
            self._abort(release, slot, record, str(error), now, before=before)
            return
        self._silent_since, self._is_restarted = None, False
        self._report_in_service(release, f"{release.bento_tag} is in service ({times}).", now + times.total)

    def _begin_rollout(
        self, release: Release, slot: Slot, record: ReleaseRecord, times: StepTimes, now: datetime
    ) -> bool:
        """Split or copy the requests to the new slot; False where the release takes over at once.

        It does so when the rules say switch, in a rollback, and when nothing is in service beside it.
        """
        before = self._route.slot
        rollout = self._rules.begin(now)
        if rollout is None or before is None or record.pinned or record.in_service in {None, release}:
            return False
        old = self._slots[before].service
        old_tag = old.identity().bento_tag
        if old_tag is None:
            return False
        self._watch = Watch(
            release,
            rollout,
            old=old,
            new=slot.service,
            comparison=Comparison(self._log_files, old_tag, release.bento_tag, rollout.kind),
            most_shift=self._rules.most_shift,
        )
        urls = {name: other.service.url for name, other in self._slots.items()}
        self._log_files.write_roles({before: IN_SERVICE, slot.name: rollout.kind})
        self._route.share(before, slot.name, urls, kind=rollout.kind, percent=rollout.percent)
        message = f"{release.bento_tag} is tried beside {old_tag} ({times}): {rollout}."
        self._report(release, "switching", message, now, rollout=rollout)
        return True

    def _continue_rollout(self, watch: Watch, record: ReleaseRecord, now: datetime) -> None:
        """Take the release back, put it in service, or let its rollout go on."""
        release, verdict = watch.release, watch.look()
        if verdict.problem:
            self._end_rollout()
            message = f"{release.bento_tag} was taken back, since {verdict.problem}.{_still(record, release)}"
            if record.in_service and record.in_service.bundle_id == release.bundle_id:  # which cannot be withdrawn
                self._report_failure(release, message, now)
            else:
                logger.error("%s", message)
                self._releases.take_back(release, message=message, by=self._name, now=now)
        elif now >= watch.rollout.until:
            before, self._watch = self._route.slot, None
            slot = next(slot for slot in self._slots.values() if slot.service is watch.new)
            try:
                self._route_to(slot.name)
                wait_until_routed(release, self._proxied)
            except (NotServingError, SlotError, OSError) as error:
                self._abort(release, slot, record, str(error), now, before=before)
                return
            self._report_in_service(release, f"{release.bento_tag} is in service, after a {verdict.summary}.", now)

    def _end_rollout(self) -> None:
        """Send every request to the release in service."""
        self._watch = None
        self._route_to(self._route.slot)

    def _problem(self) -> str | None:
        """Why the service in the route is not ready."""
        name = self._route.slot
        return self._slots[name].service.identity().problem or "The service is not ready." if name else None

    def _route_to(self, name: str | None) -> None:
        self._log_files.write_roles({slot: IN_SERVICE if slot == name else STANDBY for slot in self._slots})
        self._route.move(name, self._slots[name].service.url if name else None)

    def _let_route_settle(self) -> None:
        """Wait until no request is sent to a slot that the route has just left."""
        if self._route.slot:
            time.sleep(max(0.0, SETTLE_SECONDS - (time.time() - self._route.moved_at.timestamp())))

    def _abort(
        self, release: Release, slot: Slot, record: ReleaseRecord, why: str, now: datetime, *, before: str | None
    ) -> None:
        """Restore the route to `before`, stop the slot and report the failure."""
        if self._route.slot == slot.name:
            self._route_to(before)
        log = slot.log_tail().strip() or "(empty)"
        with contextlib.suppress(SlotError):
            slot.stop()
        self._report_failure(release, f"{why}{_still(record, release)} Its log: {log}", now)

    def _report_failure(self, release: Release, message: str, now: datetime) -> None:
        self._failures[release] = after_failure(self._failures.get(release), now)
        logger.error("%s failed: %s", release.bento_tag, message)
        self._report(release, "failed", message, now)

    def _report_in_service(self, release: Release, message: str, now: datetime) -> None:
        self._failures.pop(release, None)
        logger.info("%s", message)
        record = self._report(release, "idle", message, now, in_service=release)
        self._cache.keep_only([kept for kept in (record.wanted, record.in_service, record.previous) if kept])

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
        self._shared_files.report(record)
        return record

    def _stop_drained_standby(self, now: datetime) -> None:
        """Stop the slot that was replaced, once it has drained and its time as standby is over."""
        routed = self._route.slot
        if routed is None or now - self._route.moved_at < self._standby:
            return
        for slot in self._slots.values():
            if slot.name != routed and slot.is_up():
                logger.info("Stopping slot %s, which gets no requests", slot.name)
                slot.stop()


def _still(record: ReleaseRecord, release: Release) -> str:
    if record.in_service is None:
        return " There was none before it, so nothing is in service."
    if record.in_service == release:
        return ""
    return f" The previous one ({record.in_service.bento_tag}) is still in service."
