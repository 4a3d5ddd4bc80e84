"""Repairs of Dagster's instance at a start."""

import dagster as dg
import pytest
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    ScheduleInstigatorData,
    SensorInstigatorData,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

from movie_assets.definitions import defs
from movie_assets.defs.startup import RENAMED, fail_orphaned_runs, rename_states
from tests.support.dagster_runs import waiting

CODE = ManagedGrpcPythonEnvCodeLocationOrigin(LoadableTargetOrigin(module_name="movie_assets.definitions"), "movies")
SENSOR, SCHEDULE = "unchecked_days_sensor", "daily_look_schedule"


@pytest.fixture
def instance(tmp_path):
    with dg.DagsterInstance.local_temp(str(tmp_path)) as temporary:
        yield temporary


def a_state(name, status, *, cursor=None):
    """The stored state of a sensor or schedule."""
    origin = RemoteInstigatorOrigin(RemoteRepositoryOrigin(CODE, "__repository__"), name)
    if name.endswith("_sensor"):
        return InstigatorState(origin, InstigatorType.SENSOR, status, SensorInstigatorData(cursor=cursor))
    return InstigatorState(origin, InstigatorType.SCHEDULE, status, ScheduleInstigatorData("30 12 * * *"))


def test_an_orphaned_run_is_failed_and_other_runs_are_left(instance):
    """Its slot and its pool are free again; a run that has ended stays as it ended."""
    orphaned = instance.create_run_for_job(waiting, status=dg.DagsterRunStatus.STARTED)
    done = instance.create_run_for_job(waiting, status=dg.DagsterRunStatus.SUCCESS)

    assert fail_orphaned_runs(instance) == [orphaned.run_id]

    assert instance.get_run_by_id(orphaned.run_id).status == dg.DagsterRunStatus.FAILURE
    assert instance.get_run_by_id(done.run_id).status == dg.DagsterRunStatus.SUCCESS
    assert fail_orphaned_runs(instance) == []


def test_a_renamed_sensor_or_schedule_keeps_its_state(instance):
    """A stopped sensor stays stopped and continues from its cursor; a schedule that was turned on stays on."""
    instance.add_instigator_state(a_state(SENSOR, InstigatorStatus.STOPPED, cursor="2026-01-05T00:00:00+00:00"))
    instance.add_instigator_state(a_state(SCHEDULE, InstigatorStatus.RUNNING))

    assert sorted(rename_states(instance)) == [SCHEDULE, SENSOR]

    states = {state.name: state for state in instance.all_instigator_state()}
    assert states == {
        "missing_checks_sensor": a_state(
            "missing_checks_sensor", InstigatorStatus.STOPPED, cursor="2026-01-05T00:00:00+00:00"
        ),
        "daily_freshness_schedule": a_state("daily_freshness_schedule", InstigatorStatus.RUNNING),
    }
    for state in states.values():  # found where Dagster looks for them
        assert instance.get_instigator_state(state.instigator_origin_id, state.selector_id) == state
    assert rename_states(instance) == []


def test_a_state_under_the_new_name_wins(instance):
    """A person has changed it since the rename."""
    instance.add_instigator_state(a_state(SENSOR, InstigatorStatus.STOPPED))
    instance.add_instigator_state(a_state("missing_checks_sensor", InstigatorStatus.RUNNING))

    assert rename_states(instance) == []

    [state] = instance.all_instigator_state()
    assert (state.name, state.status) == ("missing_checks_sensor", InstigatorStatus.RUNNING)


def test_every_new_name_exists_and_no_old_one():
    """A rename has two ends."""
    repository = defs.get_repository_def()
    names = {one.name for one in (*repository.sensor_defs, *repository.schedule_defs)}

    assert names >= set(RENAMED.values())
    assert not names & set(RENAMED)
