"""A promotion end to end: champion_sensor, a run of Dagster's daemon, a Bento, and a canary by the release agent."""

import time
from datetime import UTC, datetime

import dagster as dg
import pytest

from tests.support.bentos import a_bundle
from tests.support.builders import a_movie
from tests.support.dagster_servers import dagster_servers
from tests.support.dagster_storage import instance_at
from tests.support.load import steady_load
from tests.support.promotions import promote
from tests.support.servers import s3_server
from tests.support.serving_host import canary_of, serving_host, until

RATE = 20  # a second
RUN_SECONDS = 240
FIRST, ALIKE, FAR = a_bundle(bias=6.0), a_bundle(bias=6.05), a_bundle(bias=4.0)
OVER = {"SUCCESS", "FAILURE", "CANCELED"}


class Line:
    """A serving host with canaries, and a Dagster that requests releases."""

    def __init__(self, host, api, instance):
        self.host = host
        self.api = api
        self.instance = instance

    def deploy(self, bundle, *, day):
        """Promote the bundle; the one run that follows, once it is over."""
        before = len(self.runs())
        promote(self.host.bucket, self.instance, bundle, day=day)
        return self.next_run(before)

    def next_run(self, before):
        """The one run of deploy beyond so many, once it is over."""
        until(lambda: len(self.runs()) > before and self.runs()[0].status in OVER, seconds=RUN_SECONDS)
        assert len(self.runs()) == before + 1
        return self.runs()[0]

    def runs(self):
        """The runs of deploy."""
        return self.api.runs(job="deploy")

    def decisions(self):
        """The metadata of rating_service's materializations, newest first."""
        records = self.instance.fetch_materializations(dg.AssetKey("rating_service"), limit=20).records
        return [{name: one.value for name, one in event.asset_materialization.metadata.items()} for event in records]


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    """With a first bundle in service, released by Dagster."""
    home = tmp_path_factory.mktemp("dagster")
    with (
        s3_server() as s3,
        serving_host(s3, **canary_of(percent=40, seconds=8)) as host,
        dagster_servers(s3, bucket="movies", home=home, MOVIE_RELEASE_WAIT_SECONDS="180") as dagster,
        dagster.daemon(),
        instance_at(home) as instance,
    ):
        line = Line(host, dagster.api, instance)
        run = line.deploy(FIRST, day="2026-01-01")
        assert run.status == "SUCCESS", dagster.api.failure_of(run)
        yield line


def test_a_promotion_is_tried_and_put_in_service(line):
    """The run lasts until the canary ends and reports it; no request fails."""
    with steady_load(line.host.url, a_movie(), rate=RATE) as load:
        run = line.deploy(ALIKE, day="2026-01-02")
        time.sleep(1)

    assert run.status == "SUCCESS"
    assert load.failures == []
    assert {one.bundle_id for one in load.answered} == {FIRST.id, ALIKE.id}
    assert load.answered[-1].bundle_id == ALIKE.id
    decision = line.decisions()[0]
    assert (decision["bundle_id"], decision["champion_of"]) == (ALIKE.id, "2026-01-02")
    assert "is in service, after a canary of 40 %" in decision["switch"]


def test_a_release_taken_back_fails_its_run_with_the_reason(line):
    """Without a retry; the old one answers every request, and rating_service shows who took it back and why."""
    with steady_load(line.host.url, a_movie(), rate=RATE) as load:
        run = line.deploy(FAR, day="2026-01-03")
        time.sleep(1)
        ended = time.time()
        time.sleep(1)

    assert run.status == "FAILURE"
    why = line.api.failure_of(run)
    assert "Withdrawn by release agent on" in why
    assert "was taken back, since its ratings are -" in why
    assert load.failures == []
    assert {one.bundle_id for one in load.answered if one.sent_at > ended} == {ALIKE.id}
    record = line.host.releases.read()
    assert (record.in_service.bundle_id, record.withdrawn_bundles) == (ALIKE.id, {FAR.id})
    until(lambda: line.decisions()[0]["decision"].startswith("taken back: "), seconds=60)
    assert line.decisions()[0]["decision"].startswith("taken back: ")
    assert line.decisions()[0]["bundle_id"] == FAR.id


def test_a_rollback_is_reported_and_its_bundle_is_not_released_again(line):
    """After unpin the newest champion that is not withdrawn is released: here the one that is in service."""
    line.host.releases.rollback(by="Ada", why="It rates everything 6.", now=datetime.now(UTC))
    until(lambda: line.decisions()[0].get("by") == "Ada", seconds=60)
    decision = line.decisions()[0]
    assert (decision["decision"], decision["bundle_id"]) == ("rollback: It rates everything 6.", FIRST.id)
    assert decision["at"]

    before = len(line.runs())
    line.host.releases.unpin(by="Ada", why="It is over.", now=datetime.now(UTC))

    assert line.next_run(before).status == "SUCCESS"
    record = line.host.releases.read()
    assert record.in_service.bundle_id == FIRST.id
    assert record.withdrawn_bundles == {FAR.id, ALIKE.id}
