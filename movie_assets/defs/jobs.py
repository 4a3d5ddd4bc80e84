"""Jobs over assets and checks: what a person launches, and what sensors and schedules request by name.

Jobs of other subjects are beside them: release_jobs.py, retention.py, wandb_sync.py.
"""

import dagster as dg

from movie_assets.defs.checks.blocking import DAILY_CHECKS
from movie_assets.defs.checks.warnings import NEWEST_DAY


@dg.op
def refuse_old_name() -> None:
    """Fail with the new name of the job."""
    raise dg.Failure("The job look_for_newest_day is now check_freshness: launch that one.", allow_retries=False)


@dg.job(description="Renamed to check_freshness. This name goes with the next version.")
def look_for_newest_day() -> None:
    """Answers under its old name, which a person may have written down."""
    refuse_old_name()


JOBS = [
    dg.define_asset_job(
        "refresh",
        selection=["raw_tmdb", "cleaned_movies"],
        description="Fetch and clean the films of a day.",
    ),
    dg.define_asset_job(
        "retrain",
        selection=["encoders", "trained_candidates", "best_model"],
        description="Train the candidates of a day on its window and choose the champion.",
    ),
    dg.define_asset_job(
        "refresh_and_retrain",
        selection=["raw_tmdb", "cleaned_movies", "encoders", "trained_candidates", "best_model"],
        description="The whole day, from its films to its champion.",
    ),
    dg.define_asset_job(
        "check_days",
        selection=dg.AssetSelection.checks(*DAILY_CHECKS),
        description="Check days that exist, without materializing them again.",
    ),
    dg.define_asset_job(
        "check_freshness",
        selection=dg.AssetSelection.checks(dg.AssetCheckKey(dg.AssetKey("cleaned_movies"), NEWEST_DAY)),
        description="Warn if yesterday's films are missing, even if nothing has run for days.",
    ),
    dg.define_asset_job(
        "deploy",
        selection=["rating_service"],
        description="Build the newest champion as a Bento and release it.",
    ),
]
