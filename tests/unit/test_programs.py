"""The programs that measure and drill: run by hand, so that only this notices when what they import is renamed."""

import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAMS = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "benchmarks").rglob("*.py")]


@pytest.mark.parametrize("program", sorted(PROGRAMS))
def test_a_program_can_be_imported(program):
    """Its imports are there."""
    importlib.import_module(program)
