"""The job `sync_wandb`, which sends new records to Weights & Biases, and the sensor that requests it.

What is sent: tracking/sync.py.
"""

import subprocess
import sys

import dagster as dg

TRAINING_JOBS = {"retrain", "refresh_and_retrain"}
TRAINING_ASSETS = {dg.AssetKey("trained_candidates"), dg.AssetKey("best_model")}
SECONDS_BETWEEN_TICKS = 30


def sync_wandb_job(mode: str) -> dg.JobDefinition:
    """Runs the command `wandb-sync`."""
    arguments = ["wandb-sync", "--offline"] if mode == "offline" else ["wandb-sync"]

    @dg.op(out=dg.Out(dg.Nothing), pool="wandb")
    def send_records(context: dg.OpExecutionContext) -> None:
        """Send every record without a marker."""
        if mode == "disabled":
            context.log.info("WANDB_MODE=disabled: the records stay in the bucket.")
            return
        # In its own process, since W&B's client keeps threads, a process and settings beyond each run.
        ended = subprocess.run(  # noqa: S603 - our own interpreter and program
            [sys.executable, "-m", "movie_assets.cli", *arguments], capture_output=True, text=True, check=False
        )
        for line in ended.stdout.splitlines():
            context.log.info(line)
        if ended.returncode != 0:
            errors = ended.stderr.strip().splitlines() or [f"wandb-sync ended with {ended.returncode}."]
            raise dg.Failure(description=errors[-1].removeprefix("Error: "), allow_retries=False)

    @dg.job(name="sync_wandb", description="Send Weights & Biases the training records that it does not have.")
    def sync_wandb() -> None:
        send_records()

    return sync_wandb


def sync_wandb_sensor(job: dg.JobDefinition, *, mode: str) -> dg.SensorDefinition:
    """Requests one sync after each run that trained a day."""
    status = dg.DefaultSensorStatus

    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS,
        request_job=job,
        name="sync_wandb_sensor",
        minimum_interval_seconds=SECONDS_BETWEEN_TICKS,
        default_status=status.STOPPED if mode == "disabled" else status.RUNNING,
        description="Requests one sync_wandb run after a run that trained a day.",
    )
    def sensor(context: dg.RunStatusSensorContext) -> dg.RunRequest | dg.SkipReason:
        run = context.dagster_run
        if run.job_name in TRAINING_JOBS or TRAINING_ASSETS & (run.asset_selection or frozenset()):
            return dg.RunRequest(run_key=run.run_id)
        return dg.SkipReason(f"Run {run.run_id} trained no day.")

    return sensor
