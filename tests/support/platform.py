"""The platform in this process: real definitions, real S3, an instance of its own."""

from dataclasses import dataclass

import dagster as dg

from movie_assets.definitions import build_definitions
from movie_assets.settings import Settings
from movie_assets.storage.bucket import Bucket, connect
from movie_assets.storage.folders import days_of

LINE = ("raw_tmdb", "cleaned_movies", "encoders", "trained_candidates", "best_model")
QUICK = {
    "MOVIE_FILMS_PER_DAY": "20",
    "MOVIE_HISTORY_FILMS": "600",
    "MOVIE_TRIALS": "1",
    "WANDB_MODE": "disabled",
    "MOVIE_RELEASE_WAIT_SECONDS": "1",  # no release agent is there
}
RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"


@dataclass
class Platform:
    """Runs days and reads their results."""

    bucket: Bucket
    monkeypatch: object
    instance: dg.DagsterInstance

    @classmethod
    def over(cls, s3, *, bucket, monkeypatch, folder):
        """The platform over this bucket; its settings come from the environment, as in life."""
        for name, value in {**QUICK, **s3.environment(bucket), "MOVIE_WANDB_DIR": str(folder / "wandb")}.items():
            monkeypatch.setenv(name, value)
        return cls(bucket_at(s3, bucket), monkeypatch, dg.DagsterInstance.ephemeral(tempdir=str(folder)))

    def set(self, **variables):
        """Set environment variables for the runs that follow."""
        for name, value in variables.items():
            self.monkeypatch.setenv(name, str(value))

    def run(self, first, last=None, *, job="refresh_and_retrain"):
        """One run of these days, whether it succeeds or not."""
        definitions = build_definitions(Settings.from_environment())
        job_definition = definitions.resolve_job_def(job)
        if last is None:
            return job_definition.execute_in_process(instance=self.instance, partition_key=first, raise_on_error=False)
        tags = {RANGE_START: first, RANGE_END: last}
        return job_definition.execute_in_process(instance=self.instance, tags=tags, raise_on_error=False)

    def sync_wandb(self):
        """One run of the job that sends records to W&B, whether it succeeds or not."""
        job = build_definitions(Settings.from_environment()).resolve_job_def("sync_wandb")
        return job.execute_in_process(instance=self.instance, raise_on_error=False)

    def days(self, asset, source="synthetic"):
        """The days of the asset that are in the bucket, readable and not quarantined."""
        return days_of(self.bucket, f"{source}/{asset}")

    def materialized(self, asset):
        """Every day for which Dagster has an event of the asset, once for each event."""
        events = self.instance.fetch_materializations(dg.AssetKey(asset), limit=1_000).records
        return sorted(event.partition_key for event in events)


def bucket_at(s3, name):
    """A bucket of the server."""
    client = connect(
        endpoint_url=s3.endpoint_url, access_key=s3.access_key, secret_key=s3.secret_key, region="us-east-1"
    )
    return Bucket(client, name)


def failures(result):
    """What each failed step says, innermost cause included."""
    return " ".join(
        str(event.event_specific_data.error) + str(event.event_specific_data.user_failure_data or "")
        for event in result.all_events
        if event.event_type_value == "STEP_FAILURE"
    )


def checks(platform, result):
    """(asset, check, day, passed) of every check of a run."""
    found = [
        entry.dagster_event.event_specific_data
        for entry in platform.instance.all_logs(result.run_id)
        if entry.is_dagster_event and entry.dagster_event.event_type_value == "ASSET_CHECK_EVALUATION"
    ]
    return [(one.asset_key.to_user_string(), one.check_name, one.partition, one.passed) for one in found]
