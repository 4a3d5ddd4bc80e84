"""Warnings: what a person should look at about a cleaned day. They quarantine no day and stop no run.

The judgements: catalogue/drift.py. The checks that block: checks.py.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import dagster as dg

from movie_assets.defs.checks.blocking import AS_USUAL, Examined, check_of_days, daily_spec, findings_of
from movie_assets.defs.days import DayReader
from movie_assets.defs.resources import ObjectStore
from movie_assets.storage.keys import COUNTS, MOVIES

if TYPE_CHECKING:
    from movie_assets.catalogue.drift import DaySummary

NEWEST_DAY = "newest_day_is_there"
HOURS_TO_ARRIVE = 12  # after a day's end: the daily refresh runs at 09:00 UTC


def warning_checks(days: dg.DailyPartitionsDefinition) -> Sequence[dg.AssetChecksDefinition]:
    """How each day of cleaned_movies compares with its neighbours, and whether the newest day has come."""
    first = days.get_first_partition_key() or ""
    as_usual = daily_spec(
        AS_USUAL,
        days,
        "Records can be read, most synopses are English and films as long as feature films; their number, ratings, "
        "genres and languages are as on the 28 days before.",
        blocking=False,
    )

    @dg.asset_check(
        asset="cleaned_movies",
        name=NEWEST_DAY,
        description=f"The day that ended last is there, at the latest {HOURS_TO_ARRIVE} hours after its end.",
    )
    def newest_day(store: ObjectStore) -> dg.AssetCheckResult:
        there = DayReader(store.bucket(), store.prefix("cleaned_movies")).days()
        expected = day_due(days.get_last_partition_key() or "", now=datetime.now(UTC))
        newest = there[-1] if there else ""
        return dg.AssetCheckResult(
            passed=newest >= expected or expected < first,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"expected": f"{max(expected, first)} or later", "actual": newest or "no day"},
        )

    return [check_of_days(as_usual, lambda: LastDays(first=first).examine), newest_day]


def day_due(last: str, *, now: datetime) -> str:
    """The day that must be there by now: the calendar's last one, or the one before while that may still come."""
    if not last:
        return ""
    ended = datetime.combine(date.fromisoformat(last), time(), UTC) + timedelta(days=1)
    late = now - ended >= timedelta(hours=HOURS_TO_ARRIVE)
    return last if late else (ended - timedelta(days=2)).date().isoformat()


class LastDays:
    """The days before each day, every one read once a run. The first partition also holds the history: it is no
    measure for any other day.
    """

    def __init__(self, *, first: str) -> None:
        self._first = first
        self._there: list[str] | None = None
        self._summaries: dict[str, DaySummary] = {}

    def examine(self, reader: DayReader, day: str) -> Examined:
        """The warnings of one day."""
        from movie_assets.catalogue.drift import EARLIER_DAYS, compare, shares, summary_of  # pandas: paid by runs

        if self._there is None:
            self._there = [found for found in reader.days() if found != self._first]
        kept = reader.day(day)
        movies = kept.frame(MOVIES)
        summary = self._summaries[day] = summary_of(movies)  # a later day of the run is compared with it
        counts = kept.json(COUNTS)
        del counts["min_films"]
        before = [found for found in self._there if found < day][-EARLIER_DAYS:]
        earlier = [self._summary(reader, found) for found in before]
        return Examined(
            findings_of({**shares(movies, counts), **compare(summary, earlier)}),
            {"films": summary.films, **({"mean_rating": summary.rating_sum / summary.films} if summary.films else {})},
        )

    def _summary(self, reader: DayReader, day: str) -> "DaySummary":
        from movie_assets.catalogue.drift import summary_of  # as above

        if day not in self._summaries:
            self._summaries[day] = summary_of(reader.frame(day, MOVIES))
        return self._summaries[day]
