"""The form of the release record: what is wanted, in service, earlier, pinned and withdrawn, and what was decided.

Reading, changing and keeping it: release/store.py.
"""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

SHOWN_DECISIONS = 10  # in the record itself; all of them are under `releases/`
EARLIER_RELEASES = 5  # how far back a rollback, repeated, can go

Phase = Literal["idle", "switching", "failed"]
Kind = Literal["release", "in service", "failed", "taken back", "rollback", "pin", "unpin"]
RolloutKind = Literal["canary", "shadow"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Release(_Frozen):
    """One Bento to be put in service, and the champion it is of."""

    bundle_id: str
    bento_tag: str
    bento_key: str  # of its archive in the bucket
    bento_sha256: str  # of the archive
    source: str
    day: str  # the champion's
    requested_at: datetime


class Said(_Frozen):
    """Who said something, when and why."""

    at: datetime
    by: str
    why: str


class Withdrawal(Said):
    """A bundle that was rolled back, or taken back while it was tried: never released again by itself."""

    bundle_id: str


class Rollout(_Frozen):
    """How what is wanted is being tried beside what is in service, and until when."""

    kind: RolloutKind
    percent: int  # of the requests that it answers (canary), or answers unheard (shadow)
    begun_at: datetime
    until: datetime


class Decision(Said):
    """What was asked of the record, or what the release agent made of it."""

    kind: Kind
    bundle_id: str
    bento_tag: str

    @property
    def name(self) -> str:
        """The name of its object; names sort by time."""
        return f"{self.at:%Y-%m-%dT%H%M%S.%f}-{self.kind.replace(' ', '-')}-{self.bundle_id[:12]}.json"


class ReleaseRecord(_Frozen):
    """What is wanted, what runs, what holds it there, and one sentence about the last switch."""

    wanted: Release | None = None
    in_service: Release | None = None
    earlier: tuple[Release, ...] = ()  # in service before, the latest first
    pinned: Said | None = None  # while it is, nothing but `wanted` may be asked for
    withdrawn: tuple[Withdrawal, ...] = ()
    phase: Phase = "idle"
    message: str = "Nothing was released yet."
    rollout: Rollout | None = None
    updated_at: datetime | None = None
    decisions: tuple[Decision, ...] = ()  # the newest first

    @property
    def withdrawn_bundles(self) -> frozenset[str]:
        """The ids of the bundles that were rolled back or taken back."""
        return frozenset(one.bundle_id for one in self.withdrawn)

    @property
    def previous(self) -> Release | None:
        """What a rollback would put in service: the latest that was, other than what is wanted and not withdrawn."""
        out = self.withdrawn_bundles | ({self.wanted.bundle_id} if self.wanted else set())
        served = ([self.in_service] if self.in_service else []) + list(self.earlier)
        return next((release for release in served if release.bundle_id not in out), None)

    def with_wanted(self, release: Release, said: Said) -> "ReleaseRecord":
        """The record once `release` is asked for."""
        return self._but(
            wanted=release,
            phase="idle",
            message=f"{release.bento_tag} is wanted; the release agent has not begun.",
            rollout=None,
            updated_at=said.at,
        )

    def with_decision(self, kind: Kind, release: Release, said: Said) -> "ReleaseRecord":
        """The record with one decision more on top."""
        decision = Decision(kind=kind, bundle_id=release.bundle_id, bento_tag=release.bento_tag, **dict(said))
        return self._but(decisions=(decision, *self.decisions)[:SHOWN_DECISIONS])

    def with_in_service(self, release: Release, said: Said) -> "ReleaseRecord":
        """The record once `release` serves; what served before becomes an earlier one."""
        if release == self.in_service:
            return self
        tags = {release.bento_tag}
        earlier = []
        for one in (self.in_service, *self.earlier):
            if one is not None and one.bento_tag not in tags:
                earlier.append(one)
                tags.add(one.bento_tag)
        serving = self._but(in_service=release, earlier=tuple(earlier[:EARLIER_RELEASES]))
        return serving.with_decision("in service", release, said)

    def _but(self, **changed: object) -> "ReleaseRecord":
        return self.model_copy(update=changed)
