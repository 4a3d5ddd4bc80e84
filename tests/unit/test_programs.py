"""The benchmarks and the drill run by hand, so only this test notices when a name that they import is gone."""

import ast
import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAMS = sorted(path.relative_to(ROOT) for path in (ROOT / "benchmarks").rglob("*.py"))


@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_every_import_of_a_program_exists(program):
    """At the top of the module, and inside its functions."""
    importlib.import_module(".".join(program.with_suffix("").parts))
    missing = [
        f"{node.module}.{alias.name}"
        for node in ast.walk(ast.parse((ROOT / program).read_text()))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if not _exists(node.module, alias.name)
    ]

    assert missing == []


def _exists(module, name):
    imported = importlib.import_module(module)
    if hasattr(imported, name):
        return True
    return hasattr(imported, "__path__") and importlib.util.find_spec(f"{module}.{name}") is not None
