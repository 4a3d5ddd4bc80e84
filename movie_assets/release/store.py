"""Releases: the release record of a source in the bucket, and every operation on it.

The record is one small object, changed by conditional writes only, so that concurrent writers never lose each other's
changes; each audit entry is also an object of its own. A further operation belongs here. No clock, and no switching:
serving_host/agent.py puts the wanted release in service.
"""

import contextlib
from collections.abc import Callable
from datetime import datetime

from pydantic import ValidationError

from movie_assets.release.record import Attribution, AuditEntry, Phase, Release, ReleaseRecord, Rollout, Withdrawal
from movie_assets.storage.bucket import Bucket, ConflictError, MissingObjectError, Stored
from movie_assets.storage.keys import decisions_folder, release_record

ATTEMPTS = 10  # two or three writers share a record: ten lost races in a row have another cause


class ReleaseRecordError(ValueError):
    """The release record cannot be read; the message names its key."""


class PinnedError(RuntimeError):
    """Another release is pinned; the message says by whom, and how to unpin it."""


class WithdrawnError(RuntimeError):
    """The bundle was rolled back, or failed its rollout."""


class NothingInServiceError(LookupError):
    """There is no release to pin, or to roll back to."""


class Releases:
    """The release record of one source."""

    def __init__(self, bucket: Bucket, source: str) -> None:
        self.bucket = bucket
        self.source = source
        self.key = release_record(source)
        self.history = f"{decisions_folder(source)}/"  # one object for each audit entry
        self._stored_entries: set[str] = set()  # names of entries that are known to be objects

    def read(self) -> ReleaseRecord:
        """The current record; an empty one before the first release. Raises ReleaseRecordError."""
        record, _stored = self._read()
        return record

    def want(self, release: Release, *, by: str, why: str, although_withdrawn: bool = False) -> ReleaseRecord:
        """Request a release; the record after it.

        A Bento that is already wanted is left as it is, unless it failed. Raises PinnedError, and WithdrawnError unless
        `although_withdrawn`, which also ends the withdrawal.
        """
        attribution = Attribution(at=release.requested_at, by=by, why=why)

        def change(record: ReleaseRecord) -> ReleaseRecord:
            is_wanted = record.wanted is not None and record.wanted.bento_tag == release.bento_tag
            if is_wanted and record.phase != "failed":
                return record
            if record.pin_message and not is_wanted:
                raise PinnedError(record.pin_message)
            if release.bundle_id in record.withdrawn_bundles and not although_withdrawn:
                raise WithdrawnError(f"Bundle {release.bundle_id} was withdrawn, so it is not released automatically.")
            withdrawn = tuple(one for one in record.withdrawn if one.bundle_id != release.bundle_id)
            wanted = record.with_wanted(release, attribution, withdrawn=withdrawn)
            return wanted.with_entry("release", release, attribution)

        return self._change(change)

    def rollback(self, *, by: str, why: str, now: datetime) -> ReleaseRecord:
        """Want the previous release, pin it, and withdraw the wanted one; the record after it.

        Raises NothingInServiceError without a previous release.
        """
        attribution = Attribution(at=now, by=by, why=why)

        def change(record: ReleaseRecord) -> ReleaseRecord:
            if record.wanted is None or record.previous is None:
                raise NothingInServiceError(
                    f"Source {self.source} has no earlier bundle in service that was not rolled back itself."
                )
            previous = record.previous.model_copy(update={"requested_at": now})
            withdrawn = (Withdrawal(bundle_id=record.wanted.bundle_id, **dict(attribution)), *record.withdrawn)
            wanted = record.with_wanted(previous, attribution, pinned=attribution, withdrawn=withdrawn)
            return wanted.with_entry("rollback", previous, attribution)

        return self._change(change)

    def pin(self, *, by: str, why: str, now: datetime) -> ReleaseRecord:
        """Keep the release in service until `unpin`; the record after it. Raises NothingInServiceError."""
        attribution = Attribution(at=now, by=by, why=why)

        def change(record: ReleaseRecord) -> ReleaseRecord:
            if record.in_service is None:
                raise NothingInServiceError(f"Nothing of source {self.source} is in service, so nothing can be pinned.")
            if record.pinned:
                return record
            pinned = record.changed(pinned=attribution)
            if record.wanted is None or record.wanted.bento_tag != record.in_service.bento_tag:
                pinned = pinned.with_wanted(record.in_service.model_copy(update={"requested_at": now}), attribution)
            return pinned.with_entry("pin", record.in_service, attribution)

        return self._change(change)

    def unpin(self, *, by: str, why: str, now: datetime) -> ReleaseRecord:
        """Accept releases again; the record after it, unchanged when nothing was pinned."""
        attribution = Attribution(at=now, by=by, why=why)

        def change(record: ReleaseRecord) -> ReleaseRecord:
            if record.pinned is None or record.wanted is None:
                return record
            return record.changed(pinned=None).with_entry("unpin", record.wanted, attribution)

        return self._change(change)

    def take_back(self, about: Release, *, message: str, by: str, now: datetime) -> ReleaseRecord:
        """Withdraw `about`, whose rollout failed, and want the release in service again; the record after it.

        Nothing is pinned, so the next champion is released. Changes nothing when another Bento is wanted by now.
        """
        attribution = Attribution(at=now, by=by, why=message)

        def change(record: ReleaseRecord) -> ReleaseRecord:
            if record.wanted != about or record.in_service is None:
                return record
            withdrawn = (Withdrawal(bundle_id=about.bundle_id, **dict(attribution)), *record.withdrawn)
            wanted = record.with_wanted(record.in_service, attribution, withdrawn=withdrawn, message=message)
            return wanted.with_entry("taken back", about, attribution)

        return self._change(change)

    def report(
        self,
        *,
        about: Release,
        phase: Phase,
        message: str,
        by: str,
        now: datetime,
        in_service: Release | None = None,
        rollout: Rollout | None = None,
    ) -> ReleaseRecord:
        """Report the progress of the switch to `about`, and a new release in service; the record after it.

        When another Bento is wanted by now, phase and message stay as they are.
        """
        attribution = Attribution(at=now, by=by, why=message)

        def change(record: ReleaseRecord) -> ReleaseRecord:
            changed = record.with_in_service(in_service, attribution) if in_service else record
            if record.wanted != about:
                return changed
            changed = changed.changed(phase=phase, message=message, rollout=rollout, updated_at=now)
            return changed.with_entry("failed", about, attribution) if phase == "failed" else changed

        return self._change(change)

    def entries_after(self, name: str) -> list[tuple[str, AuditEntry]]:
        """Every audit entry whose name sorts after `name`, the oldest first, each with its name."""
        names = [key.removeprefix(self.history) for key in self.bucket.keys(self.history)]
        return [
            (later, AuditEntry.model_validate_json(self.bucket.get(self.history + later)))
            for later in names
            if later > name
        ]

    def _read(self) -> tuple[ReleaseRecord, Stored | None]:
        try:
            stored = self.bucket.read(self.key)
        except MissingObjectError:
            return ReleaseRecord(), None
        try:
            return ReleaseRecord.model_validate_json(stored.content), stored
        except ValidationError as error:
            why = error.errors()[0]["msg"]
            raise ReleaseRecordError(
                f"The release record {self.key!r} in {self.bucket.address} cannot be read: {why}. "
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
                self.bucket.put(self.key, content, replacing=stored, new=stored is None)
            except ConflictError:
                continue
            self._store_entries(changed)
            return changed
        raise ConflictError(
            f"The release record {self.key!r} was changed by another writer {ATTEMPTS} times in a row. "
            "Is more than one release agent running for this source?"
        )

    def _store_entries(self, record: ReleaseRecord) -> None:
        """Write each audit entry of the record as an object, unless it exists: an earlier writer may have died."""
        for entry in reversed(record.decisions):
            if entry.name not in self._stored_entries:
                with contextlib.suppress(ConflictError):  # it exists
                    self.bucket.put(self.history + entry.name, entry.model_dump_json().encode(), new=True)
                self._stored_entries.add(entry.name)
