"""A serving host without containers: systemd starts what runs in a container too, and starts it again."""

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


def test_the_host_is_started_with_the_machine_and_whenever_it_ends(unit):
    """And never given up; what a killed supervisord leaves behind would hold its ports, so it is ended first."""
    assert unit["Install"]["WantedBy"] == "multi-user.target"
    assert (unit["Service"]["Restart"], unit["Unit"]["StartLimitIntervalSec"]) == ("always", "0")
    assert unit["Service"]["KillMode"] == "mixed"


def test_the_unit_names_what_is_there(unit):
    """The command that a container runs too, known settings, and folders that it makes."""
    service = unit["Service"]
    [run] = re.findall(r"^CMD (.+)$", (PROJECT / "docker" / "service.Dockerfile").read_text(), re.MULTILINE)
    said = dict(line.split("=", 1) for line in service["Environment"].replace("\\", "").split())

    assert json.loads(run)[1:] == service["ExecStart"].split()[1:4]
    assert service["ExecStart"].split()[4:] == ["--logs", f"/var/log/{service['LogsDirectory']}"]
    assert set(said) - {"PATH"} <= set(Settings.variables().values())
    assert said["MOVIE_SUPERVISOR_URL"] == f"unix:///run/{service['RuntimeDirectory']}/supervisor.sock"
    assert said["MOVIE_SERVING_DIR"].startswith(f"/var/lib/{service['StateDirectory']}/")
