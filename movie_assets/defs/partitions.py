"""The daily partition, and how a run asks for days.

One partition a day, UTC, never one a film. Every partitioned asset has the same definition and the same policy, so
that one run can do many days of the whole line.
"""

import warnings
from datetime import date, timedelta

import dagster as dg

# Many days in one run, each with its own checks, are marked beta and preview; we rely on them and pin the version.
warnings.filterwarnings("ignore", message=".*backfill_policy", category=dg.BetaWarning)
warnings.filterwarnings("ignore", message=".*partitions_def on an AssetCheckSpec", category=dg.PreviewWarning)

SEARCH_EVERY_DAYS = 7
SINGLE_RUN = dg.BackfillPolicy.single_run()


def daily(start: date, end: date | None = None) -> dg.DailyPartitionsDefinition:
    """The days from `start` to `end`, both included, or to yesterday."""
    after_end = (end + timedelta(days=1)).isoformat() if end else None
    return dg.DailyPartitionsDefinition(start_date=start.isoformat(), end_date=after_end, timezone="UTC")


def latest_search_day(day: str, *, start: date) -> str:
    """The newest day up to `day` on which settings are searched in full: the first partition, then weekly."""
    since_start = (date.fromisoformat(day) - start).days
    return (start + timedelta(days=since_start - since_start % SEARCH_EVERY_DAYS)).isoformat()
