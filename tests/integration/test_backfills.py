"""A backfill runs exactly the chosen days, however it is launched: a real webserver and daemon, used as by a person."""

import contextlib
import io
import subprocess
import threading
import time

import httpx
import pytest
from rich.console import Console

from local_stack.backfill import days_to_backfill, run_backfill
from local_stack.dagster_api import DagsterApi
from local_stack.errors import StackError
from tests.support.bentos import PROJECT
from tests.support.dagster_servers import BIN, dagster_servers
from tests.support.platform import LINE

LAUNCH = """mutation($params: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $params) {
  __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }"""
ASSET_DAYS = """query($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { ... on AssetNode {
  assetMaterializations(limit: 1000) { partition } } } }"""
RUN_DAYS = """query($id: ID!) { runOrError(runId: $id) { ... on Run { assetMaterializations { partition } } } }"""
WAIT_SECONDS = 240


DIALOG, PER_ASSET, JOB_PAGE, COMMAND_LINE, MAKE = (  # the days launched each way
    ["2026-01-01", "2026-01-02", "2026-01-03"],
    ["2026-01-04", "2026-01-05"],
    ["2026-01-06", "2026-01-07"],
    ["2026-01-08", "2026-01-09"],
    ["2026-01-11", "2026-01-12", "2026-01-14"],
)
GAP = "2026-01-13"  # nothing of this day exists
CATALOGUE = LINE[:2]
THE_REPOSITORY = {"repositoryLocationName": "movie_assets", "repositoryName": "__repository__"}


class Dagster:
    """A webserver, asked over GraphQL as the UI asks."""

    def __init__(self, url, api):
        self.url = url
        self.api = api

    def ask(self, query, **variables):
        answer = httpx.post(f"{self.url}/graphql", json={"query": query, "variables": variables}, timeout=60).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def launch(self, **params):
        launched = self.ask(LAUNCH, params=params)["launchPartitionBackfill"]
        assert launched["__typename"] == "LaunchBackfillSuccess", launched
        return launched["backfillId"]

    def wait_for(self, backfill):
        deadline = time.monotonic() + WAIT_SECONDS
        while (status := self.api.backfill_status(backfill)) != "COMPLETED_SUCCESS":
            assert status in {"REQUESTED", "COMPLETING"}, status
            assert time.monotonic() < deadline, f"{backfill} is still {status}"
            time.sleep(1)

    def days_of(self, run):
        """The days a run was for, as its own events say."""
        node = self.ask(RUN_DAYS, id=run.run_id)["runOrError"]
        return sorted({event["partition"] for event in node["assetMaterializations"]})

    def events(self, asset):
        """Each day of the asset with an event, once for each event."""
        node = self.ask(ASSET_DAYS, key={"path": [asset]})["assetNodeOrError"]
        return sorted(event["partition"] for event in node["assetMaterializations"])


class Filling(threading.Thread):
    """`make backfill` of some days; Dagster looks for backfills every half minute only, so several wait at once."""

    def __init__(self, url, days):
        super().__init__(daemon=True)
        self.url, self.days, self.output, self.error = url, days, io.StringIO(), None

    def run(self):
        with contextlib.closing(DagsterApi(self.url)) as api:
            try:
                run_backfill(api, self.days, Console(file=self.output, width=100))
            except StackError as error:
                self.error = str(error)


@pytest.fixture(scope="module")
def dagster(s3, tmp_path_factory):
    """Days were launched each way, and all backfills have ended; one of them could not be made."""
    with dagster_servers(s3, bucket="backfills", home=tmp_path_factory.mktemp("dagster")) as servers:
        api = servers.api
        asked = Dagster(servers.url, api)
        backfills = [
            asked.launch(assetSelection=[{"path": [asset]} for asset in LINE], partitionNames=DIALOG),
            api.launch(dict.fromkeys(CATALOGUE, PER_ASSET)),
            asked.launch(
                selector={"partitionSetName": "refresh_partition_set", "repositorySelector": THE_REPOSITORY},
                partitionNames=JOB_PAGE,
            ),
        ]
        asked.filled = Filling(servers.url, dict.fromkeys(CATALOGUE, MAKE))
        asked.refused = Filling(servers.url, {"trained_candidates": [GAP]})
        for filling in (asked.filled, asked.refused):
            filling.start()
        with servers.daemon():
            _command_line(servers.environment)
            for backfill in backfills:
                asked.wait_for(backfill)
            for filling in (asked.filled, asked.refused):
                filling.join(WAIT_SECONDS)
                assert not filling.is_alive(), filling.output.getvalue()
            yield asked


def _command_line(environment):
    selected = ["--select", ",".join(CATALOGUE), "--partition-range", f"{COMMAND_LINE[0]}...{COMMAND_LINE[-1]}"]
    subprocess.run(
        [BIN / "dagster", "asset", "materialize", *selected, "-m", "movie_assets.definitions"],
        env=environment,
        cwd=PROJECT,
        check=True,
        capture_output=True,
        timeout=WAIT_SECONDS,
    )


def test_the_dialog_of_the_asset_graph(dagster):
    """Assets and days chosen in the graph: those days of the whole line, in one run, and no later day."""
    assert {asset: dagster.events(asset) for asset in LINE[2:]} == dict.fromkeys(LINE[2:], DIALOG)
    assert set(DIALOG) <= set(dagster.events("cleaned_movies"))


def test_no_day_runs_that_was_not_chosen(dagster):
    """Each asset has each chosen day, however it was launched, exactly once."""
    days = [*DIALOG, *PER_ASSET, *JOB_PAGE, *COMMAND_LINE, *MAKE]

    assert {asset: dagster.events(asset) for asset in CATALOGUE} == dict.fromkeys(CATALOGUE, days)


def test_many_days_are_one_run(dagster):
    """The graph's dialog, GraphQL with days per asset, the page of a job, the command line; a gap divides runs."""
    runs = [dagster.days_of(run) for run in dagster.api.runs() if run.job != "deploy"]

    assert sorted(days for days in runs if days) == [DIALOG, PER_ASSET, JOB_PAGE, COMMAND_LINE, MAKE[:2], MAKE[2:]]


def test_make_backfill_counts_the_days_it_has_made(dagster):
    """Two ranges of days, each asset's bar full at the end."""
    assert dagster.filled.error is None
    assert dagster.filled.output.getvalue().count("3/3") == len(CATALOGUE)


def test_make_backfill_launches_missing_days_only(dagster):
    """By Dagster's own calendar: the gap, and the days after."""
    missing = days_to_backfill(dagster.api.calendar(CATALOGUE), MAKE[0], "2026-01-15", everything=False)

    assert missing == {asset: [GAP, "2026-01-15"] for asset in CATALOGUE}


def test_a_day_that_cannot_be_made_is_named_with_what_to_do(dagster):
    """In the platform's sentence, not the error of a library below."""
    assert f"trained_candidates: {GAP}" in dagster.refused.error
    assert f"materialize encoders for {GAP} first" in dagster.refused.error
