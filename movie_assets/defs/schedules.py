"""What happens every day: the refresh, a look for the day it must have brought, the deletion of what has expired."""

from typing import TYPE_CHECKING

import dagster as dg

if TYPE_CHECKING:
    from dagster._core.definitions.partitions.partitioned_schedule import UnresolvedPartitionedAssetScheduleDefinition
    from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

HOUR_UTC = 9  # TMDB's daily export is ready at 08:00
LOOK_CRON = "30 12 * * *"  # when a day must have come: day_warnings.py
EXPIRE_CRON = "0 7 * * *"  # before the refresh, so that no run reads a day that is about to go


def daily_refresh_schedule(
    job: "UnresolvedAssetJobDefinition",
) -> "UnresolvedPartitionedAssetScheduleDefinition | dg.ScheduleDefinition":
    """Yesterday's films, models and champion, every morning; off until somebody turns it on."""
    return dg.build_schedule_from_partitioned_job(
        job,
        name="daily_refresh_schedule",
        hour_of_day=HOUR_UTC,
        description="The day that has just ended, from its films to its champion.",
        default_status=dg.DefaultScheduleStatus.STOPPED,
    )


def daily_look_schedule(job: "UnresolvedAssetJobDefinition") -> dg.ScheduleDefinition:
    """Whether the newest day has come, every noon; off until somebody turns it on."""
    return dg.ScheduleDefinition(
        name="daily_look_schedule",
        job=job,
        cron_schedule=LOOK_CRON,
        execution_timezone="UTC",
        description="Warn if the day that ended last has not come.",
        default_status=dg.DefaultScheduleStatus.STOPPED,
    )


def daily_expire_schedule(job: dg.JobDefinition) -> dg.ScheduleDefinition:
    """What has expired goes, every morning; on from the start, for nobody must remember to."""
    return dg.ScheduleDefinition(
        name="daily_expire_schedule",
        job=job,
        cron_schedule=EXPIRE_CRON,
        execution_timezone="UTC",
        description="Delete what is older than may be kept.",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
