"""Real servers for tests: started on free ports of 127.0.0.1, waited for, ended with their whole process group."""

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from local_stack import object_store
from local_stack.object_store import S3Keys, free_ports, leftover_sockets

READY_SECONDS = 60.0
END_SECONDS = 15.0
POLL_SECONDS = 0.05
SHOWN_CHARACTERS = 4_000


class ServerError(RuntimeError):
    """A server did not come up; the message ends with what it wrote."""


def free_port() -> int:
    """A port on 127.0.0.1 that nothing listens on now."""
    return free_ports(1)[0]


def stripped_environment(**added: str) -> dict[str, str]:
    """This process's environment without AWS_*, MOVIE_* and TMDB_*, so that only what is `added` can be what works."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOVIE_", "TMDB_"))}
    return kept | added


@contextlib.contextmanager
def running(
    command: Sequence[str | Path],
    *,
    ready: str | Callable[[], bool],
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    seconds: float = READY_SECONDS,
    end_seconds: float = END_SECONDS,
) -> "Iterator[subprocess.Popen[bytes]]":
    """The server of `command` from when `ready` (an address that answers 200, or a question) until the block ends.

    Raises ServerError with the server's output when it dies or is not ready within `seconds`.
    """
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=None if env is None else dict(env),
            cwd=cwd,
            start_new_session=True,
        )
        try:
            deadline = time.monotonic() + seconds
            while not _is_ready(ready):
                if process.poll() is not None or time.monotonic() > deadline:
                    code = process.poll()
                    how = f"was not ready within {seconds:.0f} s" if code is None else f"ended with {code}"
                    output.seek(0)
                    said = output.read().decode(errors="replace")[-SHOWN_CHARACTERS:]
                    raise ServerError(f"{command[0]} {how}. Its output:\n{said}")
                time.sleep(POLL_SECONDS)
            yield process
        finally:
            end_group(process, seconds=end_seconds)


def end_group(process: "subprocess.Popen[bytes]", *, seconds: float = END_SECONDS) -> None:
    """End the process and all of its group: SIGTERM, then SIGKILL for what is left after `seconds`."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=seconds)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _is_ready(ready: str | Callable[[], bool]) -> bool:
    if callable(ready):
        return ready()
    try:
        return httpx.get(ready, timeout=2).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


@dataclass
class S3Server:
    """A real S3 server on a folder and port of its own, with keys."""

    folder: Path
    port: int = field(default_factory=free_port)
    _running: contextlib.ExitStack = field(default_factory=contextlib.ExitStack, repr=False)
    _process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def endpoint_url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def keys(self) -> S3Keys:
        """What it accepts."""
        return object_store.read_or_make_keys(self.folder / "keys.json")

    @property
    def access_key(self) -> str:
        """The id of its one key."""
        return self.keys.access_key

    @property
    def secret_key(self) -> str:
        """The secret of its one key."""
        return self.keys.secret_key

    def environment(self, bucket: str = "movies") -> dict[str, str]:
        """The variables that point the platform at this server."""
        return {
            "MOVIE_S3_ENDPOINT_URL": self.endpoint_url,
            "MOVIE_BUCKET": bucket,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_REGION": object_store.REGION,
        }

    def start(self, bucket: str = "movies") -> None:
        """Start it, the first time or again on the same folder and port; it takes writes to `bucket` from here on."""
        data = self.folder / "data"
        data.mkdir(exist_ok=True)
        to_be_made = object_store.bucket_of(self.endpoint_url, self.keys, bucket)
        command = object_store.server_command(
            port=self.port, data=data, keys_file=self.folder / "keys.json", sockets=self.folder
        )
        self._running.callback(lambda: [left.unlink(missing_ok=True) for left in leftover_sockets(command)])
        self._process = self._running.enter_context(
            running(command, ready=f"{self.endpoint_url}/healthz", end_seconds=1)
        )
        object_store.wait_until_ready(to_be_made)

    def kill(self) -> None:
        """End it with SIGKILL, as a crash would."""
        assert self._process is not None, "start() it first"
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


@contextlib.contextmanager
def s3_server() -> Iterator[S3Server]:
    """An S3 server with the bucket `movies`, in a temporary folder with a short path (it holds Unix sockets)."""
    with tempfile.TemporaryDirectory(prefix="s3-") as folder:
        server = S3Server(folder=Path(folder))
        with server._running:
            server.start()
            yield server
