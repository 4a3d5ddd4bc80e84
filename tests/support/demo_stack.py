"""The whole stack, started by the demo's own command with three days of few films."""

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from local_stack.state_dir import DEMO
from local_stack.supervision import Supervisor
from tests.support.bentos import PROJECT
from tests.support.platform import QUICK
from tests.support.servers import free_port, stripped_environment

DEMO_SECONDS = 480


@dataclass
class DemoStack:
    """The addresses of the stack, and the output of the demo."""

    page: str
    dagster: str
    service: str
    output: str


def free_stack_ports() -> dict[str, str]:
    """Settings with a free port for every process of a stack."""
    return {f"MOVIE_{part}_PORT": str(free_port()) for part in ("S3", "DAGSTER", "SERVICE", "SLOT_A", "SLOT_B", "PAGE")}


@contextlib.contextmanager
def stack_command(*words: str, output: Path, ports: Mapping[str, str]) -> "Iterator[subprocess.Popen[bytes]]":
    """`python -m local_stack` with these arguments, three days and few films; stopped with SIGTERM if it still runs."""
    settings = {**QUICK, "MOVIE_DEMO_DAYS": "3", "MOVIE_RELEASE_WAIT_SECONDS": "180", **ports}
    with output.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "local_stack", *words],
            env=stripped_environment(**settings),
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def wait_for_output(words: str, process: "subprocess.Popen[bytes]", output: Path) -> None:
    """Return once the command has written these words to `output`."""
    deadline = time.monotonic() + DEMO_SECONDS
    while words not in output.read_text():
        assert process.poll() is None, output.read_text()
        assert time.monotonic() < deadline, output.read_text()
        time.sleep(0.5)


@contextlib.contextmanager
def demo_stack(output: Path) -> Iterator[DemoStack]:
    """`python -m local_stack demo` once everything is up; it writes to `output`."""
    ports = free_stack_ports()
    with stack_command("demo", output=output, ports=ports) as demo:
        wait_for_output("Everything is up", demo, output)
        addresses = {
            part: f"http://127.0.0.1:{ports[f'MOVIE_{part.upper()}_PORT']}" for part in ("page", "dagster", "service")
        }
        yield DemoStack(**addresses, output=output.read_text())
        assert demo.poll() is None, output.read_text()  # it stays until it is asked to end
    assert not Supervisor(DEMO).is_running(), output.read_text()
