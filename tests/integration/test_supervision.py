"""A real supervisord: restarts, starts on request, and no leftovers after the stop."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local_stack.errors import StackError
from local_stack.settings import StackSettings
from local_stack.stack import Stack
from local_stack.state_dir import StateDir
from local_stack.supervision import Supervisor
from movie_assets.serving_host.supervisord import Program

WAIT_SECONDS = 30


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def a_program(name: str, folder: Path, *, autostart: bool = True) -> Program:
    """A program that writes its process id and has a child that does not listen to SIGTERM."""
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    script = "import os, pathlib, subprocess, sys; "
    script += f"child = subprocess.Popen([sys.executable, '-c', {stubborn!r}]); "
    script += f"pathlib.Path({str(folder / name)!r}).write_text(str(os.getpid())); child.wait()"
    return Program(name=name, command=[sys.executable, "-c", script], log=folder / f"{name}.log", autostart=autostart)


def group_exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def pid_of(name: str, folder: Path) -> int:
    path = folder / name
    wait_until(lambda: path.exists() and bool(path.read_text()))
    return int(path.read_text())


@contextlib.contextmanager
def a_supervisor(folder: Path) -> Iterator[Supervisor]:
    state = StateDir(folder)
    state.create()
    supervisor = Supervisor(state)
    yield supervisor
    supervisor.stop()
    assert not state.sockets.exists()


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    with a_supervisor(tmp_path / "state") as supervisor:
        yield supervisor


@pytest.fixture
def neighbour(tmp_path: Path) -> Iterator[Supervisor]:
    with a_supervisor(tmp_path / "neighbour") as supervisor:
        yield supervisor


def test_a_killed_process_is_restarted(supervisor: Supervisor, tmp_path: Path):
    """Without a person."""
    supervisor.start([a_program("page", tmp_path)], dict(os.environ))
    first = pid_of("page", tmp_path)
    wait_until(lambda: supervisor.processes()["page"]["statename"] == "RUNNING")

    os.killpg(first, signal.SIGKILL)

    wait_until(lambda: pid_of("page", tmp_path) != first)


def test_leftovers_of_a_killed_supervisord_are_stopped(supervisor: Supervisor, neighbour: Supervisor, tmp_path: Path):
    """By the next `make dev` or `make down`, with every child; the stack of another checkout keeps running."""
    supervisor.start([a_program("page", tmp_path)], dict(os.environ))
    neighbour.start([a_program("agent", tmp_path)], dict(os.environ))
    left, spared = pid_of("page", tmp_path), pid_of("agent", tmp_path)

    os.kill(int(supervisor.state.supervisor_pid.read_text()), signal.SIGKILL)
    wait_until(lambda: not supervisor.is_running())
    assert group_exists(left), "nobody ends it before"
    with pytest.raises(StackError, match="No stack runs on"):
        supervisor.processes()
    ended = Supervisor(supervisor.state).stop()

    assert ended
    wait_until(lambda: not group_exists(left))
    assert group_exists(spared)
    assert neighbour.is_running()


def test_a_supervisord_without_its_socket_is_stopped_with_its_processes(supervisor: Supervisor, tmp_path: Path):
    """Some machines empty /tmp while a stack runs; it would restart every process that is stopped below it."""
    supervisor.start([a_program("page", tmp_path)], dict(os.environ))
    part, supervisord = pid_of("page", tmp_path), int(supervisor.state.supervisor_pid.read_text())
    supervisor.state.supervisor_socket.unlink()

    assert Supervisor(supervisor.state).stop()

    wait_until(lambda: not group_exists(part))
    assert supervisor._child is not None
    assert supervisor._child.wait(WAIT_SECONDS) is not None
    assert pid_of("page", tmp_path) == part, f"supervisord ({supervisord}) started it again"


def test_a_process_without_autostart_starts_on_request_and_only_once(supervisor: Supervisor, tmp_path: Path):
    """Such as a slot; a second request is no error."""
    supervisor.start([a_program("slot", tmp_path, autostart=False)], dict(os.environ))
    assert supervisor.processes()["slot"]["statename"] == "STOPPED"

    supervisor.start_process("slot")
    first = pid_of("slot", tmp_path)
    supervisor.start_process("slot")

    assert pid_of("slot", tmp_path) == first


def test_nothing_outlives_the_stop(supervisor: Supervisor, tmp_path: Path):
    """Neither a process nor its children; `down` knows only the folder of the stack."""
    supervisor.start([a_program("s3", tmp_path), a_program("page", tmp_path)], dict(os.environ))
    groups = [pid_of("s3", tmp_path), pid_of("page", tmp_path)]

    assert Supervisor(supervisor.state).stop()

    wait_until(lambda: not any(map(group_exists, groups)))
    assert not supervisor.is_running()


def test_whoever_waits_for_a_stack_reads_that_make_down_stopped_it(
    supervisor: Supervisor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """`make dev` in another terminal ends without an error."""
    supervisor.start([a_program("page", tmp_path)], dict(os.environ))
    Supervisor(supervisor.state).stop()

    Stack(settings=StackSettings(), supervisor=supervisor, keys=None, programs=[], environment={}).stay()

    assert capsys.readouterr().out == f"The stack on {supervisor.state.path} was stopped by `make down`.\n"


def test_a_stack_that_does_not_run_is_reported(tmp_path: Path):
    """With the folder; stopping it is no error."""
    supervisor = Supervisor(StateDir(tmp_path))

    with pytest.raises(StackError, match="No stack runs on"):
        supervisor.processes()
    assert not supervisor.stop()
    assert not supervisor.is_running()
