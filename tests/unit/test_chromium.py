"""Which Chromium the browser tests get."""

from pathlib import Path

import pytest

from local_stack.errors import StackError
from tests.support.chromium import find


def a_program(path: Path) -> Path:
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_the_one_on_the_path_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A Chromium that the machine has is used rather than another downloaded."""
    chromium = a_program(tmp_path / "chromium-browser")
    monkeypatch.delenv("MOVIE_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert find() == chromium


def test_the_one_that_a_person_names_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """MOVIE_CHROMIUM is stronger than what the PATH holds."""
    a_program(tmp_path / "chromium")
    mine = a_program(tmp_path / "my-chromium")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("MOVIE_CHROMIUM", str(mine))

    assert find() == mine


def test_a_named_one_that_is_not_there_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A wrong path is said, not quietly replaced by another browser."""
    monkeypatch.setenv("MOVIE_CHROMIUM", str(tmp_path / "none"))

    with pytest.raises(StackError, match="is no program"):
        find()
