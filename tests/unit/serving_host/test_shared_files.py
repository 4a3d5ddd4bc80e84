"""The files that the release agent and the services of its host share."""

import hashlib
import json
import stat
from pathlib import Path

import pytest

from movie_assets.release.record import ReleaseRecord
from movie_assets.serving_host.shared_files import SharedFiles, replace_file


@pytest.fixture
def shared_files(tmp_path):
    return SharedFiles(tmp_path / "serving")


@pytest.mark.parametrize("content", ["one slot", b"one slot"])
def test_a_file_is_replaced_for_its_owner_only_and_no_part_stays(tmp_path, content):
    """A reader sees the old content or the new."""
    file = tmp_path / "role"
    file.write_text("a much longer one")

    replace_file(file, content)

    assert file.read_text() == "one slot"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_the_services_accept_the_agents_key_besides_their_own(shared_files):
    """The services get its hash, never the key."""
    variables = shared_files.variables({"MOVIE_API_KEY_HASHES": "aa", "MOVIE_API_SECONDS": "3"})

    assert variables["MOVIE_API_KEY_HASHES"] == f"aa,{hashlib.sha256(shared_files.key.encode()).hexdigest()}"
    assert variables["MOVIE_API_SECONDS"] == "3"
    assert shared_files.key not in variables.values()


@pytest.mark.parametrize("variables", [{}, {"MOVIE_API_KEY_HASHES": ""}])
def test_services_without_keys_stay_open(shared_files, variables):
    """The agent's key alone must not close them."""
    assert not shared_files.variables(variables).get("MOVIE_API_KEY_HASHES")


def test_the_key_stays_the_same_and_is_readable_by_its_owner_only(shared_files, tmp_path):
    """Running services know a restarted agent."""
    assert SharedFiles(tmp_path / "serving").key == shared_files.key
    assert (tmp_path / "serving" / "agent.key").stat().st_mode & 0o077 == 0


def test_the_report_is_the_records_json(shared_files):
    """It is written only when the record has changed."""
    file = Path(shared_files.variables({})["MOVIE_SERVING_STATUS"])
    assert shared_files.key

    shared_files.report(ReleaseRecord(message="Up."))
    assert json.loads(file.read_text())["message"] == "Up."

    file.unlink()
    shared_files.report(ReleaseRecord(message="Up."))
    assert not file.exists()
