"""A release that is tried beside what is in service, for a while: watched, and judged at every look.

What follows from a verdict: agent.py. How requests get to both: route.py. How answers are compared: comparison.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from movie_assets.release.record import Release, Rollout, RolloutKind
from movie_assets.serving_host.answer_shift import Comparison, Shift
from movie_assets.serving_host.service_client import Answered, ServiceIdentity, count_answers, service_identity
from movie_assets.serving_host.slot import Slot

MOST_SILENT_LOOKS = 3  # in a row: one may be a busy moment
MOST_MORE_ERRORS = 0.01  # share of requests beyond the old service's
FEWEST_COMPARED = 10  # predictions of each; of fewer a mean says nothing


@dataclass(frozen=True, kw_only=True)
class RolloutRules:
    """How a release gets into service: at once (switch), or tried beside the old one first."""

    kind: Literal["switch"] | RolloutKind
    percent: int
    period: timedelta
    most_shift: float  # rating points

    def begin(self, now: datetime) -> Rollout | None:
        """What is told of a release that is tried from now on; None where releases are not tried."""
        if self.kind == "switch":
            return None
        return Rollout(kind=self.kind, percent=self.percent, begun_at=now, until=now + self.period)


@dataclass(frozen=True)
class Verdict:
    """What was seen so far: in words, and whether that is a reason to take the release back."""

    words: str
    refusal: str | None = None


@dataclass(frozen=True)
class Asking:
    """The questions a watch asks, so that a test can answer them."""

    service_identity: Callable[[str, str | None], ServiceIdentity] = service_identity
    count_answers: Callable[[str], Answered | None] = count_answers


class Watch:
    """One release on trial, from when it is made until it is over."""

    def __init__(
        self,
        release: Release,
        rollout: Rollout,
        *,
        old: Slot,
        new: Slot,
        comparison: Comparison,
        most_shift: float,
        key: str | None,
        asking: Asking | None = None,
    ) -> None:
        self.release = release
        self.rollout = rollout
        self.slot = new
        self._old = old
        self._comparison = comparison
        self._most_shift = most_shift
        self._key = key
        self._asking = asking or Asking()
        self._silent = 0
        self._before = {slot.url: self._asking.count_answers(slot.url) or Answered(0, 0) for slot in (old, new)}
        self._latest = dict(self._before)

    def look(self) -> Verdict:
        """What is to be said of it now."""
        errors = self._errors()
        shift = self._comparison.read_on()
        refusal = self._silence() or errors or self._too_far(shift)
        return Verdict(self._in_words(shift), refusal)

    def _silence(self) -> str | None:
        presence = self._asking.service_identity(self.slot.url, self._key)
        if presence.bento_tag == self.release.bento_tag:
            self._silent = 0
            return None
        self._silent += 1
        if presence.refusal:
            return f"it stopped serving: {presence.refusal}"
        return "it did not answer any more" if self._silent >= MOST_SILENT_LOOKS else None

    def _errors(self) -> str | None:
        for url, known in self._latest.items():
            counted = self._asking.count_answers(url) or known
            if url == self.slot.url and counted.requests < known.requests:
                return "it ended, and was started again"
            self._latest[url] = counted
        old, new = (self._counted(slot) for slot in (self._old, self.slot))
        if new.errors / max(new.requests, 1) <= old.errors / max(old.requests, 1) + MOST_MORE_ERRORS:
            return None
        return (
            f"it answered {new.errors:,} of {new.requests:,} requests with an error, "
            f"the old one {old.errors:,} of {old.requests:,}"
        )

    def _counted(self, slot: Slot) -> Answered:
        return self._latest[slot.url].since(self._before[slot.url])

    def _too_far(self, shift: Shift) -> str | None:
        if min(shift.old, shift.new) < FEWEST_COMPARED or not shift.is_beyond(self._most_shift):
            return None
        return f"its ratings are {_points(shift)}, more than the {self._most_shift:g} that are allowed"

    def _in_words(self, shift: Shift) -> str:
        errors = f"{self._counted(self.slot).errors:,} errors"
        if min(shift.old, shift.new) < FEWEST_COMPARED:
            return f"{in_words(self.rollout)}: {shift.new:,} predictions, too few to compare, {errors}"
        return f"{in_words(self.rollout)}: {_points(shift)}, {errors}"


def in_words(rollout: Rollout) -> str:
    """How a release is tried, and for how long."""
    minutes = (rollout.until - rollout.begun_at) / timedelta(minutes=1)
    return f"{rollout.kind} of {rollout.percent} % for {minutes:.3g} min"


def _points(shift: Shift) -> str:
    among = f"the same {shift.new:,} requests" if shift.is_paired else f"{shift.new:,} requests beside {shift.old:,}"
    return f"{shift.points:+.2f} rating points (± {2 * shift.error:.2f}) from the old one's on {among}"
