"""Jobs: what a person would ask for. Sensors and schedules name them."""

import dagster as dg

from movie_assets.defs.checks.blocking import DAILY_CHECKS
from movie_assets.defs.checks.warnings import NEWEST_DAY

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
        description="Check days that are there, without making them again.",
    ),
    dg.define_asset_job(
        "look_for_newest_day",
        selection=dg.AssetSelection.checks(dg.AssetCheckKey(dg.AssetKey("cleaned_movies"), NEWEST_DAY)),
        description="Warn if the day that ended last has not come; also where no run has been for days.",
    ),
    dg.define_asset_job(
        "deploy",
        selection=["rating_service"],
        description="Build the newest champion as a Bento and release it.",
    ),
]
