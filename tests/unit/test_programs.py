"""The programs that measure and drill: run by hand, so that only this notices when what they import is renamed."""

import importlib
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PROGRAMS = [
    f"tests.{folder}.{path.stem}" for folder in ("benchmarks", "drill") for path in (TESTS / folder).glob("*.py")
]


@pytest.mark.parametrize("program", sorted(PROGRAMS))
def test_a_program_can_be_imported(program):
    """Its imports are there."""
    importlib.import_module(program)
