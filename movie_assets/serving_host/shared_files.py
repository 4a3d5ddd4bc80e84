"""What the release agent and the services of its host share, as files: a key for its questions, and what it knows.

The agent: agent.py. What the service makes of both: bento_service/api_keys.py and bento_service/serving_status.py.
"""

import hashlib
import secrets
from collections.abc import Mapping
from pathlib import Path

from movie_assets.release.record import ReleaseRecord
from movie_assets.serving_host.files import replace_file

KEY_HASHES = "MOVIE_API_KEY_HASHES"  # unset: the service asks nobody for a key
STATUS_FILE = "MOVIE_SERVING_STATUS"


class SharedFiles:
    """The two files, in a serving host's folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._status = self._folder / "status.json"
        self._told: ReleaseRecord | None = None

    @property
    def key(self) -> str:
        """The agent's own key to the services of this host; made the first time, readable by its owner only."""
        path = self._folder / "agent.key"
        if not path.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            replace_file(path, secrets.token_urlsafe(32))
        return path.read_text()

    def variables(self, of_the_service: Mapping[str, str]) -> dict[str, str]:
        """The service's own variables with the agent's key, if keys are asked for, and the file of its status."""
        told = {**of_the_service, STATUS_FILE: str(self._status)}
        if hashes := told.get(KEY_HASHES):
            told[KEY_HASHES] = f"{hashes},{hashlib.sha256(self.key.encode()).hexdigest()}"
        return told

    def tell(self, record: ReleaseRecord) -> None:
        """Let the services know the record; written whole, and only when it has changed."""
        if record != self._told:
            replace_file(self._status, record.model_dump_json())
            self._told = record
