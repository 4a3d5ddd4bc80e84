"""`make backfill` against a real webserver and daemon: what it fills, what it says, what is missing afterwards."""

import contextlib
import io
import threading

import pytest
from rich.console import Console

from local_stack.backfill import days_to_backfill, run_backfill
from local_stack.dagster_api import DagsterApi
from local_stack.errors import StackError
from tests.support.dagster_servers import dagster_servers
from tests.support.platform import LINE

CATALOGUE = list(LINE[:2])
FILLED = ["2026-01-01", "2026-01-02", "2026-01-04"]
UNREADY = "2026-01-03"  # nothing of this day is there
WAIT_SECONDS = 240


class Filling(threading.Thread):
    """One backfill, waited for beside others; Dagster looks for them every half minute only."""

    def __init__(self, url, days):
        super().__init__(daemon=True)
        self.url, self.days, self.shown, self.told = url, days, io.StringIO(), None

    def run(self):
        with contextlib.closing(DagsterApi(self.url)) as api:
            try:
                run_backfill(api, self.days, Console(file=self.shown, width=100))
            except StackError as error:
                self.told = str(error)


@pytest.fixture(scope="module")
def dagster(s3, tmp_path_factory):
    """A webserver; one backfill that can be made and one that cannot, both ended."""
    with dagster_servers(s3, bucket="fill", home=tmp_path_factory.mktemp("dagster")) as servers:
        api = servers.api
        api.filled = Filling(servers.url, dict.fromkeys(CATALOGUE, FILLED))
        api.refused = Filling(servers.url, {"trained_candidates": [UNREADY]})
        for filling in (api.filled, api.refused):
            filling.start()
        with servers.daemon():
            for filling in (api.filled, api.refused):
                filling.join(WAIT_SECONDS)
                assert not filling.is_alive(), filling.shown.getvalue()
            yield api


def test_days_with_a_gap_are_filled_and_counted(dagster):
    """Two ranges of days, each asset's bar full at the end."""
    assert dagster.filled.told is None
    assert dagster.filled.shown.getvalue().count("3/3") == len(CATALOGUE)


def test_only_what_is_missing_would_be_asked_next(dagster):
    """Dagster's own calendar says so: the gap, and the days after."""
    asked = days_to_backfill(dagster.calendar(CATALOGUE), "2026-01-01", "2026-01-05", everything=False)

    missing = [UNREADY, "2026-01-05"]
    assert asked == dict.fromkeys(CATALOGUE, missing)


def test_a_day_that_cannot_be_made_is_told_in_the_words_of_the_platform(dagster):
    """The day, and what to do first; not the error of a library below."""
    assert f"trained_candidates: {UNREADY}" in dagster.refused.told
    assert (
        "No cleaned film of source synthetic" in dagster.refused.told or "materialize encoders" in dagster.refused.told
    )
