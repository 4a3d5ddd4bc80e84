"""The compose stack for tests: a project, ports and settings of its own, removed with its volumes.

Dagster's UI is not published, so its GraphQL API is called from inside the stack.
"""

import contextlib
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from local_stack.dagster_api import DagsterApi
from local_stack.object_store import free_ports

COMPOSE_FILE = Path(__file__).parents[2] / "docker" / "compose.yaml"
BUILD_SECONDS = 1_200
UP_SECONDS = 300
COMMAND_SECONDS = 120
POLL_SECONDS = 2.0
SHOWN_LINES = 40
NOT_INHERITED = ("MOVIE_", "AWS_", "TMDB_", "WANDB_", "POSTGRES_", "S3_", "SEAWEEDFS_", "COMPOSE_")
CALL_FROM_INSIDE = """
import sys, urllib.request
request = urllib.request.Request(sys.argv[1], sys.stdin.buffer.read(), {"content-type": "application/json"})
sys.stdout.buffer.write(urllib.request.urlopen(request, timeout=60).read())
"""


@dataclass
class ComposeStack:
    """A running stack."""

    project: str
    settings_file: Path
    service_port: int
    page_port: int

    @property
    def service_url(self) -> str:
        """Where the service answers on this machine."""
        return f"http://127.0.0.1:{self.service_port}"

    @property
    def page_url(self) -> str:
        """Where the page answers on this machine."""
        return f"http://127.0.0.1:{self.page_port}"

    def compose(self, *arguments: str, stdin: bytes = b"", seconds: float = COMMAND_SECONDS) -> bytes:
        """The output of a compose command; raises RuntimeError with it when the command fails."""
        chosen = ["-p", self.project, "-f", str(COMPOSE_FILE), "--env-file", str(self.settings_file)]
        return docker("compose", *chosen, *arguments, stdin=stdin, seconds=seconds)

    def inside(self, service: str, program: str, *arguments: str, stdin: bytes = b"") -> bytes:
        """The output of a Python program inside the service's container."""
        return self.compose("exec", "-T", service, "python", "-c", program, *arguments, stdin=stdin)

    def containers(self) -> dict[str, Any]:
        """`docker inspect` of each service's container."""
        ids = self.compose("ps", "-aq").decode().split()
        inspected = json.loads(docker("inspect", *ids))
        return {one["Config"]["Labels"]["com.docker.compose.service"]: one for one in inspected}

    def user_ids(self, container_id: str) -> set[str]:
        """The users that the processes of a container run as."""
        _titles, *processes = docker("top", container_id, "-eo", "uid,pid").decode().splitlines()
        return {process.split()[0] for process in processes}

    def dagster(self) -> DagsterApi:
        """Dagster's GraphQL API, called inside the webserver's container."""
        return DagsterApi("http://127.0.0.1:3001", transport=_FromInside(self))

    def wait_until(self, holds: Callable[[], bool], *, seconds: float, otherwise: str, log: str) -> None:
        """Return once `holds()`; raises AssertionError with the sentence and the end of a service's log."""
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                output = self.compose("logs", "--no-color", "--tail", str(SHOWN_LINES), log).decode(errors="replace")
                raise AssertionError(f"{otherwise}\n{output}")
            time.sleep(POLL_SECONDS)


@contextlib.contextmanager
def compose_stack(folder: Path) -> Iterator[ComposeStack]:
    """The stack of docker/compose.yaml with its default settings, built and healthy; removed at the end."""
    docker("info")  # fails at once, in one sentence, without an engine
    service_port, page_port = free_ports(2)
    settings_file = folder / "settings.env"
    settings_file.write_text(f"MOVIE_SERVICE_PORT={service_port}\nMOVIE_PAGE_PORT={page_port}\nMOVIE_TRIALS=2\n")
    stack = ComposeStack(f"movies-test-{os.getpid()}", settings_file, service_port, page_port)
    try:
        stack.compose("build", seconds=BUILD_SECONDS)
        stack.compose("up", "-d", "--no-build", "--wait", "--wait-timeout", str(UP_SECONDS), seconds=UP_SECONDS + 60)
        yield stack
    finally:
        stack.compose("down", "-v", "--remove-orphans", "--rmi", "local", "-t", "10")


def docker(*arguments: str, stdin: bytes = b"", seconds: float = COMMAND_SECONDS) -> bytes:
    """The output of a docker command; raises RuntimeError without docker, or with the output of a failed command."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(NOT_INHERITED)}
    try:
        done = subprocess.run(
            ["docker", *arguments], input=stdin, capture_output=True, env=environment, timeout=seconds, check=True
        )
    except FileNotFoundError as error:
        raise RuntimeError("There is no `docker` on PATH; these tests need a Docker engine with compose.") from error
    except subprocess.CalledProcessError as error:
        output = (error.stdout + error.stderr).decode(errors="replace")
        raise RuntimeError(f"docker {' '.join(arguments[:8])} … ended with {error.returncode}:\n{output}") from error
    return done.stdout


class _FromInside(httpx.BaseTransport):
    """Carries each request into the webserver's container, and its answer out."""

    def __init__(self, stack: ComposeStack) -> None:
        self._stack = stack

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            content = self._stack.inside("webserver", CALL_FROM_INSIDE, str(request.url), stdin=request.read())
        except RuntimeError as error:
            raise httpx.TransportError(str(error)) from error
        return httpx.Response(httpx.codes.OK, content=content)
