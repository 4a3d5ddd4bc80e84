"""Real supervisord: what dies comes back, what is asked starts, and nothing outlives the house or its owner."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local_stack.errors import HouseError
from local_stack.keeper import LOOK_EVERY_SECONDS, is_alive
from local_stack.processes import Part
from local_stack.state import StateDir
from local_stack.supervision import Supervisor

WAIT_SECONDS = 30


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def a_part(name: str, folder: Path, *, autostart: bool = True) -> Part:
    """A program that writes its process id and has a child that does not listen to SIGTERM."""
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    script = "import os, pathlib, subprocess, sys; "
    script += f"child = subprocess.Popen([sys.executable, '-c', {stubborn!r}]); "
    script += f"pathlib.Path({str(folder / name)!r}).write_text(str(os.getpid())); child.wait()"
    return Part(name=name, command=[sys.executable, "-c", script], autostart=autostart)


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


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    state = StateDir(tmp_path / "state")
    state.create()
    supervisor = Supervisor(state)
    yield supervisor
    supervisor.stop()
    assert not state.sockets.exists()


def test_what_dies_is_started_again(supervisor: Supervisor, tmp_path: Path):
    """A part killed by the system is back without a person."""
    supervisor.start([a_part("page", tmp_path)], dict(os.environ), owner=None)
    first = pid_of("page", tmp_path)
    wait_until(lambda: "RUNNING" in supervisor.states()["page"])

    os.killpg(first, signal.SIGKILL)

    wait_until(lambda: pid_of("page", tmp_path) != first)


def test_a_killed_supervisord_is_started_again_with_all_that_ran(supervisor: Supervisor, tmp_path: Path):
    """Also parts that do not start by themselves; and nothing of before keeps a port or a file."""
    parts = [
        a_part("page", tmp_path),
        a_part("slot-a", tmp_path, autostart=False),
        a_part("slot-b", tmp_path, autostart=False),
    ]
    supervisor.start(parts, dict(os.environ), owner=os.getpid())
    supervisor.start_part("slot-a")
    before = [pid_of("page", tmp_path), pid_of("slot-a", tmp_path)]
    time.sleep(2 * LOOK_EVERY_SECONDS)  # the keeper has seen them run

    os.kill(int((supervisor.state.path / "supervisord.pid").read_text()), signal.SIGKILL)

    for group in before:
        wait_until(lambda group=group: not group_exists(group))
        assert supervisor.given_up() == [], "whoever looks meanwhile waits"
    wait_until(lambda: pid_of("page", tmp_path) not in before and pid_of("slot-a", tmp_path) not in before)
    wait_until(supervisor.is_running)
    wait_until(lambda: supervisor.running() == {"page": True, "slot-a": True, "slot-b": False})


def test_a_house_can_be_ended_while_a_killed_supervisord_is_started_again(supervisor: Supervisor, tmp_path: Path):
    """The keeper was asked to end, and starts nothing more."""
    supervisor.start([a_part("page", tmp_path)], dict(os.environ), owner=os.getpid())
    part = pid_of("page", tmp_path)
    time.sleep(2 * LOOK_EVERY_SECONDS)  # the keeper has seen it run

    os.kill(int((supervisor.state.path / "supervisord.pid").read_text()), signal.SIGKILL)
    time.sleep(1)  # the part does not listen to SIGTERM, so that it takes the keeper longer to end it
    supervisor.stop()

    assert not supervisor.is_running()
    wait_until(lambda: not group_exists(part))


def test_a_killed_keeper_ends_nothing_and_the_house_can_still_be_ended(supervisor: Supervisor, tmp_path: Path):
    """The parts and supervisord are not its own; stop() reaches them without it."""
    supervisor.start([a_part("page", tmp_path)], dict(os.environ), owner=os.getpid())
    part = pid_of("page", tmp_path)
    wait_until(lambda: "RUNNING" in supervisor.states()["page"])
    supervisord = int((supervisor.state.path / "supervisord.pid").read_text())
    keeper = int(Path(f"/proc/{supervisord}/stat").read_text().rpartition(")")[2].split()[1])

    os.kill(keeper, signal.SIGKILL)
    os.waitid(os.P_PID, keeper, os.WEXITED | os.WNOWAIT)

    assert supervisor.running() == {"page": True}
    assert pid_of("page", tmp_path) == part
    supervisor.stop()
    wait_until(lambda: not group_exists(part) and not is_alive(supervisord))


def test_a_part_that_waits_is_started_when_asked_and_only_once(supervisor: Supervisor, tmp_path: Path):
    """The slot belongs to the release agent; asking twice is no error."""
    supervisor.start([a_part("slot", tmp_path, autostart=False)], dict(os.environ), owner=None)
    assert "STOPPED" in supervisor.states()["slot"]

    supervisor.start_part("slot")
    first = pid_of("slot", tmp_path)
    supervisor.start_part("slot")

    assert pid_of("slot", tmp_path) == first


def test_nothing_outlives_the_stop(supervisor: Supervisor, tmp_path: Path):
    """After stop() no part runs, nor what a part started itself."""
    supervisor.start([a_part("s3", tmp_path), a_part("page", tmp_path)], dict(os.environ), owner=None)
    groups = [pid_of("s3", tmp_path), pid_of("page", tmp_path)]

    supervisor.stop()

    for group in groups:
        wait_until(lambda group=group: not group_exists(group))
    assert not supervisor.is_running()


def test_nothing_outlives_its_owner(supervisor: Supervisor, tmp_path: Path):
    """A demo that is killed outright leaves nothing running."""
    owner = subprocess.Popen(["sleep", "600"])
    supervisor.start([a_part("page", tmp_path)], dict(os.environ), owner=owner.pid)
    part = pid_of("page", tmp_path)

    owner.kill()
    owner.wait()

    wait_until(lambda: not group_exists(part))
    wait_until(lambda: not supervisor.state.sockets.exists())


def test_another_process_can_end_the_house(supervisor: Supervisor, tmp_path: Path):
    """`down` knows the house by its state folder alone."""
    supervisor.start([a_part("page", tmp_path)], dict(os.environ), owner=None)
    part = pid_of("page", tmp_path)

    Supervisor(supervisor.state).stop()

    assert not is_alive(part)


def test_a_house_that_does_not_run_is_said(tmp_path: Path):
    """Asking a state folder without a supervisor is a sentence, and stopping it is no error."""
    supervisor = Supervisor(StateDir(tmp_path))

    with pytest.raises(HouseError, match="No house runs on"):
        supervisor.states()
    supervisor.stop()
    assert not supervisor.is_running()
