"""The demo: from an empty folder to a served rating, step by step, over the same interfaces that a person uses."""

import json
import sys
from typing import Any

import httpx
from rich.console import Console

from local_stack.backfill import ENDED_STATES, POLL_SECONDS
from local_stack.dagster_api import DAILY_ASSETS, DagsterApi
from local_stack.errors import StackError
from local_stack.processes import PROXY
from local_stack.stack import START_SECONDS, Stack
from local_stack.state_dir import DEMO
from local_stack.steps import Steps

DEPLOY_JOB = "deploy"
TRACKING_JOB = "sync_wandb"  # its failure does not fail the demo
UNFINISHED = ("NOT_STARTED", "QUEUED", "STARTING", "STARTED")
NO_CHAMPION = "none"
BUNDLE_LABEL = "bundle_id"  # the champion in the metadata of best_model
BACKFILL_SECONDS = 3600
DEMO_TRIALS = "3"  # a quick search: the demo is not about the best model
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


def run_steps(stack: Stack, steps: Steps, days: list[str]) -> None:
    """Run every step, from starting the stack to one prediction; raises StackError at the first that fails."""
    settings = stack.settings
    with steps.step("S3 server"):
        stack.start()
        stack.wait_for_store()
    api = DagsterApi(settings.dagster_url)
    try:
        with steps.step("Dagster's definitions"):
            _wait_for_definitions(stack, steps, api)
        with steps.step(f"backfill of {len(days)} days, {days[0]} to {days[-1]}"):
            _backfill(stack, steps, api, days)
        with steps.step("release"):
            describe = _wait_for_release(stack, steps, api, days[-1])
    finally:
        api.close()
    with steps.step("page"):
        stack.wait_for("page", seconds=START_SECONDS)
    with steps.step("one prediction"):
        answer = _predict(settings.service_url)
    _print_answer(steps.console, stack, describe, answer)


def _wait_for_definitions(stack: Stack, steps: Steps, api: DagsterApi) -> None:
    stack.wait_for("dagster-webserver", seconds=START_SECONDS)
    steps.report("loading the definitions")
    late = f"The definitions were not loaded within {START_SECONDS} s."
    stack.wait_until(api.definitions_are_loaded, seconds=START_SECONDS, otherwise=late, log="dagster-webserver")


def _backfill(stack: Stack, steps: Steps, api: DagsterApi, days: list[str]) -> None:
    backfill = api.launch(dict.fromkeys(DAILY_ASSETS, days))
    stack.start_daemon()  # after the launch: the daemon polls for backfills as it starts, then every half minute

    def done() -> bool:
        if waiting := api.unhealthy_daemons():
            steps.report("waiting for Dagster's daemons: " + ", ".join(waiting).lower())
            return False
        made = api.materialized_days(backfill)
        counts = {asset: len(made.get(asset, ())) for asset in DAILY_ASSETS}
        steps.report(", ".join(f"{asset} {count}/{len(days)}" for asset, count in counts.items()))
        _refuse_failed_runs(api)
        if api.backfill_status(backfill) in ENDED_STATES and min(counts.values()) < len(days):
            raise StackError(f"The backfill {backfill} ended, and of {len(days)} days it materialized {counts}.")
        # Dagster marks a backfill as ended up to half a minute after its last run
        after = {DEPLOY_JOB, TRACKING_JOB}
        return min(counts.values()) >= len(days) and all(run.job in after for run in api.runs(*UNFINISHED))

    late = f"The backfill {backfill} did not finish within {BACKFILL_SECONDS} s."
    stack.wait_until(done, seconds=BACKFILL_SECONDS, otherwise=late, log="dagster-daemon", every=POLL_SECONDS)


def _wait_for_release(stack: Stack, steps: Steps, api: DagsterApi, last_day: str) -> dict[str, Any]:
    best_model = api.metadata_of("best_model", last_day)
    champion = best_model.get(BUNDLE_LABEL, NO_CHAMPION)
    if champion == NO_CHAMPION:
        raise StackError(f"best_model of {last_day} names no champion. Its metadata: {best_model}")
    found: dict[str, Any] = {}

    def in_service() -> bool:
        _refuse_failed_runs(api)
        runs = api.runs(job=DEPLOY_JOB)
        steps.report(
            f"{len(runs)} deploy runs, the newest {runs[0].status.lower()}" if runs else "waiting for the sensor"
        )
        found.update(_describe(stack.settings.service_url))
        answers = found.get("card", {}).get("bundle_id") == champion
        return bool(answers and runs and runs[0].status == "SUCCESS")

    late = f"Bundle {champion} was not in service within {RELEASE_SECONDS} s."
    stack.wait_until(in_service, seconds=RELEASE_SECONDS, otherwise=late, log="agent", every=POLL_SECONDS)
    stack.wait_for(PROXY, seconds=RELEASE_SECONDS)
    return found


def _refuse_failed_runs(api: DagsterApi) -> None:
    if failed := [run for run in api.runs("FAILURE") if not run.will_retry and run.job != TRACKING_JOB]:
        raise StackError("\n".join(["A run failed.", *(api.failure_of(run) for run in failed[:2])]))


def _describe(service_url: str) -> dict[str, Any]:
    """The description of the service; empty while it is not ready."""
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


def _print_answer(console: Console, stack: Stack, describe: dict[str, Any], answer: dict[str, Any]) -> None:
    console.print("\nRequest: POST /predict", style="bold")
    console.print(json.dumps(MADE_UP_FILM, indent=2, ensure_ascii=False), markup=False)
    console.print(f"\nPredicted rating {answer['predicted_rating']:.2f} of 10", style="bold")
    fields = {
        "mood": answer.get("mood"),
        "features": answer.get("features"),
        "warnings": answer.get("warnings"),
        "source": answer.get("source"),
        "window": answer.get("window"),
        "bundle": answer.get("bundle_id"),
        "Bento": answer.get("bento_tag"),
        "decision": describe.get("card", {}).get("decision"),
    }
    for name, value in fields.items():
        if value:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            console.print(f"  {name:9} {text}", markup=False)
    console.print("\nOpen", style="bold")
    for name, address in stack.addresses().items():
        console.print(f"  {name:9} {address}", markup=False)


def demo(steps: Steps, *, stay: bool) -> None:
    """Run the demo in an emptied state folder, print the times, with `stay` wait for a signal, then stop everything."""
    with steps.step("environment"):
        stack = Stack.prepare(DEMO, fresh=True, reload=False)
        days = stack.settings.demo_partitions()
        stack.environment.setdefault("MOVIE_END_DATE", days[-1])  # so that the calendar has no other days
        stack.environment.setdefault("MOVIE_TRIALS", DEMO_TRIALS)
        steps.report(f"Python {sys.version.split()[0]}, {sys.prefix}")
    try:
        run_steps(stack, steps, days)
        steps.console.print(steps.table())
        if stay:
            steps.console.print("Everything is up; Ctrl-C stops it.")
            stack.stay()
    finally:
        stack.stop()
