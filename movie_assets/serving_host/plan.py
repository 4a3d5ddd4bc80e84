"""Decides what the release agent does next, from the record and the state of the slot; agent.py does it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from movie_assets.release.record import Release, ReleaseRecord

FIRST_RETRY = timedelta(minutes=1)  # every failed attempt costs the host a start, so retries get rarer
LAST_RETRY = timedelta(hours=1)


@dataclass(frozen=True)
class Failure:
    """When a failed release may be retried, and the pause until then."""

    retry_at: datetime
    pause: timedelta


@dataclass(frozen=True)
class RoutedSlot:
    """The state of the slot that gets the requests."""

    bento_tag: str | None = None  # of the Bento that is ready there
    sha256: str | None = None  # of the archive of the Bento in the slot, ready or not
    is_starting: bool = False  # not ready, and within the time of a start
    may_be_started: bool = False  # its process is down, and supervisord does not restart it


@dataclass(frozen=True)
class Step:
    """The next step.

    switch: launch the release in the other slot and move the route there. restart: start the routed slot's process.
    report: record that the release is in service.
    """

    action: Literal["switch", "restart", "report", "nothing"]
    release: Release | None = None


NOTHING = Step("nothing")


def decide(record: ReleaseRecord, routed: RoutedSlot, failures: dict[Release, Failure], now: datetime) -> Step:
    """The next step towards the wanted release, or towards the one in service while the wanted one must wait."""
    if record.wanted is None:
        return NOTHING
    if routed.bento_tag == record.wanted.bento_tag:
        is_reported = record.in_service == record.wanted and record.phase == "idle"
        return NOTHING if is_reported else Step("report", record.wanted)
    for release in (record.wanted, record.in_service):
        if release is not None and not (release in failures and now < failures[release].retry_at):
            return _towards(release, routed)
    return NOTHING


def _towards(release: Release, routed: RoutedSlot) -> Step:
    if routed.bento_tag == release.bento_tag:
        return NOTHING
    if routed.sha256 == release.bento_sha256 and routed.is_starting:
        return NOTHING
    if routed.sha256 == release.bento_sha256 and routed.may_be_started:
        return Step("restart", release)
    return Step("switch", release)


def after_failure(known: Failure | None, now: datetime) -> Failure:
    """The next failure of a release: each pause is twice the last, up to an hour."""
    pause = min(known.pause * 2, LAST_RETRY) if known else FIRST_RETRY
    return Failure(retry_at=now + pause, pause=pause)
