"""Canaries and shadows with errors, kills, manual changes and an unreachable bucket in between."""

import os
import signal
import time
from datetime import UTC, datetime, timedelta

import pytest

from movie_assets.release.request import ReleaseError, WithdrawnMeanwhileError
from movie_assets.storage.served_predictions import ServedPredictions
from tests.support.bentos import a_bento, a_bundle, repacked, unpacked, with_bundle
from tests.support.builders import a_movie
from tests.support.load import steady_load
from tests.support.servers import s3_server
from tests.support.serving_host import canary_of, serving_host, until

RATE = 30  # a second
SLOTS = ("slot-a", "slot-b")
MOVIE = a_movie()
OLD, ALIKE, FAR, FAULTY = a_bundle(bias=6.0), a_bundle(bias=6.05), a_bundle(bias=4.0), a_bundle(bias=6.1)


@pytest.fixture(scope="module")
def bentos(tmp_path_factory):
    built = {OLD.id: a_bento(OLD, tmp_path_factory.mktemp("bento") / "work")}
    for bundle in (ALIKE, FAR):
        built[bundle.id] = with_bundle(built[OLD.id], bundle, tmp_path_factory.mktemp("other"))
    folder = tmp_path_factory.mktemp("faulty")
    built[FAULTY.id] = a_faulty_bento(unpacked(built[ALIKE.id], folder / "bento"), folder)
    return built


def a_faulty_bento(bento, folder):
    """A Bento that answers its golden examples, and the film of these tests with a 500."""
    api = bento / "src" / "bento_service" / "api.py"
    before = api.read_text()
    broken = before.replace(
        "[prediction] = bundle.predict(",
        'film.title == "The Quiet Harbour" and 1 / 0\n            [prediction] = bundle.predict(',
    )
    assert broken != before
    api.write_text(broken)
    return repacked(bento, tag="movie_rating:faulty", archive=folder / "bento.tar.gz")


@pytest.fixture(scope="module", params=["canary", "shadow"])
def rollout_host(request, bentos):
    """A host with canaries, and one with shadows."""
    settings = canary_of(percent=40, seconds=8, kind=request.param)
    with s3_server() as s3, serving_host(s3, **settings, MOVIE_LOG_FILE_SECONDS="2") as host:
        host.kind = request.param
        yield host


@pytest.fixture
def host(rollout_host, bentos):
    """With the first bundle in service, and no rollout, pin or withdrawal."""
    now = datetime.now(UTC)
    if rollout_host.releases.read().in_service is None:
        rollout_host.ask_for(bentos[OLD.id], OLD)
    elif rollout_host.releases.read().in_service.bundle_id != OLD.id:
        rollout_host.releases.rollback(by="a test", why="to begin with", now=now)
    rollout_host.wait(OLD)
    rollout_host.releases.unpin(by="a test", why="to begin with", now=now)
    return rollout_host


@pytest.fixture
def load(host):
    with steady_load(host.url, MOVIE, rate=RATE) as load:
        time.sleep(1)
        yield load


def ask(host, bentos, bundle):
    """Request a release, and return once its rollout has begun."""
    host.ask_for(bentos[bundle.id], bundle, although_withdrawn=True)
    until(lambda: host.rollout() is not None or host.releases.read().phase == "failed")


def tags_at_the_end(load):
    """The Bentos that answer once the rollout is over."""
    time.sleep(1)
    since = time.time()
    time.sleep(1.5)
    return {one.bento_tag for one in load.answered if one.sent_at > since}


def test_a_good_release_is_put_in_service(host, bentos, load):
    """Clients get no answer of a shadow before."""
    ask(host, bentos, ALIKE)
    begun = time.time() + 1
    until(lambda: host.rollout() is None)
    ended = time.time() - 1
    host.wait(ALIKE)

    assert tags_at_the_end(load) == {bentos[ALIKE.id].tag}
    assert load.failures == []
    during = [one.bundle_id for one in load.answered if begun < one.sent_at < ended]
    assert (ALIKE.id in during) == (host.kind == "canary")
    assert f"after a {host.kind} of 40 %" in host.releases.read().message
    assert "too few" not in host.releases.read().message


def test_its_predictions_are_in_the_bucket_with_their_role(host, bentos, load):
    """For a closer look than the agent's."""
    ask(host, bentos, ALIKE)
    host.wait(ALIKE)
    served = ServedPredictions(host.bucket, "synthetic")
    today = datetime.now(UTC).date()

    def roles():
        return {
            role
            for back in (0, 1)
            for table in served.tables(str(today - timedelta(back)), ["role", "bundle_id"])
            for role, bundle in zip(table["role"].to_pylist(), table["bundle_id"].to_pylist(), strict=True)
            if bundle == ALIKE.id
        }

    until(lambda: {host.kind, "in service"} <= roles(), seconds=20)
    assert {host.kind, "in service"} <= roles()


@pytest.mark.parametrize("bundle", [FAR, FAULTY], ids=["ratings", "errors"])
def test_a_bad_release_is_taken_back(host, bentos, load, bundle):
    """The old one answers every request; clients do not see errors of a shadow."""
    ask(host, bentos, bundle)

    with pytest.raises(WithdrawnMeanwhileError, match="with an error" if bundle is FAULTY else "ratings are"):
        host.wait(bundle)

    assert tags_at_the_end(load) == {bentos[OLD.id].tag}
    assert bundle.id in host.releases.read().withdrawn_bundles
    if bundle is FAR or host.kind == "shadow":
        assert load.failures == []
    if host.kind == "shadow":
        assert load.tags() == [bentos[OLD.id].tag]


def test_a_release_that_dies_is_taken_back(host, bentos, load):
    """Requests that it does not accept are retried at the old one."""
    ask(host, bentos, ALIKE)
    time.sleep(1)
    new = max(SLOTS, key=lambda slot: host.call("getProcessInfo", slot)["start"])
    os.killpg(host.pid(new), signal.SIGKILL)

    with pytest.raises(WithdrawnMeanwhileError, match=r"did not answer|stopped serving|started again"):
        host.wait(ALIKE)

    assert tags_at_the_end(load) == {bentos[OLD.id].tag}
    assert len(load.failures) <= 3, load.failures  # those it had begun to answer


def test_a_killed_agent_begins_the_rollout_again(host, bentos, load):
    """With the same result."""
    ask(host, bentos, ALIKE)
    first = host.rollout()
    host.kill("agent")

    until(lambda: host.rollout() not in {None, first})
    assert host.rollout().until > first.until
    host.wait(ALIKE)

    assert tags_at_the_end(load) == {bentos[ALIKE.id].tag}
    assert load.failures == []


@pytest.mark.parametrize("decide", ["pin", "rollback"])
def test_a_person_ends_a_rollout(host, bentos, load, decide):
    """The release in service stays, pinned."""
    ask(host, bentos, ALIKE)
    getattr(host.releases, decide)(by="Ada", why="No.", now=datetime.now(UTC))

    with pytest.raises(ReleaseError):
        host.wait(ALIKE)
    until(lambda: host.releases.read().phase == "idle")

    assert tags_at_the_end(load) == {bentos[OLD.id].tag}
    assert load.failures == []


def test_a_newer_release_takes_its_place(host, bentos, load):
    """With a rollout of its own in the same slot; no request is lost."""
    ask(host, bentos, ALIKE)
    host.release_again(bentos[ALIKE.id], ALIKE, tag="movie_rating:newer")

    until(lambda: host.releases.read().in_service.bento_tag == "movie_rating:newer")

    assert tags_at_the_end(load) == {"movie_rating:newer"}
    assert load.failures == []


def test_a_bad_release_gets_no_more_requests_without_the_bucket(host, bentos, load):
    """The record says so once the bucket is back."""
    ask(host, bentos, ALIKE)
    host.s3.kill()
    new = max(SLOTS, key=lambda slot: host.call("getProcessInfo", slot)["start"])
    os.killpg(host.pid(new), signal.SIGKILL)
    until(lambda: "is tried no longer" in host.log("agent"))

    assert tags_at_the_end(load) == {bentos[OLD.id].tag}

    host.s3.start()
    host.wait(ALIKE)  # tried once more, and well
