"""The local S3 server can be relied on: keys, conditional writes, versions, and nothing lost by a kill."""

import os
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from movie_assets.storage.bucket import connect
from tests.support.servers import S3Server, s3_server

BUCKET = "movies"


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with s3_server() as running_server:
        yield running_server


@pytest.fixture
def client(server: S3Server) -> Any:
    return client_of(server, server.access_key, server.secret_key)


def client_of(server: S3Server, access_key: str, secret_key: str) -> Any:
    return connect(endpoint_url=server.endpoint_url, access_key=access_key, secret_key=secret_key, region="us-east-1")


def status_of(error: pytest.ExceptionInfo[ClientError]) -> int:
    return error.value.response["ResponseMetadata"]["HTTPStatusCode"]


def anonymous(server: S3Server) -> Any:
    return boto3.client(
        "s3", endpoint_url=server.endpoint_url, region_name="us-east-1", config=Config(signature_version=UNSIGNED)
    )


def wrong_secret(server: S3Server) -> Any:
    return client_of(server, server.access_key, "not-the-secret")


def unknown_key(server: S3Server) -> Any:
    return client_of(server, "SOMEBODY", server.secret_key)


@pytest.mark.parametrize("stranger", [anonymous, wrong_secret, unknown_key])
def test_strangers_are_refused(server: S3Server, client: Any, stranger: Any):
    """Nobody reads or writes without the keys, though the server listens on loopback only."""
    client.put_object(Bucket=BUCKET, Key="private", Body=b"ours")

    with pytest.raises(ClientError) as reading:
        stranger(server).get_object(Bucket=BUCKET, Key="private")
    with pytest.raises(ClientError) as writing:
        stranger(server).put_object(Bucket=BUCKET, Key="private", Body=b"theirs")

    assert status_of(reading) == status_of(writing) == 403
    assert client.get_object(Bucket=BUCKET, Key="private")["Body"].read() == b"ours"


def test_if_none_match_writes_once(client: Any):
    """A key that must be new is written by the first only."""
    client.put_object(Bucket=BUCKET, Key="once", Body=b"first", IfNoneMatch="*")

    with pytest.raises(ClientError) as second:
        client.put_object(Bucket=BUCKET, Key="once", Body=b"second", IfNoneMatch="*")

    assert status_of(second) == 412
    assert client.get_object(Bucket=BUCKET, Key="once")["Body"].read() == b"first"


def test_if_match_writes_over_what_was_read_only(client: Any):
    """A record moved by somebody else meanwhile is not overwritten."""
    read = client.put_object(Bucket=BUCKET, Key="record", Body=b"one")["ETag"]
    client.put_object(Bucket=BUCKET, Key="record", Body=b"two", IfMatch=read)

    with pytest.raises(ClientError) as late:
        client.put_object(Bucket=BUCKET, Key="record", Body=b"three", IfMatch=read)

    assert status_of(late) == 412
    assert client.get_object(Bucket=BUCKET, Key="record")["Body"].read() == b"two"


def test_versions_are_kept(client: Any):
    """Writing a key again, or deleting it, leaves every earlier version readable."""
    first = client.put_object(Bucket=BUCKET, Key="day", Body=b"first")["VersionId"]
    second = client.put_object(Bucket=BUCKET, Key="day", Body=b"second")["VersionId"]
    client.delete_object(Bucket=BUCKET, Key="day")

    listed = client.list_object_versions(Bucket=BUCKET, Prefix="day")

    assert [version["VersionId"] for version in listed["Versions"]] == [second, first]
    assert client.get_object(Bucket=BUCKET, Key="day", VersionId=first)["Body"].read() == b"first"
    assert len(listed["DeleteMarkers"]) == 1


def test_what_was_acknowledged_survives_a_kill(server: S3Server, client: Any):
    """After SIGKILL and a start on the same folder every acknowledged object is there, whole, and writes go on."""
    bodies = {f"kept/{n}": os.urandom(size) for n, size in enumerate([0, 10, 100_000, 9_000_000])}
    for key, body in bodies.items():
        client.put_object(Bucket=BUCKET, Key=key, Body=body)

    server.kill()
    server.start()

    for key, body in bodies.items():
        assert client.get_object(Bucket=BUCKET, Key=key)["Body"].read() == body
    client.put_object(Bucket=BUCKET, Key="kept/after", Body=b"after")
    assert client.get_object(Bucket=BUCKET, Key="kept/after")["Body"].read() == b"after"


def test_the_keys_do_not_show(server: S3Server):
    """The secret is in no repr that a failing test or a log would print."""
    assert server.secret_key not in repr(server.keys) + repr(server)
