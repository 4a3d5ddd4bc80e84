"""How long a release and a rollback take, step by step, and which requests fail: `make bench-release`.

Everything is real: an S3 server, Dagster with its daemon, a serving host with Traefik and two slots. A promotion is
reported as best_model reports it, without the training. Figures: docs/reference/benchmarks.md.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import dagster as dg

from benchmarks.measuring import PROJECT, machine
from tests.support.bentos import a_bundle
from tests.support.builders import a_movie
from tests.support.dagster_servers import dagster_servers
from tests.support.dagster_storage import instance_at
from tests.support.load import steady_load
from tests.support.promotions import promote
from tests.support.servers import s3_server
from tests.support.serving_host import serving_host

FIRST_DAY = date(2026, 1, 1)
LOW_RATE = 10  # requests a second: enough to see the first answer
BEFORE_AND_AFTER_SECONDS = 10.0
RELEASE_SECONDS = 300


class Bench:
    """A serving host and a Dagster instance, and the day of the next promotion."""

    def __init__(self, host, instance):
        self.host = host
        self.instance = instance
        self.day = FIRST_DAY

    def release(self, *, rate, bias):
        """Promote another bundle under this load, and print the time of each step."""
        bundle = a_bundle(bias=bias)
        with self.load(rate) as load:
            promoted_at = self.promote(bundle)
            entry = self.wait_until_in_service(bundle)
        run = self.instance.get_run_records(dg.RunsFilter(job_name="deploy"), limit=1)[0]
        requested = next(one for one in self.host.releases.read().decisions if one.kind == "release")
        agent_steps = re.findall(r"(\w+) ([\d.]+) s[,)]", entry.why)
        steps = {
            "sensor: from the promotion to a run": run.create_timestamp.timestamp() - promoted_at,
            "start of the run": run.start_time - run.create_timestamp.timestamp(),
            "build and check of the Bento": requested.at.timestamp() - run.start_time,
            **{f"agent: {step}": float(seconds) for step, seconds in agent_steps},
            "promotion to first answer": load.first_of(entry.bento_tag) - promoted_at,
        }
        print_steps(f"release at {rate:g} requests/s", steps, load)

    def rollback(self, *, rate):
        """Roll back under this load by the command, and print the time it took."""
        previous = self.host.releases.read().previous
        with self.load(rate) as load:
            begun_at = time.time()
            command = [sys.executable, "-m", "movie_assets.cli", "rollback", "--why", "bench"]
            subprocess.run(command, env=self.host.environment, cwd=PROJECT, check=True, capture_output=True)
            ended_at = time.time()
        steps = {
            "command to first answer": load.first_of(previous.bento_tag) - begun_at,
            "command to its end": ended_at - begun_at,
        }
        print_steps(f"rollback at {rate:g} requests/s", steps, load)

    @contextmanager
    def load(self, rate):
        """A load that begins before the block and ends after it."""
        with steady_load(self.host.url, a_movie(), rate=rate) as load:
            time.sleep(BEFORE_AND_AFTER_SECONDS)
            yield load
            time.sleep(BEFORE_AND_AFTER_SECONDS)

    def promote(self, bundle):
        """Report that the next day's best_model names the bundle; the time of the report, in Unix seconds."""
        promote(self.host.bucket, self.instance, bundle, day=str(self.day))
        self.day += timedelta(days=1)
        return time.time()

    def wait_until_in_service(self, bundle):
        """The audit entry for it; exits with the agent's log when there is none in time."""
        deadline = time.monotonic() + RELEASE_SECONDS
        while time.monotonic() < deadline:
            for entry in self.host.releases.read().decisions:
                if (entry.kind, entry.bundle_id) == ("in service", bundle.id):
                    return entry
            time.sleep(0.1)
        sys.exit(f"{bundle.id} was not in service within {RELEASE_SECONDS} s.\n{self.host.log('agent')}")


def print_steps(title, steps, load):
    """Print the time of each step, and how the requests fared."""
    seconds = sorted(one.seconds for one in load.answered)
    sent = [one.sent_at for one in load.answered]
    p50, p99 = (f"{seconds[int(share * (len(seconds) - 1))] * 1000:.0f} ms" for share in (0.5, 0.99))
    print(f"\n{title}, load average {os.getloadavg()[0]:.1f}")
    for name, figure in {
        **{step: f"{spent:.1f} s" for step, spent in steps.items()},
        "requests": f"{len(seconds) + len(load.failures):,}",
        "answered a second": f"{len(seconds) / (max(sent) - min(sent)):.0f}",
        "failed": f"{len(load.failures):,} {set(load.failures) or ''}",
        "median and 99 % of answers": f"{p50} {p99}",
    }.items():
        print(f"  {name:36} {figure:>9}", flush=True)


def main():
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=200, help="requests a second under load")
    rate = parser.parse_args().rate
    print(machine())
    with (
        tempfile.TemporaryDirectory() as home,
        s3_server() as s3,
        serving_host(s3) as host,
        dagster_servers(s3, bucket="movies", home=Path(home)) as dagster,
    ):
        dagster.environment["MOVIE_RELEASE_WAIT_SECONDS"] = str(RELEASE_SECONDS)
        with dagster.daemon(), instance_at(Path(home)) as instance:
            bench = Bench(host, instance)
            bundle = a_bundle(bias=6.0)
            bench.promote(bundle)
            bench.wait_until_in_service(bundle)
            bench.release(rate=LOW_RATE, bias=5.5)
            bench.release(rate=rate, bias=5.0)
            bench.rollback(rate=rate)


if __name__ == "__main__":
    main()
