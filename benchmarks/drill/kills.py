"""kill -9 at ten random moments of a backfill: `make drill`. Ends with a verdict, and with 1 if anything differs.

A plain program and no test: it takes minutes, and chance is part of it. The moments, their order and their victims
follow from the seed, which is printed; `SEED=` sets it. What is killed is real: drilled_stack.py. What must hold at
the end: verdict.py.
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
MARGIN = 3  # days after the start and before the end, so that a kill meets a backfill under way


@dataclass(frozen=True)
class Kill:
    """One blow: what it hits, once so many days of all assets together are there, and so long after."""

    victim: str
    days_kept: int
    seconds_later: float


def planned(seed: int, *, assets: int) -> list[Kill]:
    """Ten kills in their order, each victim at least three times; the same for the same seed."""
    chance = random.Random(seed)
    victims = [*VICTIMS * (KILLS // len(VICTIMS)), *chance.sample(VICTIMS, KILLS % len(VICTIMS))]
    chance.shuffle(victims)
    moments = sorted(chance.sample(range(MARGIN, assets * len(DAYS) - MARGIN), KILLS))
    return [Kill(victim, moment, chance.random()) for victim, moment in zip(victims, moments, strict=True)]


class Person(threading.Thread):
    """Asks for the days that are missing, and asks again when a backfill ends without them, as often as it takes."""

    def __init__(self, stack: DrilledStack, assets: list[str]) -> None:
        super().__init__(daemon=True)
        self._stack, self._assets = stack, assets
        self.asked, self.content = 0, threading.Event()

    def run(self) -> None:
        while not self.content.is_set():
            with contextlib.suppress(StackError):  # what is missing is asked for again
                ask_for_missing(self._stack, self._assets)
            self.asked += 1


def ask_for_missing(stack: DrilledStack, assets: list[str]) -> int:
    """What `make backfill` does; the days asked. Raises StackError with the days that were not made, and why."""
    missing = days_to_backfill(stack.api.calendar(assets), DAYS[0], DAYS[-1], everything=False)
    if missing:
        run_backfill(stack.api, missing, Console(file=io.StringIO()))
    return sum(len(days) for days in missing.values())


def drill(seed: int, assets: list[str], folder: Path) -> list[str]:
    """Do it all in an empty folder; what differs at the end from a run that nothing disturbed."""
    began = time.monotonic()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - began:6.1f} s] {text}", flush=True)

    say(f"seed {seed}: {KILLS} kills in {len(DAYS)} days of {', '.join(assets)}")
    with drilled_stack(folder) as stack:
        say("the stack is up; first the same days with nothing in the way")
        stack.run_undisturbed(assets)
        say("done; now the backfill that is disturbed")
        person = Person(stack, assets)
        person.start()
        for number, kill in enumerate(planned(seed, assets=len(assets)), start=1):
            say(f"{number:2} of {KILLS}: {strike(stack, kill, assets)}")
        say("the last kill is done; what still runs may come to its end")
        person.content.set()
        person.join(WAIT_SECONDS)
        if person.is_alive():
            raise StackError(f"The last backfill has not ended within {WAIT_SECONDS} s.")
        asked = ask_for_missing(stack, assets)
        say(f"{person.asked} disturbed backfills, and one more, which had {asked} days left to make")
        stack.wait_until_checked(assets, seconds=WAIT_SECONDS)
        for bucket in (UNDISTURBED, DISTURBED):
            say(f"{stray_objects(stack.bucket(bucket), assets)} objects in {bucket} that no manifest names")
        return differences(stack, assets)


def strike(stack: DrilledStack, kill: Kill, assets: list[str]) -> str:
    """Wait for the moment, kill, and tell what was hit and which day was in the making."""
    deadline = time.monotonic() + WAIT_SECONDS
    while len(stack.kept(assets)) < kill.days_kept or (process := stack.living_process(kill.victim)) is None:
        if time.monotonic() > deadline:
            raise StackError(f"{kill.days_kept} days were not there within {WAIT_SECONDS} s: nothing goes on.")
        time.sleep(POLL_SECONDS)
    time.sleep(kill.seconds_later)
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
    stack.killed.add(process)
    kept = stack.kept(assets)
    asset, day = kept[-1]
    making = f"{asset} of {DAYS[DAYS.index(day) + 1]} in the making" if day != DAYS[-1] else f"{asset} just done"
    return f"kill -9 of the {kill.victim} (process {process}), {making}, {len(kept)} days kept"


def main() -> None:
    """Run the drill and end with its verdict."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--full", action="store_true", help="the whole line, not only raw_tmdb and cleaned_movies")
    chosen = parser.parse_args()
    seed = random.SystemRandom().randrange(10_000) if chosen.seed is None else chosen.seed
    listen()
    with tempfile.TemporaryDirectory(prefix="drill-") as folder:
        try:
            wrong = drill(seed, list(LINE if chosen.full else LINE[:2]), Path(folder))
        except StackError as error:
            wrong = [str(error)]
    if wrong:
        sys.exit("\n".join([f"The drill failed (SEED={seed}):", *wrong]))
    print(f"Every day is there once, checked, and equal to the run that nothing disturbed (SEED={seed}).")


if __name__ == "__main__":
    try:
        main()
    except ShutdownRequested as asked:
        sys.exit(asked.exit_code)
