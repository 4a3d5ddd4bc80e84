"""What the release agent and the services of its host share."""

import hashlib
import json
from pathlib import Path

import pytest

from movie_assets.release.record import ReleaseRecord
from movie_assets.serving_host.shared_files import SharedFiles


@pytest.fixture
def neighbours(tmp_path):
    return SharedFiles(tmp_path / "serving")


def test_where_keys_are_asked_for_the_agent_has_one_of_its_own(neighbours):
    """The people's keys stay as they are, and the service never learns the agent's."""
    told = neighbours.variables({"MOVIE_API_KEY_HASHES": "aa", "MOVIE_API_SECONDS": "3"})

    assert told["MOVIE_API_KEY_HASHES"] == f"aa,{hashlib.sha256(neighbours.key.encode()).hexdigest()}"
    assert told["MOVIE_API_SECONDS"] == "3"
    assert neighbours.key not in told.values()


@pytest.mark.parametrize("said", [{}, {"MOVIE_API_KEY_HASHES": ""}])
def test_where_no_key_is_asked_for_none_is(neighbours, said):
    """The agent's key alone must not close the service."""
    assert not neighbours.variables(said).get("MOVIE_API_KEY_HASHES")


def test_the_key_stays_the_same_and_is_its_owners_alone(neighbours, tmp_path):
    """A restarted agent is still known to the services that run."""
    assert SharedFiles(tmp_path / "serving").key == neighbours.key
    assert (tmp_path / "serving" / "agent.key").stat().st_mode & 0o077 == 0


def test_the_record_is_told_to_the_file_the_services_read(neighbours):
    """As the record's own JSON; the file is only written when it has changed."""
    file = Path(neighbours.variables({})["MOVIE_SERVING_STATUS"])
    assert neighbours.key

    neighbours.tell(ReleaseRecord(message="Up."))
    assert json.loads(file.read_text())["message"] == "Up."

    file.unlink()
    neighbours.tell(ReleaseRecord(message="Up."))
    assert not file.exists()
