"""The folders of a stack: data, logs and sockets."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from local_stack.errors import StackError

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"


@dataclass(frozen=True)
class StateDir:
    """The folders of one stack, below `path`; its sockets are elsewhere."""

    path: Path

    @property
    def log(self) -> Path:
        """One log per process."""
        return self.path / "log"

    @property
    def config(self) -> Path:
        """The generated configuration of supervisord."""
        return self.path / "supervisord.conf"

    @property
    def dagster_home(self) -> Path:
        """Dagster's instance: its SQLite files and settings."""
        return self.path / "dagster"

    @property
    def s3(self) -> Path:
        """The data of the S3 server."""
        return self.path / "s3"

    @property
    def sockets(self) -> Path:
        """A short folder for Unix sockets, whose path may have about 100 bytes: a checkout's own may be deeper."""
        name = hashlib.sha256(str(self.path).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"movie-stack-{os.getuid()}-{name}"

    @property
    def supervisor_socket(self) -> Path:
        """Where supervisord listens for XML-RPC."""
        return self.sockets / "supervisor.sock"

    @property
    def supervisor_pid(self) -> Path:
        """Where supervisord writes its process id."""
        return self.sockets / "supervisord.pid"

    def create(self) -> None:
        """Make the folders, for their owner only; raises StackError if the sockets' folder is another user's."""
        for folder in (self.path, self.log, self.dagster_home, self.s3, self.sockets):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.sockets.stat().st_uid != os.getuid():
            raise StackError(
                f"{self.sockets} belongs to another user; remove it, or set TMPDIR to a folder of your own."
            )


DEV = StateDir(LOCAL / "dev")
DEMO = StateDir(LOCAL / "demo")
