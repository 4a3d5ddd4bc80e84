"""Keys and command line of the local S3 server."""

import stat
from pathlib import Path

import pytest

from local_stack.errors import StackError
from local_stack.object_store import free_ports, leftover_sockets, read_or_make_keys, server_command


def test_keys_are_made_once_and_for_their_owner_only(tmp_path: Path):
    """A second start finds the first one's keys, in a file nobody else may read."""
    path = tmp_path / "s3" / "keys.json"

    first, second = read_or_make_keys(path), read_or_make_keys(path)

    assert first == second
    assert len(first.secret_key) >= 40
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_checkouts_have_different_keys(tmp_path: Path):
    """Keys are random, so that those of one checkout open no other."""
    assert read_or_make_keys(tmp_path / "a.json") != read_or_make_keys(tmp_path / "b.json")


@pytest.mark.parametrize("content", ["", "{}", '{"identities": []}', "not json"])
def test_damaged_keys_are_refused_with_what_to_do(tmp_path: Path, content: str):
    """Half a keys file, left by a full disk, is named rather than met as a KeyError."""
    path = tmp_path / "keys.json"
    path.write_text(content)

    with pytest.raises(StackError, match="Remove it and start again"):
        read_or_make_keys(path)


def a_command(tmp_path: Path) -> list[str]:
    return server_command(port=8333, data=tmp_path, keys_file=tmp_path / "keys.json", sockets=tmp_path)


def test_the_server_listens_on_loopback_and_tells_nobody(tmp_path: Path):
    """Its filer serves files without keys, so every part stays on 127.0.0.1; telemetry is off."""
    command = a_command(tmp_path)

    assert {"-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false"} <= set(command)


def test_secrets_are_not_on_the_command_line(tmp_path: Path):
    """Everybody on a machine can list command lines."""
    secret = read_or_make_keys(tmp_path / "keys.json").secret_key

    assert secret not in " ".join(a_command(tmp_path))


def test_the_sockets_it_leaves_are_known(tmp_path: Path):
    """Each inner part has one in /tmp, named after its port."""
    command = a_command(tmp_path)
    master = next(word.removeprefix("-master.port.grpc=") for word in command if word.startswith("-master.port.grpc="))

    left = leftover_sockets(command)

    assert Path(f"/tmp/seaweedfs-master-grpc-{master}.sock") in left
    assert len(left) == 4


def test_free_ports_are_distinct():
    """Two parts are never given the same port."""
    ports = free_ports(20)

    assert len(set(ports)) == 20
