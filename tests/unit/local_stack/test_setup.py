"""The set-up refuses an unsupported Python before it creates anything."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from local_stack.state_dir import ROOT

SETUP = ROOT / "local_stack" / "setup.sh"


def a_python(folder: Path, version: str, name: str = "python3") -> Path:
    """A program that claims to be a Python of this version."""
    folder.mkdir(exist_ok=True)
    python = folder / name
    python.write_text(f'#!/bin/sh\n[ "$1" = -c ] && echo {version}\n')
    python.chmod(0o755)
    return python


def set_up(tmp_path: Path, python: Path | str = "", path: str = os.environ["PATH"]) -> subprocess.CompletedProcess[str]:
    """Set up an environment elsewhere, with this Python or the default one, without pyenv."""
    environment = {"PATH": path, "PYENV_ROOT": str(tmp_path / "no pyenv")}
    return subprocess.run(
        [SETUP, tmp_path / "environment", python], capture_output=True, text=True, check=False, env=environment
    )


@pytest.mark.parametrize("version", ["3.10", "3.15"])
def test_a_python_outside_the_range_is_named(tmp_path: Path, version: str):
    """With its version, the supported ones, and how to choose another."""
    made = set_up(tmp_path, a_python(tmp_path, version))

    assert made.returncode == 1
    assert f"is Python {version}; this needs one of Python 3.11, 3.12, 3.13, 3.14" in made.stderr
    assert "make PYTHON=" in made.stderr


def test_a_python_that_is_not_there_is_named(tmp_path: Path):
    """Such as a typing error in PYTHON=."""
    made = set_up(tmp_path, tmp_path / "pythn3")

    assert made.returncode == 1
    assert "There is no program" in made.stderr


def test_a_python_that_does_not_start_is_named(tmp_path: Path):
    """Or is no Python at all."""
    made = set_up(tmp_path, a_python(tmp_path, ""))

    assert made.returncode == 1
    assert "is no Python that starts" in made.stderr


@pytest.mark.parametrize(
    ("there", "taken"),
    [
        ({"python3": "3.12", "python3.14": "3.14"}, "3.12 (python3)"),
        ({"python3": "3.10", "python3.11": "3.11", "python3.13": "3.13", "python3.9": "3.9"}, "3.13 ({}/python3.13)"),
        ({"python3": "3.15", "python3.14": "", "python3.12": "3.12"}, "3.12 ({}/python3.12)"),
        ({"python3.11": "3.11"}, "3.11 ({}/python3.11)"),
    ],
)
def test_the_default_is_python3_or_else_the_newest_supported(tmp_path: Path, there: dict[str, str], taken: str):
    """A program that is not what its name says is skipped, as pyenv's often are."""
    folder = tmp_path / "a folder"
    for name, version in there.items():
        a_python(folder, version, name)
    for tool in ("bash", "env", "dirname", "sort", "paste", "sed", "cat", "cksum"):
        (folder / tool).symlink_to(Path("/usr/bin") / tool)

    made = set_up(tmp_path, path=str(folder))

    assert f"for Python {taken.format(folder)}:" in made.stdout


def test_without_a_supported_python_there_is_an_error(tmp_path: Path):
    """With what to install."""
    a_python(tmp_path / "bin", "3.10")
    for tool in ("bash", "env", "dirname", "sort", "paste", "sed", "cat", "cksum"):
        (tmp_path / "bin" / tool).symlink_to(Path("/usr/bin") / tool)

    made = set_up(tmp_path, path=str(tmp_path / "bin"))

    assert made.returncode == 1
    assert "No supported Python was found; this needs one of" in made.stderr


def test_every_supported_python_has_its_pins():
    """And a place in CI."""
    [(first, last)] = re.findall(r'requires-python = ">=3\.(\d+),<3\.(\d+)"', (ROOT / "pyproject.toml").read_text())
    minors = range(int(first), int(last))
    pinned = {path.stem for path in (ROOT / "requirements").glob("dev-py*.txt")}
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text()

    assert pinned == {f"dev-py3{minor}" for minor in minors}
    assert ", ".join(f'"3.{minor}"' for minor in minors) in workflow


def test_the_service_is_pinned_like_the_training():
    """The Bento installs exactly the locked versions."""
    assert (ROOT / "bento_service" / "requirements.txt").read_text() == (
        ROOT / "requirements" / "service.txt"
    ).read_text()
