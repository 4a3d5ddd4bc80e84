"""supervisord: its configuration for a list of programs, and a client of its XML-RPC interface.

For every place it runs: one machine (local_stack/), a container and a serving host (the command `supervise`).
When slots are started and stopped: agent.py, through slot.py.
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
SERVER_URL = "SUPERVISOR_SERVER_URL"  # supervisord tells its programs by this variable whose they are
PATIENT = 100  # retries: more than an hour


class SupervisordError(RuntimeError):
    """supervisord does not answer, or refused; then `fault` is its code, one of supervisor.xmlrpc.Faults."""

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
    retries: int = 10  # starts that fail in a row before it is given up
    stop_signal: str = "TERM"
    stop_seconds: int = 10  # after the signal, before SIGKILL


def serving_programs(logs: Path | None, *, slot_logs: Path, retries: int = PATIENT) -> list[Program]:
    """What a serving host runs: the agent, Traefik, and the slots, which the agent starts and whose logs it reads."""
    commands = [sys.executable, "-m", "movie_assets.cli"]
    kept = [
        Program(name=name, command=[*commands, name], log=logs / f"{name}.log" if logs else None, retries=retries)
        for name in ("agent", "proxy")
    ]
    slots = [
        Program(
            name=f"slot-{slot}", command=[*commands, "slot", slot], log=slot_logs / f"slot-{slot}.log", autostart=False
        )
        for slot in SLOTS
    ]
    return kept + slots


def configuration(programs: Sequence[Program], *, socket: Path, log: Path | None) -> RawConfigParser:
    """supervisord's configuration; secrets reach the programs by the environment it inherits, never through this."""
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
        config["supervisord"]["user"] = getpass.getuser()  # said, so that it does not warn of a root it did not leave
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
    """Become supervisord with these programs, its configuration beside its socket; does not return."""
    path = socket.with_name("supervisord.conf")
    with path.open("w") as file:
        configuration(programs, socket=socket, log=log).write(file)
    os.execv(sys.executable, [sys.executable, "-m", "supervisor.supervisord", "-c", str(path)])  # noqa: S606 - our own interpreter, and no shell


def ask(url: str, method: str, *arguments: Any) -> Any:
    """What supervisord at a `unix://` or `http://` address answers to a method of its XML-RPC interface.

    Raises SupervisordError.
    """
    from supervisor.childutils import getRPCInterface  # only where there is a supervisord to talk to

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
    return {option: str(path), f"{option}_maxbytes": "0"}  # there is nothing to turn round
