"""The release record of a source in the bucket: read, and changed by asking, rolling back, pinning and reporting.

One small object, moved by conditional writes only, so that two writers never lose each other's words; each decision is
kept as an object of its own besides. No clock here, and no switching: what becomes of a wanted Bento is
serving_host/agent.py. The record's form: release/record.py.
"""

import contextlib
from collections.abc import Callable
from datetime import datetime

from pydantic import ValidationError

from movie_assets.release.record import Decision, Phase, Release, ReleaseRecord, Rollout, Said, Withdrawal
from movie_assets.storage.bucket import Bucket, ConflictError, MissingObjectError, Stored
from movie_assets.storage.keys import decisions_folder, release_record

ATTEMPTS = 10  # two or three writers share a record: ten lost races in a row mean something else is wrong


class ReleaseRecordError(ValueError):
    """The release record cannot be read; the message names its key."""


class PinnedError(RuntimeError):
    """Another Bento was asked for while one is pinned; the message says by whom, and how to end it."""


class WithdrawnError(RuntimeError):
    """A bundle was asked for that was rolled back, or taken back while it was tried."""


class NothingInServiceError(LookupError):
    """Nothing is in service that could be pinned, or was before and could be put back."""


class Releases:
    """The release record of one source, in the bucket."""

    def __init__(self, bucket: Bucket, source: str) -> None:
        self.bucket = bucket
        self.source = source
        self._kept: set[str] = set()  # names of decisions that are known to be objects of their own
        self.key = release_record(source)
        self.history = f"{decisions_folder(source)}/"  # one object a decision

    def read(self) -> ReleaseRecord:
        """The record as it is now; an empty one before the first release. Raises ReleaseRecordError."""
        record, _stored = self._read()
        return record

    def want(self, release: Release, *, by: str, why: str, although_withdrawn: bool = False) -> ReleaseRecord:
        """Ask for a release; the record after it.

        A Bento that is already wanted is left as it is, unless it failed: then it is asked for anew. Raises
        PinnedError, and WithdrawnError unless `although_withdrawn`, which takes the bundle off that list.
        """
        said = Said(at=release.requested_at, by=by, why=why)

        def asked(record: ReleaseRecord) -> ReleaseRecord:
            is_wanted = record.wanted is not None and record.wanted.bento_tag == release.bento_tag
            if is_wanted and record.phase != "failed":
                return record
            if record.pinned and record.wanted and not is_wanted:
                raise PinnedError(is_pinned(record.wanted, record.pinned))
            if release.bundle_id in record.withdrawn_bundles and not although_withdrawn:
                raise WithdrawnError(f"Bundle {release.bundle_id} was withdrawn, so it is not released by itself.")
            withdrawn = tuple(one for one in record.withdrawn if one.bundle_id != release.bundle_id)
            changed = record.with_wanted(release, said).model_copy(update={"withdrawn": withdrawn})
            return changed.with_decision("release", release, said)

        return self._change(asked)

    def rollback(self, *, by: str, why: str, now: datetime) -> ReleaseRecord:
        """Want what was in service before, pin it, and withdraw what was wanted; the record after it.

        Raises NothingInServiceError where there was none.
        """
        said = Said(at=now, by=by, why=why)

        def rolled(record: ReleaseRecord) -> ReleaseRecord:
            previous = record.previous
            if record.wanted is None or previous is None:
                raise NothingInServiceError(
                    f"Source {self.source} has no earlier bundle in service that was not rolled back itself."
                )
            back = previous.model_copy(update={"requested_at": now})
            withdrawal = Withdrawal(bundle_id=record.wanted.bundle_id, **dict(said))
            changed = record.with_wanted(back, said).model_copy(
                update={"pinned": said, "withdrawn": (withdrawal, *record.withdrawn)}
            )
            return changed.with_decision("rollback", back, said)

        return self._change(rolled)

    def pin(self, *, by: str, why: str, now: datetime) -> ReleaseRecord:
        """Keep what is in service until `unpin`; the record after it. Raises NothingInServiceError."""
        said = Said(at=now, by=by, why=why)

        def pinned(record: ReleaseRecord) -> ReleaseRecord:
            if record.in_service is None:
                raise NothingInServiceError(f"Nothing of source {self.source} is in service, so nothing can be pinned.")
            if record.pinned:
                return record
            kept = record
            if record.wanted is None or record.wanted.bento_tag != record.in_service.bento_tag:
                kept = record.with_wanted(record.in_service.model_copy(update={"requested_at": now}), said)
            return kept.model_copy(update={"pinned": said}).with_decision("pin", record.in_service, said)

        return self._change(pinned)

    def unpin(self, *, by: str, why: str, now: datetime) -> ReleaseRecord:
        """Let releases through again; the record after it, unchanged when nothing was pinned."""
        said = Said(at=now, by=by, why=why)

        def unpinned(record: ReleaseRecord) -> ReleaseRecord:
            if record.pinned is None or record.wanted is None:
                return record
            return record.model_copy(update={"pinned": None}).with_decision("unpin", record.wanted, said)

        return self._change(unpinned)

    def take_back(self, about: Release, *, message: str, by: str, now: datetime) -> ReleaseRecord:
        """Withdraw what was wanted and tried, and want what is in service again; the record after it.

        Nothing is pinned, so the next champion is released. When another Bento is wanted by now, nothing changes.
        """
        said = Said(at=now, by=by, why=message)

        def taken_back(record: ReleaseRecord) -> ReleaseRecord:
            if record.wanted != about or record.in_service is None:
                return record
            withdrawal = Withdrawal(bundle_id=about.bundle_id, **dict(said))
            changed = record.with_wanted(record.in_service, said).model_copy(
                update={"withdrawn": (withdrawal, *record.withdrawn), "message": message}
            )
            return changed.with_decision("taken back", about, said)

        return self._change(taken_back)

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
        """Say how the switch to `about` goes, and what is in service if that has changed; the record after it.

        When another Bento is wanted by now, its phase and message are left alone.
        """
        said = Said(at=now, by=by, why=message)

        def told(record: ReleaseRecord) -> ReleaseRecord:
            runs = record.with_in_service(in_service, said) if in_service else record
            if record.wanted != about:
                return runs
            told = runs.model_copy(update={"phase": phase, "message": message, "rollout": rollout, "updated_at": now})
            return told.with_decision("failed", about, said) if phase == "failed" else told

        return self._change(told)

    def decisions_after(self, name: str) -> list[tuple[str, Decision]]:
        """Every kept decision whose name sorts after `name`, the oldest first, each with its name."""
        names = [key.removeprefix(self.history) for key in self.bucket.keys(self.history)]
        return [
            (found, Decision.model_validate_json(self.bucket.get(self.history + found)))
            for found in names
            if found > name
        ]

    def keep_decisions(self, record: ReleaseRecord) -> None:
        """Keep each decision of the record as an object of its own, if it is not yet."""
        for decision in reversed(record.decisions):
            if decision.name not in self._kept:
                with contextlib.suppress(ConflictError):  # it is there already
                    self.bucket.put(self.history + decision.name, decision.model_dump_json().encode(), new=True)
                self._kept.add(decision.name)

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
            self.keep_decisions(changed)
            return changed
        raise ConflictError(
            f"The release record {self.key!r} was changed by somebody else {ATTEMPTS} times in a row. "
            "Is more than one release agent running for this source?"
        )


def is_pinned(release: Release, pinned: Said) -> str:
    """The sentence that says what is pinned, by whom and why, and how to end it."""
    return (
        f"{release.bento_tag} is pinned since {pinned.at:%Y-%m-%d %H:%M} UTC by {pinned.by} ({pinned.why}). "
        "Nothing else is released until somebody unpins it (make unpin)."
    )
