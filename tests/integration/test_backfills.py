"""N days asked are N days run, through every door: a real webserver and daemon, asked as their users ask."""

import subprocess
import time

import httpx
import pytest

from tests.support.bentos import PROJECT
from tests.support.dagster_servers import BIN, dagster_servers
from tests.support.platform import LINE

LAUNCH = """mutation($params: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $params) {
  __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }"""
ASSET_DAYS = """query($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { ... on AssetNode {
  assetMaterializations(limit: 1000) { partition } } } }"""
RUN_DAYS = """query($id: ID!) { runOrError(runId: $id) { ... on Run { assetMaterializations { partition } } } }"""
WAIT_SECONDS = 240


DIALOG, PER_ASSET, JOB_PAGE, COMMAND_LINE = (  # the days asked through each door
    ["2026-01-01", "2026-01-02", "2026-01-03"],
    ["2026-01-04", "2026-01-05"],
    ["2026-01-06", "2026-01-07"],
    ["2026-01-08", "2026-01-09"],
)
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


@pytest.fixture(scope="module")
def dagster(s3, tmp_path_factory):
    """Every door was asked for days of its own, and all of them are done."""
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
        with servers.daemon():
            _command_line(servers.environment)
            for backfill in backfills:
                asked.wait_for(backfill)
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


def test_no_door_runs_a_day_more_than_was_asked(dagster):
    """Each asset has each day asked, through whichever door, exactly once."""
    days = [*DIALOG, *PER_ASSET, *JOB_PAGE, *COMMAND_LINE]

    assert {asset: dagster.events(asset) for asset in CATALOGUE} == dict.fromkeys(CATALOGUE, days)


@pytest.mark.parametrize("days", [DIALOG, PER_ASSET, JOB_PAGE, COMMAND_LINE])
def test_many_days_are_one_run(dagster, days):
    """The graph's dialog, GraphQL with days per asset, the page of a job, and the command line alike."""
    runs = [run for run in dagster.api.runs() if run.job != "deploy"]

    assert [dagster.days_of(run) for run in runs].count(days) == 1
    assert len(runs) == 4
