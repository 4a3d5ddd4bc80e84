"""make test-pythons runs on each supported Python it finds."""

import os
import subprocess
from pathlib import Path

import pytest

from local_stack.state_dir import ROOT

A_PYTHON = '#!/bin/sh\n[ "$1" = -c ] && echo {0} || echo Python {0}.5\n'
A_MAKE = '#!/bin/sh\necho ran "$@"\ncase "$1" in *python{0}) exit 2;; esac\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A PATH with a space, Python 3.11 and 3.13, and a python3.12 that does not start, as pyenv's do."""
    folder = tmp_path / "a folder"
    folder.mkdir()
    for version, says in (("3.11", "3.11"), ("3.12", ""), ("3.13", "3.13")):
        a_program(folder / f"python{version}", A_PYTHON.format(says))
    for tool in ("bash", "env", "dirname", "sort"):
        (folder / tool).symlink_to(Path("/usr/bin") / tool)
    return folder


def a_program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def tried(folder: Path, *, fails: str = "none") -> subprocess.CompletedProcess[str]:
    a_program(folder / "make", A_MAKE.format(fails))
    return subprocess.run(
        [ROOT / "local_stack" / "test_pythons.sh", folder / "make"],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": str(folder), "PYENV_ROOT": str(folder / "no pyenv"), "HOME": os.environ.get("HOME", "/")},
    )


def test_each_python_found_is_tried_in_an_environment_of_its_own(folder: Path):
    """`.venv` is not touched; a missing Python is named and is no failure."""
    made = tried(folder)

    assert made.returncode == 0, made.stderr
    for version in ("3.11", "3.13"):
        environment = f"PYTHON={folder}/python{version} VENV=.local/pythons/{version}"
        assert f"ran {environment} check test-unit test-integration" in made.stdout
        assert f"{version}  passed in " in made.stdout
    assert "3.12  not found\n" in made.stdout
    assert "3.14  not found\n" in made.stdout


def test_a_failure_fails_the_whole_after_the_others(folder: Path):
    """With a verdict on each."""
    made = tried(folder, fails="3.13")

    assert made.returncode == 1
    assert "3.13  FAILED in " in made.stdout
    assert "3.11  passed in " in made.stdout


def test_no_python_at_all_is_no_pass(folder: Path):
    """Nothing was tested."""
    for program in folder.glob("python*"):
        program.unlink()

    made = tried(folder)

    assert made.returncode == 1
    assert "3.13  not found\n" in made.stdout
