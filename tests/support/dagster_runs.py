"""Runs that Dagster knows and nobody executes, and sensors evaluated tick after tick."""

from typing import Any

import dagster as dg
from dagster._core.events import DagsterEvent

from movie_assets.definitions import defs


@dg.op
def wait():
    """Nothing: the run is never executed."""


@dg.job
def waiting():
    wait()


def report(instance: dg.DagsterInstance, run_id: str, kind: str, data: Any = None, *, step_key: str | None = None):
    """Add an event to a run."""
    event = DagsterEvent(event_type_value=kind, job_name="waiting", step_key=step_key, event_specific_data=data)
    instance.report_dagster_event(event, run_id)


class Ticks:
    """A sensor of the platform with the cursor it keeps from tick to tick."""

    def __init__(self, sensor: str, instance: dg.DagsterInstance, **resources: Any) -> None:
        self.sensor = defs.resolve_sensor_def(sensor)
        self.instance = instance
        self.resources = resources
        self.cursor: str | None = None

    def __call__(self) -> Any:
        """The result of one tick."""
        context = dg.build_sensor_context(self.instance, cursor=self.cursor, definitions=defs, resources=self.resources)
        result = self.sensor.evaluate_tick(context)
        self.cursor = result.cursor
        return result
