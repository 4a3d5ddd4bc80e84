"""Rollbacks, pins and unpins as Dagster shows them, and what follows from them."""

from datetime import timedelta

import dagster as dg
import pytest

from movie_assets.defs.assets.serving import serving_assets, wait_for_release
from movie_assets.defs.release_jobs import release_jobs
from movie_assets.release.store import Releases
from tests.support.dagster_runs import Ticks
from tests.support.memory_store import memory_store
from tests.support.records import NOON, a_release


@pytest.fixture
def store():
    return memory_store()


@pytest.fixture
def releases(store):
    """Two releases, the second in service."""
    releases = Releases(store.bucket(), "synthetic")
    for minutes, tag in enumerate(("movie_rating:one", "movie_rating:two")):
        release = a_release(tag, requested_at=later(minutes))
        releases.want(release, by="a run", why="It won.")
        releases.report(about=release, phase="idle", message="Up.", by="agent", now=later(minutes), in_service=release)
    return releases


@pytest.fixture
def tick(store):
    """Evaluates the sensor: the decisions it reports, and the keys of the runs it requests."""
    with dg.DagsterInstance.ephemeral() as instance:
        ticks = Ticks("release_record_sensor", instance, store=store)

        def once():
            result = ticks()
            reported = [event.metadata["decision"].value for event in result.asset_events]
            return reported, [request.run_key for request in result.run_requests]

        yield once


def later(minutes):
    return NOON + timedelta(minutes=minutes)


def test_releases_are_shown_by_their_own_runs(releases, tick):
    """The sensor does not repeat them."""
    assert tick() == ([], [])


def test_a_rollback_and_a_pin_are_shown_once_with_their_reason(releases, tick):
    """Whoever decided them, and wherever."""
    releases.rollback(by="Ada on a laptop", why="It rates everything 9.", now=later(10))
    reported, requests = tick()

    assert reported == ["rollback: It rates everything 9."]
    assert requests == []
    assert tick() == ([], [])


def test_an_unpin_asks_for_one_release_of_the_newest_champion(releases, tick):
    """What was promoted meanwhile waits no longer."""
    releases.pin(by="Ada", why="the festival", now=later(10))
    releases.unpin(by="Ada", why="It is over.", now=later(11))

    reported, [request] = tick()

    assert reported == ["pin: the festival", "unpin: It is over."]
    assert "unpin" in request
    assert tick() == ([], [])


def test_an_unpin_that_was_followed_by_a_pin_asks_for_nothing(releases, tick):
    """The last decision counts."""
    releases.rollback(by="Ada", why="?", now=later(10))
    releases.unpin(by="Ada", why="?", now=later(11))
    releases.pin(by="Ada", why="No.", now=later(12))

    assert tick()[1] == []


def test_while_one_is_pinned_rating_service_builds_nothing_and_says_who_pinned_it(releases, store):
    """The run is green: a pin is no failure."""
    releases.pin(by="Ada", why="the festival", now=later(10))

    result = dg.materialize(serving_assets(wait_seconds=1), resources={"store": store}, selection=["rating_service"])

    [event] = result.asset_materializations_for_node("rating_service")
    assert "by Ada (the festival)" in event.metadata["decision"].value
    assert event.metadata["bento_tag"].value == "movie_rating:two"


def take_back(releases):
    """Take back a third release during its trial; its bundle."""
    third = a_release("movie_rating:three", requested_at=later(10))
    releases.want(third, by="a run", why="It won.")
    releases.take_back(third, message="It was taken back, since its ratings are off.", by="agent", now=later(11))
    return third.bundle_id


def test_what_was_taken_back_is_shown(releases, tick):
    """Even if the run that requested it ended long ago."""
    take_back(releases)

    assert tick()[0] == ["taken back: It was taken back, since its ratings are off."]


def test_a_release_that_was_taken_back_fails_its_step_for_good(releases):
    """A retry would find an older champion, release that, and be green."""
    bundle = take_back(releases)

    with pytest.raises(dg.Failure, match="since its ratings are off") as failed:
        wait_for_release(releases, bundle, wait_seconds=1)

    assert failed.value.allow_retries is False


def test_the_job_unpin_ends_a_pin_with_the_reason_given(releases, store):
    """The record names the run."""
    releases.pin(by="Ada", why="the festival", now=later(10))
    [unpin] = [job for job in release_jobs(wait_seconds=1) if job.name == "unpin"]

    result = unpin.execute_in_process(
        resources={"store": store},
        run_config={"ops": {"end_pin": {"config": {"why": "It is over."}}}},
    )

    record = releases.read()
    assert record.pinned is None
    assert (record.decisions[0].kind, record.decisions[0].why) == ("unpin", "It is over.")
    assert record.decisions[0].by == f"Dagster run {result.run_id}"
