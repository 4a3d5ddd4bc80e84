"""What the release agent does next, from what it sees."""

from datetime import UTC, datetime, timedelta

import pytest

from movie_assets.deployment.agent import Failure, Step, after_failure, decide
from movie_assets.storage.releases import Release, ReleaseRecord

NOON = datetime(2026, 1, 14, 12, tzinfo=UTC)


def a_release(tag):
    return Release(
        bundle_id=tag * 2,
        bento_tag=tag,
        bento_key=f"synthetic/bentos/{tag}",
        bento_sha256=tag,
        source="synthetic",
        day="2026-01-14",
        requested_at=NOON,
    )


OLD, NEW = a_release("movie_rating:old"), a_release("movie_rating:new")


def next_step(*, wanted, in_service=None, phase="idle", answering=None, silent=False, failures=None, now=NOON):
    record = ReleaseRecord(wanted=wanted, in_service=in_service, phase=phase)
    return decide(record, answering=answering, silent=silent, failures=failures or {}, now=now)


def test_nothing_wanted_is_nothing_to_do():
    """Before the first release the agent waits."""
    assert next_step(wanted=None, silent=True) == Step("nothing")


def test_the_first_release_is_started():
    """With nothing there, what is wanted is started."""
    assert next_step(wanted=NEW, silent=True) == Step("start", NEW)


def test_a_newer_release_replaces_the_running_one():
    """What is wanted is started though something else serves."""
    assert next_step(wanted=NEW, in_service=OLD, answering=OLD.bento_tag) == Step("start", NEW)


def test_what_is_wanted_and_serving_is_left_alone():
    """A converged host is not touched."""
    assert next_step(wanted=NEW, in_service=NEW, answering=NEW.bento_tag) == Step("nothing")


@pytest.mark.parametrize("phase", ["switching", "failed"])
def test_an_agent_killed_before_its_report_reports_now(phase):
    """What is wanted and answers is in service, whatever the record still says."""
    assert next_step(wanted=NEW, in_service=OLD, phase=phase, answering=NEW.bento_tag) == Step("report", NEW)


def test_a_service_that_came_back_late_is_reported():
    """A failure that healed by itself does not stay in the record."""
    assert next_step(wanted=NEW, in_service=NEW, phase="failed", answering=NEW.bento_tag) == Step("report", NEW)


def test_a_service_that_went_silent_is_started_again():
    """A dead or hung service comes back without anybody asking."""
    assert next_step(wanted=NEW, in_service=NEW, silent=True) == Step("start", NEW)


def test_a_service_that_is_starting_is_waited_for():
    """A process that is there and not yet ready is not restarted."""
    assert next_step(wanted=NEW, in_service=NEW, silent=False) == Step("nothing")


def test_a_failed_release_does_not_disturb_the_one_in_service():
    """Until its time comes a failed release is not tried again."""
    failures = {NEW: Failure(times=1, retry_at=NOON + timedelta(seconds=1))}

    assert next_step(wanted=NEW, in_service=OLD, answering=OLD.bento_tag, failures=failures) == Step("nothing")


def test_a_failed_release_is_tried_again_in_time():
    """After its pause the wanted release gets another chance."""
    failures = {NEW: Failure(times=1, retry_at=NOON)}

    assert next_step(wanted=NEW, in_service=OLD, answering=OLD.bento_tag, failures=failures) == Step("start", NEW)


def test_while_the_wanted_one_waits_the_previous_one_is_kept_up():
    """After a restart of the host a failed wish does not keep the service away."""
    failures = {NEW: Failure(times=1, retry_at=NOON + timedelta(minutes=1))}

    assert next_step(wanted=NEW, in_service=OLD, silent=True, failures=failures) == Step("start", OLD)


def test_when_both_failed_both_wait():
    """Nothing is restarted in a hot loop."""
    later = Failure(times=1, retry_at=NOON + timedelta(minutes=1))

    assert next_step(wanted=NEW, in_service=OLD, silent=True, failures={NEW: later, OLD: later}) == Step("nothing")


def test_pauses_double_up_to_an_hour():
    """Each attempt interrupts the service, so attempts get rarer and never stop."""
    failure, pauses = None, []
    for _ in range(9):
        failure = after_failure(failure, NOON)
        pauses.append((failure.retry_at - NOON) / timedelta(minutes=1))

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
