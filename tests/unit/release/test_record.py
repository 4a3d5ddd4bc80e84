"""The release record as text; its changes are tested in test_store.py."""

from datetime import timedelta

from movie_assets.release.record import ReleaseRecord, Rollout
from movie_assets.release.store import Releases
from tests.support.memory_bucket import MemoryBucket
from tests.support.records import NOON, a_release


def test_the_summary_of_an_empty_record_has_every_line():
    """Nothing was released yet."""
    assert ReleaseRecord().summary().splitlines() == [
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


def test_the_summary_names_a_rollout_and_its_end():
    """A reader knows when it is decided."""
    rollout = Rollout(kind="canary", percent=10, begun_at=NOON, until=NOON + timedelta(minutes=10))

    summary = ReleaseRecord(rollout=rollout).summary()

    assert "tried       canary of 10 % for 10 min, until 2026-01-14 12:10 UTC" in summary


def test_the_summary_of_a_rollback_names_who_when_and_why():
    """And every release concerned."""
    releases = Releases(MemoryBucket(), "synthetic")
    for tag in ("one", "two"):
        release = a_release(f"movie_rating:{tag}", bundle_id=tag, day="2026-01-13")
        releases.want(release, by="Dagster", why="It won.")
        releases.report(about=release, phase="idle", message="Up.", by="agent", now=NOON, in_service=release)

    summary = releases.rollback(by="Ada", why="It rates everything 9.", now=NOON).summary()

    assert "in service  movie_rating:two (bundle two, champion of 2026-01-13)" in summary
    assert "wanted      movie_rating:one (bundle one, champion of 2026-01-13)" in summary
    assert "pinned      2026-01-14 12:00 UTC by Ada: It rates everything 9." in summary
    assert "withdrawn   two" in summary
    assert "  2026-01-14 12:00:00 rollback   movie_rating:one  by Ada: It rates everything 9." in summary
