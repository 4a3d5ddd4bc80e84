"""supervisord: its configuration for a list of programs, and a client of its XML-RPC interface.

Used wherever supervisord runs: in the local stack (local_stack/), in a container and on a serving host (the command
`supervise`). A program of a serving host is added to `serving_programs`.
"""

import getpass
import http.client
import os
import shlex
import sys
import xmlrpc.client
from collections.abc import Sequence
from configparser import RawConfigParser
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

SLOTS = ("a", "b")
SERVER_URL = "SUPERVISOR_SERVER_URL"  # supervisord sets this variable for its programs
MANY_RETRIES = 100  # more than an hour


class SupervisordError(RuntimeError):
    """supervisord is unreachable, or refused: then `fault` is its code, one of supervisor.xmlrpc.Faults."""

    def __init__(self, message: str, fault: int | None = None) -> None:
        super().__init__(message)
        self.fault = fault


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program that supervisord runs; without a `log` it writes to supervisord's own output."""

    name: str
    command: Sequence[str]
    log: Path | None
    autostart: bool = True
    retries: int = 10  # failed starts in a row before supervisord gives up
    stop_signal: str = "TERM"
    stop_seconds: int = 10  # after the signal, before SIGKILL


def serving_programs(logs: Path | None, *, slot_logs: Path, retries: int = MANY_RETRIES) -> list[Program]:
    """The agent, Traefik, and the slots, which the agent starts and whose logs it reads."""
    commands = [sys.executable, "-m", "movie_assets.cli"]
    always_on = [
        Program(name=name, command=[*commands, name], log=logs / f"{name}.log" if logs else None, retries=retries)
        for name in ("agent", "proxy")
    ]
    slots = [
        Program(
            name=f"slot-{slot}", command=[*commands, "slot", slot], log=slot_logs / f"slot-{slot}.log", autostart=False
        )
        for slot in SLOTS
    ]
    return always_on + slots


def configuration(programs: Sequence[Program], *, socket: Path, log: Path | None) -> RawConfigParser:
    """supervisord's configuration; secrets reach the programs through the inherited environment only."""
    config = RawConfigParser(interpolation=None)
    config["unix_http_server"] = {"file": str(socket), "chmod": "0700"}
    config["rpcinterface:supervisor"] = {
        "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
    }
    config["supervisorctl"] = {"serverurl": f"unix://{socket}"}
    config["supervisord"] = {
        "nodaemon": "true",
        "silent": str(log is not None).lower(),
        "pidfile": str(socket.with_name("supervisord.pid")),
        **_log("logfile", log or Path("/dev/null")),
    }
    if os.getuid() == 0:
        config["supervisord"]["user"] = getpass.getuser()  # explicit, so that supervisord does not warn about root
    for position, program in enumerate(programs):
        config[f"program:{program.name}"] = {
            "command": shlex.join(program.command),
            "priority": str(position),
            "autostart": str(program.autostart).lower(),
            "autorestart": "true",
            "startretries": str(program.retries),
            "stopsignal": program.stop_signal,
            "stopwaitsecs": str(program.stop_seconds),
            "stopasgroup": "true",
            "killasgroup": "true",
            "redirect_stderr": "true",
            **_log("stdout_logfile", program.log or Path("/dev/fd/1")),
        }
    for section in config.sections():
        for name, value in config[section].items():
            config[section][name] = value.replace("%", "%%")  # supervisord expands %(…)s
    return config


def run_supervisord(programs: Sequence[Program], *, socket: Path, log: Path | None) -> NoReturn:
    """Replace this process by supervisord with these programs; its configuration is written beside its socket."""
    path = socket.with_name("supervisord.conf")
    with path.open("w") as file:
        configuration(programs, socket=socket, log=log).write(file)
    os.execv(sys.executable, [sys.executable, "-m", "supervisor.supervisord", "-c", str(path)])  # noqa: S606 - our own interpreter, and no shell


def call(url: str, method: str, *arguments: Any) -> Any:
    """Call a method of the XML-RPC interface of supervisord at a `unix://` or `http://` address.

    Raises SupervisordError.
    """
    from supervisor.childutils import getRPCInterface  # installed only where supervisord runs

    try:
        with getRPCInterface({SERVER_URL: url}) as server:
            return getattr(server.supervisor, method)(*arguments)
    except xmlrpc.client.Fault as fault:
        words = " ".join([method, *map(str, arguments[:1])])
        raise SupervisordError(f"supervisord refused {words}: {fault.faultString}.", fault.faultCode) from fault
    except (OSError, http.client.HTTPException, xmlrpc.client.ProtocolError) as error:
        raise SupervisordError(f"supervisord does not answer at {url} ({error}).") from error


def _log(option: str, path: Path) -> dict[str, str]:
    if not path.is_relative_to("/dev"):
        return {option: str(path), f"{option}_maxbytes": "10MB", f"{option}_backups": "3"}
    return {option: str(path), f"{option}_maxbytes": "0"}  # a stream cannot be rotated
