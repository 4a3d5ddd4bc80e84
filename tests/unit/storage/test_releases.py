"""The release record."""

from datetime import UTC, datetime, timedelta

import pytest

from movie_assets.storage.bucket import ConflictError
from movie_assets.storage.releases import Release, ReleaseRecordError, Releases
from tests.support.memory_bucket import MemoryBucket

NOON = datetime(2026, 1, 14, 12, tzinfo=UTC)


def a_release(tag: str = "movie_rating:one", **said):
    facts = {
        "bundle_id": "b" * 64,
        "bento_tag": tag,
        "bento_key": f"synthetic/bentos/{tag}",
        "bento_sha256": "a" * 64,
        "source": "synthetic",
        "day": "2026-01-14",
        "requested_at": NOON,
    }
    return Release(**(facts | said))


@pytest.fixture
def bucket():
    return MemoryBucket()


@pytest.fixture
def releases(bucket):
    return Releases(bucket, "synthetic")


def test_before_the_first_release_nothing_is_wanted(releases):
    """A missing record reads as an empty one."""
    record = releases.read()

    assert record.wanted is None
    assert record.in_service is None
    assert record.phase == "idle"


def test_what_is_wanted_is_read_back(releases):
    """The record keeps the release with all that names it."""
    releases.want(a_release())

    assert releases.read().wanted == a_release()


def test_wanting_the_same_bento_again_writes_nothing(releases, bucket):
    """A repeated run changes neither the request's time nor the object."""
    releases.want(a_release())
    releases.want(a_release(requested_at=NOON + timedelta(hours=1)))

    assert releases.read().wanted.requested_at == NOON
    assert len(bucket.writes) == 1


def test_a_bento_that_failed_can_be_wanted_again(releases):
    """Asking again after a failure is how a person has it tried at once."""
    releases.want(a_release())
    releases.report(about=a_release(), phase="failed", message="Not ready.", now=NOON)
    later = a_release(requested_at=NOON + timedelta(hours=1))
    releases.want(later)

    assert releases.read().wanted == later
    assert releases.read().phase == "idle"


def test_a_report_moves_what_is_in_service(releases):
    """The agent's word changes the phase, the sentence and what is in service, not what is wanted."""
    releases.want(a_release())
    record = releases.report(about=a_release(), phase="idle", message="Up.", now=NOON, in_service=a_release())

    assert record.in_service == record.wanted == a_release()
    assert record.message == "Up."


def test_a_failure_keeps_what_is_in_service(releases):
    """A failed switch does not take the running Bento out of the record."""
    releases.want(a_release("movie_rating:one"))
    releases.report(
        about=a_release("movie_rating:one"),
        phase="idle",
        message="Up.",
        now=NOON,
        in_service=a_release("movie_rating:one"),
    )
    releases.want(a_release("movie_rating:two"))
    releases.report(about=a_release("movie_rating:two"), phase="failed", message="Not ready.", now=NOON)

    assert releases.read().in_service.bento_tag == "movie_rating:one"


def test_a_report_about_an_older_wish_leaves_the_newer_one_alone(releases):
    """What was asked for meanwhile is not marked as failed."""
    releases.want(a_release("movie_rating:two"))
    releases.report(about=a_release("movie_rating:one"), phase="failed", message="Not ready.", now=NOON)

    assert releases.read().phase == "idle"
    assert "Not ready" not in releases.read().message


def test_a_lost_race_is_decided_anew(releases, bucket):
    """A write by somebody else in between survives, and ours is made on top of it."""
    releases.want(a_release("movie_rating:one"))
    theirs = releases.read().model_copy(update={"wanted": a_release("movie_rating:two")})
    bucket.meanwhile = [(releases.key, theirs.model_dump_json().encode())]

    releases.report(
        about=a_release("movie_rating:one"),
        phase="idle",
        message="Up.",
        now=NOON,
        in_service=a_release("movie_rating:one"),
    )

    assert releases.read().wanted.bento_tag == "movie_rating:two"
    assert releases.read().in_service.bento_tag == "movie_rating:one"


def test_losing_every_race_says_so(releases, bucket):
    """Two agents on one record are an error that names its cause, not an endless loop."""
    bucket.meanwhile = [(releases.key, b"{}")] * 100

    with pytest.raises(ConflictError, match="more than one release agent"):
        releases.want(a_release())


def test_an_unreadable_record_is_named(releases, bucket):
    """The error says which object cannot be read and what to do."""
    bucket.put(releases.key, b"{half")

    with pytest.raises(ReleaseRecordError, match=r"synthetic/release\.json.*Restore an earlier version"):
        releases.read()
