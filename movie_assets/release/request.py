"""Requests a release, and waits until it is in service.

The Bento comes from bento_build.py; serving_host/agent.py puts it in service.
"""

import time
from datetime import UTC, datetime

from movie_assets.prediction.bundle import ModelBundle
from movie_assets.release.bento_build import BuiltBento
from movie_assets.release.record import Release, ReleaseRecord
from movie_assets.release.store import Releases
from movie_assets.storage.keys import bento_archive

POLL_SECONDS = 1.0


class ReleaseError(RuntimeError):
    """A release did not get into service; the message is the record's."""


class WithdrawnMeanwhileError(ReleaseError):
    """The bundle was withdrawn before it was in service; another attempt would not help."""


def release(
    bundle: ModelBundle,
    bento: BuiltBento,
    *,
    releases: Releases,
    by: str,
    why: str,
    now: datetime,
    although_withdrawn: bool = False,
) -> ReleaseRecord:
    """Upload the Bento and request its release; the record after it. A repeated request changes nothing.

    Raises ValueError for a bundle without a card, which names its day; PinnedError while another release is pinned;
    WithdrawnError for a withdrawn bundle, unless `although_withdrawn`.
    """
    if bundle.card is None:
        raise ValueError(f"Bundle {bundle.id} has no card; only a bundle that was trained here can be released.")
    key = bento_archive(releases.source, bundle.id, bento.sha256)
    releases.bucket.put(key, bento.archive.read_bytes())
    return releases.want(
        Release(
            bundle_id=bundle.id,
            bento_tag=bento.tag,
            bento_key=key,
            bento_sha256=bento.sha256,
            source=releases.source,
            day=bundle.card.day,
            requested_at=now,
        ),
        by=by,
        why=why,
        although_withdrawn=although_withdrawn,
    )


def wait_until_in_service(
    releases: Releases, bundle_id: str, *, timeout_seconds: float, poll_seconds: float = POLL_SECONDS
) -> Release:
    """The release of this bundle, once it is in service.

    The time of a rollout is added to the timeout. Raises ReleaseError with the record's message when the release
    failed, another is wanted, or the timeout is over; WithdrawnMeanwhileError with the reason.
    """
    deadline = time.monotonic() + timeout_seconds
    while True:
        record = releases.read()
        for withdrawal in record.withdrawn:
            if withdrawal.bundle_id == bundle_id:
                raise WithdrawnMeanwhileError(f"Withdrawn by {withdrawal.by}: {withdrawal.why}")
        if record.rollout:
            left = record.rollout.until - datetime.now(UTC)
            deadline = max(deadline, time.monotonic() + left.total_seconds() + timeout_seconds)
        if record.wanted is None or record.wanted.bundle_id != bundle_id:
            now_wanted = record.wanted.bento_tag if record.wanted else "nothing"
            raise ReleaseError(f"Bundle {bundle_id} is no longer wanted: {now_wanted} is.")
        if record.phase == "failed":
            raise ReleaseError(record.message)
        if record.in_service == record.wanted and record.phase == "idle":
            return record.wanted
        if time.monotonic() > deadline:
            raise ReleaseError(
                f"{record.wanted.bento_tag} was not in service after {timeout_seconds:g} s. The record says: "
                f"{record.message} Is the release agent running (python -m movie_assets.cli agent)?"
            )
        time.sleep(poll_seconds)
