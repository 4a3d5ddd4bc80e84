"""Warnings: what a person should look at about a cleaned day. They quarantine no day and stop no run.

The comparison of a day with those before it: catalogue/drift.py. The checks that block: blocking.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import dagster as dg

from movie_assets.catalogue.cleaning_version import cleaning_version_of
from movie_assets.defs.checks.blocking import AS_USUAL, Examination, daily_check
from movie_assets.defs.days import DayReader
from movie_assets.defs.resources import ObjectStore
from movie_assets.storage.keys import COUNTS, MOVIES, UNKNOWN_TERMS

if TYPE_CHECKING:
    from movie_assets.catalogue.drift import DaySummary

NEWEST_DAY = "newest_day_is_there"
HOURS_TO_ARRIVE = 12  # after a day's end: the daily refresh runs at 09:00 UTC


def warning_checks(days: dg.DailyPartitionsDefinition) -> Sequence[dg.AssetChecksDefinition]:
    """How each day of cleaned_movies compares with the days before it, and whether the newest day exists."""
    first = days.get_first_partition_key() or ""
    as_usual = daily_check(
        AS_USUAL,
        days,
        "Records can be read, their genres, languages and countries have codes, most synopses are English and films as "
        "long as feature films; their number, ratings, genres and languages are as on the days before.",
        lambda: EarlierDays(first=first).examine,
    )

    @dg.asset_check(
        asset="cleaned_movies",
        name=NEWEST_DAY,
        description=f"Yesterday's films are there, at the latest {HOURS_TO_ARRIVE} hours after its end.",
    )
    def newest_day(store: ObjectStore) -> dg.AssetCheckResult:
        days_there = DayReader(store.bucket(), store.prefix("cleaned_movies")).days()
        expected = day_due(days.get_last_partition_key() or "", now=datetime.now(UTC))
        newest = max(days_there, default="")
        return dg.AssetCheckResult(
            passed=newest >= expected or expected < first,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"expected": f"{max(expected, first)} or later", "actual": newest or "no day"},
        )

    return [as_usual, newest_day]


def day_due(last: str, *, now: datetime) -> str:
    """The day that must exist by now: the last of the calendar, or the one before it during its HOURS_TO_ARRIVE."""
    if not last:
        return ""
    ended = datetime.combine(date.fromisoformat(last), time(), UTC) + timedelta(days=1)
    late = now - ended >= timedelta(hours=HOURS_TO_ARRIVE)
    return last if late else (ended - timedelta(days=2)).date().isoformat()


@dataclass(frozen=True)
class _EarlierDay:
    summary: "DaySummary"
    version: int  # of the rules that cleaned it


class EarlierDays:
    """Compares days with those before them; reads each day once a run.

    The first partition is left out, since it also holds the history, and so are days of another cleaning version, whose
    genres and languages may be named otherwise.
    """

    def __init__(self, *, first: str) -> None:
        self._first = first
        self._days: list[str] | None = None
        self._earlier: dict[str, _EarlierDay] = {}

    def examine(self, reader: DayReader, day: str) -> Examination:
        """The warnings of one day."""
        from movie_assets.catalogue.drift import EARLIER_DAYS, compare, shares, summary_of  # pandas: paid by runs

        if self._days is None:
            self._days = [found for found in reader.days() if found != self._first]
        stored = reader.day(day)
        movies = stored.frame(MOVIES)
        summary, version = summary_of(movies), cleaning_version_of(stored.folder)
        self._earlier[day] = _EarlierDay(summary, version)  # a later day of the run is compared with it
        counts = stored.json(COUNTS)
        del counts["min_films"]
        unknown = stored.json(UNKNOWN_TERMS) if stored.has(UNKNOWN_TERMS) else None
        before = [found for found in self._days if found < day][-EARLIER_DAYS:]
        earlier = [
            one.summary for one in (self._earlier_day(reader, found) for found in before) if one.version == version
        ]
        return Examination(
            {**shares(movies, counts, unknown), **compare(summary, earlier, records=sum(counts.values()))},
            {"films": summary.films, **({"mean_rating": summary.rating_sum / summary.films} if summary.films else {})},
        )

    def _earlier_day(self, reader: DayReader, day: str) -> _EarlierDay:
        from movie_assets.catalogue.drift import summary_of  # as above

        if day not in self._earlier:
            stored = reader.day(day)
            self._earlier[day] = _EarlierDay(summary_of(stored.frame(MOVIES)), cleaning_version_of(stored.folder))
        return self._earlier[day]
