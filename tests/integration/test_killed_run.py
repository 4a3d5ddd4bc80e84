"""kill -9 of a run in the middle of a backfill: what it had kept is known, and is not made again."""

import io
import os
import re
import signal
import time

import pytest
from rich.console import Console

from local_stack.backfill import days_to_ask, fill
from movie_assets.storage.folders import days_of
from tests.support.dagster_servers import dagster_servers
from tests.support.dagster_storage import DagsterStorage
from tests.support.platform import LINE, bucket_at

CATALOGUE = list(LINE[:2])
DAYS = [f"2026-01-{day:02}" for day in range(1, 31)]
KEPT = 12  # days of cleaned_movies that are there when the run is killed
WAIT_SECONDS = 240

pytestmark = pytest.mark.timeout(900)


def wait_until(holds, otherwise):
    deadline = time.monotonic() + WAIT_SECONDS
    while not holds():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.1)


@pytest.fixture(scope="module")
def dagster(s3, tmp_path_factory):
    """A backfill of thirty days whose run was killed; what was asked next, and made."""
    home = tmp_path_factory.mktemp("dagster")
    with dagster_servers(s3, bucket="killed-run", home=home) as servers, DagsterStorage.at(home) as storage:
        api, bucket = servers.api, bucket_at(s3, "killed-run")
        backfill = api.launch(dict.fromkeys(CATALOGUE, DAYS))
        with servers.daemon():
            wait_until(lambda: len(days_of(bucket, "synthetic/cleaned_movies")) >= KEPT, "nothing was made")
            [run] = api.runs("STARTED", backfill_id=backfill)
            os.kill(storage.process_of(run.run_id), signal.SIGKILL)
            wait_until(lambda: api.runs("FAILURE", backfill_id=backfill), "nobody noticed the death of the run")
            storage.in_the_bucket = days_of(bucket, "synthetic/cleaned_movies")
            storage.kept_before = storage.days("cleaned_movies")
            storage.calendar = api.calendar(CATALOGUE)
            asked = days_to_ask(storage.calendar, DAYS[0], DAYS[-1], everything=False)
            fill(api, asked, Console(file=io.StringIO()))
            wait_until(lambda: not storage.unchecked(CATALOGUE), "days without checks")
            storage.asked = asked
            yield storage


def test_the_days_a_killed_run_kept_are_known_to_dagster(dagster):
    """The calendar, which the UI's choice of missing days goes by, has those and no other."""
    assert KEPT <= len(dagster.in_the_bucket) < len(DAYS)
    # the blow may fall between the writing of a day and the word of it
    assert dagster.kept_before in (dagster.in_the_bucket, dagster.in_the_bucket[:-1])
    for asset, made in {"raw_tmdb": DAYS, "cleaned_movies": dagster.kept_before}.items():
        assert [day for day, there in dagster.calendar[asset].items() if there] == made


def test_the_next_backfill_makes_only_what_is_missing(dagster):
    """Every day is told once: by the run that was killed, or by the one after it."""
    assert dagster.asked == {"cleaned_movies": DAYS[len(dagster.kept_before) :]}
    for asset in CATALOGUE:
        assert dagster.told(asset) == DAYS


def test_a_kept_day_has_the_metadata_and_versions_of_any_other(dagster):
    """Told at once or at the end: the same words."""
    first, last = (dagster.materialization("cleaned_movies", day) for day in (DAYS[0], DAYS[-1]))

    assert set(first.metadata) == set(last.metadata) >= {"movies", "records", "preview"}
    versions = [
        {name for name in event.tags if re.match(r"dagster/.*(version|pointer)", name)} for event in (first, last)
    ]
    assert versions[0] == versions[1] != set()


def test_the_days_of_a_killed_run_are_checked_all_the_same(dagster):
    """The run that kept them never came to their checks."""
    assert dagster.unchecked(CATALOGUE) == {}
