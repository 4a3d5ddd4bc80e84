"""How fast and how big the catalogue is: `make bench-catalogue`. Figures beside targets, as a table for the docs.

A plain program and no test: figures belong to the machine they come from. Each measurement is a process of its own,
against a real S3 server on a free port, so that memory is that measurement's alone. Linux only: memory is read
in /proc.
The figures of one machine: docs/reference/benchmarks.md.
"""

import argparse
import itertools
import json
import math
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tests.support.bentos import PROJECT
from tests.support.servers import s3_server, stripped_environment

FIRST = date(2025, 1, 1)
YEAR = 365
LINE_DAYS = 30
SIZES = [10_000, 100_000]
FULL_SIZE = 1_000_000
MB = 1024 * 1024
SETTINGS = {
    "MOVIE_START_DATE": str(FIRST),
    "MOVIE_END_DATE": str(FIRST + timedelta(days=YEAR - 1)),
    "MOVIE_FILMS_PER_DAY": "100",
    "MOVIE_HISTORY_FILMS": "3000",
    "MOVIE_TRIALS": "2",
}


def run_days(job, days):
    """Seconds of one run of this job over the first `days` days, its checks and imports included."""
    from movie_assets.definitions import defs
    from tests.support.dagster_storage import instance_at
    from tests.support.platform import RANGE_END, RANGE_START, failures

    last = FIRST + timedelta(days=days - 1)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(PROJECT / "dagster.yaml", folder)
        with instance_at(Path(folder)) as instance:
            result = defs.resolve_job_def(job).execute_in_process(
                instance=instance, tags={RANGE_START: str(FIRST), RANGE_END: str(last)}, raise_on_error=False
            )
            if not result.success:
                sys.exit(failures(result))


def refresh(days):
    """Fetch and clean so many days."""
    run_days("refresh", int(days))
    return {}


def line(days):
    """So many days from their films to their champions."""
    run_days("refresh_and_retrain", int(days))
    return {}


def window(days):
    """Load the window of the last of so many days."""
    import pandas  # noqa: F401  # what every training process has imported is not the window's
    import pyarrow.parquet  # noqa: F401

    from movie_assets.cli import bucket_of
    from movie_assets.settings import Settings
    from movie_assets.training.window import Windows

    settings = Settings.from_environment()
    windows = Windows(bucket_of(settings), settings.source)
    before = peak_mb(anew=True)
    began = time.perf_counter()
    loaded = windows.up_to(str(FIRST + timedelta(days=int(days) - 1)))
    seconds = time.perf_counter() - began
    data = loaded.frame.memory_usage(deep=True).sum() / MB
    return {
        "load_seconds": seconds,
        "films": len(loaded.frame),
        "beyond_mb": peak_mb() - before - data,
        "days": len(loaded.days),
    }


def clean_dump(path):
    """Read a dump as the first day does, history and all, and clean it: all that the two assets make of it, as kept."""
    from movie_assets.catalogue.day import clean_day, fetch_day
    from movie_assets.catalogue.dump.source import DumpSource
    from movie_assets.prediction.sentiment import polarity
    from movie_assets.prediction.text import is_english

    for load in (polarity, is_english):  # the lexicon and the model, seconds that no film costs
        load("A first text.")
    loaded = processor_seconds()
    began = time.perf_counter()
    raw = fetch_day(DumpSource(Path(path), FIRST), FIRST, with_history=True)
    cleaned = clean_day(raw.films, FIRST, min_votes=6, min_films=0)
    seconds = time.perf_counter() - began
    workers = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()  # joblib keeps them for a while
    memory = peak_mb() + sum(peak_mb(of=worker) for worker in workers)
    busy = processor_seconds() - loaded + sum(processor_seconds(of=worker) for worker in workers)
    return {"clean_seconds": seconds, "records": cleaned.records, "peak_mb": memory, "processor_seconds": busy}


MEASURES = {"refresh": refresh, "line": line, "window": window, "clean_dump": clean_dump}


def peak_mb(*, of="self", anew=False):
    """The most memory a process has held, in MB; `anew` forgets what was before now."""
    if anew:
        Path(f"/proc/{of}/clear_refs").write_text("5")
    return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{of}/status").read_text())[1]) / 1024


def processor_seconds(*, of="self"):
    """How long a process has been at work, in all its threads; other programs do not change it much."""
    fields = Path(f"/proc/{of}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(name, argument, environment):
    """What the measurement says of itself, and the seconds of its whole process."""
    began = time.perf_counter()
    child = subprocess.run(
        [sys.executable, "-m", "benchmarks.catalogue", "--measure", name, str(argument)],
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if child.returncode != 0:
        sys.exit(f"{name} {argument} failed:\n{child.stderr[-4000:]}")
    return {"seconds": time.perf_counter() - began, **json.loads(child.stdout.splitlines()[-1])}


def write_dump(path, films):
    """A JSON lines dump of so many synthetic films, all released before the first day."""
    from movie_assets.catalogue.synthetic.source import SyntheticCatalogue

    catalogue = SyntheticCatalogue(seed=7, start=FIRST, films_per_day=0, history_films=films)
    with path.open("w") as file:
        for film in catalogue.fetch(FIRST, with_history=True):
            file.write(json.dumps(film.record, default=str) + "\n")


def days_rows(folder):
    """The rows about days: a year of the catalogue, its window, a month of the whole line."""
    with s3_server() as s3:
        shared = SETTINGS | {"MOVIE_WANDB_DIR": str(folder / "wandb"), "WANDB_MODE": "offline"}
        year = stripped_environment(**shared, **s3.environment("year"))
        month = stripped_environment(**shared, **s3.environment("month"))
        filled = measure("refresh", YEAR, year)
        yield f"{YEAR} days of raw_tmdb and cleaned_movies", f"{filled['seconds']:.0f} s", "120 s"
        loaded = measure("window", YEAR, year)
        what = f"the window of {loaded['days']} days, {loaded['films']:,} films: loading"
        yield what, f"{loaded['load_seconds']:.1f} s", "3 s"
        yield "the same: memory beyond the data, at its peak", f"{loaded['beyond_mb']:.0f} MB", "300 MB"
        trained = measure("line", LINE_DAYS, month)
        yield f"{LINE_DAYS} days of the whole line", f"{trained['seconds']:.0f} s", "150 s"


def cleaning_rows(folder, sizes):
    """The rows about cleaning a dump, and how time grows with its size."""
    taken = []
    for films in sizes:
        path = folder / "films.jsonl"
        write_dump(path, films)
        cleaned = measure("clean_dump", path, stripped_environment())
        taken.append((cleaned["records"], cleaned["clean_seconds"]))
        of_largest = films == FULL_SIZE
        speed = f"{cleaned['records'] / cleaned['clean_seconds']:,.0f} films/s"
        yield f"cleaning a dump of {films:,} films", speed, "8,000 films/s" if of_largest else "–"
        cost = cleaned["processor_seconds"] / cleaned["records"] * 1e6
        yield "the same: processor time a film, its processes' start included", f"{cost:,.0f} µs", "–"
        yield (
            "the same: memory of all processes, at most",
            f"{cleaned['peak_mb']:,.0f} MB",
            "2,000 MB" if of_largest else "–",
        )
    for (few, short), (many, long) in itertools.pairwise(taken):
        exponent = math.log(long / short) / math.log(many / few)
        yield f"exponent of its time, {few:,} to {many:,}", f"{exponent:.2f}", "1"


def machine():
    """What the figures come from."""
    model = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores, {model[1] if model else platform.machine()}, Python {platform.python_version()}"


def main():
    """Measure and print a table; a row as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="Also clean a million films.")
    parser.add_argument("--measure", nargs=2, metavar=("WHAT", "OF"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        name, argument = asked.measure
        print(json.dumps(MEASURES[name](argument)))
        return
    from benchmarks import partitions  # not at the top: what it imports would count as a measurement's memory

    print(f"{machine()}, {datetime.now(UTC):%Y-%m-%d}.\n\n| what | measured | target |\n| --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        sizes = [*SIZES, *([FULL_SIZE] if asked.full else [])]
        for row in itertools.chain(
            days_rows(Path(folder)), partitions.rows(Path(folder)), cleaning_rows(Path(folder), sizes)
        ):
            print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
