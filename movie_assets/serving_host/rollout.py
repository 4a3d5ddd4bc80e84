"""Rollouts: the rules of a rollout, and Watch, which assesses the tried release beside the one in service.

A further reason to take a release back belongs in Watch. Requests are split by route.py, predictions compared by
answer_shift.py; agent.py acts on the verdict.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from movie_assets.release.record import Release, Rollout, RolloutKind
from movie_assets.serving_host.answer_shift import Comparison, Shift
from movie_assets.serving_host.service_client import RequestCounts, ServiceClient

MAX_SILENT_LOOKS = 3  # in a row: a single one may be a busy moment
MAX_MORE_ERRORS = 0.01  # share of requests beyond the old service's
MIN_COMPARED = 10  # predictions of each: a mean of fewer says nothing


@dataclass(frozen=True, kw_only=True)
class RolloutRules:
    """How releases get into service: at once (switch), or after a rollout."""

    kind: Literal["switch"] | RolloutKind
    percent: int
    period: timedelta
    most_shift: float  # rating points

    def begin(self, now: datetime) -> Rollout | None:
        """The rollout of a release that starts now; None for a switch."""
        if self.kind == "switch":
            return None
        return Rollout(kind=self.kind, percent=self.percent, begun_at=now, until=now + self.period)


@dataclass(frozen=True)
class Verdict:
    """The figures of a rollout so far, and the reason to take the release back, if there is one."""

    summary: str
    problem: str | None = None


class Watch:
    """One release during its rollout."""

    def __init__(
        self,
        release: Release,
        rollout: Rollout,
        *,
        old: ServiceClient,
        new: ServiceClient,
        comparison: Comparison,
        most_shift: float,
    ) -> None:
        self.release = release
        self.rollout = rollout
        self._old = old
        self.new = new
        self._comparison = comparison
        self._most_shift = most_shift
        self._silent_looks = 0
        self._before = {service: service.request_counts() or RequestCounts(0, 0) for service in (old, new)}
        self._latest = dict(self._before)

    def look(self) -> Verdict:
        """The verdict by now."""
        errors = self._error_problem()
        shift = self._comparison.update()
        problem = self._silence_problem() or errors or self._shift_problem(shift)
        return Verdict(self._summary(shift), problem)

    def _silence_problem(self) -> str | None:
        identity = self.new.identity()
        if identity.bento_tag == self.release.bento_tag:
            self._silent_looks = 0
            return None
        self._silent_looks += 1
        if identity.problem:
            return f"it stopped serving: {identity.problem}"
        return "it did not answer any more" if self._silent_looks >= MAX_SILENT_LOOKS else None

    def _error_problem(self) -> str | None:
        for service, known in self._latest.items():
            counts = service.request_counts() or known
            if service is self.new and counts.requests < known.requests:
                return "it ended, and was started again"
            self._latest[service] = counts
        old, new = self._counts(self._old), self._counts(self.new)
        if new.errors / max(new.requests, 1) <= old.errors / max(old.requests, 1) + MAX_MORE_ERRORS:
            return None
        return (
            f"it answered {new.errors:,} of {new.requests:,} requests with an error, "
            f"the old one {old.errors:,} of {old.requests:,}"
        )

    def _counts(self, service: ServiceClient) -> RequestCounts:
        return self._latest[service].since(self._before[service])

    def _shift_problem(self, shift: Shift) -> str | None:
        if min(shift.old, shift.new) < MIN_COMPARED or not shift.is_beyond(self._most_shift):
            return None
        return f"its ratings are {_described(shift)}, more than the {self._most_shift:g} that are allowed"

    def _summary(self, shift: Shift) -> str:
        errors = f"{self._counts(self.new).errors:,} errors"
        if min(shift.old, shift.new) < MIN_COMPARED:
            return f"{self.rollout}: {shift.new:,} predictions, too few to compare, {errors}"
        return f"{self.rollout}: {_described(shift)}, {errors}"


def _described(shift: Shift) -> str:
    among = f"the same {shift.new:,} requests" if shift.is_paired else f"{shift.new:,} requests beside {shift.old:,}"
    return f"{shift.points:+.2f} rating points (± {2 * shift.error:.2f}) from the old one's on {among}"
