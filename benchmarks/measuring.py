"""What the benchmarks share: the machine, Markdown tables, memory, times, and measurements in processes of their own.

Add what a second benchmark needs; what one benchmark measures stays in its own module. Only the standard library is
imported at the top, so that a measurement's memory is its own. Linux only: memory and processor time come from /proc.
Films and models to measure: training.py.
"""

import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

PROJECT = Path(__file__).parents[1]


def machine():
    """Cores, processor, Python, date and load average, for the line above a table."""
    model = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    processor = model[1] if model else platform.machine()
    python, today = platform.python_version(), datetime.now(UTC).date()
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    return f"{cores} cores, {processor}, Python {python}, {today}, a load of {load:.1f}"


def print_table(columns, rows):
    """Print a table in Markdown, each row as soon as it is known."""
    print(f"| {' | '.join(columns)} |\n|{' --- |' * len(columns)}", flush=True)
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |", flush=True)


def print_figures(title, columns, rows):
    """Print a table of (name, figures by column): three decimals, a dash where a figure is missing."""
    print_table(
        [title, *columns],
        ([name, *(f"{row[column]:.3f}" if column in row else "–" for column in columns)] for name, row in rows),
    )


def peak_mb(process="self"):
    """The peak memory of a process, in MB."""
    return _memory_mb(process, "VmHWM")


def resident_mb(process):
    """The memory of a process now, in MB."""
    return _memory_mb(process, "VmRSS")


def _memory_mb(process, field):
    return int(re.search(rf"{field}:\s+(\d+)", Path(f"/proc/{process}/status").read_text())[1]) / 1024


def processor_seconds(process="self"):
    """The processor time of a process and its threads; other programs change it little."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def median_ms(function, arguments, *, clock=time.perf_counter):
    """The median time of a call with each of the arguments, in milliseconds."""
    times = []
    for argument in arguments:
        began = clock()
        function(argument)
        times.append(1000 * (clock() - began))
    return statistics.median(times)


def in_own_process(module, *arguments, environment=None):
    """Run a module and yield each JSON object that it prints on a line; if it fails, exit with the end of its log."""
    with tempfile.TemporaryFile("w+") as log:
        command = [sys.executable, "-m", module, *map(str, arguments)]
        with subprocess.Popen(
            command, env=environment, cwd=PROJECT, stdout=subprocess.PIPE, stderr=log, text=True
        ) as child:
            yield from (json.loads(line) for line in child.stdout if line.startswith("{"))
        if child.returncode != 0:
            log.seek(0)
            sys.exit(f"{' '.join(command[2:])} failed:\n{log.read()[-4_000:]}")


@contextmanager
def dagster_instance():
    """A Dagster instance with the project's dagster.yaml, in a temporary folder."""
    from tests.support.dagster_storage import instance_at

    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(PROJECT / "dagster.yaml", folder)
        with instance_at(Path(folder)) as instance:
            yield instance


def run_job(instance, job, **partitions):
    """Run a job in this process and return its result; if a step fails, exit with the errors."""
    from movie_assets.definitions import defs
    from tests.support.platform import failures

    result = defs.resolve_job_def(job).execute_in_process(instance=instance, raise_on_error=False, **partitions)
    if not result.success:
        sys.exit(failures(result))
    return result
