"""Supervision of the parts: supervisord as our child, its end, and the end of what it left where it was killed.

Its configuration and its XML-RPC interface: movie_assets/serving_host/supervisord.py. What the parts are: processes.py.
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
GRACE_SECONDS = 5.0  # from SIGTERM to SIGKILL, for what outlived supervisord
UNENDED = {"STARTING", "RUNNING", "BACKOFF", "STOPPING"}


@dataclass
class Supervisor:
    """The supervisord of one state folder, started by us or found running."""

    state: StateDir
    _child: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Where it answers; every process below it carries this in its environment."""
        return f"unix://{self.state.supervisor_socket}"

    def start(self, parts: list[Program], environment: dict[str, str]) -> None:
        """Start supervisord, which starts the parts."""
        with self.state.config.open("w") as file:
            log = self.log("supervisord")
            configuration(parts, socket=self.state.supervisor_socket, log=log).write(file)
        with (self.state.log / "supervisord.out").open("wb") as out:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "supervisor.supervisord", "-c", str(self.state.config)],
                cwd=ROOT,
                env=environment | {SERVER_URL: self.url},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,  # Ctrl-C reaches us alone, and we end the parts in order
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
            return bool(self._ask("getState")["statename"] == "RUNNING")
        except StackError:
            return False

    def parts(self) -> dict[str, dict[str, Any]]:
        """Each part as supervisord knows it: `statename` (RUNNING, BACKOFF, …), `pid` (0: none), `description`, …"""
        try:
            return {part["name"]: part for part in self._ask("getAllProcessInfo")}
        except StackError:
            if self._was_shut_down():
                raise StackStoppedError(f"The stack on {self.state.path} was stopped by `make down`.") from None
            raise

    def start_part(self, name: str) -> None:
        """Start a part that does not start by itself, unless it runs already."""
        if self.parts()[name]["statename"] not in {"RUNNING", "STARTING"}:
            self._ask("startProcess", name)

    def stop(self) -> bool:
        """End every part, the object store last, then supervisord, and whatever a killed one left; whether any ran.

        What is left is known on Linux alone, by what supervisord put into its environment.
        """
        ran = self._is_there() or bool(self._processes())
        with contextlib.suppress(StackError):
            self._stop_all_but_the_store()
            self._ask("shutdown")
        deadline = time.monotonic() + END_SECONDS
        while self._is_there():
            if time.monotonic() > deadline:
                raise StackError(f"supervisord did not end within {END_SECONDS} s. {tail(self.log('supervisord'))}")
            time.sleep(POLL_SECONDS)
        self._child = None
        self._end_what_is_left()
        self._remove_sockets()
        return ran

    def log(self, name: str) -> Path:
        """Where the output of a part is kept."""
        return self.state.log / f"{name}.log"

    def _stop_all_but_the_store(self) -> None:
        # all at the same time: by itself supervisord ends one after the other
        for name in self._unended():
            self._ask("stopProcess", name, False)
        deadline = time.monotonic() + END_SECONDS
        while self._unended() and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)

    def _unended(self) -> list[str]:
        return [name for name, part in self.parts().items() if name != STORE and part["statename"] in UNENDED]

    def _is_there(self) -> bool:
        if self._child is not None:
            return self._child.poll() is None
        try:
            self._ask("getState")
        except StackError:
            return False
        return True

    def _was_shut_down(self) -> bool:
        """Whether our supervisord has ended in order without us, not by a kill or a crash."""
        if self._child is None:
            return False
        with contextlib.suppress(subprocess.TimeoutExpired):
            # whoever shuts it down ends what is left with SIGTERM, which may still meet it
            return self._child.wait(GRACE_SECONDS) in {0, -signal.SIGTERM}
        return False

    def _end_what_is_left(self) -> None:
        told: set[int] = set()
        deadline = time.monotonic() + GRACE_SECONDS
        while left := self._processes():
            is_late = time.monotonic() > deadline
            for pid in left if is_late else left - told:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL if is_late else signal.SIGTERM)
            told |= left
            time.sleep(POLL_SECONDS)

    def _processes(self) -> set[int]:
        """Every process of this state folder's supervisord, itself included, also those that outlived it."""
        mine = f"{SERVER_URL}={self.url}".encode()
        found = set()
        for environment in Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):  # it has ended, or is another user's
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

    def _ask(self, method: str, *arguments: Any) -> Any:
        try:
            return call(self.url, method, *arguments)
        except SupervisordError as error:
            raise StackError(f"No stack runs on {self.state.path}, or it is ending ({error})") from error
