"""A serving host without containers: what systemd starts is what runs in a container, and is started again."""

from configparser import RawConfigParser
from pathlib import Path

import pytest

from movie_assets.settings import Settings
from tests.support.bentos import PROJECT

PLACE_OF_LOGS = "stdout_logfile"  # in a container the engine keeps those of agent and proxy


def read(path: str) -> RawConfigParser:
    """The file's sections, with names as they are written."""
    parser = RawConfigParser()
    parser.optionxform = str
    parser.read_string((PROJECT / path).read_text())
    return parser


@pytest.fixture
def unit() -> RawConfigParser:
    return read("systemd/movie-serving.service")


def programs(path: str) -> dict[str, dict[str, str]]:
    """Each program without where its output goes; that it starts again is said or understood."""
    found = read(path)
    return {
        name: {"autorestart": "true"}
        | {key: said for key, said in found[name].items() if not key.startswith(PLACE_OF_LOGS)}
        for name in found.sections()
        if name.startswith("program:")
    }


def test_the_same_programs_run_with_and_without_a_container():
    """With the same commands, in the same order, retried as often."""
    alone = programs("systemd/supervisord.conf")

    assert alone == programs("docker/supervisord.conf")
    assert list(alone) == ["program:agent", "program:proxy", "program:slot-a", "program:slot-b"]


def test_the_host_is_started_with_the_machine_and_whenever_it_ends(unit):
    """And never given up; what a killed supervisord leaves behind would hold its ports, so it is ended first."""
    assert unit["Install"]["WantedBy"] == "multi-user.target"
    assert (unit["Service"]["Restart"], unit["Unit"]["StartLimitIntervalSec"]) == ("always", "0")
    assert unit["Service"]["KillMode"] == "mixed"


def test_the_unit_names_what_is_there(unit):
    """The configuration in these sources, known settings, and the socket where supervisord makes it."""
    folder, service = Path(unit["Service"]["WorkingDirectory"]), unit["Service"]
    said = dict(line.split("=", 1) for line in service["Environment"].replace("\\", "").split())

    configuration = Path(service["ExecStart"].split()[-1])
    assert (PROJECT / configuration.relative_to(folder)).is_file()
    assert set(said) - {"PATH"} <= set(Settings.variables().values())
    assert said["MOVIE_SUPERVISOR_URL"] == f"unix:///run/{service['RuntimeDirectory']}/supervisor.sock"
    assert said["MOVIE_SERVING_DIR"].startswith(f"/var/lib/{service['StateDirectory']}/")
    assert service["LogsDirectory"]
