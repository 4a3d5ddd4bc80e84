"""Warnings: what a person should look at about a cleaned day. None of them holds a day back or stops a run.

The judgements: catalogue/comparison.py. The checks that do hold a day: checks.py.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import dagster as dg

from movie_assets.defs.checks import Finding, checks_of
from movie_assets.defs.days import DayReader
from movie_assets.defs.resources import ObjectStore
from movie_assets.storage.names import COUNTS, MOVIES

if TYPE_CHECKING:
    from movie_assets.catalogue.comparison import DaySummary

WARNINGS = {
    "few_records_are_unreadable": "Hardly a record of the day was gone or malformed.",
    "synopses_are_mostly_english": "Most synopses can be read for their mood.",
    "runtimes_are_plausible": "Most films are as long as a feature film.",
    "as_many_films_as_usual": "About as many films as on the 28 days before.",
    "ratings_are_as_usual": "The mean rating is near that of the 28 days before.",
    "genres_are_as_usual": "Main genres are mixed as on the 28 days before.",
    "languages_are_as_usual": "Original languages are mixed as on the 28 days before.",
}
NEWEST_DAY = "newest_day_is_there"
HOURS_TO_ARRIVE = 12  # after a day's end: the daily refresh runs at 09:00 UTC


def warning_checks(days: dg.DailyPartitionsDefinition) -> Sequence[dg.AssetChecksDefinition]:
    """The warnings of each day of cleaned_movies, and whether its newest day has come."""
    first = days.get_first_partition_key() or ""
    daily = checks_of(
        "cleaned_movies",
        days,
        WARNINGS,
        lambda reader: LastDays(reader, first=first).examine,
        name="cleaned_movies_warnings",
        warns=True,
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

    return [daily, newest_day]


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

    def __init__(self, reader: DayReader, *, first: str) -> None:
        self._reader = reader
        self._there = [day for day in reader.days() if day != first]
        self._summaries: dict[str, DaySummary] = {}

    def examine(self, day: str) -> Iterator[Finding]:
        """The warnings of one day."""
        from movie_assets.catalogue.comparison import EARLIER_DAYS, compare, shares, summary_of  # pandas: paid by runs

        kept = self._reader.day(day)
        movies = kept.frame(MOVIES)
        self._summaries[day] = summary_of(movies)  # a later day of the run is compared with it
        counts = kept.json(COUNTS)
        del counts["min_films"]
        earlier = [found for found in self._there if found < day][-EARLIER_DAYS:]
        verdicts = {
            **shares(movies, counts),
            **compare(self._summaries[day], [self._summary(found) for found in earlier]),
        }
        for name, verdict in verdicts.items():
            yield Finding(check=name, passed=verdict.passed, expected=verdict.expected, actual=verdict.actual)

    def _summary(self, day: str) -> "DaySummary":
        from movie_assets.catalogue.comparison import summary_of  # as above

        if day not in self._summaries:
            self._summaries[day] = summary_of(self._reader.frame(day, MOVIES))
        return self._summaries[day]
