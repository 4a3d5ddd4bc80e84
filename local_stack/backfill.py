"""Backfills of the running stack: which days to launch, a progress bar for each asset, and why days failed.

Which days are stale, and which version cleaned each: movie_assets/training/staleness.py.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from local_stack.dagster_api import DAILY_ASSETS, DagsterApi
from local_stack.errors import ShutdownRequested, StackError
from movie_assets.catalogue.cleaning_version import CLEANING_VERSION
from movie_assets.storage.folders import ranges_of

POLL_SECONDS = 2.0  # a poll costs Dagster some work
ENDED_STATES = {"COMPLETED", "COMPLETED_SUCCESS", "COMPLETED_FAILED", "CANCELED", "FAILED"}
MAX_NAMED_DAYS = 10
RETRAINED_ASSETS = ("encoders", "trained_candidates", "best_model")
CATALOGUE = "raw_tmdb,cleaned_movies"

Days = Mapping[str, Sequence[str]]  # asset -> days, in order


def days_to_backfill(
    calendar: Mapping[str, Mapping[str, bool]], first: str, last: str, *, everything: bool
) -> dict[str, list[str]]:
    """The missing days from `first` to `last` of each asset, with the assets downstream on those days; or every day.

    Raises StackError when the range is not in the calendar.
    """
    known = list(next(iter(calendar.values())))
    if not known[0] <= first <= last <= known[-1]:
        raise StackError(f"The days are {known[0]} to {known[-1]}; {first} to {last} is not a range of them.")
    days_of: dict[str, list[str]] = {asset: [] for asset in calendar}
    for day in (day for day in known if first <= day <= last):
        launched = everything
        for asset in calendar:
            launched = launched or not calendar[asset][day]
            if launched:  # also where it is materialized: its upstream changes
                days_of[asset].append(day)
    return {asset: days for asset, days in days_of.items() if days}


def days_to_retrain(states: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Every trained day from the first stale one on, since each day learns from the champion of the day before."""
    stale = [state["day"] for state in states if state["stale"]]
    if not stale:
        return {}
    trained = [state["day"] for state in states if "encoders" in state["there"] and state["day"] >= stale[0]]
    return dict.fromkeys(RETRAINED_ASSETS, trained)


def days_to_clean_again(states: Sequence[Mapping[str, Any]]) -> list[str]:
    """The days whose films were cleaned by another version of the rules than the current one, in order."""
    return [state["day"] for state in states if state["cleaning_version"] not in {None, CLEANING_VERSION}]


def clean_again(
    api: DagsterApi, states: Sequence[Mapping[str, Any]], console: Console, *, every: float = POLL_SECONDS
) -> None:
    """Clean the days of another version from their raw days, then raise StackError naming those that cannot be.

    `states` is what `days --json` prints.
    """
    outdated = days_to_clean_again(states)
    if not outdated:
        console.print(f"Every cleaned day is of the current version, {CLEANING_VERSION}.")
        return
    calendar = api.calendar(["cleaned_movies"])["cleaned_movies"]
    raw = {state["day"] for state in states if "raw_tmdb" in state["there"]}
    left = [
        f"{first} to {last}: outside the stack's days, {min(calendar)} to {max(calendar)}. Set MOVIE_START_DATE and "
        "MOVIE_END_DATE so that they include these, and run this again."
        for first, last in ranges_of(day for day in outdated if day not in calendar)
    ] + [
        f"{first} to {last}: no raw films. Fetch them: make backfill FROM={first} TO={last} ASSETS={CATALOGUE} ALL=1"
        for first, last in ranges_of(day for day in outdated if day in calendar and day not in raw)
    ]
    failures = ["\n".join(["These days cannot be cleaned again:", *(f"  {line}" for line in left)])] if left else []
    if days := [day for day in outdated if day in calendar and day in raw]:
        try:
            run_backfill(api, {"cleaned_movies": days}, console, every=every)
        except StackError as error:
            failures.insert(0, str(error))
    if failures:
        raise StackError("\n".join(failures))


def assets_in_order(assets: str | None) -> list[str]:
    """The daily assets named in a comma-separated list, in the order of the graph; all of them for None.

    Raises StackError for an unknown name.
    """
    if not assets:
        return DAILY_ASSETS
    named = {name.strip() for name in assets.split(",")}
    if unknown := named - set(DAILY_ASSETS):
        raise StackError(f"No daily asset is called {', '.join(sorted(unknown))}; there are {', '.join(DAILY_ASSETS)}.")
    return [asset for asset in DAILY_ASSETS if asset in named]


def run_backfill(api: DagsterApi, days: Days, console: Console, *, every: float = POLL_SECONDS) -> None:
    """Backfill these days, return once all are materialized; raises StackError naming those that are not, and why."""
    backfill = api.launch(days)
    page = f"{api.url}/runs/b/{backfill}"
    console.print(f"Launched in Dagster: {page}", markup=False)
    if waiting := api.unhealthy_daemons():
        console.print(f"Waiting for Dagster's daemons: {', '.join(waiting).lower()}", markup=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        with Progress(*columns, console=console) as progress:
            bars = {asset: progress.add_task(asset, total=len(chosen)) for asset, chosen in days.items()}
            status = _watch(api, backfill, days, progress, bars, every=every)
    except ShutdownRequested:
        console.print(f"The backfill continues in Dagster, where you can cancel it: {page}", markup=False)
        raise
    made = api.materialized_days(backfill)
    if missing := {
        asset: lack for asset, chosen in days.items() if (lack := sorted(set(chosen) - made.get(asset, set())))
    }:
        raise StackError(_report(api, backfill, status, missing))


def _watch(
    api: DagsterApi, backfill: str, days: Days, progress: Progress, bars: Mapping[str, TaskID], *, every: float
) -> str:
    """Poll until all days are materialized or the backfill has ended; its status then.

    Dagster marks a backfill as ended up to half a minute after its last run.
    """
    while True:
        status = api.backfill_status(backfill)
        made = api.materialized_days(backfill)
        counts = {asset: len(made.get(asset, set()).intersection(chosen)) for asset, chosen in days.items()}
        for asset, count in counts.items():
            progress.update(bars[asset], completed=count)
        if status in ENDED_STATES or all(counts[asset] == len(chosen) for asset, chosen in days.items()):
            return status
        time.sleep(every)


def _report(api: DagsterApi, backfill: str, status: str, missing: Days) -> str:
    lines = [f"The backfill {backfill} ended ({status.lower()}) without these days:"]
    for asset, lack in missing.items():
        more = f" and {len(lack) - MAX_NAMED_DAYS} more" if len(lack) > MAX_NAMED_DAYS else ""
        lines.append(f"  {asset}: {', '.join(lack[:MAX_NAMED_DAYS])}{more}")
    runs = api.runs("FAILURE", "CANCELED", backfill_id=backfill)
    what_to_do = "The finished days are kept; run the command again for the rest."
    return "\n".join([*lines, *(api.failure_of(run) for run in runs), what_to_do])
