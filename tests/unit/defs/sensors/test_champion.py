"""champion_sensor: a promotion asks for one deploy run."""

import dagster as dg
import pytest
from dagster._core.events import DagsterEvent, StepMaterializationData

from movie_assets.defs.assets.serving import serving_assets
from movie_assets.defs.sensors.champion import champion_sensor
from tests.support.dagster_runs import waiting

A, B, C = ("a" * 64, "b" * 64, "c" * 64)


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


class Watch:
    """The sensor with the cursor it keeps from tick to tick."""

    def __init__(self, instance):
        self.instance = instance
        self.cursor = None
        job = dg.define_asset_job("deploy", selection=["rating_service"])
        self.sensor = champion_sensor(source="synthetic")
        self.repository = dg.Definitions(
            assets=serving_assets(wait_seconds=1), jobs=[job], sensors=[self.sensor], resources={"store": 0}
        ).get_repository_def()

    def tick(self):
        """What the sensor says now: its run requests, and its reason where there is none."""
        context = dg.build_sensor_context(self.instance, cursor=self.cursor, repository_def=self.repository)
        said = self.sensor.evaluate_tick(context)
        self.cursor = said.cursor
        return said.run_requests or [], said.skip_message


@pytest.fixture
def watch(instance):
    return Watch(instance)


def materialize(instance, day, champion, *, source="synthetic"):
    """best_model of a day, as the asset reports it; the id of its event."""
    event = dg.AssetMaterialization(
        "best_model",
        partition=day,
        metadata={"source": source, "bundle_id": champion, "decision": f"decided on {day}"},
    )
    instance.report_runless_asset_event(event)
    return instance.fetch_materializations(dg.AssetKey("best_model"), limit=1).records[0].storage_id


def test_nothing_new_asks_for_nothing(watch):
    """The reason is a sentence."""
    assert watch.tick() == ([], "best_model has nothing new.")


def test_a_promotion_asks_for_one_run(instance, watch):
    """Named by bundle, event and attempt, with the bundle and its day as tags."""
    event = materialize(instance, "2026-01-01", A)

    [request], _ = watch.tick()

    assert request.run_key == f"{A}:{event}:1"
    assert request.tags["movie/bundle"] == A[:12]
    assert request.tags["movie/champion_of"] == "2026-01-01"
    assert watch.tick() == ([], "best_model has nothing new.")


def test_a_day_that_keeps_the_champion_asks_for_nothing(instance, watch):
    """The reason names the day, the champion and the decision."""
    materialize(instance, "2026-01-01", A)
    watch.tick()
    materialize(instance, "2026-01-02", A)

    assert watch.tick() == (
        [],
        f"best_model of 2026-01-02 keeps champion {A[:12]}: decided on 2026-01-02",
    )


def test_a_day_without_a_champion_asks_for_nothing(instance, watch):
    """Too few films: there is nothing to put in service, until a later day has one."""
    materialize(instance, "2026-01-01", "none")
    assert watch.tick()[0] == []

    materialize(instance, "2026-01-02", A)
    assert len(watch.tick()[0]) == 1


def test_the_newest_day_names_the_champion_not_the_newest_event(instance, watch):
    """Days that arrive in another order than theirs."""
    newest = materialize(instance, "2026-01-03", C)
    materialize(instance, "2026-01-01", A)
    materialize(instance, "2026-01-02", B)

    [request], _ = watch.tick()

    assert request.run_key == f"{C}:{newest}:1"


def test_a_run_that_goes_on_to_later_days_is_waited_for(instance, watch):
    """Each day is told as it is kept, and only the champion of the last one is worth a release."""
    run_id = instance.create_run_for_job(waiting, status=dg.DagsterRunStatus.STARTED).run_id
    event = dg.AssetMaterialization(
        "best_model", partition="2026-01-01", metadata={"source": "synthetic", "bundle_id": A}
    )
    instance.report_dagster_event(
        DagsterEvent(
            event_type_value="ASSET_MATERIALIZATION",
            job_name="waiting",
            event_specific_data=StepMaterializationData(event),
        ),
        run_id,
    )

    assert watch.tick() == (
        [],
        f"Run {run_id} continues with later days: the champion of the last one counts.",
    )

    instance.report_run_failed(instance.get_run_by_id(run_id))
    assert len(watch.tick()[0]) == 1, "what a failed run had kept counts"


def test_an_older_day_run_again_changes_nothing(instance, watch):
    """The champion is what the newest day names, whatever is decided about the past."""
    materialize(instance, "2026-01-03", C)
    watch.tick()
    materialize(instance, "2026-01-02", B)

    requests, reason = watch.tick()

    assert requests == []
    assert reason == "1 new events, none of 2026-01-03 or a later day."


def test_the_newest_day_run_again_counts(instance, watch):
    """Its last event is what it says now."""
    materialize(instance, "2026-01-03", A)
    watch.tick()
    materialize(instance, "2026-01-03", B)
    last = materialize(instance, "2026-01-03", C)

    [request], _ = watch.tick()

    assert request.run_key == f"{C}:{last}:1"


def test_a_champion_that_comes_back_is_asked_for_again(instance, watch):
    """Another event, another run key: it was replaced meanwhile."""
    materialize(instance, "2026-01-01", A)
    first = watch.tick()[0][0].run_key
    materialize(instance, "2026-01-02", B)
    watch.tick()
    materialize(instance, "2026-01-03", A)

    [request], _ = watch.tick()

    assert request.run_key.startswith(A)
    assert request.run_key != first


def test_another_source_is_not_listened_to(instance, watch):
    """Champions and services never mix sources, also where a later day is another's."""
    materialize(instance, "2026-02-01", B, source="dump")
    requests, reason = watch.tick()
    materialize(instance, "2026-01-01", A)

    assert requests == []
    assert reason == "1 new events, none of this source or a later day."
    assert watch.tick()[0][0].tags["movie/bundle"] == A[:12]


def test_a_backlog_asks_for_one_run(instance, watch):
    """A backfill of a month that promoted on every day: only its last champion is released."""
    for day in range(1, 29):
        last = materialize(instance, f"2026-01-{day:02}", f"{day:064}")

    [request], _ = watch.tick()

    assert request.run_key == f"{28:064}:{last}:1"
    assert watch.tick()[0] == []
