"""The release agent, Traefik and the slots under supervisord, against a real S3 server and real Bentos.

Releases and rollbacks under load: test_release_drill.py.
"""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from movie_assets.release.request import ReleaseError
from movie_assets.storage.served_predictions import ServedPredictions
from tests.support.bentos import a_bento, a_bundle, repacked, unpacked
from tests.support.builders import a_movie
from tests.support.servers import s3_server
from tests.support.serving_host import serving_host, until

BUNDLE = a_bundle()
SLOTS = ("slot-a", "slot-b")
KEY = "a key of the tests"
SETTINGS = {"MOVIE_STANDBY_SECONDS": "0", "MOVIE_LOG_FILE_SECONDS": "1"}


@pytest.fixture(scope="module")
def bento(tmp_path_factory):
    return a_bento(BUNDLE, tmp_path_factory.mktemp("bento") / "work")


@pytest.fixture(scope="module")
def host():
    hashed = hashlib.sha256(KEY.encode()).hexdigest()
    with s3_server() as s3, serving_host(s3, **SETTINGS, MOVIE_API_KEY_HASHES=hashed) as host:
        host.key = KEY
        yield host


@pytest.fixture
def in_service(host, bento):
    """The tag of a good Bento that is in service, alone, before the test begins."""
    record = host.releases.read()
    if not record.in_service:
        host.ask_for(bento, BUNDLE)
        return host.wait(BUNDLE).bento_tag
    until(lambda: 0 in host.pids(*SLOTS))
    assert host.serves() == record.in_service.bento_tag
    return record.in_service.bento_tag


def predict(host, runtime):
    """Send a film of this length, unlike any other test's."""
    film = a_movie(runtime=runtime).model_dump(mode="json")
    answer = httpx.post(f"{host.url}/predict", json=film, headers={"authorization": f"Bearer {KEY}"}, timeout=10)
    assert answer.status_code == 200


def shipped(host):
    """The lengths of the films that the bucket has as predicted in service."""
    served = ServedPredictions(host.bucket, "synthetic")
    today = datetime.now(UTC).date()
    tables = [table for back in (0, 1) for table in served.tables(str(today - timedelta(back)), ["features", "role"])]
    return [
        json.loads(row["features"])["runtime"]
        for table in tables
        for row in table.to_pylist()
        if row["role"] == "in service"
    ]


def status_of(url):
    """The status of an answer; None where nobody listens."""
    try:
        return httpx.get(url).status_code
    except httpx.TransportError:
        return None


def test_before_the_first_release_requests_are_refused(host):
    """With 503; a 404 at the bare address tells a port check that Traefik listens."""
    until(lambda: status_of(f"{host.url}/readyz") == 503)

    assert [status_of(host.url + path) for path in ("/predict", "/readyz", "/")] == [503, 503, 404]


def test_a_release_is_put_in_service(host, bento):
    """The wanted release answers, and the record says that it is in service, with the time of each step."""
    wanted = host.ask_for(bento, BUNDLE)

    assert host.wait(BUNDLE) == wanted
    assert host.serves() == bento.tag
    assert host.releases.read().message.startswith(f"{bento.tag} is in service (fetch ")


def test_a_service_with_keys_has_the_agents_report(host, in_service):
    """The agent has a key of its own; other clients need one."""

    def status():
        return httpx.get(f"{host.url}/status", headers={"authorization": f"Bearer {KEY}"}).json()

    until(lambda: status()["phase"] == "idle", seconds=5)
    assert status()["in_service"]["bento_tag"] == in_service
    assert status()["decisions"][0]["kind"] == "in service"
    assert httpx.get(f"{host.url}/status").status_code == 401


def test_the_next_release_takes_the_other_slot_and_the_old_one_ends(host, bento, in_service):
    """Both run until the route has moved and the old one has drained."""
    before = host.pids(*SLOTS)
    assert before.count(0) == 1

    host.release_again(bento, BUNDLE, tag="movie_rating:the-next")

    assert host.wait(BUNDLE).bento_tag == host.serves() == "movie_rating:the-next"
    until(lambda: 0 in host.pids(*SLOTS))
    after = host.pids(*SLOTS)
    assert [bool(pid) for pid in after] == [not pid for pid in before]


def test_served_predictions_are_shipped_to_the_bucket(host, in_service):
    """Each one once, in the role of its slot; the files on the host are deleted."""
    for runtime in (301, 302, 303):
        predict(host, runtime)

    until(lambda: 303 in shipped(host), seconds=30)

    assert [runtime for runtime in shipped(host) if runtime > 300] == [301, 302, 303]
    until(lambda: not list(host.served.glob("*.jsonl")), seconds=10)
    assert list(host.served.glob("*.jsonl")) == []


@pytest.mark.parametrize("program", ["slot", "proxy"])
def test_a_killed_program_comes_back(host, in_service, program):
    """Another process answers with the same Bento: no orphan keeps the port, and Traefik reads its route again."""
    if program == "slot":
        [program] = [slot for slot in SLOTS if host.pid(slot)]
    before = host.kill(program)

    assert host.comes_back_with(in_service)
    assert host.pid(program) not in (0, before)


def test_a_killed_agent_does_not_touch_the_service(host, in_service):
    """It is restarted, and changes nothing."""
    before = host.pids(*SLOTS)
    host.kill("agent")

    until(lambda: "is in service" not in host.log("agent"), seconds=3)  # time enough to do harm

    assert host.serves() == in_service
    assert host.pids(*SLOTS) == before


def test_while_the_bucket_is_away_the_service_goes_on(host, bento, in_service):
    """The agent logs it, keeps the service up, and takes the next release when the bucket is back."""
    host.s3.kill()
    until(lambda: "The service is left as it is" in host.log("agent"))
    assert f"{host.s3.endpoint_url} did not answer" in host.log("agent")
    assert host.serves() == in_service
    predict(host, 201)

    [routed] = [slot for slot in SLOTS if host.pid(slot)]
    host.call("stopProcess", routed)
    assert host.comes_back_with(in_service)

    host.s3.start()
    until(lambda: 201 in shipped(host))
    assert shipped(host).count(201) == 1
    host.release_again(bento, BUNDLE, tag="movie_rating:after-the-bucket")
    assert host.wait(BUNDLE).bento_tag == "movie_rating:after-the-bucket"


def test_a_changed_archive_does_not_touch_the_service(host, bento, in_service, tmp_path):
    """Nor does an agent that stops and starts before; an archive with another digest than the record's never runs."""
    before = host.pids(*SLOTS)
    host.call("stopProcess", "agent")
    assert host.serves() == in_service
    host.call("startProcess", "agent")
    changed = repacked(
        unpacked(bento, tmp_path / "bento"), tag="movie_rating:changed", archive=tmp_path / "bento.tar.gz"
    )
    changed.archive.write_bytes(b"something else")
    host.ask_for(changed, BUNDLE)

    with pytest.raises(ReleaseError, match="was changed: its SHA-256 is") as failed:
        host.wait(BUNDLE)

    assert f"The previous one ({in_service}) is still in service." in str(failed.value)
    assert host.pids(*SLOTS) == before


def test_after_a_power_cut_the_same_bento_is_in_service_again(host, in_service):
    """Without help, though another release failed before."""
    host.pull_the_plug()

    host.start()

    assert host.comes_back_with(in_service)
    assert 0 in host.pids(*SLOTS)
