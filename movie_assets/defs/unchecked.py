"""unchecked_days_sensor: days that a run kept and never checked, because it failed, was killed or was cancelled.

Checks run after the step that makes the days; without this, the days of a run that did not get so far would never
have any. The checks themselves: checks.py and day_warnings.py. The job it asks for: check_days.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

import dagster as dg

if TYPE_CHECKING:
    from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

ENDED_EARLY = [dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
SECONDS_BETWEEN_TICKS = 10
RUNS_PER_TICK = 10
ATTEMPTS = {"dagster/max_retries": "3"}
RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
RESULTS = {"SUCCEEDED", "FAILED"}  # neither planned nor skipped


def check_days_job(checks: Sequence[dg.AssetChecksDefinition]) -> "UnresolvedAssetJobDefinition":
    """The job that repeats every check of a day on what is kept, and makes nothing."""
    return dg.define_asset_job(
        "check_days",
        selection=dg.AssetSelection.checks(*(key for keys in _daily_checks(checks).values() for key in keys)),
        description="Check days that are there, without making them again.",
    )


def unchecked_days_sensor(
    job: "UnresolvedAssetJobDefinition", checks: Sequence[dg.AssetChecksDefinition]
) -> dg.SensorDefinition:
    """Watches runs that end early, and asks for the checks of the days they have kept."""
    checks_of = _daily_checks(checks)

    @dg.sensor(
        job=job,
        name="unchecked_days_sensor",
        minimum_interval_seconds=SECONDS_BETWEEN_TICKS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Asks for the checks of days that a run kept before it failed, was killed or was cancelled.",
    )
    def sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
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
                run_key=f"{record.dagster_run.run_id}:{asset}:{first}",
                tags={RANGE_START: first, RANGE_END: last, "movie/kept_by": record.dagster_run.run_id, **ATTEMPTS},
                asset_check_keys=checks_of[asset],
            )
            for record in ended
            for asset, days in _unchecked(context.instance, record.dagster_run.run_id, checks_of).items()
            for first, last in _ranges(days)
        ]
        cursor = ended[-1].update_timestamp.replace(tzinfo=UTC).isoformat()
        if not requests:
            return dg.SensorResult(skip_reason="Every day they had kept is checked.", cursor=cursor)
        return dg.SensorResult(run_requests=requests, cursor=cursor)

    return sensor


ChecksOf = dict[str, list[dg.AssetCheckKey]]


def _daily_checks(checks: Sequence[dg.AssetChecksDefinition]) -> ChecksOf:
    """Asset -> the checks of its days; a check of no day in particular is none of them."""
    found: ChecksOf = defaultdict(list)
    for spec in (spec for definition in checks for spec in definition.check_specs if spec.partitions_def):
        found[spec.asset_key.to_user_string()].append(spec.key)
    return dict(found)


def _unchecked(instance: dg.DagsterInstance, run_id: str, checks_of: ChecksOf) -> dict[str, list[str]]:
    """Asset -> the days the run has kept that lack the result of a check, in order.

    As the UI sees it: a run may be killed when its own log has a result and what all runs share has it not yet.
    """
    kept: dict[str, set[str]] = defaultdict(set)
    for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION):
        told: Any = entry.get_dagster_event()
        kept[told.asset_key.to_user_string()].add(told.partition)
    unchecked = {}
    for asset, keys in checks_of.items():
        checked = _checked(instance, keys, kept[asset]) if kept[asset] else set()
        unchecked[asset] = sorted(day for day in kept[asset] if any((day, key) not in checked for key in keys))
    return unchecked


def _checked(
    instance: dg.DagsterInstance, keys: list[dg.AssetCheckKey], days: set[str]
) -> set[tuple[str | None, dg.AssetCheckKey]]:
    """The days and checks that have a result since the day was made."""
    found = instance.event_log_storage.get_asset_check_partition_info(keys, partition_keys=sorted(days))
    return {
        (one.partition_key, one.check_key)
        for one in found
        if one.latest_execution_status.value in RESULTS
        and one.latest_check_event_storage_id > (one.latest_materialization_storage_id or 0)
    }


def _ranges(days: Iterable[str]) -> list[tuple[str, str]]:
    """Days in order as ranges without a gap, both ends included."""
    ordinals = enumerate(date.fromisoformat(day).toordinal() for day in days)
    runs = [[ordinal for _, ordinal in run] for _, run in groupby(ordinals, key=lambda one: one[1] - one[0])]
    return [(str(date.fromordinal(run[0])), str(date.fromordinal(run[-1]))) for run in runs]
