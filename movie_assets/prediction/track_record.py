"""TrackRecord: the residuals of a name's films released before a day. How it is fitted: training/encoders.py."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from functools import cached_property

from pydantic import BaseModel, ConfigDict


class TrackRecord(BaseModel):
    """The cumulative residuals of each name, day by day.

    The mean is shrunk towards 0 by `half_at`: with evidence of that weight it counts half.
    """

    model_config = ConfigDict(frozen=True)

    half_at: float
    names: tuple[str, ...]
    starts: tuple[int, ...]  # the place of a name's first day; one more at the end
    days: tuple[int, ...]  # ordinals, ascending within a name
    sums: tuple[float, ...]  # weighted residuals in rating points up to and with that day
    weights: tuple[float, ...]  # and their weight

    def of(self, names: Sequence[str], day: date | None) -> tuple[float, float]:
        """The shrunk mean in rating points and its evidence (0 to 1), of films released before `day`, or of all."""
        total = weight = 0.0
        for name in names:
            found = self._place.get(name)
            if found is None:
                continue
            start, end = self.starts[found], self.starts[found + 1]
            last = (end if day is None else bisect_left(self.days, day.toordinal(), start, end)) - 1
            if last >= start:
                total += self.sums[last]
                weight += self.weights[last]
        return total / (weight + self.half_at), weight / (weight + self.half_at)

    @cached_property
    def _place(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.names)}
