"""The daily partition and the policy that all partitioned assets share, so that one run can do many days of them all.

One partition a day, UTC, never one a film.
"""

import warnings
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import dagster as dg

# Many days in one run and checks of single days are marked beta and preview; we rely on both and pin the version.
warnings.filterwarnings("ignore", message=".*backfill_policy", category=dg.BetaWarning)
warnings.filterwarnings("ignore", message=".*partitions_def on an AssetCheckSpec", category=dg.PreviewWarning)

SEARCH_EVERY_DAYS = 7
OWNERS = ["team:platform"]


def daily(start: date, end: date | None = None) -> dg.DailyPartitionsDefinition:
    """The days from `start` to `end`, both included, or to yesterday."""
    after_end = (end + timedelta(days=1)).isoformat() if end else None
    return dg.DailyPartitionsDefinition(start_date=start.isoformat(), end_date=after_end, timezone="UTC")


def daily_asset(
    days: dg.DailyPartitionsDefinition, *, group: str, **options: Any
) -> Callable[..., Callable[[Callable[..., Any]], dg.AssetsDefinition]]:
    """The decorator of an asset with one folder a day; `options` are those of `dg.asset`."""
    return partial(
        dg.asset,
        partitions_def=days,
        backfill_policy=dg.BackfillPolicy.single_run(),
        io_manager_key="days",
        group_name=group,
        owners=OWNERS,
        **options,
    )


def latest_search_day(day: str, *, start: date) -> str:
    """The newest day up to `day` on which settings are searched in full: the first partition, then weekly."""
    since_start = (date.fromisoformat(day) - start).days
    return (start + timedelta(days=since_start - since_start % SEARCH_EVERY_DAYS)).isoformat()
