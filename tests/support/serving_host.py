"""A serving host in a folder of its own, with the processes that systemd starts."""

import contextlib
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local_stack.object_store import free_ports
from movie_assets.prediction.bundle import ModelBundle
from movie_assets.release.bento_build import BuiltBento
from movie_assets.release.record import Release, Rollout
from movie_assets.release.request import release, wait_until_in_service
from movie_assets.release.store import Releases
from movie_assets.serving_host.service_client import ServiceClient
from movie_assets.serving_host.supervisord import SupervisordError, call
from movie_assets.storage.bucket import Bucket, connect
from tests.support.bentos import PROJECT, repacked, unpacked
from tests.support.servers import S3Server, running, stripped_environment

SWITCH_SECONDS = 150
PROGRAMS = ("agent", "proxy", "slot-a", "slot-b")


class ServingHost:
    """A host that serves what the release record of `s3` asks for."""

    def __init__(self, folder: Path, s3: S3Server, **settings: str) -> None:
        self.folder = folder
        self.s3 = s3
        service, slot_a, slot_b = free_ports(3)
        self.url = f"http://127.0.0.1:{service}"
        self.supervisor_url = f"unix://{folder}/supervisor.sock"
        self.environment = stripped_environment(
            **s3.environment(),
            MOVIE_SERVICE_PORT=str(service),
            MOVIE_SLOT_A_PORT=str(slot_a),
            MOVIE_SLOT_B_PORT=str(slot_b),
            MOVIE_SUPERVISOR_URL=self.supervisor_url,
            MOVIE_SERVING_DIR=str(folder / "serving"),
            MOVIE_RELEASE_POLL_SECONDS="0.2",
            MOVIE_SERVICE_READY_SECONDS="120",
            **settings,
        )
        client = connect(
            endpoint_url=s3.endpoint_url, access_key=s3.access_key, secret_key=s3.secret_key, region="us-east-1"
        )
        self.bucket = Bucket(client, "movies")
        self.releases = Releases(self.bucket, "synthetic")
        self.served = folder / "serving" / "served"  # where the services log
        self.key: str | None = None  # where the service asks for one
        self._running = contextlib.ExitStack()
        self._supervisord: Any = None

    def start(self) -> None:
        """Start supervisord, which starts the rest."""
        command = [sys.executable, "-m", "movie_assets.cli", "supervise", "--logs", self.folder]
        self._supervisord = self._running.enter_context(
            running(command, ready=self._is_answering, env=self.environment, cwd=PROJECT)
        )

    def stop(self) -> None:
        """End everything in good order."""
        self._running.close()

    def pull_the_plug(self) -> None:
        """Kill every process of the host at once, as a power cut does."""
        groups = [self.pid(name) for name in PROGRAMS]
        self._supervisord.kill()
        for group in filter(None, groups):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        self._supervisord.wait()

    def kill(self, program: str) -> int:
        """Kill one program's process, and return its id once supervisord has noticed."""
        pid = self.pid(program)
        os.kill(pid, signal.SIGKILL)
        until(lambda: self.pid(program) != pid)
        return pid

    def release_again(self, bento: BuiltBento, bundle: ModelBundle, *, tag: str) -> Release:
        """Ask for the Bento under another tag."""
        folder = unpacked(bento, self.folder / "changed")
        changed = repacked(folder, tag=tag, archive=self.folder / "changed.tar.gz")
        shutil.rmtree(folder)
        return self.ask_for(changed, bundle)

    def ask_for(self, bento: BuiltBento, bundle: ModelBundle, *, although_withdrawn: bool = False) -> Release:
        """Ask for a Bento; the release that is wanted then."""
        record = release(
            bundle,
            bento,
            releases=self.releases,
            by="a test",
            why="to see it served",
            now=datetime.now(UTC),
            although_withdrawn=although_withdrawn,
        )
        assert record.wanted is not None
        return record.wanted

    def wait(self, bundle: ModelBundle) -> Release:
        """The release of this bundle, once it is in service."""
        return wait_until_in_service(self.releases, bundle.id, timeout_seconds=SWITCH_SECONDS, poll_seconds=0.05)

    def serves(self) -> str | None:
        """The tag of the Bento that answers everybody."""
        return ServiceClient(self.url, self.key).identity().bento_tag

    def rollout(self) -> Rollout | None:
        """How the wanted release is being tried; None where it is not."""
        return self.releases.read().rollout

    def comes_back_with(self, tag: str) -> bool:
        """Whether the Bento answers everybody again, after it may have been silent for a while."""
        # an orphan of what was killed answers for up to half a second more
        until(lambda: self.serves() is None, seconds=2)
        until(lambda: self.serves() == tag)
        return self.serves() == tag

    def call(self, method: str, *arguments: Any) -> Any:
        """Ask supervisord."""
        return call(self.supervisor_url, method, *arguments)

    def pid(self, program: str) -> int:
        """The program's process id; 0 when it does not run."""
        return int(self.call("getProcessInfo", program)["pid"])

    def pids(self, *programs: str) -> list[int]:
        """The process ids of several programs."""
        return [self.pid(program) for program in programs]

    def log(self, name: str) -> str:
        """What a program wrote."""
        path = self.folder / f"{name}.log"
        return path.read_text() if path.exists() else ""

    def _is_answering(self) -> bool:
        try:
            return bool(self.call("getState")["statename"] == "RUNNING")
        except SupervisordError:
            return False


def canary_of(*, percent: int, seconds: float, kind: str = "canary") -> dict[str, str]:
    """The settings of a host that tries releases."""
    return {
        "MOVIE_ROLLOUT": kind,
        "MOVIE_ROLLOUT_PERCENT": str(percent),
        "MOVIE_ROLLOUT_MINUTES": str(seconds / 60),
    }


@contextlib.contextmanager
def serving_host(s3: S3Server, **settings: str) -> Iterator[ServingHost]:
    """A running host; what the agent logged is printed at the end, for a test that failed."""
    with tempfile.TemporaryDirectory(prefix="host-") as folder:
        host = ServingHost(Path(folder), s3, **settings)
        try:
            host.start()
            yield host
        finally:
            host.stop()
            print(host.log("agent"))


def until(holds: Callable[[], bool], *, seconds: float = SWITCH_SECONDS) -> None:
    """Wait until it holds; a test's own assertion says what was expected when it never does."""
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
