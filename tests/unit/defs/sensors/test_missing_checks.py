"""missing_checks_sensor: days of a run that ended early are checked all the same."""

import dagster as dg
import pytest
from dagster._core.events import StepMaterializationData, StepSuccessData

from movie_assets.defs.checks.blocking import AS_USUAL, FIT_TO_LEARN_FROM, op_name
from tests.support.dagster_runs import Ticks, report, waiting

NOTHING_NEW = ([], "No further run has ended early.")
FIRST, SECOND, FOURTH = "2026-01-01", "2026-01-02", "2026-01-04"


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


@pytest.fixture
def tick(instance):
    """Evaluates the sensor: the days of each request, and the reason for none."""
    ticks = Ticks("missing_checks_sensor", instance)

    def once():
        result = ticks()
        requests = result.run_requests or []
        assert all(request.asset_check_keys == [FIT_TO_LEARN_FROM, AS_USUAL] for request in requests)
        names = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
        return [tuple(request.tags[name] for name in names) for request in requests], result.skip_message

    return once


def a_run(instance, days, *, fit=(), as_usual=(), interrupted=(), ends="PIPELINE_FAILURE"):
    """A run that materialized days of cleaned_movies, checked some of them, and ended, perhaps during a check."""
    run_id = instance.create_run_for_job(waiting, status=dg.DagsterRunStatus.STARTED).run_id
    for day in days:
        materialization = dg.AssetMaterialization("cleaned_movies", partition=day)
        report(instance, run_id, "ASSET_MATERIALIZATION", StepMaterializationData(materialization))
    for check, checked in ((FIT_TO_LEARN_FROM, fit), (AS_USUAL, as_usual)):
        for day in checked:
            evaluation = dg.AssetCheckEvaluation(check.asset_key, check.name, passed=True, partition=day)
            report(instance, run_id, "ASSET_CHECK_EVALUATION", evaluation)
        if check not in interrupted:
            report(instance, run_id, "STEP_SUCCESS", StepSuccessData(duration_ms=1.0), step_key=op_name(check))
    report(instance, run_id, ends)


DAYS = [FIRST, SECOND]


@pytest.mark.parametrize(
    ("run", "requested"),
    [
        ({"days": [*DAYS, FOURTH]}, [(FIRST, SECOND), (FOURTH, FOURTH)]),
        ({"days": DAYS, "ends": "PIPELINE_CANCELED"}, [(FIRST, SECOND)]),
        ({"days": DAYS, "fit": DAYS, "as_usual": [FIRST]}, [(SECOND, SECOND)]),
        # The run's log gets a result first; a kill may come before Dagster writes it where the UI reads.
        ({"days": DAYS, "fit": DAYS, "as_usual": DAYS, "interrupted": [AS_USUAL]}, [(FIRST, SECOND)]),
    ],
    ids=["failed", "cancelled", "one check is missing", "killed during a check"],
)
def test_missing_checks_are_requested_once(instance, tick, run, requested):
    """For ranges of days without a gap."""
    a_run(instance, **run)

    assert tick()[0] == requested
    assert tick() == NOTHING_NEW


def test_a_run_without_days_or_with_all_checks_requests_nothing(instance, tick):
    """The reason is a sentence."""
    a_run(instance, [])
    a_run(instance, [FIRST], fit=[FIRST], as_usual=[FIRST])

    assert tick() == ([], "No check is missing.")
    assert tick() == NOTHING_NEW


def test_a_run_that_succeeds_is_left_alone(instance, tick):
    """Its checks were part of it."""
    a_run(instance, [FIRST], ends="PIPELINE_SUCCESS")

    assert tick() == NOTHING_NEW
