"""Supervision of the parts by supervisord: its configuration, start, end and state.

It restarts what dies, and its XML-RPC lets the release agent start and stop the service's slots,
so that the end of the agent never ends the service. What the parts are: processes.py. Who keeps it: keeper.py.
"""

import contextlib
import getpass
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Iterator
from configparser import RawConfigParser
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import SupervisorTransport

from local_stack.errors import HouseError, tail
from local_stack.object_store import leftover_sockets
from local_stack.processes import STORE, Part
from local_stack.state import ROOT, StateDir

START_SECONDS = 20
END_SECONDS = 60
POLL_SECONDS = 0.1
LAST_SECONDS = 2.0  # for what a part started itself and that outlived it


def configuration(parts: list[Part], state: StateDir) -> RawConfigParser:
    """supervisord's configuration; secrets reach the parts through the environment it inherits, never through this."""
    config = RawConfigParser(interpolation=None)
    socket = str(state.supervisor_socket)
    config["unix_http_server"] = {"file": socket, "chmod": "0700"}
    config["rpcinterface:supervisor"] = {
        "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
    }
    config["supervisorctl"] = {"serverurl": f"unix://{socket}"}
    config["supervisord"] = {
        "nodaemon": "true",
        "silent": "true",
        "user": getpass.getuser(),  # said, so that it does not warn of a root it did not leave
        "logfile": str(state.log / "supervisord.log"),
        "pidfile": str(state.path / "supervisord.pid"),
        "directory": str(ROOT),
    }
    for position, part in enumerate(parts):
        config[f"program:{part.name}"] = {
            "command": shlex.join(part.command),
            "directory": str(ROOT),
            "priority": str(position),
            "autostart": str(part.autostart).lower(),
            "autorestart": "true",
            "startsecs": "1",
            "startretries": "10",
            "stopsignal": part.stop_signal,
            "stopwaitsecs": str(part.stop_seconds),
            "stopasgroup": "true",
            "killasgroup": "true",
            "redirect_stderr": "true",
            "stdout_logfile": str(state.log / f"{part.name}.log"),
            "stdout_logfile_maxbytes": "10MB",
            "stdout_logfile_backups": "3",
        }
    for section in config.sections():
        for name, value in config[section].items():
            config[section][name] = value.replace("%", "%%")  # supervisord expands %(…)s
    return config


@dataclass
class Supervisor:
    """The supervisord of one state folder, started by us or found running."""

    state: StateDir
    _child: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def start(self, parts: list[Part], environment: dict[str, str], *, owner: int | None) -> None:
        """Start supervisord, which starts the parts; they end with the process `owner`, or stay if it is None."""
        with self.state.config.open("w") as file:
            configuration(parts, self.state).write(file)
        command = [sys.executable, "-m", "local_stack.keeper", str(self.state.path)]
        with (self.state.log / "supervisord.out").open("wb") as out:
            self._child = subprocess.Popen(
                [*command, str(owner)] if owner is not None else command,
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,  # Ctrl-C reaches us alone, and we end the parts in order
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.is_running():
            if self._child.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise HouseError(f"supervisord did not start. {tail(self.state.log / 'supervisord.out')}")
            time.sleep(POLL_SECONDS)

    def is_running(self) -> bool:
        """Whether a supervisord answers on this state folder's socket."""
        try:
            with self._rpc() as rpc:
                return bool(rpc.getState()["statename"] == "RUNNING")
        except HouseError:
            return False

    def states(self) -> dict[str, str]:
        """Each part's name and its state as supervisord words it (RUNNING, BACKOFF, …) with a description."""
        with self._rpc() as rpc:
            return {part["name"]: f"{part['statename']:9} {part['description']}" for part in rpc.getAllProcessInfo()}

    def running(self) -> dict[str, bool]:
        """Each part's name, and whether it runs or is about to."""
        with self._rpc() as rpc:
            return {part["name"]: part["statename"] in {"STARTING", "RUNNING"} for part in rpc.getAllProcessInfo()}

    def given_up(self) -> list[str]:
        """The parts that died at every restart, so that supervisord no longer tries.

        None, while supervisord was killed and its keeper starts it again.
        """
        try:
            with self._rpc() as rpc:
                return [part["name"] for part in rpc.getAllProcessInfo() if part["statename"] == "FATAL"]
        except HouseError:
            if self._is_kept():
                return []
            raise

    def start_part(self, name: str) -> None:
        """Start a part that does not start by itself, unless it runs already."""
        with self._rpc() as rpc:
            if rpc.getProcessInfo(name)["statename"] not in {"RUNNING", "STARTING"}:
                rpc.startProcess(name)

    def stop(self) -> None:
        """End every part, the object store last, then supervisord; returns when all are gone, at once if none runs."""
        groups: list[int] = []
        with contextlib.suppress(HouseError):
            groups = self._process_groups()
            self._stop_all_but_the_store()
        if self._child is not None and self._is_kept():
            self._child.terminate()  # the keeper, which hands it on
        else:
            with contextlib.suppress(HouseError), self._rpc() as rpc:
                rpc.shutdown()
        deadline = time.monotonic() + END_SECONDS
        while self._is_there():
            if time.monotonic() > deadline:
                raise HouseError(f"supervisord did not end within {END_SECONDS} s. {tail(self.log('supervisord'))}")
            time.sleep(POLL_SECONDS)
        self._child = None
        _end_what_is_left(groups)
        self._remove_sockets()

    def log(self, name: str) -> Path:
        """Where the output of a part is kept."""
        return self.state.log / f"{name}.log"

    def _is_kept(self) -> bool:
        """Whether the keeper that we started is there."""
        return self._child is not None and self._child.poll() is None

    def _process_groups(self) -> list[int]:
        with self._rpc() as rpc:
            return [part["pid"] for part in rpc.getAllProcessInfo() if part["pid"]]

    def _stop_all_but_the_store(self) -> None:
        # all at the same time: by itself supervisord ends one after the other
        with self._rpc() as rpc:
            for part in self._unended(rpc):
                rpc.stopProcess(part, False)
            deadline = time.monotonic() + END_SECONDS
            while self._unended(rpc) and time.monotonic() < deadline:
                time.sleep(POLL_SECONDS)

    def _remove_sockets(self) -> None:
        config = RawConfigParser(interpolation=None)
        config.read(self.state.config)
        for section in config.values():
            for left in leftover_sockets(shlex.split(section.get("command", ""))):
                left.unlink(missing_ok=True)
        shutil.rmtree(self.state.sockets, ignore_errors=True)

    @staticmethod
    def _unended(rpc: Any) -> list[str]:
        return [
            part["name"]
            for part in rpc.getAllProcessInfo()
            if part["name"] != STORE and part["statename"] in {"STARTING", "RUNNING", "BACKOFF", "STOPPING"}
        ]

    def _is_there(self) -> bool:
        if self._is_kept():
            return True
        try:
            with self._rpc():
                return True
        except HouseError:
            return False

    @contextlib.contextmanager
    def _rpc(self) -> Iterator[Any]:
        transport = SupervisorTransport(None, None, serverurl=f"unix://{self.state.supervisor_socket}")
        server = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)
        try:
            server.supervisor.getState()
            yield server.supervisor
        except (OSError, xmlrpc.client.Error) as error:
            raise HouseError(f"No house runs on {self.state.path}, or it is ending ({error}).") from error
        finally:
            transport.close()


def _end_what_is_left(groups: list[int]) -> None:
    deadline = time.monotonic() + LAST_SECONDS
    while (left := [group for group in groups if _exists(group)]) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    for group in left:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


def _exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
