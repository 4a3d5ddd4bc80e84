"""Setting up refuses a Python it cannot use with a sentence, before it makes anything."""

import subprocess
from pathlib import Path

import pytest

from local_stack.state import ROOT

SETUP = ROOT / "local_stack" / "setup.sh"


def a_python(tmp_path: Path, version: str) -> Path:
    python = tmp_path / "python3"
    python.write_text(f"#!/bin/sh\necho {version}\n")
    python.chmod(0o755)
    return python


@pytest.mark.parametrize("version", ["3.10", "3.14"])
def test_a_python_outside_the_range_is_named(tmp_path: Path, version: str):
    """The person reads which Python it was, which it must be, and how to name another."""
    python = a_python(tmp_path, version)

    made = subprocess.run([SETUP, python], capture_output=True, text=True, check=False)

    assert made.returncode == 1
    assert f"is Python {version}; this needs 3.11, 3.12 or 3.13" in made.stderr
    assert "make PYTHON=" in made.stderr


def test_a_python_that_is_not_there_is_named(tmp_path: Path):
    """A typing error in PYTHON= is said as such."""
    made = subprocess.run([SETUP, tmp_path / "pythn3"], capture_output=True, text=True, check=False)

    assert made.returncode == 1
    assert "There is no program" in made.stderr


def test_every_python_that_is_promised_has_its_pins():
    """Each supported version has a development set, so that the sentence above tells the truth."""
    pinned = {path.stem for path in (ROOT / "requirements").glob("dev-py*.txt")}

    assert pinned == {"dev-py311", "dev-py312", "dev-py313"}


def test_the_service_is_pinned_like_the_training():
    """What the Bento installs is what the lock says, to the byte."""
    assert (ROOT / "bento_service" / "requirements.txt").read_text() == (
        ROOT / "requirements" / "service.txt"
    ).read_text()
