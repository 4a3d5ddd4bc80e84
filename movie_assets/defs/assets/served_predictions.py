"""served_predictions: what the services have answered, a partition a day, as Dagster shows it.

An asset that no run makes: serving hosts ship it (serving_host/prediction_log_shipping.py), and a sensor tells Dagster
of it. Its files:
storage/served_predictions.py.
"""

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import dagster as dg

from movie_assets.defs.previews import table
from movie_assets.defs.resources import ObjectStore

if TYPE_CHECKING:
    import pyarrow as pa

    from movie_assets.storage.served_predictions import ServedPredictions

SERVED = dg.AssetKey("served_predictions")
SECONDS_BETWEEN_TICKS = 60
LOOK_BACK_DAYS = 14  # a serving host that was away for longer is not seen here; what it ships is kept all the same
SHOWN = ("at", "predicted_rating", "role", "bento_tag", "warnings")
PREVIEW_ROWS = 10


def served_predictions(start: date) -> dg.AssetSpec:
    """The asset; unlike the others it has today, which grows."""
    return dg.AssetSpec(
        SERVED,
        deps=["rating_service"],
        group_name="serving",
        kinds={"parquet"},
        partitions_def=dg.DailyPartitionsDefinition(start_date=start.isoformat(), timezone="UTC", end_offset=1),
        description="What the services answered, shipped by the serving hosts; no run makes it.",
    )


def served_predictions_sensor(*, source: str, start: date) -> dg.SensorDefinition:
    """Tells Dagster of each day of which something new has arrived: how much, of which Bento, and the last answers."""

    @dg.sensor(
        name="served_predictions_sensor",
        minimum_interval_seconds=SECONDS_BETWEEN_TICKS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Shows what serving hosts have shipped on served_predictions.",
    )
    def sensor(context: dg.SensorEvaluationContext, store: ObjectStore) -> dg.SensorResult | dg.SkipReason:
        from movie_assets.storage.served_predictions import ServedPredictions

        served = ServedPredictions(store.bucket(), source)
        known: dict[str, int] = json.loads(context.cursor) if context.cursor else {}
        today = datetime.now(UTC).date()
        days = [today - timedelta(days=back) for back in range(LOOK_BACK_DAYS)]
        there = {day.isoformat(): len(served.files(day.isoformat())) for day in days if day >= start}
        new = sorted(day for day, files in there.items() if files > known.get(day, 0))
        if not new:
            return dg.SkipReason("Nothing new was shipped.")
        events = [
            dg.AssetMaterialization(SERVED, partition=day, metadata={"files": there[day], **_told(served, day)})
            for day in new
        ]
        return dg.SensorResult(asset_events=events, cursor=json.dumps({day: n for day, n in there.items() if n}))

    return sensor


def _told(served: "ServedPredictions", day: str) -> dict[str, Any]:
    import pyarrow as pa
    import pyarrow.compute as pc

    answers = pa.concat_tables(served.tables(day, list(SHOWN)))
    groups = answers.group_by(["bento_tag", "role"]).aggregate([([], "count_all"), ("predicted_rating", "mean")])
    by_bento = [
        {
            "bento_tag": one["bento_tag"],
            "role": one["role"],
            "predictions": one["count_all"],
            "mean predicted rating": round(one["predicted_rating_mean"], 2),
        }
        for one in sorted(groups.to_pylist(), key=lambda one: -one["count_all"])
    ]
    warned = pc.sum(pc.greater(pc.list_value_length(answers["warnings"]), 0)).as_py()
    return {
        "predictions": len(answers),
        "with warnings": warned,
        "mean predicted rating": pc.mean(answers["predicted_rating"]).as_py(),
        "by bento": table(by_bento),
        "preview": table(_shown(answers)),
    }


def _shown(answers: "pa.Table") -> list[dict[str, Any]]:
    latest = answers.sort_by([("at", "descending")]).slice(0, PREVIEW_ROWS).to_pylist()
    return [
        row | {"at": f"{row['at']:%H:%M:%S}", "predicted_rating": round(row["predicted_rating"], 2)} for row in latest
    ]
