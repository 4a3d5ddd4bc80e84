"""The release agent and its slot under supervisord, against a real S3 server and real Bentos."""

import os
import shutil
import signal
import sys
import tempfile
import time
import xmlrpc.client
from datetime import UTC, datetime
from pathlib import Path

import pytest
from supervisor.xmlrpc import SupervisorTransport

from movie_assets.deployment.release import ReleaseError, release, wait_until_in_service
from movie_assets.deployment.smoke import who_answers
from movie_assets.storage.bucket import Bucket, connect
from movie_assets.storage.releases import Releases
from tests.support.bentos import PROJECT, a_bento, a_bundle, model_folder, repacked, unpacked
from tests.support.servers import free_port, running, s3_server, stripped_environment

BUNDLE = a_bundle()
SWITCH_SECONDS = 60

CONFIGURATION = """
[unix_http_server]
file={folder}/s
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisord]
nodaemon=true
logfile={folder}/supervisord.log
pidfile={folder}/supervisord.pid
[program:agent]
command={python} -m movie_assets.commands agent
redirect_stderr=true
stdout_logfile={folder}/agent.log
[program:slot]
command={python} -m movie_assets.commands slot
autostart=false
autorestart=true
stopasgroup=true
killasgroup=true
redirect_stderr=true
stdout_logfile={folder}/slot.log
"""


class Host:
    """A serving host: supervisord with the agent and the slot, in a folder of its own."""

    def __init__(self, folder, s3, bento):
        self.folder = folder
        self.s3 = s3
        self.bento = bento
        self.url = f"http://127.0.0.1:{free_port()}"
        client = connect(
            endpoint_url=s3.endpoint_url, access_key=s3.access_key, secret_key=s3.secret_key, region="us-east-1"
        )
        self.bucket = Bucket(client, "movies")
        self.releases = Releases(self.bucket, "synthetic")

    def environment(self):
        settings = {
            "MOVIE_SERVICE_PORT": self.url.rpartition(":")[2],
            "MOVIE_SUPERVISOR_URL": f"unix://{self.folder}/s",
            "MOVIE_SERVING_DIR": str(self.folder / "serving"),
            "MOVIE_RELEASE_POLL_SECONDS": "0.2",
            "MOVIE_SERVICE_READY_SECONDS": "45",
        }
        return stripped_environment(**self.s3.environment(), **settings)

    def release(self, tag):
        """Ask for the Bento under another tag."""
        folder = unpacked(self.bento, self.folder / "changed")
        bento = repacked(folder, tag=tag, archive=self.folder / "changed.tar.gz")
        shutil.rmtree(folder)
        return self.ask_for(bento)

    def ask_for(self, bento):
        return release(
            BUNDLE, bento, source="synthetic", releases=self.releases, bucket=self.bucket, now=datetime.now(UTC)
        ).wanted

    def wait(self):
        return wait_until_in_service(self.releases, BUNDLE.id, timeout_seconds=SWITCH_SECONDS, poll_seconds=0.1)

    def call(self, method, *arguments):
        transport = SupervisorTransport(None, None, serverurl=f"unix://{self.folder}/s")
        with xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport) as server:
            return getattr(server.supervisor, method)(*arguments)

    def pid(self, program):
        return self.call("getProcessInfo", program)["pid"]

    def log(self, name):
        return (self.folder / f"{name}.log").read_text()


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    bento = a_bento(BUNDLE, tmp_path_factory.mktemp("bento") / "work")
    with s3_server() as s3, tempfile.TemporaryDirectory(prefix="host-") as folder:
        host = Host(Path(folder), s3, bento)
        configuration = host.folder / "supervisord.conf"
        configuration.write_text(CONFIGURATION.format(folder=folder, python=sys.executable))
        command = [sys.executable, "-m", "supervisor.supervisord", "-c", configuration]
        with running(command, ready=(host.folder / "s").exists, env=host.environment(), cwd=PROJECT):
            yield host
            print(host.log("agent"))


@pytest.fixture
def in_service(host):
    """The tag of a good Bento that is in service before the test begins."""
    record = host.releases.read()
    if not record.in_service:
        host.ask_for(host.bento)
        return host.wait().bento_tag
    assert who_answers(host.url).bento_tag == record.in_service.bento_tag
    return record.in_service.bento_tag


def until(holds, *, seconds=SWITCH_SECONDS):
    """Wait until it holds; a test's own assertion says what was expected when it never does."""
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.1)


def ask_for_a_changed_archive(host, folder):
    """A release whose archive is not what the record says."""
    bento = repacked(
        unpacked(host.bento, folder / "bento"), tag="movie_rating:changed", archive=folder / "bento.tar.gz"
    )
    bento.archive.write_bytes(b"something else")
    host.ask_for(bento)
    with pytest.raises(ReleaseError) as failed:
        host.wait()
    return str(failed.value)


def test_a_release_is_put_in_service(host):
    """What is wanted runs, answers, and is said to be in service."""
    wanted = host.ask_for(host.bento)

    assert host.wait() == wanted
    assert who_answers(host.url).bento_tag == host.bento.tag
    assert host.releases.read().message == f"{host.bento.tag} is in service."


def test_a_killed_service_comes_back(host, in_service):
    """No orphan keeps the port: another process answers with the same Bento."""
    before = host.pid("slot")
    os.kill(before, signal.SIGKILL)

    until(lambda: who_answers(host.url).bento_tag is None)
    until(lambda: who_answers(host.url).bento_tag == in_service)

    assert who_answers(host.url).bento_tag == in_service
    assert host.pid("slot") != before


def test_while_the_bucket_is_away_the_service_goes_on(host, in_service):
    """The agent says what is away, keeps the service up, and takes the next release when the bucket is back."""
    host.s3.kill()
    until(lambda: "The service is left as it is" in host.log("agent"))
    assert f"{host.s3.endpoint_url} did not answer" in host.log("agent")
    assert who_answers(host.url).bento_tag == in_service

    host.call("stopProcess", "slot")
    until(lambda: who_answers(host.url).bento_tag == in_service)
    assert who_answers(host.url).bento_tag == in_service

    host.s3.start()
    host.release("movie_rating:after-the-bucket")
    assert host.wait().bento_tag == "movie_rating:after-the-bucket"


def test_an_archive_that_was_changed_does_not_touch_the_service(host, in_service, tmp_path):
    """What the record does not vouch for is never started."""
    before = host.pid("slot")

    said = ask_for_a_changed_archive(host, tmp_path)

    assert "was changed: its SHA-256 is" in said
    assert f"The previous one ({in_service}) is still in service." in said
    assert host.pid("slot") == before


def test_the_agents_end_is_not_the_services_end(host, in_service, tmp_path):
    """The service answers without the agent, and is not restarted when the agent comes back."""
    before = host.pid("slot")
    host.call("stopProcess", "agent")
    assert who_answers(host.url).bento_tag == in_service

    host.call("startProcess", "agent")
    ask_for_a_changed_archive(host, tmp_path)

    assert host.pid("slot") == before


def test_a_bento_that_does_not_serve_is_replaced_by_the_previous_one(host, in_service, tmp_path):
    """The record says what was wrong and what still serves; nobody retries it in a hot loop."""
    folder = unpacked(host.bento, tmp_path / "broken")
    (model_folder(folder) / "model.onnx").write_bytes(b"not what the manifest says")
    host.ask_for(repacked(folder, tag="movie_rating:broken", archive=tmp_path / "broken.tar.gz"))

    with pytest.raises(ReleaseError) as failed:
        host.wait()

    assert "model.onnx" in str(failed.value)
    assert f"The previous one ({in_service}) is still in service. Its log: " in str(failed.value)
    assert who_answers(host.url).bento_tag == in_service
    assert host.log("agent").count("Starting movie_rating:broken") == 1
