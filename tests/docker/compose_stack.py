"""The compose stack as a test has it: a project, ports and settings of its own, taken down with its volumes.

What must hold in it: test_compose.py. Dagster's UI is not published, so its GraphQL is asked from inside.
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
ASK_FROM_INSIDE = """
import sys, urllib.request
asked = urllib.request.Request(sys.argv[1], sys.stdin.buffer.read(), {"content-type": "application/json"})
sys.stdout.buffer.write(urllib.request.urlopen(asked, timeout=60).read())
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

    def compose(self, *arguments: str, asked: bytes = b"", seconds: float = COMMAND_SECONDS) -> bytes:
        """What a compose command writes; raises RuntimeError with all it said when it fails."""
        chosen = ["-p", self.project, "-f", str(COMPOSE_FILE), "--env-file", str(self.settings_file)]
        return docker("compose", *chosen, *arguments, asked=asked, seconds=seconds)

    def inside(self, service: str, program: str, *arguments: str, asked: bytes = b"") -> bytes:
        """What a Python program writes inside the service's container."""
        return self.compose("exec", "-T", service, "python", "-c", program, *arguments, asked=asked)

    def containers(self) -> dict[str, Any]:
        """Service -> what the engine knows of its container."""
        ids = self.compose("ps", "-aq").decode().split()
        inspected = json.loads(docker("inspect", *ids))
        return {one["Config"]["Labels"]["com.docker.compose.service"]: one for one in inspected}

    def user_ids(self, container_id: str) -> set[str]:
        """The users that the processes of a container run as."""
        _titles, *processes = docker("top", container_id, "-eo", "uid,pid").decode().splitlines()
        return {process.split()[0] for process in processes}

    def dagster(self) -> DagsterApi:
        """Dagster's GraphQL, asked inside the webserver's container."""
        return DagsterApi("http://127.0.0.1:3001", transport=_FromInside(self))

    def wait_until(self, holds: Callable[[], bool], *, seconds: float, otherwise: str, log: str) -> None:
        """Return once `holds()`; raises AssertionError with the sentence and the end of a service's log."""
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                said = self.compose("logs", "--no-color", "--tail", str(SHOWN_LINES), log).decode(errors="replace")
                raise AssertionError(f"{otherwise}\n{said}")
            time.sleep(POLL_SECONDS)


@contextlib.contextmanager
def compose_stack(folder: Path) -> Iterator[ComposeStack]:
    """The stack of docker/compose.yaml with its default settings, built and healthy; nothing of it stays."""
    docker("info")  # says at once, and in one sentence, that there is no engine
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


def docker(*arguments: str, asked: bytes = b"", seconds: float = COMMAND_SECONDS) -> bytes:
    """What a docker command writes; raises RuntimeError when there is no docker, or with all it said when it fails."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(NOT_INHERITED)}
    try:
        done = subprocess.run(
            ["docker", *arguments], input=asked, capture_output=True, env=environment, timeout=seconds, check=True
        )
    except FileNotFoundError as error:
        raise RuntimeError("There is no `docker` on PATH; these tests need a Docker engine with compose.") from error
    except subprocess.CalledProcessError as error:
        said = (error.stdout + error.stderr).decode(errors="replace")
        raise RuntimeError(f"docker {' '.join(arguments[:8])} … ended with {error.returncode}:\n{said}") from error
    return done.stdout


class _FromInside(httpx.BaseTransport):
    """Carries each request into the webserver's container, and its answer out."""

    def __init__(self, stack: ComposeStack) -> None:
        self._stack = stack

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            content = self._stack.inside("webserver", ASK_FROM_INSIDE, str(request.url), asked=request.read())
        except RuntimeError as error:
            raise httpx.TransportError(str(error)) from error
        return httpx.Response(httpx.codes.OK, content=content)
