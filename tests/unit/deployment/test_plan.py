"""What the release agent does next, from what it sees."""

from datetime import UTC, datetime, timedelta

import pytest

from movie_assets.deployment.plan import Failure, Routed, Step, after_failure, decide
from movie_assets.storage.release_record import Release, ReleaseRecord

NOON = datetime(2026, 1, 14, 12, tzinfo=UTC)
NOTHING = Step("nothing")


def a_release(tag):
    return Release(
        bundle_id=tag * 2,
        bento_tag=tag,
        bento_key=f"synthetic/bentos/{tag}",
        bento_sha256=f"sha of {tag}",
        source="synthetic",
        day="2026-01-14",
        requested_at=NOON,
    )


OLD, NEW = a_release("movie_rating:old"), a_release("movie_rating:new")


def answering(release):
    return Routed(bento_tag=release.bento_tag, sha256=release.bento_sha256)


def starting(release):
    return Routed(sha256=release.bento_sha256, is_starting=True)


def down(release):
    return Routed(sha256=release.bento_sha256, may_be_started=True)


def hung(release):
    return Routed(sha256=release.bento_sha256)


def next_step(routed=None, *, wanted=None, in_service=None, phase="idle", failures=None):
    record = ReleaseRecord(wanted=wanted, in_service=in_service, phase=phase)
    return decide(record, routed or Routed(), failures or {}, NOON)


def later(*releases):
    return {release: Failure(times=1, retry_at=NOON + timedelta(seconds=1)) for release in releases}


def test_nothing_wanted_is_nothing_to_do():
    """Before the first release the agent waits."""
    assert next_step() == NOTHING


def test_the_first_release_is_started():
    """With nothing there, what is wanted is started."""
    assert next_step(wanted=NEW) == Step("switch", NEW)


@pytest.mark.parametrize("routed", [answering(OLD), starting(OLD), down(OLD), hung(OLD)])
def test_a_newer_release_replaces_the_one_routed_to(routed):
    """Whatever state that one is in."""
    assert next_step(routed, wanted=NEW, in_service=OLD) == Step("switch", NEW)


def test_what_is_wanted_and_serving_is_left_alone():
    """A converged host is not touched."""
    assert next_step(answering(NEW), wanted=NEW, in_service=NEW) == NOTHING


@pytest.mark.parametrize("phase", ["switching", "failed"])
def test_an_agent_killed_before_its_report_reports_now(phase):
    """What is wanted and answers is in service, whatever the record still says."""
    assert next_step(answering(NEW), wanted=NEW, in_service=OLD, phase=phase) == Step("report", NEW)


def test_a_service_that_came_back_late_is_reported():
    """A failure that healed by itself does not stay in the record."""
    assert next_step(answering(NEW), wanted=NEW, in_service=NEW, phase="failed") == Step("report", NEW)


def test_a_service_that_is_starting_is_waited_for():
    """A process that is there and not yet ready is not restarted."""
    assert next_step(starting(NEW), wanted=NEW, in_service=NEW) == NOTHING


def test_a_service_whose_process_is_gone_is_started_with_what_it_has():
    """After the host came back there is no need to fetch anything."""
    assert next_step(down(NEW), wanted=NEW, in_service=NEW) == Step("revive", NEW)


def test_a_service_that_does_not_come_back_is_started_afresh_in_the_other_slot():
    """What lies in the routed slot may be spoiled; it is left as it is until the fresh one serves."""
    assert next_step(hung(NEW), wanted=NEW, in_service=NEW) == Step("switch", NEW)


def test_a_failed_release_does_not_disturb_the_one_in_service():
    """Until its time comes a failed release is not tried again."""
    assert next_step(answering(OLD), wanted=NEW, in_service=OLD, failures=later(NEW)) == NOTHING


def test_a_failed_release_is_tried_again_in_time():
    """After its pause the wanted release gets another chance."""
    failures = {NEW: Failure(times=1, retry_at=NOON)}

    assert next_step(answering(OLD), wanted=NEW, in_service=OLD, failures=failures) == Step("switch", NEW)


@pytest.mark.parametrize(("routed", "action"), [(down(OLD), "revive"), (hung(OLD), "switch"), (starting(OLD), None)])
def test_while_the_wanted_one_waits_the_previous_one_is_kept_up(routed, action):
    """After a restart of the host a failed wish does not keep the service away."""
    expected = Step(action, OLD) if action else NOTHING

    assert next_step(routed, wanted=NEW, in_service=OLD, failures=later(NEW)) == expected


def test_when_both_failed_both_wait():
    """Nothing is restarted in a hot loop."""
    assert next_step(hung(OLD), wanted=NEW, in_service=OLD, failures=later(NEW, OLD)) == NOTHING


def test_pauses_double_up_to_an_hour():
    """Attempts get rarer and never stop."""
    failure, pauses = None, []
    for _ in range(9):
        failure = after_failure(failure, NOON)
        pauses.append((failure.retry_at - NOON) / timedelta(minutes=1))

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
