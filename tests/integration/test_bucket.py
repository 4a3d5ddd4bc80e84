"""The bucket's contract, kept by the local S3 server and by the one in memory: conditions, versions, keys."""

import os
import uuid

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from movie_assets.storage.bucket import Bucket, ConflictError, MissingObjectError, StoreUnreachableError, connect
from tests.support.memory_bucket import MemoryBucket
from tests.support.platform import bucket_at
from tests.support.servers import S3Server, s3_server


@pytest.fixture(scope="module")
def server():
    """A server of its own, since it is killed."""
    with s3_server() as running_server:
        yield running_server


@pytest.fixture(params=["server", "memory"])
def bucket(request: pytest.FixtureRequest) -> Bucket:
    """A new bucket."""
    if request.param == "memory":
        return MemoryBucket()
    new = bucket_at(request.getfixturevalue("server"), f"b{uuid.uuid4().hex[:12]}")
    new.create()
    new.create()  # does nothing to a bucket that exists
    return new


def test_a_new_key_is_written_by_the_first_only(bucket: Bucket):
    """A conditional write that comes second changes nothing."""
    bucket.put("once", b"first", new=True)

    with pytest.raises(ConflictError, match=r"'once' .*was changed by another process"):
        bucket.put("once", b"second", new=True)

    assert bucket.get("once") == b"first"


def test_only_what_was_read_is_replaced(bucket: Bucket):
    """A record that another process changed meanwhile is not overwritten."""
    bucket.put("record", b"one")
    read = bucket.read("record")
    bucket.put("record", b"two", replacing=read)

    with pytest.raises(ConflictError):
        bucket.put("record", b"three", replacing=read)

    assert bucket.get("record") == b"two"


def test_every_version_stays_readable_until_it_is_deleted(bucket: Bucket):
    """Also after the key was deleted: newest first, with a marker; deleting the marker uncovers the newest."""
    for content in (b"first", b"second"):
        bucket.put("days/day", content)
    bucket.put("days/later", b"")
    bucket.delete("days/day")

    marker, second, first = [version for version in bucket.versions("days/") if version.key == "days/day"]

    assert (marker.is_marker, marker.is_newest, second.is_newest) == (True, True, False)
    assert [bucket.get_version(version) for version in (second, first)] == [b"second", b"first"]
    assert (bucket.exists("days/day"), bucket.keys("days/")) == (False, ["days/later"])
    bucket.delete_version(marker)
    bucket.delete_version(first)
    assert bucket.get("days/day") == b"second"
    with pytest.raises(MissingObjectError):
        bucket.get_version(first)


def test_a_missing_object_is_named(bucket: Bucket):
    """With the bucket's address."""
    with pytest.raises(MissingObjectError, match="There is no 'nothing' in "):
        bucket.get("nothing")


def test_a_missing_bucket_is_named(server: S3Server):
    """With what to do."""
    with pytest.raises(
        MissingObjectError, match=r"There is no bucket s3://absent at .*; create it, or set MOVIE_BUCKET"
    ):
        bucket_at(server, "absent").get("anything")


@pytest.mark.parametrize("keys", [("SOMEBODY", None), (None, "not-the-secret")])
def test_wrong_keys_are_refused(server: S3Server, keys: tuple[str | None, str | None]):
    """Reading and writing, in a sentence."""
    access_key, secret_key = keys
    client = connect(
        endpoint_url=server.endpoint_url,
        access_key=access_key or server.access_key,
        secret_key=secret_key or server.secret_key,
        region="us-east-1",
    )
    for use in (lambda bucket: bucket.put("private", b"theirs"), lambda bucket: bucket.keys("")):
        with pytest.raises(StoreUnreachableError, match="refused the keys"):
            use(Bucket(client, "movies"))


def test_requests_without_keys_are_refused(server: S3Server):
    """The server listens on loopback only, and still."""
    unsigned = Config(signature_version=UNSIGNED)
    client = boto3.client("s3", endpoint_url=server.endpoint_url, region_name="us-east-1", config=unsigned)
    for request in (client.get_object, lambda **key: client.put_object(**key, Body=b"theirs")):
        with pytest.raises(ClientError) as refused:
            request(Bucket="movies", Key="private")
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_what_was_acknowledged_survives_a_kill(server: S3Server):
    """After SIGKILL and a start on the same folder every object is there, and writes go on."""
    bucket = bucket_at(server, "movies")
    bodies = {f"kept/{number}": os.urandom(size) for number, size in enumerate([0, 10, 100_000, 9_000_000])}
    for key, body in bodies.items():
        bucket.put(key, body)

    server.kill()
    server.start()

    assert {key: bucket.get(key) for key in bodies} == bodies
    bucket.put("kept/after", b"after")
    assert bucket.get("kept/after") == b"after"


def test_the_keys_do_not_show(server: S3Server):
    """The secret is in no repr that a failing test or a log would print."""
    assert server.secret_key not in repr(server.keys) + repr(server)
