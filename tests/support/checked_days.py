"""Cleaned days as their asset writes them, and runs of asset checks over days."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import dagster as dg

from movie_assets.catalogue.cleaning_version import CLEANING_VERSION, LABEL
from movie_assets.storage.bucket import Bucket
from movie_assets.storage.folders import write_folder
from movie_assets.storage.formats import bytes_of
from movie_assets.storage.keys import COUNTS, DROPPED, MOVIES, VOTES
from tests.support.builders import a_raw_film
from tests.support.cleaning import clean
from tests.support.memory_store import memory_store

DOWNSTREAM = dg.AssetKey("downstream")


def keep_cleaned(
    bucket: Bucket,
    day: str,
    *,
    films: int = 3,
    min_films: int = 0,
    votes: Any = None,
    version: int = CLEANING_VERSION,
    **said: Any,
) -> None:
    """Write a cleaned day with one more record that was dropped; `movies` and `counts` replace columns and counts."""
    columns, counts = said.pop("movies", {}), said.pop("counts", {})
    raw = [a_raw_film(id=number, **said) for number in range(1, films + 1)]
    cleaned = clean([a_raw_film(id=0, overview=""), *raw], day=date(2024, 5, 1))
    files = {
        MOVIES: cleaned.movies.assign(**columns),
        VOTES: cleaned.votes if votes is None else votes,
        DROPPED: cleaned.dropped,
        COUNTS: {**cleaned.counts, "min_films": min_films, **counts},
    }
    contents = {name: bytes_of(value) for name, value in files.items()}
    write_folder(bucket, f"synthetic/cleaned_movies/{day}", contents, labels={LABEL: version})


def run_checks(
    instance: dg.DagsterInstance,
    bucket: Bucket,
    checks: Sequence[dg.AssetChecksDefinition],
    calendar: dg.DailyPartitionsDefinition,
    days: Sequence[str],
) -> dg.ExecuteInProcessResult:
    """A run of the checks over these days, and of an asset downstream of theirs."""
    [asset] = {key.asset_key for one in checks for key in one.check_keys}

    @dg.asset(key=DOWNSTREAM, deps=[asset], partitions_def=calendar, backfill_policy=dg.BackfillPolicy.single_run())
    def downstream() -> None:
        """Whatever learns from the day."""

    job = dg.Definitions(
        assets=[dg.AssetSpec(asset, partitions_def=calendar), downstream],
        asset_checks=checks,
        jobs=[dg.define_asset_job("check", dg.AssetSelection.checks(*checks) | dg.AssetSelection.assets(downstream))],
        resources={"store": memory_store(bucket)},
    ).resolve_job_def("check")
    tags = {"dagster/asset_partition_range_start": days[0], "dagster/asset_partition_range_end": days[-1]}
    return job.execute_in_process(instance=instance, tags=tags, raise_on_error=False)


def evaluations(
    bucket: Bucket,
    checks: Sequence[dg.AssetChecksDefinition],
    calendar: dg.DailyPartitionsDefinition,
    *days: str,
    materialized: Sequence[str] = (),
) -> dict[tuple[str | None, str], Any]:
    """(day, check) -> what a run of the checks reports; `materialized` are Dagster's events before it, in order."""
    [asset] = {key.asset_key for one in checks for key in one.check_keys}
    with dg.DagsterInstance.ephemeral() as instance:
        for day in materialized:
            instance.report_runless_asset_event(dg.AssetMaterialization(asset, partition=day))
        run = run_checks(instance, bucket, checks, calendar, days)
        logged = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    found = [entry.dagster_event.asset_check_evaluation_data for entry in logged]
    return {(one.partition, one.check_name): one for one in found}


def failed_properties(evaluation: Any) -> dict[str, str]:
    """The properties that do not hold, with what each found."""
    rows = [record.data for record in evaluation.metadata["properties"].records]
    assert len({row["property"] for row in rows}) == len(rows)
    assert all(row["expected"] and row["actual"] for row in rows)
    failed = {row["property"]: row["actual"] for row in rows if not row["passed"]}
    assert evaluation.passed is not bool(failed)
    return failed
