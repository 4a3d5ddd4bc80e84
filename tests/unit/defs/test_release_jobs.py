"""Rollbacks, pins and unpins as Dagster shows them, and what follows from them."""

from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from movie_assets.defs.assets.serving import serving_assets, wait_for_release
from movie_assets.defs.release_jobs import release_jobs, release_record_sensor
from movie_assets.release.record import Release
from movie_assets.release.store import Releases
from tests.support.memory_store import memory_store

NOON = datetime(2026, 1, 14, 12, tzinfo=UTC)


@pytest.fixture
def store():
    return memory_store()


@pytest.fixture
def releases(store):
    """Two releases, the second in service."""
    releases = Releases(store.bucket(), "synthetic")
    for n, tag in enumerate(("one", "two")):
        release = Release(
            bundle_id=f"bundle {tag}",
            bento_tag=f"movie_rating:{tag}",
            bento_key=tag,
            bento_sha256=tag,
            source="synthetic",
            day="2026-01-13",
            requested_at=NOON + timedelta(minutes=n),
        )
        releases.want(release, by="a run", why="It won.")
        releases.report(
            about=release,
            phase="idle",
            message="Up.",
            by="agent",
            now=NOON + timedelta(minutes=n),
            in_service=release,
        )
    return releases


@pytest.fixture
def tick(store):
    """One tick of the sensor after the other, with the cursor it keeps."""
    deploy = dg.define_asset_job("deploy", selection=["rating_service"])
    sensor = release_record_sensor(source="synthetic")
    repository = dg.Definitions(
        assets=serving_assets(wait_seconds=1), jobs=[deploy], sensors=[sensor], resources={"store": store}
    ).get_repository_def()
    cursor = None

    def once():
        nonlocal cursor
        with dg.DagsterInstance.ephemeral() as instance:
            context = dg.build_sensor_context(
                instance, cursor=cursor, repository_def=repository, resources={"store": store}
            )
            said = sensor.evaluate_tick(context)
        cursor = said.cursor
        shown = [event.metadata["decision"].value for event in said.asset_events]
        return shown, [request.run_key for request in said.run_requests]

    return once


def later(minutes):
    return NOON + timedelta(minutes=minutes)


def test_releases_are_shown_by_their_own_runs(releases, tick):
    """The sensor does not repeat them."""
    assert tick() == ([], [])


def test_a_rollback_and_a_pin_are_shown_once_with_their_reason(releases, tick):
    """Whoever decided them, and wherever."""
    releases.rollback(by="Ada on a laptop", why="It rates everything 9.", now=later(10))
    shown, requests = tick()

    assert shown == ["rollback: It rates everything 9."]
    assert requests == []
    assert tick() == ([], [])


def test_an_unpin_asks_for_one_release_of_the_newest_champion(releases, tick):
    """What was promoted meanwhile waits no longer."""
    releases.pin(by="Ada", why="the festival", now=later(10))
    releases.unpin(by="Ada", why="It is over.", now=later(11))

    shown, [request] = tick()

    assert shown == ["pin: the festival", "unpin: It is over."]
    assert "unpin" in request
    assert tick() == ([], [])


def test_an_unpin_that_was_followed_by_a_pin_asks_for_nothing(releases, tick):
    """The last word counts."""
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
    """Have a third release tried and taken back; its bundle."""
    third = releases.read().in_service.model_copy(
        update={"bundle_id": "bundle three", "bento_tag": "movie_rating:three", "requested_at": later(10)}
    )
    releases.want(third, by="a run", why="It won.")
    releases.take_back(third, message="It was taken back, since its ratings are off.", by="agent", now=later(11))
    return third.bundle_id


def test_what_was_taken_back_is_shown(releases, tick):
    """Also where the run that asked for it is long dead."""
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
