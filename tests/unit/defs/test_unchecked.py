"""unchecked_days_sensor: days kept by a run that ended early are checked all the same."""

from datetime import date

import dagster as dg
import pytest
import sqlalchemy
from dagster._core.events import DagsterEvent, StepMaterializationData

from movie_assets.defs.checks import CLEANED_CHECKS, asset_checks
from movie_assets.defs.partitions import daily
from movie_assets.defs.unchecked import check_days_job, unchecked_days_sensor

DAYS = daily(date(2026, 1, 1))
CHECKS = asset_checks(DAYS)
NOTHING_NEW = ([], "No further run has ended early.")


@dg.op
def wait():
    """Nothing: the run is never executed."""


@dg.job
def waiting():
    wait()


class Watch:
    """The sensor with the cursor it keeps from tick to tick."""

    def __init__(self, instance):
        self.instance = instance
        self.cursor = None
        job = check_days_job(CHECKS)
        self.sensor = unchecked_days_sensor(job, CHECKS)
        assets = ("raw_tmdb", "cleaned_movies", "encoders", "trained_candidates", "best_model")
        self.repository = dg.Definitions(
            assets=[dg.AssetSpec(name, partitions_def=DAYS) for name in assets],
            asset_checks=CHECKS,
            jobs=[job],
            sensors=[self.sensor],
            resources={"store": dg.ResourceDefinition.none_resource()},
        ).get_repository_def()

    def tick(self):
        """What the sensor says now: asset and days of each request, and its reason where there is none."""
        context = dg.build_sensor_context(self.instance, cursor=self.cursor, repository_def=self.repository)
        said = self.sensor.evaluate_tick(context)
        self.cursor = said.cursor
        return [self.asked(request) for request in said.run_requests or []], said.skip_message

    @staticmethod
    def asked(request):
        [asset] = {key.asset_key.to_user_string() for key in request.asset_check_keys}
        tags = request.tags
        return asset, tags["dagster/asset_partition_range_start"], tags["dagster/asset_partition_range_end"]


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


@pytest.fixture
def watch(instance):
    return Watch(instance)


def a_run(instance, *, kept, checked=(), ends=dg.DagsterEventType.RUN_FAILURE):
    """A run that has kept days of cleaned_movies, checked some of them, and ended."""
    run_id = instance.create_run_for_job(waiting, status=dg.DagsterRunStatus.STARTED).run_id
    for day in kept:
        event = dg.AssetMaterialization("cleaned_movies", partition=day)
        report(instance, run_id, "ASSET_MATERIALIZATION", StepMaterializationData(event))
    for day, name in checked:
        evaluation = dg.AssetCheckEvaluation(
            asset_key=dg.AssetKey("cleaned_movies"), check_name=name, passed=True, partition=day
        )
        report(instance, run_id, "ASSET_CHECK_EVALUATION", evaluation)
    report(instance, run_id, ends.value, None)


def report(instance, run_id, kind, data):
    event = DagsterEvent(event_type_value=kind, job_name="waiting", event_specific_data=data)
    instance.report_dagster_event(event, run_id)


@pytest.mark.parametrize("ends", [dg.DagsterEventType.RUN_FAILURE, dg.DagsterEventType.RUN_CANCELED])
def test_what_a_run_kept_and_did_not_check_is_asked_for(instance, watch, ends):
    """Its days in ranges without a gap, once."""
    a_run(instance, kept=["2026-01-01", "2026-01-02", "2026-01-04"], ends=ends)

    assert watch.tick()[0] == [
        ("cleaned_movies", "2026-01-01", "2026-01-02"),
        ("cleaned_movies", "2026-01-04", "2026-01-04"),
    ]
    assert watch.tick() == NOTHING_NEW


def test_a_day_that_lacks_one_check_is_asked_for(instance, watch):
    """A run may die between two checks of a day."""
    names = list(CLEANED_CHECKS)
    checked = [*(("2026-01-01", name) for name in names), *(("2026-01-02", name) for name in names[:-1])]
    a_run(instance, kept=["2026-01-01", "2026-01-02"], checked=checked)

    assert watch.tick()[0] == [("cleaned_movies", "2026-01-02", "2026-01-02")]


def test_a_run_that_kept_nothing_or_checked_all_asks_for_nothing(instance, watch):
    """The reason is a sentence."""
    a_run(instance, kept=[])
    a_run(instance, kept=["2026-01-01"], checked=[("2026-01-01", name) for name in CLEANED_CHECKS])

    assert watch.tick() == ([], "Every day they had kept is checked.")
    assert watch.tick() == NOTHING_NEW


def test_a_result_that_only_the_log_of_the_run_has_is_none(instance, watch):
    """Dagster writes it there first; the blow may fall before the second writing, which the UI reads."""
    a_run(instance, kept=["2026-01-01"], checked=[("2026-01-01", name) for name in CLEANED_CHECKS])
    with instance.event_log_storage.index_connection() as shared:
        shared.execute(sqlalchemy.text("DELETE FROM asset_check_executions"))

    assert watch.tick()[0] == [("cleaned_movies", "2026-01-01", "2026-01-01")]


def test_a_run_that_succeeds_is_left_alone(instance, watch):
    """Its checks were part of it."""
    a_run(instance, kept=["2026-01-01"], ends=dg.DagsterEventType.RUN_SUCCESS)

    assert watch.tick() == NOTHING_NEW
