"""served_predictions: the predictions of the services, one partition a day, reported to Dagster by a sensor.

Serving hosts ship the files (serving_host/prediction_log_shipping.py). Their form: storage/served_predictions.py.
"""

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import dagster as dg

from movie_assets.defs.partitions import OWNERS
from movie_assets.defs.previews import table
from movie_assets.defs.resources import ObjectStore

if TYPE_CHECKING:
    import pyarrow as pa

    from movie_assets.storage.served_predictions import ServedPredictions

SERVED = dg.AssetKey("served_predictions")
SECONDS_BETWEEN_TICKS = 60
LOOK_BACK_DAYS = 14  # what a host ships later is in the bucket, but not reported
COLUMNS = ("at", "predicted_rating", "role", "bento_tag", "warnings")
PREVIEW_ROWS = 10


def served_predictions(start: date) -> dg.AssetSpec:
    """The asset; its partitions include today."""
    return dg.AssetSpec(
        SERVED,
        deps=["rating_service"],
        group_name="serving",
        kinds={"parquet"},
        partitions_def=dg.DailyPartitionsDefinition(start_date=start.isoformat(), timezone="UTC", end_offset=1),
        owners=OWNERS,
        description="The predictions of the services, shipped by the serving hosts; no run makes it.",
    )


def served_predictions_sensor(*, source: str, start: date) -> dg.SensorDefinition:
    """Reports each day with new files: how many predictions by which Bento, and the latest of them."""

    @dg.sensor(
        name="served_predictions_sensor",
        minimum_interval_seconds=SECONDS_BETWEEN_TICKS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Reports the files that serving hosts have shipped.",
    )
    def sensor(context: dg.SensorEvaluationContext, store: ObjectStore) -> dg.SensorResult | dg.SkipReason:
        from movie_assets.storage.served_predictions import ServedPredictions

        served = ServedPredictions(store.bucket(), source)
        known: dict[str, int] = json.loads(context.cursor) if context.cursor else {}
        today = datetime.now(UTC).date()
        days = [today - timedelta(days=back) for back in range(LOOK_BACK_DAYS)]
        files = {day.isoformat(): len(served.files(day.isoformat())) for day in days if day >= start}
        new = sorted(day for day, count in files.items() if count > known.get(day, 0))
        if not new:
            return dg.SkipReason("Nothing new was shipped.")
        events = [
            dg.AssetMaterialization(SERVED, partition=day, metadata={"files": files[day], **_metadata(served, day)})
            for day in new
        ]
        return dg.SensorResult(
            asset_events=events, cursor=json.dumps({day: count for day, count in files.items() if count})
        )

    return sensor


def _metadata(served: "ServedPredictions", day: str) -> dict[str, Any]:
    import pyarrow as pa
    import pyarrow.compute as pc

    predictions = pa.concat_tables(served.tables(day, list(COLUMNS)))
    groups = predictions.group_by(["bento_tag", "role"]).aggregate([([], "count_all"), ("predicted_rating", "mean")])
    by_bento = [
        {
            "bento_tag": group["bento_tag"],
            "role": group["role"],
            "predictions": group["count_all"],
            "mean_predicted_rating": round(group["predicted_rating_mean"], 2),
        }
        for group in sorted(groups.to_pylist(), key=lambda group: -group["count_all"])
    ]
    warned = pc.sum(pc.greater(pc.list_value_length(predictions["warnings"]), 0)).as_py()
    return {
        "predictions": len(predictions),
        "with_warnings": warned,
        "mean_predicted_rating": pc.mean(predictions["predicted_rating"]).as_py(),
        "by_bento_tag": table(by_bento),
        "preview": table(_latest(predictions)),
    }


def _latest(predictions: "pa.Table") -> list[dict[str, Any]]:
    latest = predictions.sort_by([("at", "descending")]).slice(0, PREVIEW_ROWS).to_pylist()
    return [
        row | {"at": f"{row['at']:%H:%M:%S}", "predicted_rating": round(row["predicted_rating"], 2)} for row in latest
    ]
