"""encoders, trained_candidates and best_model: what a day learns from its window, and the champion after it.

What one day of each holds: training_days.py and candidate_days.py. How it is learnt: training/.
"""

from collections.abc import Sequence
from functools import partial

import dagster as dg

from movie_assets.defs.assets.candidate_days import candidates_of_day
from movie_assets.defs.assets.training_days import (
    best_model_of_day,
    champion_metadata,
    encoders_of_day,
    require_consent,
)
from movie_assets.defs.days import DayReader, Days
from movie_assets.defs.partitions import daily_asset
from movie_assets.defs.resources import ObjectStore
from movie_assets.settings import Settings
from movie_assets.training.window import Windows


def training_assets(days: dg.DailyPartitionsDefinition, settings: Settings) -> Sequence[dg.AssetsDefinition]:
    """The three assets over these days.

    Each declares the same day of cleaned_movies only and reads the window of all days up to it from the bucket: a
    declared window would make a backfill of three days run every later day.
    """
    asset = daily_asset(
        days,
        group="training",
        tags={"source": settings.source},
        deps=["cleaned_movies"],
        pool="training",  # dagster.yaml lets one run train at a time, in the order they were queued
    )

    @asset(kinds={"s3", "json"})
    def encoders(context: dg.AssetExecutionContext, store: ObjectStore) -> Days:
        """Codes for categories and medians for numbers, learnt from the training part of the day's window."""
        require_consent(settings)
        windows = Windows(store.bucket(), store.source)
        return Days(context, lambda day: encoders_of_day(windows.up_to(day), seed=settings.seed))

    @asset(kinds={"s3", "xgboost", "lightgbm", "scikitlearn"})
    def trained_candidates(context: dg.AssetExecutionContext, store: ObjectStore, encoders: DayReader) -> Days:
        """Every family, searched in full on search days and refitted with those settings on the days between."""
        require_consent(settings)
        windows = Windows(store.bucket(), store.source)
        return Days(context, lambda day: candidates_of_day(context, windows.up_to(day), encoders, store, settings))

    @asset(kinds={"s3", "onnx"})
    def best_model(
        context: dg.AssetExecutionContext, store: ObjectStore, encoders: DayReader, trained_candidates: DayReader
    ) -> Days:
        """The champion as of the day: that of the latest earlier day, or the day's challenger where it is better."""
        require_consent(settings)
        windows = Windows(store.bucket(), store.source)
        return Days(
            context,
            lambda day: best_model_of_day(windows.up_to(day), store, encoders, trained_candidates, settings=settings),
            metadata_of=partial(champion_metadata, store.source),
        )

    return [encoders, trained_candidates, best_model]
