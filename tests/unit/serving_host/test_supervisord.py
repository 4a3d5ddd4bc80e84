"""The configuration of supervisord, and the error when it is not running."""

from pathlib import Path

import pytest
from supervisor.options import UnhosedConfigParser

from movie_assets.serving_host.supervisord import (
    MANY_RETRIES,
    Program,
    SupervisordError,
    call,
    configuration,
    serving_programs,
)

STORE = Program(name="s3", command=["weed", "-dir=/a folder/100%"], log=Path("/logs/s3.log"), stop_signal="KILL")


def as_supervisord_reads_it(folder: Path, programs: list[Program], log: Path | None = None) -> UnhosedConfigParser:
    path = folder / "supervisord.conf"
    with path.open("w") as file:
        configuration(programs, socket=folder / "socket", log=log).write(file)
    parser = UnhosedConfigParser()
    parser.read([str(path)])
    return parser


def test_a_program_runs_as_written_and_ends_with_its_children(tmp_path: Path):
    """Paths may have spaces and percent signs; only the owner may control the programs."""
    config = as_supervisord_reads_it(tmp_path, [STORE])

    assert config.saneget("program:s3", "command") == "weed '-dir=/a folder/100%'"
    assert config.saneget("program:s3", "stopasgroup") == "true"
    assert config.saneget("program:s3", "killasgroup") == "true"
    assert config.saneget("program:s3", "stopsignal") == "KILL"
    assert config.saneget("unix_http_server", "chmod") == "0700"
    assert not config.has_section("inet_http_server")


def test_the_agent_starts_the_slots_and_supervisord_the_rest(tmp_path: Path):
    """The agent must see that a slot dies at every start, so supervisord gives up on it soon."""
    config = as_supervisord_reads_it(tmp_path, serving_programs(tmp_path, slot_logs=tmp_path))

    read = {
        name: (config.saneget(f"program:{name}", "autostart"), int(config.saneget(f"program:{name}", "startretries")))
        for name in ("agent", "proxy", "slot-a", "slot-b")
    }
    assert read == {
        "agent": ("true", MANY_RETRIES),
        "proxy": ("true", MANY_RETRIES),
        "slot-a": ("false", 10),
        "slot-b": ("false", 10),
    }
    assert config.saneget("program:slot-a", "autorestart") == "true"


@pytest.mark.parametrize("logs", [Path("/var/log/movies"), None])
def test_logs_are_files_or_go_to_the_container_engine(tmp_path: Path, logs: Path | None):
    """Those of the slots are always files, since the agent reads them. A stream cannot be rotated."""
    programs = serving_programs(logs, slot_logs=Path("/slots"))

    config = as_supervisord_reads_it(tmp_path, programs, logs / "supervisord.log" if logs else None)

    where, size = ("/var/log/movies/agent.log", "10MB") if logs else ("/dev/fd/1", "0")
    assert config.saneget("program:agent", "stdout_logfile") == where
    assert config.saneget("program:agent", "stdout_logfile_maxbytes") == size
    assert config.saneget("program:slot-a", "stdout_logfile") == "/slots/slot-a.log"
    assert config.saneget("supervisord", "logfile") == ("/var/log/movies/supervisord.log" if logs else "/dev/null")
    assert config.saneget("supervisord", "silent") == str(logs is not None).lower()


def test_an_unreachable_supervisord_is_named(tmp_path: Path):
    """By its address."""
    with pytest.raises(SupervisordError, match=rf"does not answer at unix://{tmp_path}/socket") as error:
        call(f"unix://{tmp_path}/socket", "getState")

    assert error.value.fault is None
