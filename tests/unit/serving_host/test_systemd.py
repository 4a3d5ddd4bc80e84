"""The systemd unit of a serving host without containers."""

import json
import re
from configparser import RawConfigParser

import pytest

from movie_assets.settings import Settings
from tests.support.bentos import PROJECT


def read(path: str) -> RawConfigParser:
    """The file's sections, with names as they are written."""
    parser = RawConfigParser()
    parser.optionxform = str
    parser.read_string((PROJECT / path).read_text())
    return parser


@pytest.fixture
def unit() -> RawConfigParser:
    return read("systemd/movie-serving.service")


def test_the_host_starts_with_the_machine_and_whenever_it_ends(unit):
    """Without limit; the programs of a killed supervisord would hold their ports, so they are ended first."""
    assert unit["Install"]["WantedBy"] == "multi-user.target"
    assert (unit["Service"]["Restart"], unit["Unit"]["StartLimitIntervalSec"]) == ("always", "0")
    assert unit["Service"]["KillMode"] == "mixed"


def test_the_unit_has_the_containers_command_and_known_settings(unit):
    """And its settings name the folders that it creates."""
    service = unit["Service"]
    [run] = re.findall(r"^CMD (.+)$", (PROJECT / "docker" / "service.Dockerfile").read_text(), re.MULTILINE)
    variables = dict(line.split("=", 1) for line in service["Environment"].replace("\\", "").split())

    assert json.loads(run)[1:] == service["ExecStart"].split()[1:4]
    assert service["ExecStart"].split()[4:] == ["--logs", f"/var/log/{service['LogsDirectory']}"]
    assert set(variables) - {"PATH"} <= set(Settings.variables().values())
    assert variables["MOVIE_SUPERVISOR_URL"] == f"unix:///run/{service['RuntimeDirectory']}/supervisor.sock"
    assert variables["MOVIE_SERVING_DIR"].startswith(f"/var/lib/{service['StateDirectory']}/")
