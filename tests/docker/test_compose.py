"""The whole house in containers: what it lets in, who it runs as, and that films lead to a served rating."""

import httpx
import pytest

from local_stack.dagster_api import DAILY_ASSETS, DagsterApi
from local_stack.demo import MADE_UP_FILM
from tests.docker.compose_house import ComposeHouse, compose_house

DAYS = ("2026-01-01", "2026-01-02", "2026-01-03")
BACKFILL_SECONDS = 900
RELEASE_SECONDS = 300
PARTS = {"s3", "postgres", "code", "webserver", "daemon", "serving", "page"}
READ_WITH_THE_KEY_OF_THIS_HOST = """
import sys
from movie_assets.cli import bucket_of
from movie_assets.settings import Settings
from movie_assets.storage.bucket import StoreUnreachableError
bucket = bucket_of(Settings.from_environment())
print(len(bucket.get("synthetic/release.json")))
for attempt in (lambda: bucket.keys(""), lambda: bucket.put("synthetic/raw_tmdb/x", b""), bucket.create):
    try:
        attempt()
    except StoreUnreachableError as refusal:
        print(refusal)
    else:
        sys.exit("was allowed")
"""

pytestmark = pytest.mark.timeout(2_700)  # the first test also builds the images


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A house of this module's own."""
    with compose_house(tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture(scope="module")
def filled(house: ComposeHouse):
    """The house after a backfill of three days, once a Bento is in service; the backfill's counts by asset."""
    api = house.dagster()
    backfill = api.launch(dict.fromkeys(DAILY_ASSETS, DAYS))

    def done() -> bool:
        _refuse_failed_runs(api)
        return api.backfill_status(backfill) == "COMPLETED_SUCCESS"

    def in_service() -> bool:
        _refuse_failed_runs(api)
        return _is_ready(f"{house.service_url}/readyz")

    late = f"The backfill {backfill} was not done within {BACKFILL_SECONDS} s."
    house.wait_until(done, seconds=BACKFILL_SECONDS, otherwise=late, log="daemon")
    late = f"No Bento was in service {RELEASE_SECONDS} s after the backfill."
    house.wait_until(in_service, seconds=RELEASE_SECONDS, otherwise=late, log="serving")
    return {asset: sum(there.values()) for asset, there in api.calendar(DAILY_ASSETS).items()}


def test_every_part_is_healthy(house: ComposeHouse):
    """Each part has a health check, and passes it before any film is there."""
    health = {service: one["State"]["Health"]["Status"] for service, one in house.containers().items()}

    assert health == dict.fromkeys(PARTS, "healthy")


def test_only_the_service_and_the_page_are_published_on_loopback(house: ComposeHouse):
    """Nobody reaches S3, PostgreSQL or Dagster, nor anything from another machine."""
    published = {
        (service, binding["HostIp"], int(binding["HostPort"]))
        for service, one in house.containers().items()
        for bindings in one["NetworkSettings"]["Ports"].values()
        for binding in bindings or []
    }

    assert published == {("serving", "127.0.0.1", house.service_port), ("page", "127.0.0.1", house.page_port)}


def test_nothing_runs_as_root(house: ComposeHouse):
    """No process of any container is root's, the first one included."""
    users = {service: house.user_ids(one["Id"]) for service, one in house.containers().items()}

    assert set(users) == PARTS
    assert not [service for service, ids in users.items() if "0" in ids or not ids]


def test_containers_hold_no_more_rights_than_they_need(house: ComposeHouse):
    """File systems are read-only, every capability is dropped, and memory has a limit."""
    for service, one in house.containers().items():
        limits = one["HostConfig"]

        assert limits["ReadonlyRootfs"], service
        assert limits["CapDrop"] == ["ALL"], service
        assert limits["SecurityOpt"] == ["no-new-privileges:true"], service
        assert limits["Memory"] > 0, service


def test_the_page_answers(house: ComposeHouse):
    """The page is up on its published port, with or without a service behind it."""
    assert _is_ready(f"{house.page_url}/_stcore/health")


def test_a_three_day_backfill_leads_to_a_served_rating(house: ComposeHouse, filled: dict[str, int]):
    """Three days asked of Dagster give three days of each asset, and a service that rates a film."""
    answer = httpx.post(f"{house.service_url}/predict", json=MADE_UP_FILM, timeout=30)

    assert filled == dict.fromkeys(DAILY_ASSETS, 3)
    assert answer.status_code == httpx.codes.OK, answer.text
    assert 0 <= answer.json()["predicted_rating"] <= 10


def test_the_page_reaches_the_service(house: ComposeHouse, filled: dict[str, int]):
    """The service's name, as the page knows it, leads to the Bento in service."""
    asked = "import os, urllib.request as r; print(r.urlopen(os.environ['MOVIE_SERVICE_URL'] + '/describe').status)"

    assert house.inside("page", asked).split() == [b"200"]


def test_the_serving_host_stays_healthy_with_a_bento(house: ComposeHouse, filled: dict[str, int]):
    """From now on its health includes the service's, and its program finds it well."""
    house.compose("exec", "-T", "serving", "python", "/opt/serving/health.py", "serving")


def test_the_serving_host_reads_its_release_and_nothing_else(house: ComposeHouse, filled: dict[str, int]):
    """A serving host that is broken into gives away neither the films nor the right to change them."""
    size, *refusals = house.inside("serving", READ_WITH_THE_KEY_OF_THIS_HOST).decode().splitlines()

    assert int(size) > 0
    assert ["AccessDenied" in refusal for refusal in refusals] == [True, True, True]


def _refuse_failed_runs(api: DagsterApi) -> None:
    failed = [run for run in api.runs("FAILURE") if not run.will_retry]
    assert not failed, api.why_it_failed(failed[0])


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(url, timeout=10).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
