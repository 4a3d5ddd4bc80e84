"""kill -9 at ten random moments of a backfill: `make drill`. Prints a verdict, and exits with 1 if anything differs.

The moments, their order and their victims follow from the seed, which is printed; `SEED=` sets it. The stack:
drilled_stack.py. The conditions at the end: verdict.py.
"""

import argparse
import contextlib
import io
import os
import random
import signal
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from benchmarks.drill.drilled_stack import DAYS, DISTURBED, UNDISTURBED, DrilledStack, drilled_stack
from benchmarks.drill.verdict import differences, stray_objects
from local_stack.backfill import days_to_backfill, run_backfill
from local_stack.errors import ShutdownRequested, StackError, listen
from tests.support.platform import LINE

VICTIMS = ("run", "daemon", "s3")
KILLS = 10
WAIT_SECONDS = 900
POLL_SECONDS = 0.2
MARGIN = 3  # days after the start and before the end, so that every kill is during a backfill


@dataclass(frozen=True)
class Kill:
    """Which process to kill, after how many days of all assets together, and how long after them."""

    victim: str
    finished_days: int
    seconds_later: float


def planned(seed: int, *, assets: int) -> list[Kill]:
    """Ten kills in their order, each victim at least three times; the same for the same seed."""
    chance = random.Random(seed)
    victims = [*VICTIMS * (KILLS // len(VICTIMS)), *chance.sample(VICTIMS, KILLS % len(VICTIMS))]
    chance.shuffle(victims)
    moments = sorted(chance.sample(range(MARGIN, assets * len(DAYS) - MARGIN), KILLS))
    return [Kill(victim, moment, chance.random()) for victim, moment in zip(victims, moments, strict=True)]


def backfill_missing(stack: DrilledStack, assets: list[str]) -> int:
    """Backfill the missing days, as `make backfill` does; how many they are. Raises StackError if some stay missing."""
    missing = days_to_backfill(stack.api.calendar(assets), DAYS[0], DAYS[-1], everything=False)
    if missing:
        run_backfill(stack.api, missing, Console(file=io.StringIO()))
    return sum(len(days) for days in missing.values())


def drill(seed: int, assets: list[str], folder: Path) -> list[str]:
    """Run the drill in an empty folder; the differences from an undisturbed run."""
    began = time.monotonic()
    backfills, kills_are_over = 0, threading.Event()

    def report(text: str) -> None:
        print(f"[{time.monotonic() - began:6.1f} s] {text}", flush=True)

    def backfill_until_kills_are_over() -> None:
        nonlocal backfills
        while not kills_are_over.is_set():
            with contextlib.suppress(StackError):  # the next backfill has the missing days
                backfill_missing(stack, assets)
            backfills += 1

    report(f"seed {seed}: {KILLS} kills in {len(DAYS)} days of {', '.join(assets)}")
    with drilled_stack(folder) as stack:
        report("the stack is up; first the same days undisturbed")
        stack.run_undisturbed(assets)
        report("done; now the disturbed backfill")
        thread = threading.Thread(target=backfill_until_kills_are_over, daemon=True)
        thread.start()
        for number, kill in enumerate(planned(seed, assets=len(assets)), start=1):
            report(f"{number:2} of {KILLS}: {strike(stack, kill, assets)}")
        report("the last kill is done; waiting for the last disturbed backfill")
        kills_are_over.set()
        thread.join(WAIT_SECONDS)
        if thread.is_alive():
            raise StackError(f"The last backfill did not end within {WAIT_SECONDS} s.")
        days = backfill_missing(stack, assets)
        report(f"{backfills} disturbed backfills, and one more with the {days} days still missing")
        stack.wait_for_checks(assets, seconds=WAIT_SECONDS)
        for bucket in (UNDISTURBED, DISTURBED):
            report(f"{stray_objects(stack.bucket(bucket), assets)} objects in {bucket} are in no manifest")
        return differences(stack, assets)


def strike(stack: DrilledStack, kill: Kill, assets: list[str]) -> str:
    """Wait for the moment and kill; the victim, and the day that was under way."""
    deadline = time.monotonic() + WAIT_SECONDS
    while len(stack.finished_days(assets)) < kill.finished_days or (process := stack.process_of(kill.victim)) is None:
        if time.monotonic() > deadline:
            raise StackError(f"{kill.finished_days} days were not finished within {WAIT_SECONDS} s.")
        time.sleep(POLL_SECONDS)
    time.sleep(kill.seconds_later)
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
    stack.killed.add(process)
    finished = stack.finished_days(assets)
    asset, day = finished[-1]
    return f"kill -9 of the {kill.victim} (process {process}), {len(finished)} days finished, last {asset} of {day}"


def main() -> None:
    """Run the drill, and print its verdict."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--full", action="store_true", help="all daily assets, not only raw_tmdb and cleaned_movies")
    options = parser.parse_args()
    seed = random.SystemRandom().randrange(10_000) if options.seed is None else options.seed
    listen()
    with tempfile.TemporaryDirectory(prefix="drill-") as folder:
        try:
            wrong = drill(seed, list(LINE if options.full else LINE[:2]), Path(folder))
        except StackError as error:
            wrong = [str(error)]
    if wrong:
        sys.exit("\n".join([f"The drill failed (SEED={seed}):", *wrong]))
    print(f"Every day was materialized once, checked, and equals the undisturbed run's (SEED={seed}).")


if __name__ == "__main__":
    try:
        main()
    except ShutdownRequested as request:
        sys.exit(request.exit_code)
