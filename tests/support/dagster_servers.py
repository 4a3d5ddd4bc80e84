"""A real Dagster webserver, and a daemon on request, on an instance of their own."""

import contextlib
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from local_stack.dagster_api import DagsterApi
from tests.support.bentos import PROJECT
from tests.support.platform import QUICK, bucket_at
from tests.support.servers import free_port, running, stripped_environment

BIN = Path(sys.executable).parent
WORKSPACE = ("-w", str(PROJECT / "workspace.yaml"))


@dataclass(frozen=True)
class DagsterServers:
    """A webserver whose definitions are loaded."""

    url: str
    api: DagsterApi
    environment: dict[str, str]

    @contextlib.contextmanager
    def daemon(self):
        """The daemon, healthy; it looks for backfills as it starts, then every half minute."""
        command = [str(BIN / "dagster-daemon"), "run", *WORKSPACE]
        with running(command, ready=lambda: not self.api.unhealthy_daemons(), env=self.environment, cwd=PROJECT):
            yield


@contextlib.contextmanager
def dagster_servers(s3, *, bucket, home, **settings):
    """A webserver over a bucket of its own, with its storage in `home`; `settings` are variables of the environment."""
    shutil.copy(PROJECT / "dagster.yaml", home)
    bucket_at(s3, bucket).create()
    said = {**QUICK, **settings, **s3.environment(bucket), "DAGSTER_HOME": str(home)}
    environment = stripped_environment(**said)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [str(BIN / "dagster-webserver"), "-h", "127.0.0.1", "-p", str(port), *WORKSPACE]
    with (
        running(command, ready=f"{url}/server_info", env=environment, cwd=PROJECT),
        contextlib.closing(DagsterApi(url)) as api,
    ):
        while not api.definitions_are_loaded():
            time.sleep(0.5)
        yield DagsterServers(url, api, environment)
