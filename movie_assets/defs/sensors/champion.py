"""champion_sensor: a promotion requests one deploy run.

It only decides; the run builds and releases: assets/serving.py.
"""

import json
from collections.abc import Iterable
from typing import Any

import dagster as dg

SECONDS_BETWEEN_TICKS = 5
EVENTS_PER_TICK = 1_000
BEST_MODEL = dg.AssetKey("best_model")


def champion_sensor(*, source: str) -> dg.SensorDefinition:
    """Reads every best_model event of this source; the newest day names the champion, not the newest event."""

    @dg.sensor(
        job_name="deploy",
        name="champion_sensor",
        minimum_interval_seconds=SECONDS_BETWEEN_TICKS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Requests one deploy run when best_model of the newest day names another champion.",
    )
    def sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        last = json.loads(context.cursor or '{"event": null, "day": "", "champion": ""}')
        events = context.instance.fetch_materializations(
            dg.AssetRecordsFilter(asset_key=BEST_MODEL, after_storage_id=last["event"]),
            limit=EVENTS_PER_TICK,
            ascending=True,
        ).records
        if not events:
            return dg.SkipReason("best_model has nothing new.")
        run = context.instance.get_run_by_id(events[-1].run_id)
        if run is not None and not run.is_finished:
            return dg.SkipReason(f"Run {run.run_id} continues with later days: the champion of the last one counts.")
        cursor = {**last, "event": events[-1].storage_id}
        newest = _newest_day(events, source=source, since=last["day"])
        if newest is None:
            reason = f"{len(events)} new events, none of {last['day'] or 'this source'} or a later day."
            return dg.SensorResult(skip_reason=reason, cursor=json.dumps(cursor))
        day, champion = newest["day"], newest["champion"]
        cursor |= {"day": day, "champion": champion}
        if champion in {"none", last["champion"]}:
            reason = f"best_model of {day} keeps champion {champion[:12]}: {newest['decision']}"
            return dg.SensorResult(skip_reason=reason, cursor=json.dumps(cursor))
        request = dg.RunRequest(
            run_key=f"{champion}:{newest['event']}:1",
            tags={"movie/bundle": champion[:12], "movie/champion_of": day},
        )
        return dg.SensorResult(run_requests=[request], cursor=json.dumps(cursor))

    return sensor


def _newest_day(events: Iterable[Any], *, source: str, since: str) -> dict[str, Any] | None:
    """The last event of the newest day of this source, from `since` on."""
    days = []
    for event in events:
        metadata = {name: entry.value for name, entry in event.asset_materialization.metadata.items()}
        if metadata.get("source") == source and (event.partition_key or "") >= since:
            days.append(
                {
                    "event": event.storage_id,
                    "day": event.partition_key or "",
                    "champion": str(metadata.get("bundle_id", "none")),
                    "decision": metadata.get("decision", ""),
                }
            )
    return max(days, key=lambda found: (found["day"], found["event"]), default=None)
