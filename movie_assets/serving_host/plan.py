"""What the release agent does next, decided from what it saw, without doing it. Doing it: agent.py."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from movie_assets.release.record import Release, ReleaseRecord

FIRST_RETRY = timedelta(minutes=1)  # an attempt that fails costs the host a start, so later ones get rarer
LAST_RETRY = timedelta(hours=1)


@dataclass(frozen=True)
class Failure:
    """When a release that failed here may be tried again, and after how long a pause."""

    retry_at: datetime
    pause: timedelta


@dataclass(frozen=True)
class Routed:
    """What was seen of the slot that requests go to."""

    bento_tag: str | None = None  # of the Bento that is ready there
    sha256: str | None = None  # of the archive of the Bento in the slot, ready or not
    is_starting: bool = False  # not ready, and there is time left to get ready
    may_be_started: bool = False  # its process is down and stays down by itself


@dataclass(frozen=True)
class Step:
    """What to do.

    switch: start the release in the other slot and move the route there. revive: start the routed slot's process.
    report: tell the record that the release is in service.
    """

    action: Literal["switch", "revive", "report", "nothing"]
    release: Release | None = None


NOTHING = Step("nothing")


def decide(record: ReleaseRecord, routed: Routed, failures: dict[Release, Failure], now: datetime) -> Step:
    """The next step towards the record: what is wanted, and while that must wait, what is in service."""
    if record.wanted is None:
        return NOTHING
    if routed.bento_tag == record.wanted.bento_tag:
        reported = record.in_service == record.wanted and record.phase == "idle"
        return NOTHING if reported else Step("report", record.wanted)
    for release in (record.wanted, record.in_service):
        if release is not None and not _must_wait(release, failures, now):
            return _towards(release, routed)
    return NOTHING


def _towards(release: Release, routed: Routed) -> Step:
    if routed.bento_tag == release.bento_tag:
        return NOTHING
    if routed.sha256 == release.bento_sha256 and routed.is_starting:
        return NOTHING
    if routed.sha256 == release.bento_sha256 and routed.may_be_started:
        return Step("revive", release)
    return Step("switch", release)


def after_failure(known: Failure | None, now: datetime) -> Failure:
    """One more failure, and when to try again: later each time, up to an hour."""
    pause = min(known.pause * 2, LAST_RETRY) if known else FIRST_RETRY
    return Failure(retry_at=now + pause, pause=pause)


def _must_wait(release: Release, failures: dict[Release, Failure], now: datetime) -> bool:
    return release in failures and now < failures[release].retry_at
