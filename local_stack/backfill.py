"""Backfills of the running stack: which days to ask for, a bar for each asset, and why days failed.

What Dagster is asked: dagster_api.py. Which days are out of order: movie_assets/training/staleness.py.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from local_stack.dagster_api import DAILY_ASSETS, DagsterApi
from local_stack.errors import ShutdownRequested, StackError

ASK_EVERY_SECONDS = 2.0  # asking costs Dagster some work
ENDED = {"COMPLETED", "COMPLETED_SUCCESS", "COMPLETED_FAILED", "CANCELED", "FAILED"}
SHOWN_DAYS = 10
RETRAINED_ASSETS = ("encoders", "trained_candidates", "best_model")

Days = Mapping[str, Sequence[str]]  # asset -> days, in order


def days_to_ask(
    calendar: Mapping[str, Mapping[str, bool]], first: str, last: str, *, everything: bool
) -> dict[str, list[str]]:
    """The days from `first` to `last` that each asset lacks, and what follows it on those days; or all of them.

    Raises StackError when a day is not in the calendar.
    """
    known = list(next(iter(calendar.values())))
    if not known[0] <= first <= last <= known[-1]:
        raise StackError(f"There are days from {known[0]} to {known[-1]}, in this order; {first} to {last} was asked.")
    asked: dict[str, list[str]] = {asset: [] for asset in calendar}
    for day in (day for day in known if first <= day <= last):
        wanted = everything
        for asset in calendar:
            wanted = wanted or not calendar[asset][day]
            if wanted:  # also where it is there: it was made of something else
                asked[asset].append(day)
    return {asset: days for asset, days in asked.items() if days}


def days_to_retrain(states: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Every trained day from the first stale one on: each learns from the champion of the day before."""
    late = [state["day"] for state in states if state["stale"]]
    if not late:
        return {}
    trained = [state["day"] for state in states if "encoders" in state["there"] and state["day"] >= late[0]]
    return dict.fromkeys(RETRAINED_ASSETS, trained)


def line_of(assets: str | None) -> list[str]:
    """Assets named with commas, in the order of the line; all of them for None. Raises StackError for another name."""
    if not assets:
        return DAILY_ASSETS
    named = {name.strip() for name in assets.split(",")}
    if unknown := named - set(DAILY_ASSETS):
        raise StackError(f"No asset has days and is called {', '.join(sorted(unknown))}; {', '.join(DAILY_ASSETS)} do.")
    return [asset for asset in DAILY_ASSETS if asset in named]


def fill(api: DagsterApi, days: Days, console: Console, *, every: float = ASK_EVERY_SECONDS) -> None:
    """Have these days made and return when all of them are; raises StackError naming those that are not, and why."""
    backfill = api.launch(days)
    page = f"{api.url}/runs/b/{backfill}"
    console.print(f"Asked Dagster: {page}", markup=False)
    if waiting := api.unhealthy_daemons():
        console.print(f"It begins once Dagster's daemons are up: {', '.join(waiting).lower()}", markup=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        with Progress(*columns, console=console) as progress:
            bars = {asset: progress.add_task(asset, total=len(asked)) for asset, asked in days.items()}
            status = _watch(api, backfill, days, progress, bars, every=every)
    except ShutdownRequested:
        console.print(f"The backfill goes on in Dagster, where it can be cancelled: {page}", markup=False)
        raise
    made = api.days_made(backfill)
    if missing := {
        asset: lack for asset, asked in days.items() if (lack := sorted(set(asked) - made.get(asset, set())))
    }:
        raise StackError(_told(api, backfill, status, missing))


def _watch(
    api: DagsterApi, backfill: str, days: Days, progress: Progress, bars: Mapping[str, TaskID], *, every: float
) -> str:
    """Dagster's last word on the backfill. It closes one up to half a minute after the last run; we need not wait."""
    while True:
        status = api.backfill_status(backfill)
        made = api.days_made(backfill)
        counts = {asset: len(made.get(asset, set()).intersection(asked)) for asset, asked in days.items()}
        for asset, count in counts.items():
            progress.update(bars[asset], completed=count)
        if status in ENDED or all(counts[asset] == len(asked) for asset, asked in days.items()):
            return status
        time.sleep(every)


def _told(api: DagsterApi, backfill: str, status: str, missing: Days) -> str:
    lines = [f"The backfill {backfill} ended ({status.lower()}) with days that were not made:"]
    for asset, lack in missing.items():
        more = f" and {len(lack) - SHOWN_DAYS} more" if len(lack) > SHOWN_DAYS else ""
        lines.append(f"  {asset}: {', '.join(lack[:SHOWN_DAYS])}{more}")
    runs = api.runs("FAILURE", "CANCELED", backfill_id=backfill)
    return "\n".join(
        [*lines, *(api.why_it_failed(run) for run in runs), "What is there is kept; ask again for the rest."]
    )
