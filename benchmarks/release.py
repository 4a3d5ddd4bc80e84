"""How long a release and a rollback take, leg by leg, and what they lose: `make bench-release`.

A plain program and no test: figures belong to the machine they come from. Everything is real: an S3 server, Dagster
with its daemon, a serving host with Traefik and two slots. A promotion is told as best_model tells it, without the
training before it.
"""

import argparse
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg

from tests.support.bentos import PROJECT, a_bundle
from tests.support.builders import a_movie
from tests.support.dagster_servers import dagster_servers
from tests.support.dagster_storage import instance_at
from tests.support.load import steady_load
from tests.support.promotions import promote
from tests.support.servers import s3_server
from tests.support.serving_host import serving_host

FIRST_DAY = date(2026, 1, 1)
PROBES = 10  # requests a second where no load is meant: enough to see the first answer
BEFORE_AND_AFTER_SECONDS = 10.0
RELEASE_SECONDS = 300
MOVIE = a_movie()


class Bench:
    """The platform, and what was measured of it."""

    def __init__(self, host, instance):
        self.host = host
        self.instance = instance
        self.day = FIRST_DAY

    def release(self, *, rate, bias):
        """Promote another bundle under this load, and print where the time went."""
        bundle = a_bundle(bias=bias)
        with steady_load(self.host.url, MOVIE, rate=rate) as load:
            time.sleep(BEFORE_AND_AFTER_SECONDS)
            promoted_at = self.promote(bundle)
            decision = self.wait_until_in_service(bundle)
            time.sleep(BEFORE_AND_AFTER_SECONDS)
        run = self.instance.get_run_records(dg.RunsFilter(job_name="deploy"), limit=1)[0]
        asked = next(one for one in self.host.releases.read().decisions if one.kind == "release")
        legs = {
            "sensor: from the promotion to a run": run.create_timestamp.timestamp() - promoted_at,
            "start of the run": run.start_time - run.create_timestamp.timestamp(),
            "build and proof of the Bento": asked.at.timestamp() - run.start_time,
            **{f"agent: {leg}": float(seconds) for leg, seconds in re.findall(r"(\w+) ([\d.]+) s[,)]", decision.why)},
            "promotion to first answer": load.first_of(decision.bento_tag) - promoted_at,
        }
        self._print(f"release at {rate:g} requests/s", legs, load)

    def rollback(self, *, rate):
        """Go back under this load by the command, and print how long it took."""
        previous = self.host.releases.read().previous
        with steady_load(self.host.url, MOVIE, rate=rate) as load:
            time.sleep(BEFORE_AND_AFTER_SECONDS)
            begun_at = time.time()
            command = [sys.executable, "-m", "movie_assets.cli", "rollback", "--why", "bench"]
            subprocess.run(command, env=self.host.environment, cwd=PROJECT, check=True, capture_output=True)
            ended_at = time.time()
            time.sleep(BEFORE_AND_AFTER_SECONDS)
        legs = {
            "command to first answer": load.first_of(previous.bento_tag) - begun_at,
            "command to its end": ended_at - begun_at,
        }
        self._print(f"rollback at {rate:g} requests/s", legs, load)

    def promote(self, bundle):
        """Have the next day's best_model name the bundle; when that was said, in Unix time."""
        promote(self.host.bucket, self.instance, bundle, day=str(self.day))
        self.day += timedelta(days=1)
        return time.time()

    def wait_until_in_service(self, bundle):
        """The decision that says so, or the end of the program with the agent's log."""
        deadline = time.monotonic() + RELEASE_SECONDS
        while time.monotonic() < deadline:
            for decision in self.host.releases.read().decisions:
                if (decision.kind, decision.bundle_id) == ("in service", bundle.id):
                    return decision
            time.sleep(0.1)
        sys.exit(f"{bundle.id} was not in service within {RELEASE_SECONDS} s.\n{self.host.log('agent')}")

    @staticmethod
    def _print(what, legs, load):
        seconds = sorted(one.seconds for one in load.answered)
        print(f"\n{what}, load average {os.getloadavg()[0]:.1f}")
        for leg, taken in legs.items():
            print(f"  {leg:36} {taken:7.1f} s")
        print(f"  {'requests':36} {len(load.answered) + len(load.failures):7,}")
        lasted = max(one.sent_at for one in load.answered) - min(one.sent_at for one in load.answered)
        print(f"  {'answered a second':36} {len(seconds) / lasted:7.0f}")
        print(f"  {'failed':36} {len(load.failures):7,} {set(load.failures) or ''}")
        print(f"  {'median and 99 % of answers':36} {_ms(seconds, 0.5)} {_ms(seconds, 0.99)}", flush=True)


def _ms(seconds, share):
    return f"{seconds[int(share * (len(seconds) - 1))] * 1000:.0f} ms" if seconds else "–"


def main():
    """Measure, and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rate", type=float, default=200, help="requests a second under load")
    rate = asked.parse_args().rate
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {datetime.now(UTC):%Y-%m-%d}")
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
            bench.release(rate=PROBES, bias=5.5)
            bench.release(rate=rate, bias=5.0)
            bench.rollback(rate=rate)


if __name__ == "__main__":
    main()
