"""The legs of a journey are shown as they happen and add up to a table."""

import io
import time

import pytest
from rich.console import Console

from local_stack.steps import Steps


@pytest.fixture
def output() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def legs(output: io.StringIO) -> Steps:
    return Steps(console=Console(file=output, width=100))


def test_each_leg_is_said_when_it_starts_and_when_it_ends(legs: Steps, output: io.StringIO):
    """Off a terminal, plain lines tell where the journey is."""
    with legs.leg("S3 server"):
        assert "S3 server …" in output.getvalue()

    assert "S3 server: done in" in output.getvalue()


def test_a_leg_that_fails_is_the_current_one_and_not_in_the_table(legs: Steps):
    """The report of a failure can name the step, and no step that failed counts as taken."""
    with legs.leg("first"):
        pass
    with pytest.raises(RuntimeError), legs.leg("second"):
        raise RuntimeError

    assert legs.current == "second"
    assert [name for name, _ in legs.taken] == ["first"]


def test_the_first_leg_counts_from_when_the_journey_began(output: io.StringIO):
    """Setting up happens before this process starts, and belongs to the time a person waits."""
    legs = Steps.since(time.time() - 100)
    legs.console = Console(file=output, width=100)
    with legs.leg("environment"):
        pass

    assert legs.taken[0][1] >= 100
    assert legs.elapsed() >= 100


def test_the_table_has_every_leg_and_the_total(legs: Steps, output: io.StringIO):
    """The last thing shown is where the time went."""
    for name in ("S3 server", "page"):
        with legs.leg(name):
            pass
    legs.console.print(legs.table())

    shown = output.getvalue().split("seconds")[1]
    assert "S3 server" in shown
    assert "page" in shown
    assert "total" in shown
