"""The release record in words."""

from datetime import timedelta

from movie_assets.release.record import ReleaseRecord, Rollout
from movie_assets.release.store import Releases
from movie_assets.serving_host.status import record_in_words
from tests.support.memory_bucket import MemoryBucket
from tests.support.records import NOON, a_release


def test_before_the_first_release_nothing_is_said_to_run():
    """Every line is there."""
    assert record_in_words(ReleaseRecord()).splitlines() == [
        "in service  nothing",
        "wanted      nothing",
        "previous    nothing",
        "pinned      no",
        "withdrawn   nothing",
        "tried       no",
        "phase       idle: Nothing was released yet.",
        "last decisions",
        "  nothing",
    ]


def test_what_is_tried_is_told_with_its_end():
    """Whoever looks knows when it is decided."""
    rollout = Rollout(kind="canary", percent=10, begun_at=NOON, until=NOON + timedelta(minutes=10))

    assert "tried       canary of 10 % for 10 min, until 2026-01-14 12:10 UTC" in record_in_words(
        ReleaseRecord(rollout=rollout)
    )


def test_who_decided_what_when_and_why_is_told():
    """Of a rollback one reads all of it."""
    releases = Releases(MemoryBucket(), "synthetic")
    for tag in ("one", "two"):
        release = a_release(f"movie_rating:{tag}", bundle_id=tag, day="2026-01-13")
        releases.want(release, by="Dagster", why="It won.")
        releases.report(about=release, phase="idle", message="Up.", by="agent", now=NOON, in_service=release)

    told = record_in_words(releases.rollback(by="Ada", why="It rates everything 9.", now=NOON))

    assert "in service  movie_rating:two (bundle two, champion of 2026-01-13)" in told
    assert "wanted      movie_rating:one (bundle one, champion of 2026-01-13)" in told
    assert "pinned      2026-01-14 12:00 UTC by Ada: It rates everything 9." in told
    assert "withdrawn   two" in told
    assert "  2026-01-14 12:00:00 rollback   movie_rating:one  by Ada: It rates everything 9." in told
