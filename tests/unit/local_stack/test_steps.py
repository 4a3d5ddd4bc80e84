"""Steps are printed as they run and add up to a table."""

import io
import time

import pytest
from rich.console import Console

from local_stack.steps import Steps


@pytest.fixture
def output() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def steps(output: io.StringIO) -> Steps:
    return Steps(console=Console(file=output, width=100))


def test_each_step_is_printed_at_its_start_and_end_and_is_in_the_table(steps: Steps, output: io.StringIO):
    """Without a terminal as plain lines; the total comes last."""
    with steps.step("S3 server"):
        assert "S3 server …" in output.getvalue()
    assert "S3 server: done in" in output.getvalue()
    with steps.step("page"):
        pass
    steps.console.print(steps.table())

    table = output.getvalue().split("seconds")[1]
    assert all(word in table for word in ("S3 server", "page", "total"))


def test_a_failed_step_is_the_current_one_and_not_in_the_table(steps: Steps):
    """The error report names it."""
    with steps.step("first"):
        pass
    with pytest.raises(RuntimeError), steps.step("second"):
        raise RuntimeError

    assert steps.current == "second"
    assert [name for name, _ in steps.finished] == ["first"]


def test_the_first_step_counts_from_the_start_of_the_command(steps: Steps):
    """The set-up happens before this process starts, and a person waits for it too."""
    earlier = Steps.since(time.time() - 100)
    earlier.console = steps.console
    with earlier.step("environment"):
        pass

    assert earlier.finished[0][1] >= 100
    assert earlier.elapsed() >= 100
