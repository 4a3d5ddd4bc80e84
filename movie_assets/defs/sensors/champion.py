"""champion_sensor: a promotion asks for one deploy run. It decides and nothing more.

The run builds and releases: assets/serving.py.
"""

import json
from typing import Any

import dagster as dg

SECONDS_BETWEEN_TICKS = 5
EVENTS_PER_TICK = 1_000
BEST_MODEL = dg.AssetKey("best_model")


def champion_sensor(*, source: str) -> dg.SensorDefinition:
    """Watches every best_model event of this source; the newest day names the champion, not the newest event."""

    @dg.sensor(
        job_name="deploy",
        name="champion_sensor",
        minimum_interval_seconds=SECONDS_BETWEEN_TICKS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Asks for one deploy run when best_model of the newest day names another champion.",
    )
    def sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        seen: dict[str, Any] = (
            json.loads(context.cursor) if context.cursor else {"event": None, "day": "", "champion": ""}
        )
        events = context.instance.fetch_materializations(
            dg.AssetRecordsFilter(asset_key=BEST_MODEL, after_storage_id=seen["event"]),
            limit=EVENTS_PER_TICK,
            ascending=True,
        ).records
        if not events:
            return dg.SkipReason("best_model has nothing new.")
        if under_way := _under_way(context.instance, events[-1].run_id):
            return dg.SkipReason(f"Run {under_way} goes on to the champions of later days: the last of them counts.")
        latest = {"event": events[-1].storage_id, "day": seen["day"], "champion": seen["champion"]}
        newest = _newest_day(events, source=source, since=seen["day"])
        if newest is None:
            return dg.SensorResult(
                skip_reason=f"{len(events)} new events, none of {seen['day'] or 'this source'} or a later day.",
                cursor=json.dumps(latest),
            )
        champion = str(newest["champion"])
        latest |= {"day": newest["day"], "champion": champion}
        if champion in {"none", seen["champion"]}:
            reason = f"best_model of {newest['day']} keeps champion {champion[:12]}: {newest['decision']}"
            return dg.SensorResult(skip_reason=reason, cursor=json.dumps(latest))
        request = dg.RunRequest(
            run_key=f"{champion}:{newest['event']}:1",
            tags={"movie/bundle": champion[:12], "movie/champion_of": newest["day"]},
        )
        return dg.SensorResult(run_requests=[request], cursor=json.dumps(latest))

    return sensor


def _under_way(instance: dg.DagsterInstance, run_id: str) -> str | None:
    """The run, if it has not ended."""
    run = instance.get_run_by_id(run_id)
    return run_id if run is not None and not run.is_finished else None


def _newest_day(events: Any, *, source: str, since: str) -> dict[str, Any] | None:
    """What the last event of the newest day says, if that day is not older than the one known."""
    told = [_told(event) for event in events]
    of_source = [one for one in told if one["source"] == source and one["day"] >= since]
    return max(of_source, key=lambda one: (one["day"], one["event"]), default=None)


def _told(event: Any) -> dict[str, Any]:
    metadata = {name: value.value for name, value in event.asset_materialization.metadata.items()}
    return {
        "event": event.storage_id,
        "day": event.partition_key or "",
        "source": metadata.get("source"),
        "champion": metadata.get("bundle_id", "none"),
        "decision": metadata.get("decision", ""),
    }
