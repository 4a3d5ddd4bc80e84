"""The queries to Dagster's GraphQL, and the errors made of its answers."""

import json
from typing import Any

import httpx
import pytest

from local_stack.dagster_api import DagsterApi, RunSummary
from local_stack.errors import StackError

URL = "http://127.0.0.1:3001"
DAYS = ["2026-01-01", "2026-01-02", "2026-01-03"]
RUN = RunSummary(run_id="r1", job="retrain", status="FAILURE", will_retry=False)


def an_api(requests: list[dict[str, Any]] | None = None, **data: Any) -> DagsterApi:
    """Dagster that answers every query with this data and records their variables."""

    def respond(request: httpx.Request) -> httpx.Response:
        if requests is not None:
            requests.append(json.loads(request.content)["variables"])
        return httpx.Response(200, json={"data": data})

    return DagsterApi(URL, httpx.MockTransport(respond))


def test_a_backfill_names_its_days_for_each_asset():
    """A plain list of days is spread along the graph's mappings; days per asset are exactly those days."""
    requests: list[dict[str, Any]] = []
    api = an_api(requests, launchPartitionBackfill={"__typename": "LaunchBackfillSuccess", "backfillId": "abc"})

    assert api.launch(dict.fromkeys(["raw_tmdb", "encoders"], DAYS[:2])) == "abc"

    partitions = {"ranges": [{"start": DAYS[0], "end": DAYS[1]}]}
    selected = [{"assetKey": {"path": [asset]}, "partitions": partitions} for asset in ("raw_tmdb", "encoders")]
    assert requests == [{"params": {"partitionsByAssets": selected}}]


def test_a_refused_backfill_says_why():
    """Dagster's own message reaches the person."""
    api = an_api(launchPartitionBackfill={"__typename": "PartitionKeysNotFoundError", "message": "no such day"})

    with pytest.raises(StackError, match="no such day"):
        api.launch({"raw_tmdb": DAYS})


def test_definitions_that_do_not_load_say_why():
    """A wrong setting stops the code location; its message is what the person needs."""
    error = {"__typename": "PythonError", "message": "MOVIE_SOURCE=tmdb needs a key"}
    entry = {"name": "movie_assets.definitions", "loadStatus": "LOADED", "locationOrLoadError": error}

    with pytest.raises(StackError, match="MOVIE_SOURCE=tmdb needs a key"):
        an_api(workspaceOrError={"__typename": "Workspace", "locationEntries": [entry]}).definitions_are_loaded()


def test_a_run_that_dagster_will_retry_is_marked():
    """Such a failure does not fail the demo."""
    retried, final = [{"key": "dagster/will_retry", "value": "true"}], []
    results = [{"runId": "1", "jobName": "deploy", "status": "FAILURE", "tags": tags} for tags in (retried, final)]

    runs = an_api(runsOrError={"__typename": "Runs", "results": results}).runs("FAILURE")

    assert [run.will_retry for run in runs] == [True, False]


OURS = "movie_assets.storage.bucket.StoreUnreachableError: The S3 server did not answer. Is it running?"


@pytest.mark.parametrize(
    ("causes", "shown"),
    [
        (["ValueError: no genres"], "ValueError: no genres"),
        ([OURS, "ConnectionRefusedError: [Errno 111]"], OURS),
    ],
    ids=["the innermost cause", "the platform's own message"],
)
def test_a_failed_run_shows_one_cause_and_its_step(causes: list[str], shown: str):
    """Dagster wraps what the step raised; a message of ours already says what to do, its cause does not."""
    chain = [{"error": {"message": cause}} for cause in causes]
    error = {"message": "dagster._core.errors.DagsterExecutionStepExecutionError: op encoders", "errorChain": chain}
    event = {"__typename": "ExecutionStepFailureEvent", "stepKey": "encoders", "message": "", "error": error}
    page = {"cursor": "x", "hasMore": False, "events": [event]}

    failure = an_api(runOrError={"__typename": "Run", "eventConnection": page}).failure_of(RUN)

    assert failure.splitlines() == [f"Run r1 of retrain ({URL}/runs/r1):", f"  encoders: {shown}"]


def test_the_calendar_says_of_each_day_whether_it_is_materialized():
    """A day that failed is not."""
    statuses = [("MATERIALIZED", *DAYS[:2]), ("FAILED", DAYS[2], DAYS[2])]
    ranges = [{"status": status, "startKey": first, "endKey": last} for status, first, last in statuses]
    node = {
        "assetKey": {"path": ["raw_tmdb"]},
        "partitionKeys": DAYS,
        "assetPartitionStatuses": {"ranges": ranges},
    }
    api = an_api(assetNodes=[node])

    assert api.calendar(["raw_tmdb"]) == {"raw_tmdb": dict(zip(DAYS, (True, True, False), strict=True))}
    with pytest.raises(StackError, match="no daily asset called encoders"):
        api.calendar(["raw_tmdb", "encoders"])


def test_a_day_without_materialization_has_no_metadata():
    """The demo then names the day."""
    api = an_api(assetNodeOrError={"__typename": "AssetNode", "assetMaterializations": []})

    assert api.metadata_of("best_model", DAYS[0]) == {}


def test_an_unreachable_dagster_is_named():
    """With its address."""

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(StackError, match=r"Dagster at http://127\.0\.0\.1:3001 did not answer: refused"):
        DagsterApi(URL, httpx.MockTransport(refuse)).unhealthy_daemons()
