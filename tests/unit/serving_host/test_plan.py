"""The next step of the release agent."""

from datetime import timedelta

import pytest

from movie_assets.release.record import ReleaseRecord
from movie_assets.serving_host.plan import RoutedSlot, Step, after_failure, decide
from tests.support.records import NOON, a_release

OLD, NEW = a_release("movie_rating:old"), a_release("movie_rating:new")
NOTHING = Step("nothing")
NO_SLOT = RoutedSlot()


def ready(release):
    return RoutedSlot(bento_tag=release.bento_tag, sha256=release.bento_sha256)


def starting(release):
    return RoutedSlot(sha256=release.bento_sha256, is_starting=True)


def down(release):
    return RoutedSlot(sha256=release.bento_sha256, may_be_started=True)


def hung(release):
    return RoutedSlot(sha256=release.bento_sha256)


def next_step(routed, *, wanted=NEW, in_service=OLD, phase="idle", failed=(), since=timedelta(seconds=59)):
    """The step at noon; the `failed` releases failed once, `since` ago."""
    record = ReleaseRecord(wanted=wanted, in_service=in_service, phase=phase)
    return decide(record, routed, {release: after_failure(None, NOON - since) for release in failed}, NOON)


def test_without_a_wanted_release_there_is_nothing_to_do():
    """Before the first release."""
    assert next_step(NO_SLOT, wanted=None, in_service=None) == NOTHING


def test_the_first_release_is_launched():
    """There is no slot in service yet."""
    assert next_step(NO_SLOT, in_service=None) == Step("switch", NEW)


@pytest.mark.parametrize("routed", [ready(OLD), starting(OLD), down(OLD), hung(OLD)])
def test_a_newer_release_replaces_the_one_routed_to(routed):
    """In every state of that one."""
    assert next_step(routed) == Step("switch", NEW)


@pytest.mark.parametrize(
    ("routed", "step"),
    [
        (ready(NEW), NOTHING),  # the host has converged
        (starting(NEW), NOTHING),  # it gets the time of a start
        (down(NEW), Step("restart", NEW)),  # after a reboot its Bento is still there
        (hung(NEW), Step("switch", NEW)),  # its files may be damaged, so the other slot gets new ones
    ],
)
def test_the_release_in_service_is_kept_running(routed, step):
    """By the smallest step."""
    assert next_step(routed, in_service=NEW) == step


@pytest.mark.parametrize(("in_service", "phase"), [(OLD, "switching"), (OLD, "failed"), (OLD, "idle"), (NEW, "failed")])
def test_a_ready_wanted_release_is_reported(in_service, phase):
    """A killed agent had not reported it, or the service became ready late."""
    assert next_step(ready(NEW), in_service=in_service, phase=phase) == Step("report", NEW)


@pytest.mark.parametrize(
    ("routed", "step"),
    [
        (ready(OLD), NOTHING),
        (down(OLD), Step("restart", OLD)),
        (hung(OLD), Step("switch", OLD)),
        (starting(OLD), NOTHING),
    ],
)
def test_while_a_failed_release_waits_the_one_in_service_is_kept_running(routed, step):
    """After a reboot too."""
    assert next_step(routed, failed=[NEW]) == step


def test_a_failed_release_is_retried_after_its_pause():
    """To the second."""
    assert next_step(ready(OLD), failed=[NEW], since=timedelta(minutes=1)) == Step("switch", NEW)


def test_when_both_failed_both_wait():
    """Nothing is restarted in a tight loop."""
    assert next_step(hung(OLD), failed=[NEW, OLD]) == NOTHING


def test_pauses_double_up_to_an_hour():
    """Retries get rarer and never stop."""
    failure, pauses = None, []
    for _ in range(9):
        failure = after_failure(failure, NOON)
        pauses.append((failure.retry_at - NOON) / timedelta(minutes=1))

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
