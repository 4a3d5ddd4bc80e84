"""The composition root: settings in, Dagster definitions out.

Tests call build_definitions with settings of their own; Dagster loads `defs`.
"""

import dagster as dg

from movie_assets.defs.assets.catalogue import catalogue_assets
from movie_assets.defs.assets.served_predictions import served_predictions, served_predictions_sensor
from movie_assets.defs.assets.serving import serving_assets
from movie_assets.defs.assets.training import training_assets
from movie_assets.defs.checks.blocking import asset_checks
from movie_assets.defs.checks.warnings import warning_checks
from movie_assets.defs.io_managers import DayFolders
from movie_assets.defs.jobs import JOBS, look_for_newest_day
from movie_assets.defs.partitions import daily
from movie_assets.defs.release_jobs import release_jobs, release_record_sensor
from movie_assets.defs.resources import Catalogue, ObjectStore
from movie_assets.defs.retention import expire_job
from movie_assets.defs.schedules import daily_schedules
from movie_assets.defs.sensors.champion import champion_sensor
from movie_assets.defs.sensors.missing_checks import missing_checks_sensor
from movie_assets.defs.wandb_sync import sync_wandb_job, sync_wandb_sensor
from movie_assets.settings import Settings


def build_definitions(settings: Settings) -> dg.Definitions:
    """The platform for these settings: assets, checks, jobs, schedule, sensor and resources.

    Raises SettingsError when the source lacks what it needs.
    """
    settings.require_source()
    days = daily(settings.start_date, settings.end_date)
    sync_wandb = sync_wandb_job(settings.wandb_mode)
    store = _object_store(settings)
    return dg.Definitions(
        assets=[
            *catalogue_assets(days, settings),
            *training_assets(days, settings),
            *serving_assets(wait_seconds=settings.release_wait_seconds),
            served_predictions(settings.start_date),
        ],
        asset_checks=[*asset_checks(days), *warning_checks(days)],
        jobs=[
            *JOBS,
            look_for_newest_day,
            *release_jobs(wait_seconds=settings.release_wait_seconds),
            expire_job(keep_days=settings.keep_days, served_keep_days=settings.served_retention_days),
            sync_wandb,
        ],
        schedules=daily_schedules(days),
        sensors=[
            champion_sensor(source=settings.source),
            release_record_sensor(source=settings.source),
            served_predictions_sensor(source=settings.source, start=settings.start_date),
            missing_checks_sensor,
            sync_wandb_sensor(sync_wandb, mode=settings.wandb_mode),
        ],
        resources={
            "store": store,
            "days": DayFolders(store=store),
            "catalogue": Catalogue(store=store, settings=dg.ResourceDefinition.hardcoded_resource(settings)),
        },
        executor=dg.in_process_executor,
    )


def _object_store(settings: Settings) -> ObjectStore:
    return ObjectStore(
        source=settings.source,
        bucket_name=settings.bucket,
        endpoint_url=settings.s3_endpoint_url,
        access_key=dg.EnvVar("AWS_ACCESS_KEY_ID"),
        secret_key=dg.EnvVar("AWS_SECRET_ACCESS_KEY"),
        region=settings.aws_region,
    )


defs = build_definitions(Settings.from_environment())
