"""encoders, trained_candidates and best_model: what a day learns from its window, and who is champion after it.

What one day of each holds: training_days.py. How it is learnt: training/.
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
from movie_assets.defs.days import DayReader, Days, each_day
from movie_assets.defs.partitions import SINGLE_RUN
from movie_assets.defs.resources import ObjectStore
from movie_assets.settings import Settings
from movie_assets.training.window import Windows


def training_assets(days: dg.DailyPartitionsDefinition, settings: Settings) -> Sequence[dg.AssetsDefinition]:
    """The three assets over these days."""
    daily_asset = partial(
        dg.asset,
        partitions_def=days,
        backfill_policy=SINGLE_RUN,
        group_name="training",
        io_manager_key="days",
        pool="training",  # dagster.yaml lets one run train at a time, in the order they were queued
    )
    the_window = {"windows": dg.AssetIn("cleaned_movies", input_manager_key="windows")}

    @daily_asset(ins=the_window, kinds={"s3", "json"})
    def encoders(context: dg.AssetExecutionContext, windows: Windows) -> Days:
        """Codes for categories and medians for numbers, learnt from the training part of the day's window."""
        require_consent(settings)
        return each_day(context, lambda day: encoders_of_day(windows.up_to(day), seed=settings.seed))

    @daily_asset(ins=the_window, kinds={"s3", "xgboost", "lightgbm", "scikitlearn"})
    def trained_candidates(
        context: dg.AssetExecutionContext,
        store: ObjectStore,
        windows: Windows,
        encoders: DayReader,
    ) -> Days:
        """Every family, searched in full on search days and refitted with those settings on the days between."""
        require_consent(settings)
        own = DayReader(store.bucket(), store.prefix("trained_candidates"))
        return each_day(
            context,
            lambda day: candidates_of_day(context, windows.up_to(day), encoders, own, store, settings=settings),
        )

    @daily_asset(ins=the_window, kinds={"s3", "onnx"})
    def best_model(
        context: dg.AssetExecutionContext,
        store: ObjectStore,
        windows: Windows,
        encoders: DayReader,
        trained_candidates: DayReader,
    ) -> Days:
        """The champion as of the day: that of the latest earlier day, or the day's challenger where it is better."""
        require_consent(settings)
        return each_day(
            context,
            lambda day: best_model_of_day(windows.up_to(day), store, encoders, trained_candidates, settings=settings),
            metadata_of=partial(champion_metadata, store.source),
        )

    return [encoders, trained_candidates, best_model]
