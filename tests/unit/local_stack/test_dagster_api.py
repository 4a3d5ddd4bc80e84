"""What is asked of Dagster's GraphQL, and how its answers and failures are told."""

import json
from typing import Any

import httpx
import pytest

from local_stack.dagster_api import DagsterApi, Run
from local_stack.errors import StackError

URL = "http://127.0.0.1:3001"


def an_api(answer: dict[str, Any], asked: list[dict[str, Any]] | None = None) -> DagsterApi:
    """Dagster that gives the same answer to every question and notes what it was asked."""

    def respond(request: httpx.Request) -> httpx.Response:
        if asked is not None:
            asked.append(json.loads(request.content)["variables"])
        return httpx.Response(200, json=answer)

    return DagsterApi(URL, httpx.MockTransport(respond))


def test_a_backfill_names_its_days_for_each_asset():
    """A plain list of days is spread along the graph's mappings; days per asset are exactly those days."""
    asked: list[dict[str, Any]] = []
    launched = {"data": {"launchPartitionBackfill": {"__typename": "LaunchBackfillSuccess", "backfillId": "abc"}}}

    backfill = an_api(launched, asked).launch(dict.fromkeys(["raw_tmdb", "encoders"], ("2026-01-01", "2026-01-02")))

    days = {"ranges": [{"start": "2026-01-01", "end": "2026-01-02"}]}
    assert backfill == "abc"
    assert asked == [
        {
            "params": {
                "partitionsByAssets": [
                    {"assetKey": {"path": ["raw_tmdb"]}, "partitions": days},
                    {"assetKey": {"path": ["encoders"]}, "partitions": days},
                ]
            }
        }
    ]


def test_a_refused_backfill_says_why():
    """Dagster's own sentence reaches the person."""
    refused = {
        "data": {"launchPartitionBackfill": {"__typename": "PartitionKeysNotFoundError", "message": "no such day"}}
    }

    with pytest.raises(StackError, match="no such day"):
        an_api(refused).launch({"raw_tmdb": ["2026-01-01"]})


def test_definitions_that_do_not_load_say_why():
    """A wrong setting stops the code location; its sentence is what the person needs."""
    broken = {"__typename": "PythonError", "message": "MOVIE_SOURCE=tmdb needs a key"}
    entry = {"name": "movie_assets.definitions", "loadStatus": "LOADED", "locationOrLoadError": broken}
    answer = {"data": {"workspaceOrError": {"__typename": "Workspace", "locationEntries": [entry]}}}

    with pytest.raises(StackError, match="MOVIE_SOURCE=tmdb needs a key"):
        an_api(answer).definitions_are_loaded()


def test_a_run_that_dagster_repeats_by_itself_is_known():
    """A failed run with a retry to come is not the end of the journey."""
    tags = [{"key": "dagster/will_retry", "value": "true"}]
    results = [
        {"runId": "1", "jobName": "deploy", "status": "FAILURE", "tags": tags},
        {"runId": "2", "jobName": "deploy", "status": "FAILURE", "tags": []},
    ]

    runs = an_api({"data": {"runsOrError": {"__typename": "Runs", "results": results}}}).runs("FAILURE")

    assert [run.will_retry for run in runs] == [True, False]


def test_a_failed_run_is_told_by_its_innermost_cause():
    """Dagster wraps what the step raised; the person sees the cause, its step and where to look."""
    error = {
        "message": "Error occurred while executing op",
        "errorChain": [{"error": {"message": "ValueError: no genres"}}],
    }
    events = [{"__typename": "ExecutionStepFailureEvent", "stepKey": "encoders", "message": "", "error": error}]
    page = {"cursor": "x", "hasMore": False, "events": events}
    failed = Run(run_id="r1", job="retrain", status="FAILURE", will_retry=False)

    told = an_api({"data": {"runOrError": {"__typename": "Run", "eventConnection": page}}}).why_it_failed(failed)

    assert "encoders: ValueError: no genres" in told
    assert f"{URL}/runs/r1" in told


def test_a_failed_run_is_told_by_our_own_sentence():
    """Where the platform has said what happened and what to do, the bare cause below it is not shown instead."""
    ours = "movie_assets.storage.bucket.StoreUnreachableError: The S3 server did not answer. Is it running?"
    chain = [{"error": {"message": ours}}, {"error": {"message": "ConnectionRefusedError: [Errno 111]"}}]
    error = {"message": "dagster._core.errors.DagsterExecutionStepExecutionError: op raw_tmdb", "errorChain": chain}
    events = [{"__typename": "ExecutionStepFailureEvent", "stepKey": "raw_tmdb", "message": "", "error": error}]
    page = {"cursor": "x", "hasMore": False, "events": events}
    failed = Run(run_id="r1", job="refresh", status="FAILURE", will_retry=False)

    told = an_api({"data": {"runOrError": {"__typename": "Run", "eventConnection": page}}}).why_it_failed(failed)

    assert f"raw_tmdb: {ours}" in told
    assert "Errno 111" not in told


def test_the_calendar_tells_each_day_that_is_materialized():
    """Ranges of Dagster's, opened; a day that failed or runs is not there."""
    ranges = [
        {"status": "MATERIALIZED", "startKey": "2026-01-01", "endKey": "2026-01-02"},
        {"status": "FAILED", "startKey": "2026-01-03", "endKey": "2026-01-03"},
    ]
    node = {
        "assetKey": {"path": ["raw_tmdb"]},
        "partitionKeys": ["2026-01-01", "2026-01-02", "2026-01-03"],
        "assetPartitionStatuses": {"ranges": ranges},
    }
    api = an_api({"data": {"assetNodes": [node]}})

    assert api.calendar(["raw_tmdb"]) == {"raw_tmdb": {"2026-01-01": True, "2026-01-02": True, "2026-01-03": False}}
    with pytest.raises(StackError, match="no asset with days called encoders"):
        api.calendar(["raw_tmdb", "encoders"])


def test_metadata_of_a_day_without_materialization_is_empty():
    """Nothing was written for that day, so nothing is said of it."""
    node = {"__typename": "AssetNode", "assetMaterializations": []}

    assert an_api({"data": {"assetNodeOrError": node}}).metadata_of("best_model", "2026-01-14") == {}


def test_a_silent_dagster_is_named():
    """An unreachable webserver is a sentence with its address."""

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(StackError, match=r"Dagster at http://127\.0\.0\.1:3001 did not answer: refused"):
        DagsterApi(URL, httpx.MockTransport(refuse)).unhealthy_daemons()
