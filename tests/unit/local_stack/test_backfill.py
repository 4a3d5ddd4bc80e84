"""Which days a backfill launches, and its report of those that are missing at the end."""

import io
import json

import httpx
import pytest
from rich.console import Console

from local_stack.backfill import (
    RETRAINED_ASSETS,
    assets_in_order,
    clean_again,
    days_to_backfill,
    days_to_retrain,
    run_backfill,
)
from local_stack.dagster_api import DAILY_ASSETS, DagsterApi
from local_stack.errors import StackError
from movie_assets.catalogue.cleaning_version import CLEANING_VERSION

DAYS = ["2026-01-30", "2026-01-31", "2026-02-01", "2026-02-02"]
FAILED_STEP = {
    "__typename": "ExecutionStepFailureEvent",
    "stepKey": "cleaned_movies",
    "message": "",
    "error": {"message": "dagster._core.definitions.events.Failure: 1 of 2 days rejected", "errorChain": []},
}


def a_calendar(**materialized):
    """Each asset with the numbers of the days it has."""
    return {asset: {day: number in days for number, day in enumerate(DAYS)} for asset, days in materialized.items()}


def a_dagster(*, status, made, launched=None):
    """An instance whose backfill has this status and these days, with one failed run unless it succeeded."""
    events = [{"assetKey": {"path": [asset]}, "partition": day} for asset, days in made.items() for day in days]
    failed = [] if status == "COMPLETED_SUCCESS" else [{"runId": "r1", "jobName": "x", "status": "FAILURE", "tags": []}]
    daemon = {"daemonType": "BACKFILL", "required": True, "healthy": False}
    page = {"cursor": "x", "hasMore": False, "events": [FAILED_STEP]}
    node = {"assetKey": {"path": ["cleaned_movies"]}, "partitionKeys": DAYS, "assetPartitionStatuses": None}
    answers = {  # by a word of the query; the last is in two of them
        "launchPartitionBackfill": {"__typename": "LaunchBackfillSuccess", "backfillId": "abc"},
        "partitionBackfillOrError": {"__typename": "PartitionBackfill", "status": status, "error": None},
        "assetNodes": [node],
        "daemonHealth": {"daemonHealth": {"allDaemonStatuses": [daemon]}},
        "assetMaterializations": {"__typename": "Runs", "results": [{"assetMaterializations": events}]},
        "eventConnection": {"__typename": "Run", "eventConnection": page},
        "runsOrError": {"__typename": "Runs", "results": failed},
    }
    fields = {"daemonHealth": "instance", "assetMaterializations": "runsOrError", "eventConnection": "runOrError"}

    def respond(request):
        body = json.loads(request.content)
        word = next(word for word in answers if word in body["query"])
        if word == "launchPartitionBackfill" and launched is not None:
            launched.extend(body["variables"]["params"]["partitionsByAssets"])
        return httpx.Response(200, json={"data": {fields.get(word, word): answers[word]}})

    return DagsterApi("http://127.0.0.1:3001", httpx.MockTransport(respond))


def test_only_missing_days_are_launched_with_the_assets_downstream():
    """A day without raw films is made again down the line; one that lacks the last asset only gets that one."""
    calendar = a_calendar(raw_tmdb=[0, 2, 3], cleaned_movies=[0, 1, 3], encoders=[0, 1, 2])

    assert days_to_backfill(calendar, DAYS[0], DAYS[3], everything=False) == {
        "raw_tmdb": [DAYS[1]],
        "cleaned_movies": [DAYS[1], DAYS[2]],
        "encoders": [DAYS[1], DAYS[2], DAYS[3]],
    }


@pytest.mark.parametrize(("everything", "days"), [(True, {"raw_tmdb": DAYS[1:3]}), (False, {})])
def test_existing_days_of_the_range_are_launched_only_on_request(everything, days):
    """And no day outside the range."""
    assert days_to_backfill(a_calendar(raw_tmdb=[0, 1, 2, 3]), DAYS[1], DAYS[2], everything=everything) == days


@pytest.mark.parametrize(("first", "last"), [("2026-01-29", DAYS[1]), (DAYS[1], "2026-02-03"), (DAYS[2], DAYS[1])])
def test_a_range_outside_the_calendar_is_refused(first, last):
    """With the days of the calendar."""
    with pytest.raises(StackError, match="The days are 2026-01-30 to 2026-02-02"):
        days_to_backfill(a_calendar(raw_tmdb=[]), first, last, everything=False)


def test_assets_are_in_the_order_of_the_graph():
    """Whatever order they are named in; an unknown name is refused."""
    assert assets_in_order("encoders, raw_tmdb") == ["raw_tmdb", "encoders"]
    assert assets_in_order(None) == DAILY_ASSETS
    with pytest.raises(StackError, match="called rating_service"):
        assets_in_order("raw_tmdb,rating_service")


def test_a_backfill_that_makes_every_day_succeeds():
    """It launches the ranges, names the daemons it waits for, and fills each asset's bar."""
    launched, output = [], io.StringIO()
    api = a_dagster(status="REQUESTED", made={"raw_tmdb": DAYS}, launched=launched)

    run_backfill(api, {"raw_tmdb": DAYS}, Console(file=output, width=100), every=0)

    ranges = [{"start": DAYS[0], "end": DAYS[3]}]
    assert launched == [{"assetKey": {"path": ["raw_tmdb"]}, "partitions": {"ranges": ranges}}]
    assert "Waiting for Dagster's daemons: backfill" in output.getvalue()
    assert "4/4" in output.getvalue()


def test_missing_days_are_named_with_the_reason():
    """A backfill that ended short is an error that a person can act on."""
    api = a_dagster(status="COMPLETED_FAILED", made={"raw_tmdb": DAYS[:2], "cleaned_movies": DAYS[:1]})

    with pytest.raises(StackError) as raised:
        run_backfill(api, {"raw_tmdb": DAYS[:2], "cleaned_movies": DAYS[:2]}, Console(file=io.StringIO()), every=0)

    assert f"cleaned_movies: {DAYS[1]}" in str(raised.value)
    assert "1 of 2 days rejected" in str(raised.value)
    assert "raw_tmdb:" not in str(raised.value)


def a_state(day, *, there=DAILY_ASSETS, stale=False, version=CLEANING_VERSION):
    """One day of `days --json`."""
    return {
        "day": day,
        "there": there,
        "rejected": False,
        "held": False,
        "stale": stale,
        "cleaning_version": version,
    }


def test_every_trained_day_from_the_first_stale_one_is_retrained():
    """Also days after it that are not stale, since they follow its champion; days never trained stay so."""
    states = [
        a_state("2026-01-01"),
        a_state("2026-01-02", stale=True),
        a_state("2026-01-03", there=DAILY_ASSETS[:2]),
        a_state("2026-01-04"),
    ]

    days = ["2026-01-02", "2026-01-04"]
    assert days_to_retrain(states) == dict.fromkeys(RETRAINED_ASSETS, days)


@pytest.mark.parametrize("states", [[a_state("2026-01-01")], []])
def test_without_a_stale_day_nothing_is_retrained(states):
    """In a stack without days too."""
    assert days_to_retrain(states) == {}


def test_days_of_another_version_are_cleaned_again_in_one_backfill():
    """From their raw days; days without cleaned films, or with current ones, are left alone."""
    states = [
        a_state(DAYS[0], version=1),
        a_state(DAYS[1]),
        a_state(DAYS[2], there=DAILY_ASSETS[:1], version=None),
        a_state(DAYS[3], version=CLEANING_VERSION + 1),
    ]
    launched = []
    api = a_dagster(status="REQUESTED", made={"cleaned_movies": DAYS}, launched=launched)

    clean_again(api, states, Console(file=io.StringIO()), every=0)

    ranges = [{"start": DAYS[0], "end": DAYS[0]}, {"start": DAYS[3], "end": DAYS[3]}]
    assert launched == [{"assetKey": {"path": ["cleaned_movies"]}, "partitions": {"ranges": ranges}}]


def test_days_without_raw_films_are_named_once_the_others_are_cleaned():
    """With what fetches them again."""
    states = [a_state(day, there=DAILY_ASSETS[1:], version=1) for day in DAYS[:3]]
    states.append(a_state(DAYS[3], version=1))
    launched = []
    api = a_dagster(status="REQUESTED", made={"cleaned_movies": DAYS}, launched=launched)

    with pytest.raises(StackError) as raised:
        clean_again(api, states, Console(file=io.StringIO()), every=0)

    assert [one["partitions"]["ranges"] for one in launched] == [[{"start": DAYS[3], "end": DAYS[3]}]]
    fetch = f"make backfill FROM={DAYS[0]} TO={DAYS[2]} ASSETS=raw_tmdb,cleaned_movies ALL=1"
    assert fetch in str(raised.value)


def test_days_that_cannot_be_cleaned_are_named_also_if_the_backfill_fails():
    """Both are said at once, with what to do."""
    states = [a_state(DAYS[0], there=DAILY_ASSETS[1:], version=1), a_state(DAYS[3], version=1)]
    api = a_dagster(status="COMPLETED_FAILED", made={"cleaned_movies": []})

    with pytest.raises(StackError) as raised:
        clean_again(api, states, Console(file=io.StringIO()), every=0)

    assert f"cleaned_movies: {DAYS[3]}" in str(raised.value)
    assert f"{DAYS[0]} to {DAYS[0]}: no raw films." in str(raised.value)


def test_days_outside_the_calendar_are_named_with_the_settings_that_include_them():
    """Windows read them, and Dagster does not know them."""
    states = [a_state(day, version=1) for day in ("2025-12-30", "2025-12-31", DAYS[0])]
    launched = []
    api = a_dagster(status="REQUESTED", made={"cleaned_movies": DAYS}, launched=launched)

    with pytest.raises(StackError) as raised:
        clean_again(api, states, Console(file=io.StringIO()), every=0)

    assert [one["partitions"]["ranges"] for one in launched] == [[{"start": DAYS[0], "end": DAYS[0]}]]
    assert "2025-12-30 to 2025-12-31: outside the stack's days, 2026-01-30 to 2026-02-02" in str(raised.value)
    assert "MOVIE_START_DATE" in str(raised.value)


def test_with_current_days_only_nothing_is_cleaned_again():
    """Which is said; a stack without days too."""
    launched, output = [], io.StringIO()
    api = a_dagster(status="REQUESTED", made={}, launched=launched)

    clean_again(api, [a_state(DAYS[0])], Console(file=output), every=0)
    clean_again(api, [], Console(file=output), every=0)

    assert launched == []
    assert output.getvalue().count(f"current version, {CLEANING_VERSION}") == 2
