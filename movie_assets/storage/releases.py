"""The release record: which Bento is wanted, which is in service, and how the last switch went.

One small object a source, moved by conditional writes only, so that two writers never lose each other's words. No clock
here, and no decision: what becomes of a wanted Bento is deployment/agent.py.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from movie_assets.storage.bucket import Bucket, ConflictError, MissingObjectError, Stored

ATTEMPTS = 10  # two or three writers share a record: ten lost races in a row mean something else is wrong

Phase = Literal["idle", "switching", "failed"]


class ReleaseRecordError(ValueError):
    """The release record cannot be read; the message names its key."""


class Release(BaseModel):
    """One Bento to be put in service, and the champion it is of."""

    model_config = ConfigDict(frozen=True)

    bundle_id: str
    bento_tag: str
    bento_key: str  # of its archive in the bucket
    bento_sha256: str  # of the archive
    source: str
    day: str  # the champion's
    requested_at: datetime


class ReleaseRecord(BaseModel):
    """What is wanted, what runs, and one sentence about it."""

    model_config = ConfigDict(frozen=True)

    wanted: Release | None = None
    in_service: Release | None = None
    phase: Phase = "idle"
    message: str = "Nothing was released yet."
    updated_at: datetime | None = None


class Releases:
    """The release record of one source, in the bucket."""

    def __init__(self, bucket: Bucket, source: str) -> None:
        self._bucket = bucket
        self._source = source
        self.key = f"{source}/release.json"

    def read(self) -> ReleaseRecord:
        """The record as it is now; an empty one before the first release. Raises ReleaseRecordError."""
        record, _stored = self._read()
        return record

    def want(self, release: Release) -> ReleaseRecord:
        """Ask for a release; the record after it.

        A Bento that is already wanted is left as it is, unless it failed: then it is asked for anew.
        """

        def asked(record: ReleaseRecord) -> ReleaseRecord:
            if record.wanted and record.wanted.bento_tag == release.bento_tag and record.phase != "failed":
                return record
            return record.model_copy(
                update={
                    "wanted": release,
                    "phase": "idle",
                    "message": f"{release.bento_tag} is wanted; the release agent has not begun.",
                    "updated_at": release.requested_at,
                }
            )

        return self._change(asked)

    def report(
        self, *, about: Release, phase: Phase, message: str, now: datetime, in_service: Release | None = None
    ) -> ReleaseRecord:
        """Say how the switch to `about` goes, and what is in service if that has changed; the record after it.

        When another Bento is wanted by now, its phase and message are left alone.
        """

        def told(record: ReleaseRecord) -> ReleaseRecord:
            runs = in_service or record.in_service
            if record.wanted != about:
                return record.model_copy(update={"in_service": runs})
            update = {"in_service": runs, "phase": phase, "message": message, "updated_at": now}
            return record.model_copy(update=update)

        return self._change(told)

    def _read(self) -> tuple[ReleaseRecord, Stored | None]:
        try:
            stored = self._bucket.read(self.key)
        except MissingObjectError:
            return ReleaseRecord(), None
        try:
            return ReleaseRecord.model_validate_json(stored.content), stored
        except ValidationError as error:
            why = error.errors()[0]["msg"]
            raise ReleaseRecordError(
                f"The release record {self.key!r} in {self._bucket.address} cannot be read: {why}. "
                "Restore an earlier version of it, or delete it and materialize rating_service again."
            ) from error

    def _change(self, change: Callable[[ReleaseRecord], ReleaseRecord]) -> ReleaseRecord:
        for _attempt in range(ATTEMPTS):
            record, stored = self._read()
            changed = change(record)
            if changed == record:
                return record
            try:
                content = changed.model_dump_json(indent=2).encode()
                self._bucket.put(self.key, content, replacing=stored, new=stored is None)
            except ConflictError:
                continue
            return changed
        raise ConflictError(
            f"The release record {self.key!r} was changed by somebody else {ATTEMPTS} times in a row. "
            "Is more than one release agent running for this source?"
        )
