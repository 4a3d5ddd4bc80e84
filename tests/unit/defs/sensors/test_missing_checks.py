"""missing_checks_sensor: days kept by a run that ended early are checked all the same."""

import dagster as dg
import pytest
from dagster._core.events import DagsterEvent, StepMaterializationData, StepSuccessData

from movie_assets.definitions import defs
from movie_assets.defs.checks.blocking import AS_USUAL, FIT_TO_LEARN_FROM, op_name
from movie_assets.defs.sensors.missing_checks import missing_checks_sensor
from tests.support.dagster_runs import waiting

NOTHING_NEW = ([], "No further run has ended early.")


class Watch:
    """The sensor with the cursor it keeps from tick to tick."""

    def __init__(self, instance):
        self.instance = instance
        self.cursor = None

    def tick(self):
        """What the sensor says now: the days of each request, and its reason where there is none."""
        context = dg.build_sensor_context(self.instance, cursor=self.cursor, definitions=defs)
        said = missing_checks_sensor.evaluate_tick(context)
        self.cursor = said.cursor
        return [self.asked(request) for request in said.run_requests or []], said.skip_message

    @staticmethod
    def asked(request):
        assert request.asset_check_keys == [FIT_TO_LEARN_FROM, AS_USUAL]
        tags = request.tags
        return tags["dagster/asset_partition_range_start"], tags["dagster/asset_partition_range_end"]


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


@pytest.fixture
def watch(instance):
    return Watch(instance)


def a_run(instance, *, kept, checked=None, broken_off=(), ends=dg.DagsterEventType.RUN_FAILURE):
    """A run that has kept days of cleaned_movies, checked some of them, and ended, in the middle of a check or not."""
    checked = checked or {}
    run_id = instance.create_run_for_job(waiting, status=dg.DagsterRunStatus.STARTED).run_id
    for day in kept:
        event = dg.AssetMaterialization("cleaned_movies", partition=day)
        report(instance, run_id, "ASSET_MATERIALIZATION", StepMaterializationData(event))
    for check in (FIT_TO_LEARN_FROM, AS_USUAL):
        for day in checked.get(check, ()):
            evaluation = dg.AssetCheckEvaluation(check.asset_key, check.name, passed=True, partition=day)
            report(instance, run_id, "ASSET_CHECK_EVALUATION", evaluation)
        if check not in broken_off:
            report(instance, run_id, "STEP_SUCCESS", StepSuccessData(duration_ms=1.0), step_key=op_name(check))
    report(instance, run_id, ends.value, None)


def report(instance, run_id, kind, data, *, step_key=None):
    event = DagsterEvent(event_type_value=kind, job_name="waiting", step_key=step_key, event_specific_data=data)
    instance.report_dagster_event(event, run_id)


@pytest.mark.parametrize("ends", [dg.DagsterEventType.RUN_FAILURE, dg.DagsterEventType.RUN_CANCELED])
def test_what_a_run_kept_and_did_not_check_is_asked_for(instance, watch, ends):
    """Its days in ranges without a gap, once."""
    a_run(instance, kept=["2026-01-01", "2026-01-02", "2026-01-04"], ends=ends)

    assert watch.tick()[0] == [
        ("2026-01-01", "2026-01-02"),
        ("2026-01-04", "2026-01-04"),
    ]
    assert watch.tick() == NOTHING_NEW


def test_a_day_that_lacks_one_check_is_asked_for(instance, watch):
    """A run may end early between two checks."""
    days = ["2026-01-01", "2026-01-02"]
    a_run(instance, kept=days, checked={FIT_TO_LEARN_FROM: days, AS_USUAL: days[:1]})

    assert watch.tick()[0] == [("2026-01-02", "2026-01-02")]


def test_a_check_that_was_killed_is_asked_for_again(instance, watch):
    """Its last result is in the log of the run first; the blow may fall before Dagster writes it where the UI reads."""
    days = ["2026-01-01", "2026-01-02"]
    a_run(instance, kept=days, checked={FIT_TO_LEARN_FROM: days, AS_USUAL: days}, broken_off=[AS_USUAL])

    assert watch.tick()[0] == [("2026-01-01", "2026-01-02")]


def test_a_run_that_kept_nothing_or_checked_all_asks_for_nothing(instance, watch):
    """The reason is a sentence."""
    a_run(instance, kept=[])
    a_run(instance, kept=["2026-01-01"], checked={FIT_TO_LEARN_FROM: ["2026-01-01"], AS_USUAL: ["2026-01-01"]})

    assert watch.tick() == ([], "No check is missing.")
    assert watch.tick() == NOTHING_NEW


def test_a_run_that_succeeds_is_left_alone(instance, watch):
    """Its checks were part of it."""
    a_run(instance, kept=["2026-01-01"], ends=dg.DagsterEventType.RUN_SUCCESS)

    assert watch.tick() == NOTHING_NEW
