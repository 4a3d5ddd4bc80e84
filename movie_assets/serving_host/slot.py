"""Slot: one of the two processes that serve a Bento, as a program of supervisord; and the program itself.

bento_cache.py puts the Bento in a slot, route.py sends requests to it, agent.py starts and stops it.
"""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from movie_assets.serving_host.service_client import ServiceClient
from movie_assets.serving_host.supervisord import SupervisordError, call

LOOPBACK = "127.0.0.1"  # slots are reached through Traefik alone
SLOT_PROCESS = Path(__file__).parent / "slot_process"
WORKERS = "MOVIE_API_WORKERS"  # as bento_service/settings.py names it
LOG_TAIL_BYTES = 1_500
UP = {"STARTING", "RUNNING", "BACKOFF", "STOPPING"}  # in any other state supervisord does not restart it
ALREADY_STARTED, NOT_RUNNING, ABNORMAL_TERMINATION, SPAWN_ERROR = 60, 70, 40, 50  # supervisor.xmlrpc.Faults


class SlotError(RuntimeError):
    """A slot cannot be started or stopped; the message says why and what to check."""


class Slot:
    """The program `slot-<name>` of supervisord, over its XML-RPC interface at a `unix://` or `http://` address.

    It serves the Bento that is in the slot when it starts, as `service`. Every method raises SlotError.
    """

    def __init__(self, supervisor_url: str, *, name: str, service: ServiceClient) -> None:
        self.name = name
        self.service = service
        self._supervisor_url = supervisor_url
        self._program = f"slot-{name}"

    def restart(self) -> None:
        """Stop the program if it runs, and start it; returns before it is ready."""
        self.stop()
        # supervisord retries a program that dies at once; the agent watches whether it becomes ready.
        self._call(
            "startProcess", self._program, False, suppressed={ALREADY_STARTED, ABNORMAL_TERMINATION, SPAWN_ERROR}
        )

    def stop(self) -> None:
        """Stop the program, if it runs, and wait for its end."""
        self._call("stopProcess", self._program, True, suppressed={NOT_RUNNING})

    def is_up(self) -> bool:
        """Whether supervisord runs the program, or is starting it."""
        return self._call("getProcessInfo", self._program)["statename"] in UP

    def log_tail(self) -> str:
        """The last whole lines of the program's log; empty without one."""
        try:
            text, _offset, is_cut = self._call("tailProcessStdoutLog", self._program, 0, LOG_TAIL_BYTES)
        except SlotError:
            return ""
        return str(text).partition("\n")[2] if is_cut else str(text)

    def _call(self, method: str, *arguments: Any, suppressed: frozenset[int] | set[int] = frozenset()) -> Any:
        try:
            return call(self._supervisor_url, method, *arguments)
        except SupervisordError as error:
            if error.fault in suppressed:
                return None
            hint = "" if error.fault else " Is it running, and is MOVIE_SUPERVISOR_URL right?"
            raise SlotError(f"{error}{hint}") from error


def run_slot(bento: Path, *, home: Path, host: str, port: int, variables: Mapping[str, str]) -> NoReturn:
    """Replace this process by the service of the unpacked Bento, with `variables` for its settings.

    Raises SlotError when there is no Bento.
    """
    if not (bento / "bento.yaml").is_file():
        raise SlotError(f"No Bento at {bento}: the release agent puts one there once rating_service has released it.")
    metrics = home.resolve() / "figures"  # shared by the workers of this start only
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir(parents=True)
    # Nothing of this process's environment: the service needs no key of the bucket, and no account of BentoML's.
    environment = {
        **variables,
        "BENTOML_HOME": str(home.resolve()),
        "BENTOML_DO_NOT_TRACK": "True",
        "OTEL_SDK_DISABLED": "true",
        "PROMETHEUS_MULTIPROC_DIR": str(metrics),
        "HOME": str(home.resolve()),
        "LANG": "C.UTF-8",
    }
    os.chdir(bento)
    # not `bentoml serve`, which opens a port that takes commands from every program of this machine
    command = [sys.executable, "-m", "uvicorn", "--factory", "bento_app:app", "--app-dir", str(SLOT_PROCESS)]
    command += ["--host", host, "--port", str(port), "--workers", variables.get(WORKERS, "1")]
    command += ["--no-access-log", "--no-server-header", "--log-level", "warning"]
    os.execve(sys.executable, command, environment)  # noqa: S606 - our own interpreter, and no shell
