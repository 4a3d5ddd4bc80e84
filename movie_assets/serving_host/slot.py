"""A slot: a process that serves the Bento that was put in it, and how it is started and stopped. There are two.

Which Bento that is: shelf.py. Which slot requests go to: route.py. When a slot is started or ended: agent.py.
"""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from movie_assets.serving_host.supervisord import SupervisordError, ask

LOOPBACK = "127.0.0.1"  # slots are reached through Traefik alone
SLOT_PROCESS = Path(__file__).parent / "slot_process"
WORKERS = "MOVIE_API_WORKERS"  # as bento_service/settings.py names it
LOG_TAIL_BYTES = 1_500
UP = {"STARTING", "RUNNING", "BACKOFF", "STOPPING"}  # supervisord is at it; anything else stays down by itself
ALREADY_STARTED, NOT_RUNNING, ABNORMAL_TERMINATION, SPAWN_ERROR = 60, 70, 40, 50  # supervisor.xmlrpc.Faults


class SlotError(RuntimeError):
    """A slot cannot be started or stopped; the message says who refused and what to look at."""


class Slot:
    """The program `slot-<name>` of supervisord, over its XML-RPC interface at a `unix://` or `http://` address.

    It serves whatever Bento is in the slot when it starts, at `url`. Every method raises SlotError.
    """

    def __init__(self, supervisor_url: str, *, name: str, url: str) -> None:
        self.name = name
        self.url = url
        self._supervisor_url = supervisor_url
        self._program = f"slot-{name}"

    def restart(self) -> None:
        """End the program if it runs, and start it again; returns before it is ready."""
        self.stop()
        # A program that dies at once is retried by supervisord; whether it gets ready is what the agent watches.
        self._call(
            "startProcess", self._program, False, suppressed={ALREADY_STARTED, ABNORMAL_TERMINATION, SPAWN_ERROR}
        )

    def stop(self) -> None:
        """End the program, if it runs, and wait until it is gone."""
        self._call("stopProcess", self._program, True, suppressed={NOT_RUNNING})

    def is_up(self) -> bool:
        """Whether supervisord runs the program or is trying to."""
        return self._call("getProcessInfo", self._program)["statename"] in UP

    def log_tail(self) -> str:
        """The end of the program's log in whole lines; empty where supervisord keeps none."""
        try:
            text, _offset, is_cut = self._call("tailProcessStdoutLog", self._program, 0, LOG_TAIL_BYTES)
        except SlotError:
            return ""
        return str(text).partition("\n")[2] if is_cut else str(text)

    def _call(self, method: str, *arguments: Any, suppressed: frozenset[int] | set[int] = frozenset()) -> Any:
        try:
            return ask(self._supervisor_url, method, *arguments)
        except SupervisordError as error:
            if error.fault in suppressed:
                return None
            hint = "" if error.fault else " Is it running, and is MOVIE_SUPERVISOR_URL right?"
            raise SlotError(f"{error}{hint}") from error


def run_slot(bento: Path, *, home: Path, host: str, port: int, told: Mapping[str, str]) -> NoReturn:
    """Become the service of the unpacked Bento, `told` its own variables; does not return.

    Raises SlotError when there is none.
    """
    if not (bento / "bento.yaml").is_file():
        raise SlotError(f"No Bento at {bento}: the release agent puts one there once rating_service has released it.")
    figures = home.resolve() / "figures"  # of all workers since this start: what one before them left is not theirs
    shutil.rmtree(figures, ignore_errors=True)
    figures.mkdir(parents=True)
    # Nothing else of this process's environment: the service needs no key of the bucket, and no account of BentoML's.
    environment = {
        **told,
        "BENTOML_HOME": str(home.resolve()),
        "BENTOML_DO_NOT_TRACK": "True",
        "OTEL_SDK_DISABLED": "true",
        "PROMETHEUS_MULTIPROC_DIR": str(figures),
        "HOME": str(home.resolve()),
        "LANG": "C.UTF-8",
    }
    os.chdir(bento)
    # not `bentoml serve`, which keeps a port open that takes commands from anybody on this machine
    command = [sys.executable, "-m", "uvicorn", "--factory", "bento_app:app", "--app-dir", str(SLOT_PROCESS)]
    command += ["--host", host, "--port", str(port), "--workers", told.get(WORKERS, "1")]
    command += ["--no-access-log", "--no-server-header", "--log-level", "warning"]
    os.execve(sys.executable, command, environment)  # noqa: S606 - our own interpreter, and no shell
