"""kill -9 of a run in the middle of a backfill: what it had kept is found by the next, and is not made again."""

import io
import os
import signal
import time

import pytest
from rich.console import Console

from local_stack.backfill import days_to_backfill, run_backfill
from movie_assets.storage.folders import days_of, find_folder
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
            storage.killed = run.run_id
            os.kill(storage.process_of(run.run_id), signal.SIGKILL)
            wait_until(lambda: api.runs("FAILURE", backfill_id=backfill), "nobody noticed the death of the run")
            storage.kept_before = days_of(bucket, "synthetic/cleaned_movies")
            asked = days_to_backfill(api.calendar(CATALOGUE), DAYS[0], DAYS[-1], everything=False)
            run_backfill(api, asked, Console(file=io.StringIO()))
            wait_until(lambda: not storage.missing_checks(CATALOGUE), "days without checks")
            storage.asked = asked
            storage.written_by = {day: find_folder(bucket, f"synthetic/cleaned_movies/{day}").run_id for day in DAYS}
            yield storage


def test_the_next_backfill_finds_what_a_killed_run_has_kept(dagster):
    """Dagster knows nothing of the step that was killed; what it had kept stays as it was written."""
    assert dagster.asked == {"cleaned_movies": DAYS}
    assert KEPT <= len(dagster.kept_before) < len(DAYS)
    assert [day for day, run in dagster.written_by.items() if run == dagster.killed] == dagster.kept_before


def test_every_day_is_told_once(dagster):
    """By the run that made it, or by the one that found it, which says so."""
    for asset in CATALOGUE:
        assert dagster.materialized_days(asset) == DAYS
    found = dagster.materialization("cleaned_movies", DAYS[0])
    assert dagster.killed in found.metadata["kept_by"].value
    assert set(dagster.materialization("cleaned_movies", DAYS[-1]).metadata) >= {"movies", "records", "preview"}


def test_the_days_of_a_killed_run_are_checked_all_the_same(dagster):
    """The run that kept them never came to their checks."""
    assert dagster.missing_checks(CATALOGUE) == {}
