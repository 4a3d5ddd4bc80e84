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


def want(releases, release, **said):
    """Ask for a release, as a test."""
    return releases.want(release, **({"by": "me", "why": "a test"} | said))


def report(releases, about, phase="idle", message="Up.", *, at=NOON, **said):
    """The agent's word on a release; that it is in service, if nothing else is said."""
    said = said or ({"in_service": about} if phase == "idle" else {})
    return releases.report(about=about, phase=phase, message=message, by="agent", now=at, **said)


def serve(releases, tag, *, at=NOON):
    """Ask for a release and have it in service; the release."""
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


def test_what_is_wanted_is_read_back_and_wanting_it_again_writes_nothing(releases, bucket):
    """A repeated run changes neither the request's time nor the object."""
    want(releases, a_release())
    want(releases, a_release(requested_at=NOON + timedelta(hours=1)))

    assert releases.read().wanted == a_release()
    assert bucket.writes.count(releases.key) == 1


def test_a_bento_that_failed_can_be_wanted_again(releases):
    """Asking again after a failure is how a person has it tried at once."""
    want(releases, a_release())
    report(releases, a_release(), "failed", "Not ready.")
    later = a_release(requested_at=NOON + timedelta(hours=1))
    want(releases, later)

    assert releases.read().wanted == later
    assert releases.read().phase == "idle"


def test_a_report_moves_what_is_in_service_and_a_failure_does_not(releases):
    """The agent's word changes the phase, the sentence and what is in service, not what is wanted."""
    serve(releases, "one")
    two = want(releases, a_release("two")).wanted

    failed = report(releases, two, "failed", "Not ready.")
    up = report(releases, two)

    assert (failed.phase, failed.message, failed.in_service.bento_tag) == ("failed", "Not ready.", "one")
    assert failed.decisions[0].kind == "failed"
    assert (up.phase, up.message, up.in_service, up.wanted) == ("idle", "Up.", two, two)


def test_a_report_about_an_older_wish_leaves_the_newer_one_alone(releases):
    """What was asked for meanwhile is not marked as failed."""
    want(releases, a_release("two"))
    record = report(releases, a_release("one"), "failed", "Not ready.")

    assert record.phase == "idle"
    assert "Not ready" not in record.message


def test_a_lost_race_is_decided_anew(releases, bucket):
    """A write by somebody else in between survives, and ours is made on top of it."""
    want(releases, a_release("one"))
    theirs = releases.read().model_copy(update={"wanted": a_release("two")})
    bucket.meanwhile = [(releases.key, theirs.model_dump_json().encode())]

    report(releases, a_release("one"))

    record = releases.read()
    assert (record.wanted.bento_tag, record.in_service.bento_tag) == ("two", "one")


def test_losing_every_race_says_so(releases, bucket):
    """Two agents on one record are an error that names its cause, not an endless loop."""
    bucket.meanwhile = [(releases.key, b"{}")] * 100

    with pytest.raises(ConflictError, match=r"another writer 10 times in a row\. Is more than one release agent"):
        want(releases, a_release())


def test_an_unreadable_record_is_named(releases, bucket):
    """The error says which object cannot be read and what to do."""
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
    """One write says all of it, so nothing can be released in between."""
    record = releases.rollback(by="me", why="It rates everything 9.", now=minutes(10))

    assert record.wanted == three[1].model_copy(update={"requested_at": minutes(10)})
    assert record.in_service == three[2]
    assert (record.pinned.by, record.pinned.why, record.pinned.at) == ("me", "It rates everything 9.", minutes(10))
    assert record.withdrawn_bundles == {"three"}


def test_a_second_rollback_goes_one_further(releases, three):
    """What was withdrawn is never gone back to."""
    roll_back(releases)
    record = roll_back(releases, at=minutes(20))

    assert record.in_service.bundle_id == "one"
    assert record.withdrawn_bundles == {"three", "two"}
    with pytest.raises(NothingInServiceError, match="no earlier bundle"):
        releases.rollback(by="me", why="Again.", now=minutes(30))


def test_a_rollback_of_what_is_not_in_service_yet_keeps_what_is(releases, three):
    """Undone is the newest wish, also where it failed."""
    want(releases, a_release("four"))
    record = releases.rollback(by="me", why="Stop.", now=minutes(10))

    assert record.wanted.bento_tag == record.in_service.bento_tag == "three"
    assert record.withdrawn_bundles == {"four"}


def test_without_an_earlier_bundle_nothing_is_rolled_back(releases):
    """Nothing in service, and one alone: both are said, and nothing is written."""
    with pytest.raises(NothingInServiceError):
        releases.rollback(by="me", why="?", now=NOON)
    serve(releases, "one")
    before = releases.read()
    with pytest.raises(NothingInServiceError):
        releases.rollback(by="me", why="?", now=NOON)
    assert releases.read() == before


def test_while_one_is_pinned_another_is_refused(releases, three):
    """The error says by whom, why, and how to end it."""
    releases.pin(by="Ada", why="the festival", now=minutes(10))

    with pytest.raises(PinnedError, match=r"three is pinned since .* by Ada \(the festival\).*make unpin"):
        want(releases, a_release("four"))
    assert releases.read().wanted == three[2]


def test_after_unpin_another_is_let_through_but_not_what_was_withdrawn(releases, three):
    """A rolled-back bundle comes back only when somebody says so."""
    roll_back(releases)
    releases.unpin(by="me", why="The next one is fine.", now=minutes(20))

    assert releases.read().pinned is None
    with pytest.raises(WithdrawnError, match="was withdrawn"):
        want(releases, a_release("three again", bundle_id="three"))
    record = want(releases, a_release("three again", bundle_id="three"), although_withdrawn=True)
    assert record.wanted.bento_tag == "three again"
    assert record.withdrawn == ()


def test_pinning_while_another_is_wanted_keeps_what_is_in_service(releases, three):
    """A pin during a switch means: not this one."""
    want(releases, a_release("four"))
    record = releases.pin(by="me", why="the festival", now=minutes(10))

    assert record.wanted.bento_tag == "three"
    assert releases.pin(by="you", why="also", now=minutes(11)) == record


def test_nothing_in_service_cannot_be_pinned(releases):
    """There is nothing to keep."""
    with pytest.raises(LookupError, match="Nothing of source synthetic is in service"):
        releases.pin(by="me", why="?", now=NOON)


def test_unpin_without_a_pin_writes_nothing(releases, three, bucket):
    """Asking twice is no error."""
    before = len(bucket.writes)

    assert releases.unpin(by="me", why="?", now=NOON).pinned is None
    assert len(bucket.writes) == before


def test_every_decision_is_an_object_of_its_own(releases, three, bucket):
    """Who, when and why can be read after the record has long moved on."""
    roll_back(releases)
    releases.unpin(by="me", why="Done.", now=minutes(20))

    kept = [decision for _name, decision in releases.entries_after("")]
    assert Counter(decision.kind for decision in kept) == {"release": 3, "in service": 4, "rollback": 1, "unpin": 1}
    assert {(decision.by, decision.why) for decision in kept if decision.kind == "rollback"} == {
        ("me", "It rates everything 9.")
    }
    names = [name for name, _decision in releases.entries_after("")]
    assert [name for name, _decision in releases.entries_after(names[-2])] == names[-1:]


def test_a_decision_that_was_not_kept_is_kept_with_the_next(releases, three, bucket):
    """Whoever wrote the record and died at once loses no history; what is there already is not written again."""
    lost, *kept = bucket.keys(releases.history)
    bucket.delete(lost)

    Releases(bucket, "synthetic").pin(by="me", why="?", now=minutes(30))

    assert len(bucket.keys(releases.history)) == 7
    assert [bucket.writes.count(key) for key in kept] == [1] * 5


def test_a_record_of_before_there_were_pins_is_read(releases, bucket):
    """Fields that were not there yet are empty."""
    release = a_release().model_dump_json()
    bucket.put(releases.key, f'{{"wanted": {release}, "in_service": {release}, "phase": "idle"}}'.encode())

    record = releases.read()
    assert (record.pinned, record.previous, record.decisions) == (None, None, ())


ROLLOUT = Rollout(kind="canary", percent=10, begun_at=NOON, until=TEN_PAST)


def tried(releases):
    """The second release, tried beside the first; the first."""
    first = serve(releases, "one")
    second = want(releases, a_release("two", requested_at=minutes(5))).wanted
    report(releases, second, "switching", "Tried.", at=minutes(6), rollout=ROLLOUT)
    return first, second


def test_what_is_tried_is_said_until_it_is_over(releases):
    """With its end, for whoever waits."""
    _first, second = tried(releases)
    assert releases.read().rollout == ROLLOUT

    report(releases, second, at=TEN_PAST)

    assert releases.read().rollout is None


def test_what_is_taken_back_is_withdrawn_and_the_old_one_wanted(releases):
    """With the reason; nothing is pinned, and the next champion is let through."""
    first, second = tried(releases)

    record = releases.take_back(second, message="It was taken back, since it failed.", by="agent", now=minutes(7))

    assert (record.wanted, record.in_service, record.pinned, record.rollout) == (first, first, None, None)
    assert (record.phase, record.message) == ("idle", "It was taken back, since it failed.")
    assert [(one.bundle_id, one.why) for one in record.withdrawn] == [("two", "It was taken back, since it failed.")]
    assert (record.decisions[0].kind, record.decisions[0].bundle_id) == ("taken back", "two")
    assert want(releases, a_release("three")).wanted.bento_tag == "three"


def test_what_somebody_wants_by_now_is_not_taken_back(releases):
    """The agent's verdict is about what it tried."""
    _first, second = tried(releases)
    third = want(releases, a_release("three")).wanted

    record = releases.take_back(second, message="It was taken back.", by="agent", now=minutes(7))

    assert (record.wanted, record.withdrawn) == (third, ())


@pytest.mark.parametrize("decide", ["rollback", "pin"])
def test_a_person_ends_what_is_tried(releases, decide):
    """What is in service is wanted again, and held."""
    first, second = tried(releases)

    record = getattr(releases, decide)(by="Ada", why="No.", now=minutes(7))

    assert record.wanted.bento_tag == first.bento_tag
    assert record.pinned.by == "Ada"
    assert record.rollout is None
    assert (second.bundle_id in record.withdrawn_bundles) == (decide == "rollback")
