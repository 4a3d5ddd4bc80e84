"""missing_checks_sensor: requests `check_days` for days that a failed, killed or cancelled run left unchecked.

Checks run after the step that materializes the days, so a run that ends before them leaves its days without results.
The checks: checks/.
"""

from collections import defaultdict
from datetime import UTC, datetime

import dagster as dg

from movie_assets.defs.checks.blocking import DAILY_CHECKS, op_name
from movie_assets.storage.folders import ranges_of

ENDED_EARLY = [dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
SECONDS_BETWEEN_TICKS = 10
RUNS_PER_TICK = 10
ATTEMPTS = {"dagster/max_retries": "3"}
RELEVANT_EVENTS = {
    dg.DagsterEventType.ASSET_MATERIALIZATION,
    dg.DagsterEventType.ASSET_CHECK_EVALUATION,
    dg.DagsterEventType.STEP_SUCCESS,
    dg.DagsterEventType.STEP_FAILURE,
}
RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"


@dg.sensor(
    job_name="check_days",
    minimum_interval_seconds=SECONDS_BETWEEN_TICKS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Requests the missing checks of days from runs that failed, were killed or were cancelled.",
)
def missing_checks_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """One request for each asset and range of days."""
    since = datetime.fromisoformat(context.cursor) if context.cursor else None
    ended = context.instance.get_run_records(
        dg.RunsFilter(statuses=ENDED_EARLY, updated_after=since),
        limit=RUNS_PER_TICK,
        order_by="update_timestamp",
        ascending=True,
    )
    if not ended:
        return dg.SkipReason("No further run has ended early.")
    requests = [
        dg.RunRequest(
            run_key=f"{run_id}:{asset}:{first}",
            tags={RANGE_START: first, RANGE_END: last, "movie/kept_by": run_id, **ATTEMPTS},
            asset_check_keys=[check for check in DAILY_CHECKS if check.asset_key.to_user_string() == asset],
        )
        for run_id in (record.dagster_run.run_id for record in ended)
        for asset, days in _missing_checks(context.instance, run_id).items()
        for first, last in ranges_of(days)
    ]
    cursor = ended[-1].update_timestamp.replace(tzinfo=UTC).isoformat()
    if not requests:
        return dg.SensorResult(skip_reason="No check is missing.", cursor=cursor)
    return dg.SensorResult(run_requests=requests, cursor=cursor)


def _missing_checks(instance: dg.DagsterInstance, run_id: str) -> dict[str, list[str]]:
    """Asset -> the days that the run materialized and that lack a check result, in order.

    Results of an unfinished step do not count: the last of them may be in the run's log only.
    """
    materialized, evaluated, ended = set(), set(), set()
    for entry in instance.all_logs(run_id, of_type=RELEVANT_EVENTS):
        event = entry.get_dagster_event()
        if event.event_type == dg.DagsterEventType.ASSET_MATERIALIZATION:
            materialized.add((event.asset_key, event.partition))
        elif event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            evaluation = event.asset_check_evaluation_data
            evaluated.add((evaluation.asset_check_key, evaluation.partition))
        else:
            ended.add(event.step_key)
    lacking: dict[str, set[str]] = defaultdict(set)
    for check in DAILY_CHECKS:
        for day in (day for asset, day in materialized if asset == check.asset_key):
            if day and (op_name(check) not in ended or (check, day) not in evaluated):
                lacking[check.asset_key.to_user_string()].add(day)
    return {asset: sorted(days) for asset, days in lacking.items()}
