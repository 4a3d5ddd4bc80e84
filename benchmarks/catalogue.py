"""How fast and how big the catalogue is, beside targets: `make bench-catalogue`.

Each measurement runs in a process of its own, against a real S3 server on a free port, so that memory is that
measurement's alone. Ten years of days in Dagster: partitions.py. Figures: docs/reference/benchmarks.md.
"""

import argparse
import itertools
import json
import math
import os
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from benchmarks.measuring import (
    dagster_instance,
    in_own_process,
    machine,
    peak_mb,
    print_table,
    processor_seconds,
    run_job,
)
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
    """Run a job over the first `days` days, its checks included."""
    from tests.support.platform import RANGE_END, RANGE_START

    last = FIRST + timedelta(days=int(days) - 1)
    with dagster_instance() as instance:
        run_job(instance, job, tags={RANGE_START: str(FIRST), RANGE_END: str(last)})
    return {}


def window(days):
    """Load the window of the last of so many days."""
    import pandas  # noqa: F401  # every training process has imported it; not part of the window's cost
    import pyarrow.parquet  # noqa: F401

    from movie_assets.cli import bucket_of
    from movie_assets.settings import Settings
    from movie_assets.training.window import Windows

    settings = Settings.from_environment()
    windows = Windows(bucket_of(settings), settings.source)
    Path("/proc/self/clear_refs").write_text("5")  # resets the peak
    before = peak_mb()
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
    """Read a dump as the first day does, history included, and clean it: the files of both assets, in memory."""
    from movie_assets.catalogue.day import clean_day, fetch_day
    from movie_assets.catalogue.dump.source import DumpSource
    from movie_assets.prediction.sentiment import polarity
    from movie_assets.prediction.synopsis import is_english

    for load in (polarity, is_english):  # the lexicon and the model take seconds once, not per film
        load("A first text.")
    loaded = processor_seconds()
    began = time.perf_counter()
    raw = fetch_day(DumpSource(Path(path), FIRST), FIRST, with_history=True)
    cleaned = clean_day(raw.films, FIRST, min_votes=6, min_films=0)
    seconds = time.perf_counter() - began
    workers = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()  # joblib keeps them for a while
    memory = peak_mb() + sum(map(peak_mb, workers))
    busy = processor_seconds() - loaded + sum(map(processor_seconds, workers))
    return {"clean_seconds": seconds, "records": cleaned.records, "peak_mb": memory, "processor_seconds": busy}


MEASUREMENTS = {
    "refresh": lambda days: run_days("refresh", days),
    "line": lambda days: run_days("refresh_and_retrain", days),
    "window": window,
    "clean_dump": clean_dump,
}


def measure(name, argument, environment):
    """The figures of a measurement, and the seconds of its whole process."""
    began = time.perf_counter()
    [figures] = in_own_process("benchmarks.catalogue", "--measure", name, argument, environment=environment)
    return {"seconds": time.perf_counter() - began, **figures}


def write_dump(path, films):
    """Write a dump in JSON lines of so many synthetic films, all released before the first day."""
    from movie_assets.catalogue.synthetic.source import SyntheticCatalogue

    catalogue = SyntheticCatalogue(seed=7, start=FIRST, films_per_day=0, history_films=films)
    with path.open("w") as file:
        for film in catalogue.fetch(FIRST, with_history=True):
            file.write(json.dumps(film.record, default=str) + "\n")


def days_rows(folder):
    """A year of the catalogue, its window, and a month of all assets."""
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
    """Cleaning dumps of these sizes, and how its time grows."""
    times = []
    for films in sizes:
        path = folder / "films.jsonl"
        write_dump(path, films)
        cleaned = measure("clean_dump", path, stripped_environment())
        records, seconds = cleaned["records"], cleaned["clean_seconds"]
        times.append((records, seconds))
        speed_target, memory_target = ("8,000 films/s", "2,000 MB") if films == FULL_SIZE else ("–", "–")
        yield f"cleaning a dump of {films:,} films", f"{records / seconds:,.0f} films/s", speed_target
        cost = cleaned["processor_seconds"] / records * 1e6
        yield "the same: processor time a film, its processes' start included", f"{cost:,.0f} µs", "–"
        yield "the same: memory of all processes, at most", f"{cleaned['peak_mb']:,.0f} MB", memory_target
    for (few, short), (many, long) in itertools.pairwise(times):
        exponent = math.log(long / short) / math.log(many / few)
        yield f"exponent of its time, {few:,} to {many:,}", f"{exponent:.2f}", "1"


def main():
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="Also clean a million films.")
    parser.add_argument("--measure", nargs=2, metavar=("WHAT", "OF"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        name, argument = options.measure
        print(json.dumps(MEASUREMENTS[name](argument)))
        return
    from benchmarks import partitions  # not at the top: its imports would count as a measurement's memory

    print(f"{machine()}\n")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        sizes = [*SIZES, *([FULL_SIZE] if options.full else [])]
        rows = itertools.chain(days_rows(folder), partitions.rows(folder), cleaning_rows(folder, sizes))
        print_table(["what", "measured", "target"], rows)


if __name__ == "__main__":
    main()
