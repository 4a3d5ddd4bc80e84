"""kill -9 of supervisord: the next command stops what it left."""

import os
import signal

import pytest

from local_stack.errors import StackError
from local_stack.settings import StackSettings
from local_stack.stack import refuse_taken_ports
from local_stack.state_dir import DEMO
from tests.support.demo_stack import free_stack_ports, stack_command, wait_for_output
from tests.support.serving_host import until

UP = "Dagster's definitions: done"  # everything that needs no champion runs then


@pytest.fixture
def ports():
    return free_stack_ports()


@pytest.fixture
def output(tmp_path):
    return tmp_path / "output"


def kill_supervisord():
    os.kill(int(DEMO.supervisor_pid.read_text()), signal.SIGKILL)


def all_ports_are_free(ports):
    """Whether no process of the stack listens any more."""
    numbers = {name.removeprefix("MOVIE_").lower(): int(port) for name, port in ports.items()}
    try:
        refuse_taken_ports(StackSettings(**numbers))
    except StackError:
        return False
    return True


def test_a_demo_whose_supervisord_is_killed_ends_with_a_sentence_and_leaves_nothing(ports, output):
    """The command stops the leftovers."""
    with stack_command("demo", output=output, ports=ports) as demo:
        wait_for_output(UP, demo, output)

        kill_supervisord()

        assert demo.wait(120) == 1
    assert "No stack runs on" in output.read_text()
    assert all_ports_are_free(ports)


def test_down_ends_what_a_killed_stack_left(ports, output):
    """A second call says that nothing is running."""
    with stack_command("demo", output=output, ports=ports) as demo:
        wait_for_output(UP, demo, output)
        demo.kill()
        demo.wait()
        kill_supervisord()
    assert not all_ports_are_free(ports)

    for sentence in (f"Stopped the stack on {DEMO.path}.", "No stack of this checkout is running."):
        with stack_command("down", output=output, ports=ports) as down:
            assert down.wait(120) == 0
        assert output.read_text().strip() == sentence
        assert all_ports_are_free(ports)


def test_the_next_stack_ends_what_a_killed_one_left(ports, output):
    """On the same ports."""
    with stack_command("demo", output=output, ports=ports) as demo:
        wait_for_output(UP, demo, output)
        demo.kill()
        demo.wait()
        kill_supervisord()

    with stack_command("demo", output=output, ports=ports) as demo:
        wait_for_output(UP, demo, output)

    assert demo.returncode == 128 + signal.SIGTERM
    until(lambda: all_ports_are_free(ports))
    assert all_ports_are_free(ports)
