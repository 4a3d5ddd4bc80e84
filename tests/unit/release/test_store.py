"""The release record."""

from collections import Counter
from datetime import timedelta

import pytest

from movie_assets.release.record import Rollout
from movie_assets.release.store import (
    NothingInServiceError,
    PinnedError,
    ReleaseRecordError,
    Releases,
    WithdrawnError,
)
from movie_assets.storage.bucket import ConflictError
from tests.support.memory_bucket import MemoryBucket
from tests.support.records import NOON, a_release

TEN_PAST = NOON + timedelta(minutes=10)


def want(releases, release, **options):
    """Request a release."""
    return releases.want(release, by="me", why="a test", **options)


def report(releases, about, phase="idle", message="Up.", *, at=NOON, **fields):
    """The agent's report on a release; by default that it is in service."""
    fields = fields or ({"in_service": about} if phase == "idle" else {})
    return releases.report(about=about, phase=phase, message=message, by="agent", now=at, **fields)


def serve(releases, tag, *, at=NOON):
    """Request a release and report it in service; the release."""
    wanted = want(releases, a_release(tag, requested_at=at)).wanted
    report(releases, wanted, at=at)
    return wanted


def minutes(count):
    return NOON + timedelta(minutes=count)


@pytest.fixture
def bucket():
    return MemoryBucket()


@pytest.fixture
def releases(bucket):
    return Releases(bucket, "synthetic")


def test_before_the_first_release_nothing_is_wanted(releases):
    """A missing record reads as an empty one."""
    record = releases.read()

    assert (record.wanted, record.in_service, record.phase) == (None, None, "idle")


def test_a_repeated_request_writes_nothing(releases, bucket):
    """It changes neither the time of the request nor the object."""
    want(releases, a_release())
    want(releases, a_release(requested_at=NOON + timedelta(hours=1)))

    assert releases.read().wanted == a_release()
    assert bucket.writes.count(releases.key) == 1


def test_a_bento_that_failed_can_be_wanted_again(releases):
    """A repeated request after a failure is tried at once."""
    want(releases, a_release())
    report(releases, a_release(), "failed", "Not ready.")
    later = a_release(requested_at=NOON + timedelta(hours=1))
    want(releases, later)

    assert releases.read().wanted == later
    assert releases.read().phase == "idle"


def test_a_report_moves_what_is_in_service_and_a_failure_does_not(releases):
    """A report changes the phase, the message and the release in service, not the wanted one."""
    serve(releases, "one")
    two = want(releases, a_release("two")).wanted

    failed = report(releases, two, "failed", "Not ready.")
    up = report(releases, two)

    assert (failed.phase, failed.message, failed.in_service.bento_tag) == ("failed", "Not ready.", "one")
    assert failed.decisions[0].kind == "failed"
    assert (up.phase, up.message, up.in_service, up.wanted) == ("idle", "Up.", two, two)


def test_a_report_on_an_older_release_leaves_the_newer_one_alone(releases):
    """It is not marked as failed."""
    want(releases, a_release("two"))
    record = report(releases, a_release("one"), "failed", "Not ready.")

    assert record.phase == "idle"
    assert "Not ready" not in record.message


def test_a_change_is_repeated_after_a_lost_race(releases, bucket):
    """A concurrent write survives, and ours is applied to it."""
    want(releases, a_release("one"))
    theirs = releases.read().model_copy(update={"wanted": a_release("two")})
    bucket.meanwhile = [(releases.key, theirs.model_dump_json().encode())]

    report(releases, a_release("one"))

    record = releases.read()
    assert (record.wanted.bento_tag, record.in_service.bento_tag) == ("two", "one")


def test_losing_every_race_is_an_error(releases, bucket):
    """It names the likely cause, two agents on one record."""
    bucket.meanwhile = [(releases.key, b"{}")] * 100

    with pytest.raises(ConflictError, match=r"another writer 10 times in a row\. Is more than one release agent"):
        want(releases, a_release())


def test_an_unreadable_record_is_named(releases, bucket):
    """The error says what to do."""
    bucket.put(releases.key, b"{half")

    with pytest.raises(ReleaseRecordError, match=r"synthetic/release\.json.*Restore an earlier version"):
        releases.read()


@pytest.fixture
def three(releases):
    """Three releases, one after the other, the last in service."""
    return [serve(releases, tag, at=minutes(n)) for n, tag in enumerate(("one", "two", "three"))]


def roll_back(releases, *, at=TEN_PAST):
    record = releases.rollback(by="me", why="It rates everything 9.", now=at)
    return report(releases, record.wanted, at=at)


def test_a_rollback_wants_the_previous_one_pins_it_and_withdraws_the_other(releases, three):
    """In one write, so that nothing can be released in between."""
    record = releases.rollback(by="me", why="It rates everything 9.", now=minutes(10))

    assert record.wanted == three[1].model_copy(update={"requested_at": minutes(10)})
    assert record.in_service == three[2]
    assert (record.pinned.by, record.pinned.why, record.pinned.at) == ("me", "It rates everything 9.", minutes(10))
    assert record.withdrawn_bundles == {"three"}


def test_a_second_rollback_goes_back_one_further(releases, three):
    """It skips withdrawn bundles."""
    roll_back(releases)
    record = roll_back(releases, at=minutes(20))

    assert record.in_service.bundle_id == "one"
    assert record.withdrawn_bundles == {"three", "two"}
    with pytest.raises(NothingInServiceError, match="no earlier bundle"):
        releases.rollback(by="me", why="Again.", now=minutes(30))


def test_a_rollback_before_the_switch_keeps_the_release_in_service(releases, three):
    """It withdraws the newest request, also one that failed."""
    want(releases, a_release("four"))
    record = releases.rollback(by="me", why="Stop.", now=minutes(10))

    assert record.wanted.bento_tag == record.in_service.bento_tag == "three"
    assert record.withdrawn_bundles == {"four"}


def test_without_an_earlier_bundle_nothing_is_rolled_back(releases):
    """Neither with nothing in service nor with a single release; nothing is written."""
    with pytest.raises(NothingInServiceError):
        releases.rollback(by="me", why="?", now=NOON)
    serve(releases, "one")
    before = releases.read()
    with pytest.raises(NothingInServiceError):
        releases.rollback(by="me", why="?", now=NOON)
    assert releases.read() == before


def test_while_one_is_pinned_another_is_refused(releases, three):
    """The error says who pinned it, why, and how to unpin it."""
    releases.pin(by="Ada", why="the festival", now=minutes(10))

    with pytest.raises(PinnedError, match=r"three is pinned since .* by Ada \(the festival\).*make unpin"):
        want(releases, a_release("four"))
    assert releases.read().wanted == three[2]


def test_after_unpin_a_withdrawn_bundle_is_still_refused(releases, three):
    """Unless the request says `although_withdrawn`."""
    roll_back(releases)
    releases.unpin(by="me", why="The next one is fine.", now=minutes(20))

    assert releases.read().pinned is None
    with pytest.raises(WithdrawnError, match="was withdrawn"):
        want(releases, a_release("three again", bundle_id="three"))
    record = want(releases, a_release("three again", bundle_id="three"), although_withdrawn=True)
    assert record.wanted.bento_tag == "three again"
    assert record.withdrawn == ()


def test_pinning_while_another_is_wanted_keeps_what_is_in_service(releases, three):
    """A pin during a switch cancels it."""
    want(releases, a_release("four"))
    record = releases.pin(by="me", why="the festival", now=minutes(10))

    assert record.wanted.bento_tag == "three"
    assert releases.pin(by="you", why="also", now=minutes(11)) == record


def test_nothing_in_service_cannot_be_pinned(releases):
    """The error names the source."""
    with pytest.raises(LookupError, match="Nothing of source synthetic is in service"):
        releases.pin(by="me", why="?", now=NOON)


def test_unpin_without_a_pin_writes_nothing(releases, three, bucket):
    """It is not an error."""
    before = len(bucket.writes)

    assert releases.unpin(by="me", why="?", now=NOON).pinned is None
    assert len(bucket.writes) == before


def test_every_audit_entry_is_an_object(releases, three, bucket):
    """Who, when and why can be read after the record has changed."""
    roll_back(releases)
    releases.unpin(by="me", why="Done.", now=minutes(20))

    entries = [entry for _name, entry in releases.entries_after("")]
    assert Counter(entry.kind for entry in entries) == {"release": 3, "in service": 4, "rollback": 1, "unpin": 1}
    assert {(entry.by, entry.why) for entry in entries if entry.kind == "rollback"} == {
        ("me", "It rates everything 9.")
    }
    names = [name for name, _entry in releases.entries_after("")]
    assert [name for name, _entry in releases.entries_after(names[-2])] == names[-1:]


def test_a_missing_audit_entry_is_written_with_the_next(releases, three, bucket):
    """A writer that died loses no history; existing entries are not written again."""
    lost, *kept = bucket.keys(releases.history)
    bucket.delete(lost)

    Releases(bucket, "synthetic").pin(by="me", why="?", now=minutes(30))

    assert len(bucket.keys(releases.history)) == 7
    assert [bucket.writes.count(key) for key in kept] == [1] * 5


def test_an_old_record_without_pins_is_read(releases, bucket):
    """Missing fields are empty."""
    release = a_release().model_dump_json()
    bucket.put(releases.key, f'{{"wanted": {release}, "in_service": {release}, "phase": "idle"}}'.encode())

    record = releases.read()
    assert (record.pinned, record.previous, record.decisions) == (None, None, ())


ROLLOUT = Rollout(kind="canary", percent=10, begun_at=NOON, until=TEN_PAST)


def in_rollout(releases):
    """A release in service, and a second one in its rollout."""
    first = serve(releases, "one")
    second = want(releases, a_release("two", requested_at=minutes(5))).wanted
    report(releases, second, "switching", "Tried.", at=minutes(6), rollout=ROLLOUT)
    return first, second


def test_a_rollout_is_in_the_record_until_it_is_over(releases):
    """With its end."""
    _first, second = in_rollout(releases)
    assert releases.read().rollout == ROLLOUT

    report(releases, second, at=TEN_PAST)

    assert releases.read().rollout is None


def test_a_release_that_is_taken_back_is_withdrawn_and_the_old_one_wanted(releases):
    """With the reason; nothing is pinned, and the next champion is accepted."""
    first, second = in_rollout(releases)

    record = releases.take_back(second, message="It was taken back, since it failed.", by="agent", now=minutes(7))

    assert (record.wanted, record.in_service, record.pinned, record.rollout) == (first, first, None, None)
    assert (record.phase, record.message) == ("idle", "It was taken back, since it failed.")
    assert [(one.bundle_id, one.why) for one in record.withdrawn] == [("two", "It was taken back, since it failed.")]
    assert (record.decisions[0].kind, record.decisions[0].bundle_id) == ("taken back", "two")
    assert want(releases, a_release("three")).wanted.bento_tag == "three"


def test_a_newer_release_is_not_taken_back(releases):
    """The verdict is about the release that was tried."""
    _first, second = in_rollout(releases)
    third = want(releases, a_release("three")).wanted

    record = releases.take_back(second, message="It was taken back.", by="agent", now=minutes(7))

    assert (record.wanted, record.withdrawn) == (third, ())


@pytest.mark.parametrize("decide", ["rollback", "pin"])
def test_a_person_ends_a_rollout(releases, decide):
    """The release in service is wanted again, and pinned."""
    first, second = in_rollout(releases)

    record = getattr(releases, decide)(by="Ada", why="No.", now=minutes(7))

    assert record.wanted.bento_tag == first.bento_tag
    assert record.pinned.by == "Ada"
    assert record.rollout is None
    assert (second.bundle_id in record.withdrawn_bundles) == (decide == "rollback")
