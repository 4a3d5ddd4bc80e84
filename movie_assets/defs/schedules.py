"""The daily schedules: refresh and retrain, check freshness, delete what has expired."""

from collections.abc import Sequence
from datetime import timedelta

import dagster as dg

REFRESH_CRON = "0 9 * * *"  # TMDB's daily export is ready at 08:00
FRESHNESS_CRON = "30 12 * * *"  # HOURS_TO_ARRIVE after the end of a day: checks/warnings.py
EXPIRE_CRON = "0 7 * * *"  # before the refresh, so that no run reads a day that is about to be deleted


def daily_schedules(days: dg.DailyPartitionsDefinition) -> Sequence[dg.ScheduleDefinition]:
    """Expiry is on by default; the other two wait until a person turns them on."""

    @dg.schedule(
        job_name="refresh_and_retrain",
        cron_schedule=REFRESH_CRON,
        execution_timezone="UTC",
        description="The day that has just ended, from its films to its champion.",
    )
    def daily_refresh_schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        day = (context.scheduled_execution_time - timedelta(days=1)).strftime("%Y-%m-%d")
        if not days.has_partition_key(day):
            return dg.SkipReason(f"{day} is outside the calendar.")
        return dg.RunRequest(partition_key=day)

    freshness = dg.ScheduleDefinition(
        name="daily_freshness_schedule",
        job_name="check_freshness",
        cron_schedule=FRESHNESS_CRON,
        execution_timezone="UTC",
        description="Warn if yesterday's films are missing.",
    )
    expire = dg.ScheduleDefinition(
        name="daily_expire_schedule",
        job_name="expire",
        cron_schedule=EXPIRE_CRON,
        execution_timezone="UTC",
        description="Delete every version of what has expired.",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    return [daily_refresh_schedule, freshness, expire]
