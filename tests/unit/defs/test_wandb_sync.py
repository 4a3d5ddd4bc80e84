"""When Weights & Biases is sent what it does not have: after a run that has trained a day."""

import dagster as dg
import pytest

from movie_assets.defs.wandb_sync import sync_wandb_job, sync_wandb_sensor


def asked(job_name, *assets):
    """What the sensor asks for after a run of this job or, where there are any, of these assets."""
    sensor = sync_wandb_sensor(sync_wandb_job("online"), mode="online")
    selection = {"asset_selection": frozenset(map(dg.AssetKey, assets))} if assets else {}
    with dg.DagsterInstance.ephemeral() as instance:
        run = dg.DagsterRun(job_name=job_name, run_id="a-run", **selection)
        event = dg.DagsterEvent("PIPELINE_SUCCESS", job_name)
        context = dg.build_run_status_sensor_context(
            sensor_name=sensor.name, dagster_event=event, dagster_instance=instance, dagster_run=run
        )
        return sensor(context)


@pytest.mark.parametrize(
    "run", [("retrain",), ("refresh_and_retrain",), ("__ASSET_JOB", "encoders", "trained_candidates")]
)
def test_a_run_that_trained_asks_for_one_sync(run):
    """Whether a job or a backfill; the same run asks once."""
    request = asked(*run)

    assert isinstance(request, dg.RunRequest)
    assert request.run_key == "a-run"


@pytest.mark.parametrize("run", [("refresh",), ("sync_wandb",), ("__ASSET_JOB", "raw_tmdb", "cleaned_movies")])
def test_other_runs_ask_for_nothing(run):
    """Its own least of all."""
    assert isinstance(asked(*run), dg.SkipReason)


@pytest.mark.parametrize(("mode", "status"), [("online", "RUNNING"), ("offline", "RUNNING"), ("disabled", "STOPPED")])
def test_where_tracking_is_off_the_sensor_is(mode, status):
    """From the start."""
    assert sync_wandb_sensor(sync_wandb_job(mode), mode=mode).default_status.value == status
