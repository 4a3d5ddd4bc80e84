"""Bucket: objects by key in any S3, with versions and conditional writes.

Only calls of S3 and their errors belong here. Which keys there are: keys.py. What an object holds: formats.py.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

CONNECT_TIMEOUT_SECONDS = 5
READ_TIMEOUT_SECONDS = 60
ATTEMPTS = 5  # botocore's standard mode: exponential backoff with jitter, only for transient errors

CONFLICTS = {"PreconditionFailed", "ConditionalRequestConflict", "BucketAlreadyOwnedByYou", "BucketAlreadyExists"}


class MissingObjectError(LookupError):
    """No object under a key."""


class ConflictError(RuntimeError):
    """Another process wrote the object since it was read; read it again and decide again."""


class StoreUnreachableError(ConnectionError):
    """The S3 server did not answer, or refused, after every retry."""


@dataclass(frozen=True)
class Stored:
    """An object's content, with the etag for a conditional write."""

    content: bytes
    etag: str


@dataclass(frozen=True)
class Version:
    """One version of an object, or a deletion marker, which has no content."""

    key: str
    id: str
    written_at: datetime  # UTC
    is_newest: bool
    is_marker: bool = False


def client_settings() -> Any:
    """botocore's configuration for every client of ours: time-outs and retries of our own."""
    from botocore.config import Config

    return Config(
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=READ_TIMEOUT_SECONDS,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        s3={"addressing_style": "path"},
    )


def connect(*, endpoint_url: str | None, access_key: str, secret_key: str, region: str) -> Any:
    """A boto3 S3 client of these settings only; the environment and the home folder are ignored."""
    import boto3

    session = boto3.Session(aws_access_key_id=access_key, aws_secret_access_key=secret_key, region_name=region)
    return session.client("s3", endpoint_url=endpoint_url, config=client_settings())


class Bucket:
    """One bucket. Every method raises StoreUnreachableError when the server cannot be reached."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self.name = name

    @property
    def address(self) -> str:
        """The bucket in sentences: `s3://name at http://host`."""
        return f"s3://{self.name} at {self._client.meta.endpoint_url}"

    def create(self) -> None:
        """Create the bucket with versioning on, if it does not exist."""
        with contextlib.suppress(ConflictError):  # already there, and ours
            region = self._client.meta.region_name
            location = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
            self._call("create_bucket", Bucket=self.name, **location)
        self._call("put_bucket_versioning", Bucket=self.name, VersioningConfiguration={"Status": "Enabled"})

    def get(self, key: str) -> bytes:
        """The object's content. Raises MissingObjectError."""
        return self.read(key).content

    def read(self, key: str) -> Stored:
        """The object's content and tag. Raises MissingObjectError."""
        stored: Stored = self._call("get_object", _read, Bucket=self.name, Key=key)
        return stored

    def put(self, key: str, content: bytes, *, replacing: Stored | None = None, new: bool = False) -> None:
        """Write an object atomically.

        With `replacing` only if the object is unchanged since that read, with `new` only if it does not exist; else
        ConflictError.
        """
        condition = {"IfNoneMatch": "*"} if new else {"IfMatch": replacing.etag} if replacing else {}
        self._call("put_object", Bucket=self.name, Key=key, Body=content, **condition)

    def exists(self, key: str) -> bool:
        """Whether the object exists, without reading it."""
        try:
            self._call("head_object", Bucket=self.name, Key=key)
        except MissingObjectError:
            return False
        return True

    def keys(self, prefix: str) -> list[str]:
        """Every key that begins with `prefix`, sorted."""
        listed = self._list("list_objects_v2", prefix, lambda page: page.get("Contents", []))
        return sorted(found["Key"] for found in listed)

    def delete(self, key: str) -> None:
        """Delete the object; its versions stay."""
        self._call("delete_object", Bucket=self.name, Key=key)

    def versions(self, prefix: str) -> list[Version]:
        """Every version and deletion marker of the objects whose keys begin with `prefix`: by key, newest first."""
        found: list[Version] = self._list("list_object_versions", prefix, _versions)
        found.sort(key=lambda version: (version.is_newest, version.written_at), reverse=True)
        return sorted(found, key=lambda version: version.key)

    def get_version(self, version: Version) -> bytes:
        """The content of one version. Raises MissingObjectError."""
        stored: Stored = self._call("get_object", _read, Bucket=self.name, Key=version.key, VersionId=version.id)
        return stored.content

    def delete_version(self, version: Version) -> None:
        """Delete one version or deletion marker permanently."""
        self._call("delete_object", Bucket=self.name, Key=version.key, VersionId=version.id)

    def _list(self, operation: str, prefix: str, entries_of: Callable[[Any], Iterable[Any]]) -> list[Any]:
        """The entries of every page of a listing."""

        def read(paginator: Any) -> list[Any]:
            pages = paginator.paginate(Bucket=self.name, Prefix=prefix)
            return [entry for page in pages for entry in entries_of(page)]

        entries: list[Any] = self._call("get_paginator", read, operation_name=operation)
        return entries

    def _call(self, operation: str, finish: Callable[[Any], Any] = lambda answer: answer, /, **arguments: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return finish(getattr(self._client, operation)(**arguments))
        except ClientError as error:
            raise self._as_error(error, arguments.get("Key", "")) from error
        except BotoCoreError as error:
            raise StoreUnreachableError(
                f"The S3 server of {self.address} did not answer ({error}). Is it running, and is "
                "MOVIE_S3_ENDPOINT_URL right?"
            ) from error

    def _as_error(self, error: "ClientError", key: str) -> Exception:
        code = error.response.get("Error", {}).get("Code", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in {"NoSuchKey", "NoSuchVersion", "404", "NotFound"}:
            return MissingObjectError(f"There is no {key!r} in {self.address}.")
        if code == "NoSuchBucket":
            return MissingObjectError(f"There is no bucket {self.address}; create it, or set MOVIE_BUCKET.")
        if code in CONFLICTS or status == 412:
            return ConflictError(f"{key!r} in {self.address} was changed by another process meanwhile.")
        if status in {401, 403}:
            return StoreUnreachableError(
                f"{self.address} refused the keys ({code}). Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
            )
        return StoreUnreachableError(f"{self.address} answered {status} {code} for {key!r}.")


def _versions(page: Any) -> Iterator[Version]:
    for kind in ("Versions", "DeleteMarkers"):
        for found in page.get(kind, []):
            yield Version(
                key=found["Key"],
                id=found["VersionId"],
                written_at=found["LastModified"],
                is_newest=found["IsLatest"],
                is_marker=kind == "DeleteMarkers",
            )


def _read(answer: Any) -> Stored:
    """Read within the call's error handling, since a connection can break meanwhile."""
    return Stored(content=answer["Body"].read(), etag=answer["ETag"])
