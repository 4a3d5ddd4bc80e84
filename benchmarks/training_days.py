"""How long a search day and an ordinary day take on a dump: `make bench-days DUMP=path`. A table for the docs.

A plain program and no test. The whole line, checks included, in a process of its own against a real S3 server: the
first day holds every film of the dump and searches, the next only tries the settings found. Trials are told as they
end. Linux only: memory is read in /proc. The figures of one machine: docs/reference/benchmarks.md.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.catalogue import machine, peak_mb
from tests.support.bentos import PROJECT
from tests.support.servers import s3_server, stripped_environment

FIRST = date(2018, 1, 1)  # the day after the last film of the shared dumps
KINDS = {"search day": ("900 s", "4,000 MB"), "ordinary day": ("120 s", "–")}


def run_days():
    """Seconds of the run of each day, and of its steps; films of its window; the process's most memory so far."""
    import dagster as dg

    from movie_assets.definitions import defs
    from tests.support.dagster_storage import instance_at
    from tests.support.platform import failures

    job = defs.resolve_job_def("refresh_and_retrain")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(PROJECT / "dagster.yaml", folder)
        with instance_at(Path(folder)) as instance:
            for offset, kind in enumerate(KINDS):
                began = time.perf_counter()
                result = job.execute_in_process(
                    instance=instance, partition_key=str(FIRST + timedelta(days=offset)), raise_on_error=False
                )
                if not result.success:
                    sys.exit(failures(result))
                steps = {
                    stats.step_key: stats.end_time - stats.start_time
                    for stats in instance.get_run_step_stats(result.run_id)
                }
                kept = instance.get_latest_materialization_event(dg.AssetKey("encoders"))
                films = kept.asset_materialization.metadata["window/films"].value
                told = {"kind": kind, "seconds": time.perf_counter() - began, "steps": steps, "films": films}
                print(json.dumps({**told, "peak_mb": peak_mb()}), flush=True)


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
        command = [sys.executable, "-m", "benchmarks.training_days", "--measure"]
        with subprocess.Popen(command, env=environment, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as child:
            for line in child.stdout:
                day = json.loads(line)
                steps = day["steps"]
                shown = [f"{steps[name]:.0f} s" for name in ("encoders", "trained_candidates", "best_model")]
                yield day["kind"], f"{day['films']:,}", f"{day['seconds']:.0f} s", *shown, f"{day['peak_mb']:,.0f} MB"
        if child.returncode != 0:
            sys.exit("The days could not be run; what failed stands above.")


def main():
    """Measure and print a table; a row as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dump", type=Path, nargs="?")
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        run_days()
        return
    if asked.dump is None:
        parser.error("Name a dump: make bench-days DUMP=path")
    print(f"{machine()}, {datetime.now(UTC):%Y-%m-%d}. {asked.trials} trials a family.\n")
    print("| day | films | whole run | encoders | trained_candidates | best_model | memory | goal |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for row in rows(asked.dump, asked.trials):
        print(f"| {' | '.join(row)} | {', '.join(KINDS[row[0]])} |", flush=True)


if __name__ == "__main__":
    main()
