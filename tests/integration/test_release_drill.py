"""Releases, rollbacks and kills under load: no request is lost, and each answer is of one bundle."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from movie_assets.definitions import build_definitions
from movie_assets.release.request import ReleaseError
from movie_assets.release.store import PinnedError, WithdrawnError
from movie_assets.settings import Settings
from tests.support.bentos import PROJECT, a_bento, a_bundle, model_folder, repacked, unpacked
from tests.support.builders import a_movie
from tests.support.load import steady_load
from tests.support.servers import s3_server
from tests.support.serving_host import serving_host, until

RATE = 40  # a second; `make bench-release` takes more
SETTLED_SECONDS = 1.5  # of load before and after
MOVIE = a_movie()
ONE, TWO = a_bundle(bias=6.0), a_bundle(bias=5.0)
RATINGS = {bundle.id: bundle.predict([MOVIE])[0].predicted_rating for bundle in (ONE, TWO)}


@pytest.fixture(scope="module")
def bentos(tmp_path_factory):
    return {bundle.id: a_bento(bundle, tmp_path_factory.mktemp("bento") / "work") for bundle in (ONE, TWO)}


@pytest.fixture(scope="module")
def drilled():
    with s3_server() as s3, serving_host(s3) as host:
        yield host


@pytest.fixture
def host(drilled, bentos):
    """A host with the first bundle in service, and nothing pinned or withdrawn."""
    drilled.releases.unpin(by="a test", why="to begin with", now=datetime.now(UTC))
    for bundle in (ONE, TWO):
        if bundle.id in drilled.releases.read().withdrawn_bundles:
            drilled.ask_for(bentos[bundle.id], bundle, although_withdrawn=True)
            drilled.wait(bundle)
    drilled.ask_for(bentos[ONE.id], ONE)
    drilled.wait(ONE)
    return drilled


@pytest.fixture
def load(host):
    with steady_load(host.url, MOVIE, rate=RATE) as load:
        time.sleep(SETTLED_SECONDS)
        yield load


def settled(load):
    """The load once it has gone on for a while; no request was lost and no answer is of two bundles."""
    time.sleep(SETTLED_SECONDS)
    assert load.failures == []
    assert len(load.answered) > RATE * SETTLED_SECONDS
    for one in load.answered:
        assert one.rating == pytest.approx(RATINGS[one.bundle_id], abs=1e-5)
    return load


def command(host, *words):
    done = subprocess.run(
        [sys.executable, "-m", "movie_assets.cli", *words],
        env=host.environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_release_and_a_rollback_lose_no_request(host, bentos, load):
    """The new bundle answers, then the old one again; it stays pinned until unpin."""
    host.ask_for(bentos[TWO.id], TWO)
    host.wait(TWO)
    assert settled(load).tags() == [bentos[ONE.id].tag, bentos[TWO.id].tag]
    assert load.answered[-1].bundle_id == TWO.id

    output = command(host, "rollback", "--why", "It rates everything 5.")

    assert settled(load).answered[-1].bundle_id == ONE.id
    assert f"in service  {bentos[ONE.id].tag}" in output
    assert "It rates everything 5." in output
    assert f"withdrawn   {TWO.id[:12]}" in output
    assert "start" not in host.releases.read().message  # the standby was still there
    with pytest.raises(PinnedError, match=r"It rates everything 5\."):
        host.ask_for(bentos[TWO.id], TWO)

    assert "pinned      no" in command(host, "unpin")
    with pytest.raises(WithdrawnError):
        host.ask_for(bentos[TWO.id], TWO)
    kinds = [decision.kind for decision in reversed(host.releases.read().decisions)]
    assert kinds[-5:] == ["release", "in service", "rollback", "in service", "unpin"]


def test_a_bento_that_does_not_serve_loses_no_request(host, bentos, load, tmp_path):
    """It never gets one; the record says what was wrong, and it is not retried at once."""
    folder = unpacked(bentos[TWO.id], tmp_path / "broken")
    (model_folder(folder) / "model.onnx").write_bytes(b"not what the manifest says")
    host.ask_for(repacked(folder, tag="movie_rating:broken", archive=tmp_path / "broken.tar.gz"), TWO)

    with pytest.raises(ReleaseError, match=r"model\.onnx") as failed:
        host.wait(TWO)

    assert settled(load).tags() == [bentos[ONE.id].tag]
    assert f"The previous one ({bentos[ONE.id].tag}) is still in service. Its log: " in str(failed.value)
    assert host.log("agent").count("Starting movie_rating:broken") == 1


def test_an_agent_killed_in_the_middle_of_a_switch_loses_no_request(host, bentos, load):
    """Its successor finishes the switch."""
    host.ask_for(bentos[TWO.id], TWO)
    until(lambda: host.releases.read().phase == "switching")
    os.kill(host.pid("agent"), signal.SIGKILL)

    host.wait(TWO)

    assert settled(load).tags() == [bentos[ONE.id].tag, bentos[TWO.id].tag]


def test_the_job_rollback_puts_the_previous_bundle_in_service(host, bentos, monkeypatch):
    """From the Dagster UI as from the terminal; the run's id stands in the record."""
    host.ask_for(bentos[TWO.id], TWO)
    host.wait(TWO)
    for name, value in host.s3.environment().items():
        monkeypatch.setenv(name, value)
    job = build_definitions(Settings.from_environment()).resolve_job_def("rollback")

    result = job.execute_in_process(run_config={"ops": {"roll_back": {"config": {"why": "It rates everything 5."}}}})

    assert result.success
    assert host.serves() == bentos[ONE.id].tag
    record = host.releases.read()
    assert (record.pinned.by, record.pinned.why) == (f"Dagster run {result.run_id}", "It rates everything 5.")


def test_after_a_power_cut_a_rolled_back_host_serves_the_pinned_bundle(host, bentos):
    """Not the newest champion, and not the one that was in service longest."""
    host.ask_for(bentos[TWO.id], TWO)
    host.wait(TWO)
    command(host, "rollback", "--why", "It rates everything 5.")
    host.pull_the_plug()

    host.start()

    assert host.comes_back_with(bentos[ONE.id].tag)
