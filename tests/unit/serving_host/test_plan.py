"""What the release agent does next, from what it sees."""

from datetime import timedelta

import pytest

from movie_assets.release.record import ReleaseRecord
from movie_assets.serving_host.plan import RoutedSlot, Step, after_failure, decide
from tests.support.records import NOON, a_release

OLD, NEW = a_release("movie_rating:old"), a_release("movie_rating:new")
NOTHING = Step("nothing")
NOBODY = RoutedSlot()


def answering(release):
    return RoutedSlot(bento_tag=release.bento_tag, sha256=release.bento_sha256)


def starting(release):
    return RoutedSlot(sha256=release.bento_sha256, is_starting=True)


def down(release):
    return RoutedSlot(sha256=release.bento_sha256, may_be_started=True)


def hung(release):
    return RoutedSlot(sha256=release.bento_sha256)


def next_step(routed, *, wanted=NEW, in_service=OLD, phase="idle", failed=(), since=timedelta(seconds=59)):
    """The step at noon; those that failed did so for the first time, so long ago."""
    record = ReleaseRecord(wanted=wanted, in_service=in_service, phase=phase)
    return decide(record, routed, {release: after_failure(None, NOON - since) for release in failed}, NOON)


def test_nothing_wanted_is_nothing_to_do():
    """Before the first release the agent waits."""
    assert next_step(NOBODY, wanted=None, in_service=None) == NOTHING


def test_the_first_release_is_started():
    """With nothing there, what is wanted is started."""
    assert next_step(NOBODY, in_service=None) == Step("switch", NEW)


@pytest.mark.parametrize("routed", [answering(OLD), starting(OLD), down(OLD), hung(OLD)])
def test_a_newer_release_replaces_the_one_routed_to(routed):
    """Whatever state that one is in."""
    assert next_step(routed) == Step("switch", NEW)


@pytest.mark.parametrize(
    ("routed", "step"),
    [
        (answering(NEW), NOTHING),  # a converged host is not touched
        (starting(NEW), NOTHING),  # what is there and not yet ready is not restarted
        (down(NEW), Step("restart", NEW)),  # after the host came back there is no need to fetch anything
        (hung(NEW), Step("switch", NEW)),  # what lies in the slot may be spoiled, and is left until a fresh one serves
    ],
)
def test_what_is_in_service_is_kept_up(routed, step):
    """By as little as helps."""
    assert next_step(routed, in_service=NEW) == step


@pytest.mark.parametrize(("in_service", "phase"), [(OLD, "switching"), (OLD, "failed"), (OLD, "idle"), (NEW, "failed")])
def test_what_is_wanted_and_answers_is_reported(in_service, phase):
    """Whatever the record still says: its agent was killed before it could, or the service came back late."""
    assert next_step(answering(NEW), in_service=in_service, phase=phase) == Step("report", NEW)


@pytest.mark.parametrize(
    ("routed", "step"),
    [
        (answering(OLD), NOTHING),
        (down(OLD), Step("restart", OLD)),
        (hung(OLD), Step("switch", OLD)),
        (starting(OLD), NOTHING),
    ],
)
def test_while_the_wanted_one_waits_the_previous_one_is_kept_up(routed, step):
    """A failed wish does not disturb the service, and does not keep it away after a restart of the host."""
    assert next_step(routed, failed=[NEW]) == step


def test_a_failed_release_is_tried_again_in_time():
    """When its pause is over, to the second."""
    assert next_step(answering(OLD), failed=[NEW], since=timedelta(minutes=1)) == Step("switch", NEW)


def test_when_both_failed_both_wait():
    """Nothing is restarted in a hot loop."""
    assert next_step(hung(OLD), failed=[NEW, OLD]) == NOTHING


def test_pauses_double_up_to_an_hour():
    """Attempts get rarer and never stop."""
    failure, pauses = None, []
    for _ in range(9):
        failure = after_failure(failure, NOON)
        pauses.append((failure.retry_at - NOON) / timedelta(minutes=1))

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
