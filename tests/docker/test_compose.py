"""The stack in containers: published ports, users, permissions, and a backfill that leads to a served rating."""

import httpx
import pytest

from local_stack.dagster_api import DAILY_ASSETS, DagsterApi
from local_stack.demo import MADE_UP_FILM
from tests.docker.compose_stack import ComposeStack, compose_stack

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
def stack(tmp_path_factory):
    """A stack of this module's own."""
    with compose_stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture(scope="module")
def filled(stack: ComposeStack):
    """The stack after a backfill of three days, with a Bento in service; the number of days by asset."""
    api = stack.dagster()
    backfill = api.launch(dict.fromkeys(DAILY_ASSETS, DAYS))

    def done() -> bool:
        _refuse_failed_runs(api)
        return api.backfill_status(backfill) == "COMPLETED_SUCCESS"

    def in_service() -> bool:
        _refuse_failed_runs(api)
        return _is_ready(f"{stack.service_url}/readyz")

    late = f"The backfill {backfill} was not done within {BACKFILL_SECONDS} s."
    stack.wait_until(done, seconds=BACKFILL_SECONDS, otherwise=late, log="daemon")
    late = f"No Bento was in service {RELEASE_SECONDS} s after the backfill."
    stack.wait_until(in_service, seconds=RELEASE_SECONDS, otherwise=late, log="serving")
    return {asset: sum(there.values()) for asset, there in api.calendar(DAILY_ASSETS).items()}


def test_every_part_is_healthy(stack: ComposeStack):
    """Each container passes its health check, before there is any film."""
    health = {service: one["State"]["Health"]["Status"] for service, one in stack.containers().items()}

    assert health == dict.fromkeys(PARTS, "healthy")


def test_only_the_service_and_the_page_are_published_on_loopback(stack: ComposeStack):
    """S3, PostgreSQL and Dagster cannot be reached, and nothing from another machine."""
    published = {
        (service, binding["HostIp"], int(binding["HostPort"]))
        for service, one in stack.containers().items()
        for bindings in one["NetworkSettings"]["Ports"].values()
        for binding in bindings or []
    }

    assert published == {("serving", "127.0.0.1", stack.service_port), ("page", "127.0.0.1", stack.page_port)}


def test_nothing_runs_as_root(stack: ComposeStack):
    """Not even the first process of a container."""
    users = {service: stack.user_ids(one["Id"]) for service, one in stack.containers().items()}

    assert set(users) == PARTS
    assert not [service for service, ids in users.items() if "0" in ids or not ids]


def test_containers_hold_no_more_rights_than_they_need(stack: ComposeStack):
    """Read-only file systems, no capabilities, and a limit of memory."""
    for service, one in stack.containers().items():
        limits = one["HostConfig"]

        assert limits["ReadonlyRootfs"], service
        assert limits["CapDrop"] == ["ALL"], service
        assert limits["SecurityOpt"] == ["no-new-privileges:true"], service
        assert limits["Memory"] > 0, service


def test_the_page_answers(stack: ComposeStack):
    """On its published port, with or without a service."""
    assert _is_ready(f"{stack.page_url}/_stcore/health")


def test_a_three_day_backfill_leads_to_a_served_rating(stack: ComposeStack, filled: dict[str, int]):
    """Three days of each asset, and a service that rates a film."""
    answer = httpx.post(f"{stack.service_url}/predict", json=MADE_UP_FILM, timeout=30)

    assert filled == dict.fromkeys(DAILY_ASSETS, 3)
    assert answer.status_code == httpx.codes.OK, answer.text
    assert 0 <= answer.json()["predicted_rating"] <= 10


def test_the_page_reaches_the_service(stack: ComposeStack, filled: dict[str, int]):
    """By the service's name in the private network."""
    program = "import os, urllib.request as r; print(r.urlopen(os.environ['MOVIE_SERVICE_URL'] + '/describe').status)"

    assert stack.inside("page", program).split() == [b"200"]


def test_the_serving_host_stays_healthy_with_a_bento(stack: ComposeStack, filled: dict[str, int]):
    """Its health check now includes the service."""
    stack.compose("exec", "-T", "serving", "python", "/opt/serving/health.py", "serving")


def test_the_serving_host_reads_its_release_and_nothing_else(stack: ComposeStack, filled: dict[str, int]):
    """Its key can neither read nor change the films."""
    size, *refusals = stack.inside("serving", READ_WITH_THE_KEY_OF_THIS_HOST).decode().splitlines()

    assert int(size) > 0
    assert ["AccessDenied" in refusal for refusal in refusals] == [True, True, True]


def _refuse_failed_runs(api: DagsterApi) -> None:
    failed = [run for run in api.runs("FAILURE") if not run.will_retry]
    assert not failed, api.failure_of(failed[0])


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(url, timeout=10).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
