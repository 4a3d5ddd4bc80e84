"""The demo: from an empty folder to a served rating, leg by leg, through the same doors a person would use.

The parts and their start: stack.py. How legs are shown: legs.py.
"""

import json
import sys
from typing import Any

import httpx
from rich.console import Console

from local_stack.backfill import ASK_EVERY_SECONDS, ENDED
from local_stack.dagster_api import DAILY_ASSETS, DagsterApi
from local_stack.errors import StackError
from local_stack.processes import PROXY
from local_stack.stack import START_SECONDS, Stack
from local_stack.state_dir import DEMO
from local_stack.steps import Steps

DEPLOY_JOB = "deploy"
TRACKING_JOB = "sync_wandb"  # fails alone where Weights & Biases is away
UNFINISHED = ("NOT_STARTED", "QUEUED", "STARTING", "STARTED")
NO_CHAMPION = "none"
BUNDLE_LABEL = "bundle_id"  # what best_model's metadata calls the champion
BACKFILL_SECONDS = 3600
DEMO_TRIALS = "3"  # a quick look, not the best model: a fresh platform searches for longer
RELEASE_SECONDS = 300
MADE_UP_FILM = {
    "title": "The Lighthouse Keeper's Daughter",
    "runtime": 112,
    "genres": ["Drama", "Mystery"],
    "original_language": "en",
    "overview": (
        "A young woman returns to a beautiful island to care for her father, and finds that the letters he kept "
        "for thirty years tell a wonderful story of love and a terrible secret."
    ),
}


def walk(stack: Stack, legs: Steps, days: list[str]) -> None:
    """Walk every leg, from the start of the parts to one answered film; raises StackError at the first that fails."""
    settings = stack.settings
    with legs.leg("S3 server"):
        stack.start()
        stack.wait_for_store()
    api = DagsterApi(settings.dagster_url)
    try:
        with legs.leg("Dagster's definitions"):
            _wait_for_definitions(stack, legs, api)
        with legs.leg(f"backfill of {len(days)} days, {days[0]} to {days[-1]}"):
            _backfill(stack, legs, api, days)
        with legs.leg("release"):
            describe = _wait_for_release(stack, legs, api, days[-1])
    finally:
        api.close()
    with legs.leg("page"):
        stack.wait_for("page", seconds=START_SECONDS)
    with legs.leg("one prediction"):
        answer = _predict(settings.service_url)
    _show(legs.console, stack, describe, answer)


def _wait_for_definitions(stack: Stack, legs: Steps, api: DagsterApi) -> None:
    stack.wait_for("dagster-webserver", seconds=START_SECONDS)
    legs.say("loading the definitions")
    late = f"The definitions were not loaded within {START_SECONDS} s."
    stack.wait_until(api.definitions_are_loaded, seconds=START_SECONDS, otherwise=late, log="dagster-webserver")


def _backfill(stack: Stack, legs: Steps, api: DagsterApi, days: list[str]) -> None:
    backfill = api.launch(dict.fromkeys(DAILY_ASSETS, days))
    stack.start_daemon()  # after the launch: the daemon looks for backfills as it starts, then every half minute

    def done() -> bool:
        if waiting := api.unhealthy_daemons():
            legs.say("waiting for Dagster's daemons: " + ", ".join(waiting).lower())
            return False
        made = api.days_made(backfill)
        counts = {asset: len(made.get(asset, ())) for asset in DAILY_ASSETS}
        legs.say(", ".join(f"{asset} {count}/{len(days)}" for asset, count in counts.items()))
        _refuse_failed_runs(api)
        if api.backfill_status(backfill) in ENDED and min(counts.values()) < len(days):
            raise StackError(f"The backfill {backfill} has ended, and of {len(days)} days it made {counts}.")
        # Dagster closes a backfill up to half a minute after its last run, which ends with its checks
        after = {DEPLOY_JOB, TRACKING_JOB}
        return min(counts.values()) >= len(days) and all(run.job in after for run in api.runs(*UNFINISHED))

    late = f"The backfill {backfill} was not done within {BACKFILL_SECONDS} s."
    stack.wait_until(done, seconds=BACKFILL_SECONDS, otherwise=late, log="dagster-daemon", every=ASK_EVERY_SECONDS)


def _wait_for_release(stack: Stack, legs: Steps, api: DagsterApi, last_day: str) -> dict[str, Any]:
    best_model = api.metadata_of("best_model", last_day)
    champion = best_model.get(BUNDLE_LABEL, NO_CHAMPION)
    if champion == NO_CHAMPION:
        raise StackError(f"best_model of {last_day} names no champion. Its metadata: {best_model}")
    found: dict[str, Any] = {}

    def in_service() -> bool:
        _refuse_failed_runs(api)
        runs = api.runs(job=DEPLOY_JOB)
        legs.say(f"{len(runs)} deploy runs, the newest {runs[0].status.lower()}" if runs else "waiting for the sensor")
        found.update(_describe(stack.settings.service_url))
        answers = found.get("card", {}).get("bundle_id") == champion
        return bool(answers and runs and runs[0].status == "SUCCESS")

    late = f"Bundle {champion} was not in service within {RELEASE_SECONDS} s."
    stack.wait_until(in_service, seconds=RELEASE_SECONDS, otherwise=late, log="agent", every=ASK_EVERY_SECONDS)
    stack.wait_for(PROXY, seconds=RELEASE_SECONDS)
    return found


def _refuse_failed_runs(api: DagsterApi) -> None:
    if failed := [run for run in api.runs("FAILURE") if not run.will_retry and run.job != TRACKING_JOB]:
        raise StackError("\n".join(["A run failed.", *(api.why_it_failed(run) for run in failed[:2])]))


def _describe(service_url: str) -> dict[str, Any]:
    """What the service says of itself; empty while it is not there or not ready."""
    try:
        answer = httpx.get(f"{service_url}/describe", timeout=10)
    except httpx.TransportError:
        return {}
    return dict(answer.json()) if answer.status_code == httpx.codes.OK else {}


def _predict(service_url: str) -> dict[str, Any]:
    answer = httpx.post(f"{service_url}/predict", json=MADE_UP_FILM, timeout=30)
    if answer.status_code != httpx.codes.OK:
        raise StackError(f"The service answered {answer.status_code}: {answer.text}")
    return dict(answer.json())


def _show(console: Console, stack: Stack, describe: dict[str, Any], answer: dict[str, Any]) -> None:
    console.print("\nAsked: POST /predict", style="bold")
    console.print(json.dumps(MADE_UP_FILM, indent=2, ensure_ascii=False), markup=False)
    console.print(f"\nPredicted rating {answer['predicted_rating']:.2f} of 10", style="bold")
    shown = {
        "mood": answer.get("mood"),
        "features": answer.get("features"),
        "warnings": answer.get("warnings"),
        "source": answer.get("source"),
        "window": answer.get("window"),
        "bundle": answer.get("bundle_id"),
        "Bento": answer.get("bento_tag"),
        "decision": describe.get("card", {}).get("decision"),
    }
    for name, value in shown.items():
        if value:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            console.print(f"  {name:9} {text}", markup=False)
    console.print("\nOpen", style="bold")
    for name, address in stack.addresses().items():
        console.print(f"  {name:9} {address}", markup=False)


def demo(legs: Steps, *, stay: bool) -> None:
    """Run the demo in an emptied state folder, show its table, stay until interrupted if asked; end everything."""
    with legs.leg("environment"):
        stack = Stack.prepare(DEMO, fresh=True, reload=False)
        days = stack.settings.demo_partitions()
        stack.environment.setdefault("MOVIE_END_DATE", days[-1])  # a calendar of just these days, all filled at the end
        stack.environment.setdefault("MOVIE_TRIALS", DEMO_TRIALS)
        legs.say(f"Python {sys.version.split()[0]}, {sys.prefix}")
    try:
        walk(stack, legs, days)
        legs.console.print(legs.table())
        if stay:
            legs.console.print("Everything is up; Ctrl-C ends it.")
            stack.stay()
    finally:
        stack.stop()
