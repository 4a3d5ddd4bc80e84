"""How long a search day and an ordinary day take on a dump: `make bench-days DUMP=path`.

All assets and checks run in one process of its own against a real S3 server: the first day holds every film of the dump
and searches, the next tries only the settings found. Figures: docs/reference/benchmarks.md.
"""

import argparse
import json
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from benchmarks.measuring import dagster_instance, in_own_process, machine, peak_mb, print_table, run_job
from tests.support.servers import s3_server, stripped_environment

FIRST = date(2018, 1, 1)  # the day after the last film of the shared dumps
TARGETS = {"search day": "900 s, 4,000 MB", "ordinary day": "120 s, –"}
STEPS = ("encoders", "trained_candidates", "best_model")


def run_days():
    """Print a line a day: seconds of the run and its steps, films of the window, the process's peak memory so far."""
    import dagster as dg

    with dagster_instance() as instance:
        for offset, kind in enumerate(TARGETS):
            began = time.perf_counter()
            run = run_job(instance, "refresh_and_retrain", partition_key=str(FIRST + timedelta(days=offset)))
            seconds = time.perf_counter() - began
            stats = instance.get_run_step_stats(run.run_id)
            steps = {step.step_key: step.end_time - step.start_time for step in stats}
            event = instance.get_latest_materialization_event(dg.AssetKey("encoders"))
            films = event.asset_materialization.metadata["window/films"].value
            day = {"kind": kind, "seconds": seconds, "steps": steps, "films": films, "peak_mb": peak_mb()}
            print(json.dumps(day), flush=True)


def rows(dump, trials):
    """A row a day, as soon as it is over."""
    with tempfile.TemporaryDirectory() as folder, s3_server() as s3:
        environment = stripped_environment(
            MOVIE_SOURCE="dump",
            MOVIE_DUMP_PATH=str(dump.resolve()),
            MOVIE_I_MAY_TRAIN_ON_THIS_SOURCE="1",
            MOVIE_START_DATE=str(FIRST),
            MOVIE_END_DATE=str(FIRST + timedelta(days=1)),
            MOVIE_TRIALS=str(trials),
            MOVIE_WANDB_DIR=f"{folder}/wandb",
            WANDB_MODE="offline",
            **s3.environment("days"),
        )
        for day in in_own_process("benchmarks.training_days", "--measure", environment=environment):
            seconds = [f"{spent:.0f} s" for spent in (day["seconds"], *(day["steps"][name] for name in STEPS))]
            yield day["kind"], f"{day['films']:,}", *seconds, f"{day['peak_mb']:,.0f} MB", TARGETS[day["kind"]]


def main():
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dump", type=Path, nargs="?")
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        run_days()
        return
    if options.dump is None:
        parser.error("Name a dump: make bench-days DUMP=path")
    print(f"{machine()}; {options.trials} trials a family.\n")
    columns = ["day", "films", "whole run", *STEPS, "memory at most", "goal"]
    print_table(columns, rows(options.dump, options.trials))


if __name__ == "__main__":
    main()
