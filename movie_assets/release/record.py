"""The release record: the wanted release, the one in service, earlier ones, the pin, withdrawals and the last changes.

A field of the record belongs here, as does a change that needs nothing else. store.py reads and writes the record.
"""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

RECENT_ENTRIES = 10  # in the record itself; all of them are under `releases/`
EARLIER_RELEASES = 5  # how far back repeated rollbacks can go

Phase = Literal["idle", "switching", "failed"]
Kind = Literal["release", "in service", "failed", "taken back", "rollback", "pin", "unpin"]
RolloutKind = Literal["canary", "shadow"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Release(_Frozen):
    """One Bento to put in service, and the champion it packs."""

    bundle_id: str
    bento_tag: str
    bento_key: str  # of its archive in the bucket
    bento_sha256: str  # of the archive
    source: str
    day: str  # the champion's
    requested_at: datetime

    def __str__(self) -> str:
        return f"{self.bento_tag} (bundle {self.bundle_id[:12]}, champion of {self.day})"


class Attribution(_Frozen):
    """Who changed the record, when and why."""

    at: datetime
    by: str
    why: str


class Withdrawal(Attribution):
    """A bundle that was rolled back, or failed its rollout: never released again automatically."""

    bundle_id: str


class Rollout(_Frozen):
    """How the wanted release is tried beside the one in service, and until when."""

    kind: RolloutKind
    percent: int  # of the requests that it answers (canary) or gets copies of (shadow)
    begun_at: datetime
    until: datetime

    def __str__(self) -> str:
        minutes = (self.until - self.begun_at) / timedelta(minutes=1)
        return f"{self.kind} of {self.percent} % for {minutes:.3g} min"


class AuditEntry(Attribution):
    """One change of the record."""

    kind: Kind
    bundle_id: str
    bento_tag: str

    @property
    def name(self) -> str:
        """The name of its object; names sort by time."""
        return f"{self.at:%Y-%m-%dT%H%M%S.%f}-{self.kind.replace(' ', '-')}-{self.bundle_id[:12]}.json"


class ReleaseRecord(_Frozen):
    """The state of a source's releases, and one sentence about the last switch."""

    wanted: Release | None = None
    in_service: Release | None = None
    earlier: tuple[Release, ...] = ()  # in service before, the latest first
    pinned: Attribution | None = None  # while it is, no other release than `wanted` is accepted
    withdrawn: tuple[Withdrawal, ...] = ()
    phase: Phase = "idle"
    message: str = "Nothing was released yet."
    rollout: Rollout | None = None
    updated_at: datetime | None = None
    decisions: tuple[AuditEntry, ...] = ()  # the newest first

    @property
    def withdrawn_bundles(self) -> frozenset[str]:
        """The ids of the withdrawn bundles."""
        return frozenset(withdrawal.bundle_id for withdrawal in self.withdrawn)

    @property
    def previous(self) -> Release | None:
        """The target of a rollback: the latest release that was in service, is not wanted and not withdrawn."""
        excluded = self.withdrawn_bundles | ({self.wanted.bundle_id} if self.wanted else set())
        served = ([self.in_service] if self.in_service else []) + list(self.earlier)
        return next((release for release in served if release.bundle_id not in excluded), None)

    @property
    def pin_message(self) -> str:
        """Which release is pinned since when, by whom and why, and how to unpin it; empty when none is."""
        if self.pinned is None or self.wanted is None:
            return ""
        return (
            f"{self.wanted.bento_tag} is pinned since {self.pinned.at:%Y-%m-%d %H:%M} UTC by {self.pinned.by} "
            f"({self.pinned.why}). Nothing else is released until somebody unpins it (make unpin)."
        )

    def with_wanted(self, release: Release, attribution: Attribution, **changes: object) -> "ReleaseRecord":
        """The record once `release` is wanted, with further changes."""
        wanted = {
            "wanted": release,
            "phase": "idle",
            "message": f"{release.bento_tag} is wanted; the release agent has not started it yet.",
            "rollout": None,
            "updated_at": attribution.at,
        }
        return self.changed(**(wanted | changes))

    def with_entry(self, kind: Kind, release: Release, attribution: Attribution) -> "ReleaseRecord":
        """The record with another audit entry."""
        entry = AuditEntry(kind=kind, bundle_id=release.bundle_id, bento_tag=release.bento_tag, **dict(attribution))
        return self.changed(decisions=(entry, *self.decisions)[:RECENT_ENTRIES])

    def with_in_service(self, release: Release, attribution: Attribution) -> "ReleaseRecord":
        """The record once `release` is in service; the one before becomes an earlier release."""
        if release == self.in_service:
            return self
        by_tag: dict[str, Release] = {}
        for served in (self.in_service, *self.earlier):
            if served is not None and served.bento_tag != release.bento_tag:
                by_tag.setdefault(served.bento_tag, served)
        earlier = tuple(by_tag.values())[:EARLIER_RELEASES]
        return self.changed(in_service=release, earlier=earlier).with_entry("in service", release, attribution)

    def changed(self, **changes: object) -> "ReleaseRecord":
        """The record with other values."""
        return self.model_copy(update=changes)

    def summary(self) -> str:
        """The record as lines of text, for a terminal."""
        nothing = "nothing"
        pin, rollout = self.pinned, self.rollout
        lines: dict[str, object] = {
            "in service": self.in_service or nothing,
            "wanted": self.wanted or nothing,
            "previous": self.previous or nothing,
            "pinned": f"{pin.at:%Y-%m-%d %H:%M} UTC by {pin.by}: {pin.why}" if pin else "no",
            "withdrawn": ", ".join(withdrawal.bundle_id[:12] for withdrawal in self.withdrawn) or nothing,
            "tried": f"{rollout}, until {rollout.until:%Y-%m-%d %H:%M} UTC" if rollout else "no",
            "phase": f"{self.phase}: {self.message}",
        }
        entries = [
            f"  {entry.at:%Y-%m-%d %H:%M:%S} {entry.kind:10} {entry.bento_tag}  by {entry.by}: {entry.why}"
            for entry in self.decisions
        ]
        return "\n".join(
            [*(f"{name:11} {value}" for name, value in lines.items()), "last decisions", *(entries or [f"  {nothing}"])]
        )
