"""The release agent, Traefik and the slots under supervisord, against a real S3 server and real Bentos."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from movie_assets.release.request import ReleaseError
from movie_assets.storage.served_predictions import ServedPredictions
from tests.support.bentos import a_bento, a_bundle, model_folder, repacked, unpacked
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


def rate(host, runtime):
    """Ask for a film of this length, unlike any other test's."""
    film = a_movie(runtime=runtime).model_dump(mode="json")
    answer = httpx.post(f"{host.url}/predict", json=film, headers={"authorization": f"Bearer {KEY}"}, timeout=10)
    assert answer.status_code == 200


def shipped(host):
    """The lengths of the films rated for somebody, as the bucket has them."""
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


def ask_for_a_changed_archive(host, bento, folder):
    """A release whose archive is not what the record says."""
    bento = repacked(unpacked(bento, folder / "bento"), tag="movie_rating:changed", archive=folder / "bento.tar.gz")
    bento.archive.write_bytes(b"something else")
    host.ask_for(bento, BUNDLE)
    with pytest.raises(ReleaseError) as failed:
        host.wait(BUNDLE)
    return str(failed.value)


def test_before_the_first_release_everybody_is_told_to_wait(host):
    """A question is answered 503; the bare address says that somebody listens."""
    until(lambda: status_of(f"{host.url}/readyz") == 503)

    assert [status_of(host.url + path) for path in ("/predict", "/readyz", "/")] == [503, 503, 404]


def test_a_release_is_put_in_service(host, bento):
    """What is wanted runs, answers, and is said to be in service, with the time of each leg."""
    wanted = host.ask_for(bento, BUNDLE)

    assert host.wait(BUNDLE) == wanted
    assert host.serves() == bento.tag
    assert host.releases.read().message.startswith(f"{bento.tag} is in service (fetch ")


def test_the_service_knows_what_the_agent_knows_and_asks_everybody_for_a_key(host, in_service):
    """The agent has a key of its own, so that a host with keys is released to like any other."""

    def told():
        return httpx.get(f"{host.url}/status", headers={"authorization": f"Bearer {KEY}"}).json()

    until(lambda: told()["phase"] == "idle", seconds=5)
    assert told()["in_service"]["bento_tag"] == in_service
    assert told()["decisions"][0]["kind"] == "in service"
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


def test_what_was_answered_gets_to_the_bucket(host, in_service):
    """Each answer once, in the role of its slot; nothing of it stays on the host."""
    for runtime in (301, 302, 303):
        rate(host, runtime)

    until(lambda: 303 in shipped(host), seconds=30)

    assert [runtime for runtime in shipped(host) if runtime > 300] == [301, 302, 303]
    until(lambda: not list(host.served.glob("*.jsonl")), seconds=10)
    assert list(host.served.glob("*.jsonl")) == []


def test_a_killed_service_comes_back(host, in_service):
    """No orphan keeps the port: another process answers with the same Bento."""
    [routed] = [slot for slot in SLOTS if host.pid(slot)]
    before = host.kill(routed)

    assert host.comes_back_with(in_service)
    assert host.pid(routed) not in (0, before)


def test_a_killed_proxy_comes_back(host, in_service):
    """Traefik finds its route in the file."""
    before = host.kill("proxy")

    assert host.comes_back_with(in_service)
    assert host.pid("proxy") != before


def test_a_killed_agent_does_not_touch_the_service(host, in_service):
    """It comes back, looks, and finds everything in place."""
    before = host.pids(*SLOTS)
    host.kill("agent")

    until(lambda: "is in service" not in host.log("agent"), seconds=3)  # time enough to do harm

    assert host.serves() == in_service
    assert host.pids(*SLOTS) == before


def test_while_the_bucket_is_away_the_service_goes_on(host, bento, in_service):
    """The agent says what is away, keeps the service up, and takes the next release when the bucket is back."""
    host.s3.kill()
    until(lambda: "The service is left as it is" in host.log("agent"))
    assert f"{host.s3.endpoint_url} did not answer" in host.log("agent")
    assert host.serves() == in_service
    rate(host, 201)

    [routed] = [slot for slot in SLOTS if host.pid(slot)]
    host.call("stopProcess", routed)
    assert host.comes_back_with(in_service)

    host.s3.start()
    until(lambda: 201 in shipped(host))
    assert shipped(host).count(201) == 1
    host.release_again(bento, BUNDLE, tag="movie_rating:after-the-bucket")
    assert host.wait(BUNDLE).bento_tag == "movie_rating:after-the-bucket"


def test_an_archive_that_was_changed_does_not_touch_the_service(host, bento, in_service, tmp_path):
    """What the record does not vouch for is never started."""
    before = host.pids(*SLOTS)

    said = ask_for_a_changed_archive(host, bento, tmp_path)

    assert "was changed: its SHA-256 is" in said
    assert f"The previous one ({in_service}) is still in service." in said
    assert host.pids(*SLOTS) == before


def test_the_agents_end_is_not_the_services_end(host, bento, in_service, tmp_path):
    """The service answers without the agent, and is not restarted when the agent comes back."""
    before = host.pids(*SLOTS)
    host.call("stopProcess", "agent")
    assert host.serves() == in_service

    host.call("startProcess", "agent")
    ask_for_a_changed_archive(host, bento, tmp_path)

    assert host.pids(*SLOTS) == before


def test_a_bento_that_does_not_serve_never_gets_a_request(host, bento, in_service, tmp_path):
    """The old one goes on untouched; the record says what was wrong; nobody retries it in a hot loop."""
    before = host.pids(*SLOTS)
    folder = unpacked(bento, tmp_path / "broken")
    (model_folder(folder) / "model.onnx").write_bytes(b"not what the manifest says")
    host.ask_for(repacked(folder, tag="movie_rating:broken", archive=tmp_path / "broken.tar.gz"), BUNDLE)

    with pytest.raises(ReleaseError) as failed:
        host.wait(BUNDLE)

    assert "model.onnx" in str(failed.value)
    assert f"The previous one ({in_service}) is still in service. Its log: " in str(failed.value)
    assert host.serves() == in_service
    assert host.pids(*SLOTS) == before
    assert host.log("agent").count("Starting movie_rating:broken") == 1


def test_after_a_power_cut_the_same_bento_is_in_service_again(host, in_service):
    """Nobody's help is needed, though another release failed before."""
    host.pull_the_plug()

    host.start()

    assert host.comes_back_with(in_service)
    assert 0 in host.pids(*SLOTS)
