"""Private names of other people's libraries: none is used in the source, but those listed here."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGES = ("movie_assets", "film_files", "bento_service", "streamlit_ui", "local_stack")
LOOKED_UP = {"import_module", "find_spec", "getattr", "hasattr", "setattr"}  # take a name as text
EXCEPTIONS = {
    ("movie_assets/prediction/sentiment.py", "textblob._text"),  # decision 15: four times as fast, to the last bit
}


def sources() -> dict[str, ast.Module]:
    """Every module of the source by its path."""
    paths = [path for package in PACKAGES for path in Path(package).rglob("*.py")]
    return {path.as_posix(): ast.parse(path.read_text()) for path in paths}


def is_private(dotted: str) -> bool:
    """Whether a part of the name begins with one underscore; `__future__` and the like are public."""
    return any(part.startswith("_") and not part.endswith("__") and part != "_" for part in dotted.split("."))


def own_names(modules: dict[str, ast.Module]) -> set[str]:
    """The private names that the source gives to things of its own."""
    found: set[str] = set()
    for node in (node for tree in modules.values() for node in ast.walk(tree)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and ast.unparse(node.value) == "self":
            found.add(node.attr)
    return found


def private_names(tree: ast.Module, own: set[str]) -> Iterator[str]:
    """The private names of others that a module imports, looks up or reaches for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if is_private(alias.name))
        elif isinstance(node, ast.ImportFrom) and not (node.module or "").startswith(PACKAGES):
            names = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name for name in names if is_private(name))
        elif isinstance(node, ast.Attribute) and is_private(node.attr) and node.attr not in own:
            if ast.unparse(node.value) not in sys.stdlib_module_names:  # Python documents os._exit
                yield node.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LOOKED_UP:
            texts = (one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str))
            yield from (text for text in texts if is_private(text) and text not in own)


def test_no_private_name_of_a_library_is_used():
    """A release of the library may change it without a word; an exception has its reason in a decision."""
    modules = sources()
    own = own_names(modules)

    assert {(path, name) for path, tree in modules.items() for name in private_names(tree, own)} == EXCEPTIONS


@pytest.mark.parametrize(
    "line",
    [
        "from dagster._core.events import DagsterEvent",
        "import dagster._serdes",
        "from dagster import _seven",
        "context._asset_key = None",
        "step = context.op_execution_context._step_execution_context",
        "import_module('textblob._text')",
        "getattr(context, '_events')",
    ],
)
def test_every_way_to_a_private_name_is_seen(line):
    """Imported, by its text, or as an attribute of something."""
    assert list(private_names(ast.parse(line), own={"_own"}))


@pytest.mark.parametrize(
    "line",
    [
        "from __future__ import annotations",
        "self._own = 1",
        "from movie_assets.a import _b",
        "stack._own()",
        "os._exit(1)",
    ],
)
def test_what_is_our_own_or_public_is_not(line):
    """Names with two underscores are Python's, and private ones of ours are ours."""
    assert not list(private_names(ast.parse(line), own={"_own"}))
