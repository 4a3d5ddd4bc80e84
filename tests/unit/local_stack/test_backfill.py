"""Which days a backfill asks for, and what it tells of those that were not made."""

import io
import json

import httpx
import pytest
from rich.console import Console

from local_stack.backfill import RETRAINED_ASSETS, days_to_ask, days_to_retrain, fill, line_of
from local_stack.dagster_api import DAILY_ASSETS, DagsterApi
from local_stack.errors import StackError

DAYS = ["2026-01-30", "2026-01-31", "2026-02-01", "2026-02-02"]
BACKFILL = {"__typename": "LaunchBackfillSuccess", "backfillId": "abc"}
BACKFILL_DAEMON = {"daemonType": "BACKFILL", "required": True, "healthy": False}
FAILED_STEP = {
    "__typename": "ExecutionStepFailureEvent",
    "stepKey": "cleaned_movies",
    "message": "",
    "error": {"message": "dagster._core.definitions.events.Failure: 1 of 2 days rejected", "errorChain": []},
}


def a_calendar(**there):
    """Each asset with the numbers of the days it has."""
    return {asset: {day: number in days for number, day in enumerate(DAYS)} for asset, days in there.items()}


def a_dagster(*, status, made, asked=None):
    """An instance whose backfill stands so, with these days made, and one failed run unless it succeeded."""
    events = [{"assetKey": {"path": [asset]}, "partition": day} for asset, days in made.items() for day in days]
    failed = [] if status == "COMPLETED_SUCCESS" else [{"runId": "r1", "jobName": "x", "status": "FAILURE", "tags": []}]

    def answer(question):
        query, variables = question["query"], question["variables"]
        if "launchPartitionBackfill" in query:
            if asked is not None:
                asked.extend(variables["params"]["partitionsByAssets"])
            return {"launchPartitionBackfill": BACKFILL}
        if "daemonHealth" in query:
            return {"instance": {"daemonHealth": {"allDaemonStatuses": [BACKFILL_DAEMON]}}}
        if "partitionBackfillOrError" in query:
            return {"partitionBackfillOrError": {"__typename": "PartitionBackfill", "status": status, "error": None}}
        if "assetMaterializations" in query:
            return {"runsOrError": {"__typename": "Runs", "results": [{"assetMaterializations": events}]}}
        if "eventConnection" in query:
            page = {"cursor": "x", "hasMore": False, "events": [FAILED_STEP]}
            return {"runOrError": {"__typename": "Run", "eventConnection": page}}
        return {"runsOrError": {"__typename": "Runs", "results": failed}}

    def respond(request):
        return httpx.Response(200, json={"data": answer(json.loads(request.content))})

    return DagsterApi("http://127.0.0.1:3001", httpx.MockTransport(respond))


def test_only_missing_days_are_asked_with_what_follows_them():
    """A day without its raw films is made anew down the line; one that lacks the last asset only gets that one."""
    calendar = a_calendar(raw_tmdb=[0, 2, 3], cleaned_movies=[0, 1, 3], encoders=[0, 1, 2])

    asked = days_to_ask(calendar, DAYS[0], DAYS[3], everything=False)

    assert asked == {
        "raw_tmdb": [DAYS[1]],
        "cleaned_movies": [DAYS[1], DAYS[2]],
        "encoders": [DAYS[1], DAYS[2], DAYS[3]],
    }


def test_all_days_of_the_range_are_asked_where_that_is_wanted():
    """And no day outside it."""
    asked = days_to_ask(a_calendar(raw_tmdb=[0, 1, 2, 3]), DAYS[1], DAYS[2], everything=True)

    assert asked == {"raw_tmdb": DAYS[1:3]}
    assert days_to_ask(a_calendar(raw_tmdb=[0, 1, 2, 3]), DAYS[1], DAYS[2], everything=False) == {}


@pytest.mark.parametrize(("first", "last"), [("2026-01-29", DAYS[1]), (DAYS[1], "2026-02-03"), (DAYS[2], DAYS[1])])
def test_days_that_are_not_there_are_refused(first, last):
    """With the days there are."""
    with pytest.raises(StackError, match="There are days from 2026-01-30 to 2026-02-02"):
        days_to_ask(a_calendar(raw_tmdb=[]), first, last, everything=False)


def test_assets_stand_in_the_order_of_the_line():
    """Whatever order they are named in; another name is refused."""
    assert line_of("encoders, raw_tmdb") == ["raw_tmdb", "encoders"]
    assert line_of(None) == DAILY_ASSETS
    with pytest.raises(StackError, match="called rating_service"):
        line_of("raw_tmdb,rating_service")


def test_a_backfill_that_makes_every_day_ends_well():
    """It asks for the ranges, says what it waits for, and shows each asset's bar full."""
    asked, shown = [], io.StringIO()
    api = a_dagster(status="REQUESTED", made={"raw_tmdb": DAYS}, asked=asked)

    fill(api, {"raw_tmdb": DAYS}, Console(file=shown, width=100), every=0)

    ranges = [{"start": DAYS[0], "end": DAYS[3]}]
    assert asked == [{"assetKey": {"path": ["raw_tmdb"]}, "partitions": {"ranges": ranges}}]
    assert "once Dagster's daemons are up: backfill" in shown.getvalue()
    assert "4/4" in shown.getvalue()


def test_days_that_were_not_made_are_named_with_the_reason():
    """A backfill that ended short is an error that a person can act on."""
    api = a_dagster(status="COMPLETED_FAILED", made={"raw_tmdb": DAYS[:2], "cleaned_movies": DAYS[:1]})

    with pytest.raises(StackError) as told:
        fill(api, {"raw_tmdb": DAYS[:2], "cleaned_movies": DAYS[:2]}, Console(file=io.StringIO()), every=0)

    assert f"cleaned_movies: {DAYS[1]}" in str(told.value)
    assert "1 of 2 days rejected" in str(told.value)
    assert "raw_tmdb:" not in str(told.value)


def a_state(day, *, there=DAILY_ASSETS, stale=False):
    """One day as the platform tells it."""
    return {"day": day, "there": there, "rejected": False, "held": False, "stale": stale}


def test_every_trained_day_from_the_first_stale_one_is_retrained():
    """Also days after it that are not stale, since they follow its champion; days that were never trained stay so."""
    states = [
        a_state("2026-01-01"),
        a_state("2026-01-02", stale=True),
        a_state("2026-01-03", there=DAILY_ASSETS[:2]),
        a_state("2026-01-04"),
    ]

    days = ["2026-01-02", "2026-01-04"]
    assert days_to_retrain(states) == dict.fromkeys(RETRAINED_ASSETS, days)


def test_nothing_is_retrained_where_no_day_is_stale():
    """A stack without days too."""
    assert days_to_retrain([a_state("2026-01-01")]) == {}
    assert days_to_retrain([]) == {}
