"""The configuration that supervisord is given."""

from pathlib import Path

from supervisor.options import UnhosedConfigParser

from local_stack.processes import Part
from local_stack.state import StateDir
from local_stack.supervision import configuration

PARTS = [
    Part(name="s3", command=["weed", "-dir=/a folder/100%"], stop_signal="KILL"),
    Part(name="slot", command=["python", "-m", "slot"], autostart=False),
]


def as_supervisord_reads_it(tmp_path: Path) -> UnhosedConfigParser:
    path = tmp_path / "supervisord.conf"
    with path.open("w") as file:
        configuration(PARTS, StateDir(tmp_path)).write(file)
    parser = UnhosedConfigParser()
    parser.read([str(path)])
    return parser


def test_a_path_with_spaces_and_percent_signs_survives(tmp_path: Path):
    """A checkout may lie anywhere; supervisord expands % and splits words like a shell."""
    config = as_supervisord_reads_it(tmp_path)

    assert config.saneget("program:s3", "command") == "weed '-dir=/a folder/100%'"


def test_only_the_slot_waits_to_be_started(tmp_path: Path):
    """What dies is started again; what the release agent rules is not started for it."""
    config = as_supervisord_reads_it(tmp_path)

    assert config.saneget("program:slot", "autostart") == "false"
    assert config.saneget("program:s3", "autostart") == "true"
    assert config.saneget("program:slot", "autorestart") == "true"


def test_a_part_ends_with_all_its_children(tmp_path: Path):
    """Dagster and BentoML start processes of their own; the signal goes to the whole group."""
    config = as_supervisord_reads_it(tmp_path)

    assert config.saneget("program:slot", "stopasgroup") == "true"
    assert config.saneget("program:slot", "killasgroup") == "true"
    assert config.saneget("program:s3", "stopsignal") == "KILL"


def test_only_the_owner_may_command_the_parts(tmp_path: Path):
    """Supervision listens on a socket of its owner, not on a port."""
    config = as_supervisord_reads_it(tmp_path)

    assert config.saneget("unix_http_server", "chmod") == "0700"
    assert not config.has_section("inet_http_server")
