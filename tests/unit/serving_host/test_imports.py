"""A serving host has the pinned packages of the service and the agent, and no others."""

import json
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

REQUIREMENTS = Path(__file__).parents[3] / "requirements"
PROGRAM = """
import json, sys

class Absent:
    absent = set(json.loads(sys.argv[1]))

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.absent:
            raise ModuleNotFoundError(f"No module named '{name}'")

sys.meta_path.insert(0, Absent())
import movie_assets.cli
"""


def plain(name):
    """A distribution's name as an index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_commands_of_a_serving_host_import_nothing_that_it_lacks():
    """Its images have no ONNX, pandas, scikit-learn or Dagster; a command that needs one imports it when it runs."""
    pinned = {"movie-assets"} | {
        plain(match[1])
        for name in ("service", "agent")
        for match in re.finditer(r"^([\w.-]+)(?:\[.*\])?==", (REQUIREMENTS / f"{name}.txt").read_text(), re.MULTILINE)
    }
    absent = [
        module for module, names in packages_distributions().items() if not pinned & {plain(name) for name in names}
    ]

    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(absent)], capture_output=True, text=True, check=False
    )

    assert run.stderr == ""
    assert {"onnx", "pandas", "sklearn", "dagster"} <= set(absent)
