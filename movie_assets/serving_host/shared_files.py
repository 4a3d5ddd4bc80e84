"""SharedFiles: the agent's key and its report to the services of its host; and atomic writing of files.

The services use them in bento_service/api_keys.py and bento_service/serving_status.py.
"""

import hashlib
import secrets
from collections.abc import Mapping
from pathlib import Path

from movie_assets.release.record import ReleaseRecord

KEY_HASHES = "MOVIE_API_KEY_HASHES"  # unset: the service requires no key
STATUS_FILE = "MOVIE_SERVING_STATUS"


def replace_file(path: Path, content: str | bytes, *, part: Path | None = None) -> None:
    """Write a file atomically, readable by its owner only: a reader sees the old content or the new.

    The content is first written to `part`, by default beside `path`; it must be on the same file system.
    """
    part = part or path.with_name(f"{path.name}.part")
    part.touch(mode=0o600)
    part.write_bytes(content.encode() if isinstance(content, str) else content)
    part.replace(path)


class SharedFiles:
    """The agent's key and report, in a serving host's folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._status = self._folder / "status.json"
        self._reported: ReleaseRecord | None = None

    @property
    def key(self) -> str:
        """The agent's own key to the services of this host, created on first use."""
        path = self._folder / "agent.key"
        if not path.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            replace_file(path, secrets.token_urlsafe(32))
        return path.read_text()

    def variables(self, service_variables: Mapping[str, str]) -> dict[str, str]:
        """The service's variables with the hash of the agent's key, if keys are required, and the report's file."""
        variables = {**service_variables, STATUS_FILE: str(self._status)}
        if hashes := variables.get(KEY_HASHES):
            variables[KEY_HASHES] = f"{hashes},{hashlib.sha256(self.key.encode()).hexdigest()}"
        return variables

    def report(self, record: ReleaseRecord) -> None:
        """Write the record for the services, if it has changed."""
        if record != self._reported:
            replace_file(self._status, record.model_dump_json())
            self._reported = record
