"""What happens every day: the refresh, a look for the day it must have brought, the deletion of what has expired."""

from collections.abc import Sequence
from datetime import timedelta

import dagster as dg

REFRESH_CRON = "0 9 * * *"  # TMDB's daily export is ready at 08:00
LOOK_CRON = "30 12 * * *"  # when a day must have come: day_warnings.py
EXPIRE_CRON = "0 7 * * *"  # before the refresh, so that no run reads a day that is about to go


def daily_schedules(days: dg.DailyPartitionsDefinition) -> Sequence[dg.ScheduleDefinition]:
    """The three; what expires goes from the start, for nobody must remember to, the others once they are turned on."""

    @dg.schedule(
        job_name="refresh_and_retrain",
        cron_schedule=REFRESH_CRON,
        execution_timezone="UTC",
        description="The day that has just ended, from its films to its champion.",
    )
    def daily_refresh_schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        day = (context.scheduled_execution_time - timedelta(days=1)).strftime("%Y-%m-%d")
        if not days.has_partition_key(day):
            return dg.SkipReason(f"{day} is no day of the calendar.")
        return dg.RunRequest(partition_key=day)

    look = dg.ScheduleDefinition(
        name="daily_look_schedule",
        job_name="look_for_newest_day",
        cron_schedule=LOOK_CRON,
        execution_timezone="UTC",
        description="Warn if the day that ended last has not come.",
    )
    expire = dg.ScheduleDefinition(
        name="daily_expire_schedule",
        job_name="expire",
        cron_schedule=EXPIRE_CRON,
        execution_timezone="UTC",
        description="Delete what is older than may be kept.",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    return [daily_refresh_schedule, look, expire]
