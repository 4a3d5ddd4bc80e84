"""When sync_wandb is requested: after a run that trained a day."""

import dagster as dg
import pytest

from movie_assets.defs.wandb_sync import sync_wandb_job, sync_wandb_sensor


def requested(job_name, *assets):
    """The sensor's answer to a run of this job or of these assets."""
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
def test_a_run_that_trained_requests_one_sync(run):
    """Whether a job or a backfill."""
    request = requested(*run)

    assert isinstance(request, dg.RunRequest)
    assert request.run_key == "a-run"


@pytest.mark.parametrize("run", [("refresh",), ("sync_wandb",), ("__ASSET_JOB", "raw_tmdb", "cleaned_movies")])
def test_other_runs_request_nothing(run):
    """Among them its own."""
    assert isinstance(requested(*run), dg.SkipReason)


@pytest.mark.parametrize(("mode", "status"), [("online", "RUNNING"), ("offline", "RUNNING"), ("disabled", "STOPPED")])
def test_the_sensor_is_off_if_tracking_is_disabled(mode, status):
    """By default."""
    assert sync_wandb_sensor(sync_wandb_job(mode), mode=mode).default_status.value == status
