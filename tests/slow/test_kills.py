"""After kill -9 of each process, and a reboot without the bucket, the same bundle is in service again."""

import contextlib
import os
import signal
from pathlib import Path

import httpx
import pytest

from local_stack.dagster_api import DagsterApi
from local_stack.errors import StackError
from local_stack.state_dir import DEMO
from local_stack.supervision import Supervisor
from tests.support.bentos import a_bento, a_bundle
from tests.support.builders import a_movie
from tests.support.demo_stack import demo_stack
from tests.support.servers import s3_server
from tests.support.serving_host import serving_host, until

PARTS = ("s3", "dagster-webserver", "dagster-daemon", "agent", "proxy", "page")
BUNDLE = a_bundle()


class Stack:
    """The demo's stack and its processes."""

    def __init__(self, addresses):
        self.addresses = addresses
        self.supervisor = Supervisor(DEMO)
        self.dagster = DagsterApi(addresses.dagster)
        self.slot = next(name for name in ("slot-a", "slot-b") if self.pid(name))

    def pid(self, name):
        """The process id of a part or of the slot in service; 0 when it does not run."""
        return self.supervisor.processes()[self.slot if name == "service" else name]["pid"]

    def rated_by(self):
        """The bundle that rates a film; None when no service answers."""
        with contextlib.suppress(httpx.TransportError):
            answer = httpx.post(f"{self.addresses.service}/predict", json=a_movie().model_dump(mode="json"), timeout=10)
            return answer.json()["bundle_id"] if answer.status_code == httpx.codes.OK else None
        return None

    def all_is_well(self):
        """Whether every part runs, answers where it has an address, and the service knows the release agent."""
        addresses = (f"{self.addresses.page}/_stcore/health", f"{self.addresses.dagster}/server_info")
        with contextlib.suppress(httpx.TransportError, StackError, OSError, ValueError):  # Traefik says 404 in words
            return (
                all(self.pid(part) for part in (*PARTS, "service"))
                and all(httpx.get(address, timeout=10).status_code == httpx.codes.OK for address in addresses)
                and not self.dagster.unhealthy_daemons()
                and httpx.get(f"{self.addresses.service}/status", timeout=10).json()["phase"] == "idle"
            )
        return False


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """A stack of this module's own, after its demo."""
    with demo_stack(tmp_path_factory.mktemp("stack") / "output") as addresses:
        stack = Stack(addresses)
        yield stack
        stack.dagster.close()


@pytest.mark.parametrize("victim", [*PARTS, "service"])
def test_after_a_kill_the_same_bundle_is_in_service_and_every_part_is_up(stack, victim):
    """In another process than the killed one."""
    until(stack.all_is_well)
    before, killed = stack.rated_by(), stack.pid(victim)
    assert before

    os.kill(killed, signal.SIGKILL)

    until(lambda: not Path(f"/proc/{killed}/environ").exists() or stack.pid(victim) not in {0, killed})
    until(lambda: stack.all_is_well() and stack.rated_by() == before)
    assert stack.all_is_well()
    assert stack.rated_by() == before
    assert stack.pid(victim) not in {0, killed}


def test_a_host_that_comes_up_without_the_bucket_serves_what_it_served(tmp_path):
    """From its disk; the record is read once the bucket is back."""
    with s3_server() as s3, serving_host(s3) as host:
        bento = a_bento(BUNDLE, tmp_path / "work")
        host.ask_for(bento, BUNDLE)
        host.wait(BUNDLE)
        host.pull_the_plug()
        s3.kill()

        host.start()

        until(lambda: host.serves() == bento.tag)
        assert host.serves() == bento.tag
        s3.start()
        host.release_again(bento, BUNDLE, tag="movie_rating:the-next")
        assert host.wait(BUNDLE).bento_tag == "movie_rating:the-next"
