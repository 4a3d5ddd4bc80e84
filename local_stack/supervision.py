"""supervisord of the local stack: start it, query it, stop it, and end what a killed one left.

Its configuration and XML-RPC client: movie_assets/serving_host/supervisord.py. The programs: processes.py.
"""

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from configparser import RawConfigParser
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local_stack.errors import StackError, StackStoppedError, tail
from local_stack.object_store import leftover_sockets
from local_stack.processes import STORE
from local_stack.state_dir import ROOT, StateDir
from movie_assets.serving_host.supervisord import SERVER_URL, Program, SupervisordError, call, configuration

START_SECONDS = 20
END_SECONDS = 60
POLL_SECONDS = 0.1
GRACE_SECONDS = 5.0  # from SIGTERM to SIGKILL, for processes that outlived supervisord
ACTIVE_STATES = {"STARTING", "RUNNING", "BACKOFF", "STOPPING"}


@dataclass
class Supervisor:
    """The supervisord of one state folder, started by us or found running."""

    state: StateDir
    _child: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Its address, which every process below it has in its environment."""
        return f"unix://{self.state.supervisor_socket}"

    def start(self, programs: list[Program], environment: dict[str, str]) -> None:
        """Start supervisord, which starts the programs."""
        with self.state.config.open("w") as file:
            log = self.log("supervisord")
            configuration(programs, socket=self.state.supervisor_socket, log=log).write(file)
        with (self.state.log / "supervisord.out").open("wb") as out:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "supervisor.supervisord", "-c", str(self.state.config)],
                cwd=ROOT,
                env=environment | {SERVER_URL: self.url},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,  # Ctrl-C reaches only us, and we stop the processes in order
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.is_running():
            if self._child.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise StackError(f"supervisord did not start. {tail(self.state.log / 'supervisord.out')}")
            time.sleep(POLL_SECONDS)

    def is_running(self) -> bool:
        """Whether a supervisord answers on this state folder's socket."""
        try:
            return bool(self._call("getState")["statename"] == "RUNNING")
        except StackError:
            return False

    def processes(self) -> dict[str, dict[str, Any]]:
        """Each process as supervisord reports it: `statename` (RUNNING, BACKOFF, …), `pid` (or 0), `description`, …"""
        try:
            return {process["name"]: process for process in self._call("getAllProcessInfo")}
        except StackError:
            if self._was_shut_down():
                raise StackStoppedError(f"The stack on {self.state.path} was stopped by `make down`.") from None
            raise

    def start_process(self, name: str) -> None:
        """Start a process that does not start by itself, unless it already runs."""
        if self.processes()[name]["statename"] not in {"RUNNING", "STARTING"}:
            self._call("startProcess", name)

    def stop(self) -> bool:
        """Stop every process, the object store last, then supervisord, then leftovers; returns whether any ran.

        Leftovers of a killed supervisord are found on Linux only, by the variable it puts into their environment.
        """
        ran = self._is_alive() or bool(self._pids())
        with contextlib.suppress(StackError):
            self._stop_all_but_the_store()
            self._call("shutdown")
        deadline = time.monotonic() + END_SECONDS
        while self._is_alive():
            if time.monotonic() > deadline:
                raise StackError(f"supervisord did not end within {END_SECONDS} s. {tail(self.log('supervisord'))}")
            time.sleep(POLL_SECONDS)
        self._child = None
        self._kill_leftovers()
        self._remove_sockets()
        return ran

    def log(self, name: str) -> Path:
        """The log of a process."""
        return self.state.log / f"{name}.log"

    def _stop_all_but_the_store(self) -> None:
        # all at once; supervisord itself stops one after the other
        for name in self._active():
            self._call("stopProcess", name, False)
        deadline = time.monotonic() + END_SECONDS
        while self._active() and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)

    def _active(self) -> list[str]:
        processes = self.processes().items()
        return [name for name, process in processes if name != STORE and process["statename"] in ACTIVE_STATES]

    def _is_alive(self) -> bool:
        if self._child is not None:
            return self._child.poll() is None
        try:
            self._call("getState")
        except StackError:
            return False
        return True

    def _was_shut_down(self) -> bool:
        """Whether our supervisord was shut down by somebody else, rather than killed."""
        if self._child is None:
            return False
        with contextlib.suppress(subprocess.TimeoutExpired):
            # SIGTERM: `make down` also sends it to a supervisord that is about to exit
            return self._child.wait(GRACE_SECONDS) in {0, -signal.SIGTERM}
        return False

    def _kill_leftovers(self) -> None:
        signalled: set[int] = set()
        deadline = time.monotonic() + GRACE_SECONDS
        while left := self._pids():
            is_late = time.monotonic() > deadline
            for pid in left if is_late else left - signalled:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL if is_late else signal.SIGTERM)
            signalled |= left
            time.sleep(POLL_SECONDS)

    def _pids(self) -> set[int]:
        """Every process started by a supervisord of this state folder, itself included, also those that outlived it."""
        mine = f"{SERVER_URL}={self.url}".encode()
        found = set()
        for environment in Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):  # it has ended, or belongs to another user
                if mine in environment.read_bytes().split(b"\0"):
                    found.add(int(environment.parent.name))
        return found - {os.getpid()}

    def _remove_sockets(self) -> None:
        config = RawConfigParser(interpolation=None)
        config.read(self.state.config)
        for section in config.values():
            for left in leftover_sockets(shlex.split(section.get("command", ""))):
                left.unlink(missing_ok=True)
        shutil.rmtree(self.state.sockets, ignore_errors=True)

    def _call(self, method: str, *arguments: Any) -> Any:
        try:
            return call(self.url, method, *arguments)
        except SupervisordError as error:
            raise StackError(f"No stack runs on {self.state.path}, or it is ending ({error})") from error
