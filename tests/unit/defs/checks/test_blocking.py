"""Asset checks: each day with its properties, as a run of the checks reports it."""

from datetime import date

import dagster as dg
import pandas as pd
import pytest

from movie_assets.defs.checks.blocking import BEATS_BASELINES, FIT_TO_LEARN_FROM, asset_checks
from movie_assets.defs.partitions import daily
from movie_assets.defs.resources import ObjectStore
from movie_assets.storage.folders import days_of, write_folder
from movie_assets.storage.formats import bytes_of
from movie_assets.training.records import Predictor
from tests.support.builders import a_raw_film
from tests.support.cleaning import clean
from tests.support.memory_bucket import MemoryBucket
from tests.support.records import a_choice

DAYS = daily(date(2024, 5, 1))
DAY, NEXT = "2024-05-01", "2024-05-02"


@pytest.fixture
def store():
    """The object store over a bucket in memory."""
    memory = MemoryBucket()

    class MemoryStore(ObjectStore):
        def bucket(self):
            return memory

    return MemoryStore(
        source="synthetic", bucket_name="movies", endpoint_url=None, access_key="", secret_key="", region=""
    )


def keep(store, asset, day=DAY, **files):
    """Write a day of an asset; file names have a dot in place of their last underscore."""
    contents = {".".join(name.rsplit("_", 1)): bytes_of(value) for name, value in files.items()}
    write_folder(store.bucket(), store.prefix(asset, day), contents)


def keep_cleaned(store, *, day=DAY, films=3, min_films=0, votes=None, **said):
    """Write a cleaned day as the asset does, one record of it dropped; `said` replaces columns or counts."""
    kept = (a_raw_film(id=number) for number in range(1, films + 1))
    cleaned = clean([a_raw_film(id=0, overview=""), *kept], day=date(2024, 5, 1))
    movies = cleaned.movies.assign(**said.pop("movies", {}))
    counts = {**cleaned.counts, "min_films": min_films, **said.pop("counts", {})}
    keep(
        store,
        "cleaned_movies",
        day,
        movies_parquet=movies,
        movie_votes_parquet=cleaned.votes if votes is None else votes,
        dropped_parquet=cleaned.dropped,
        counts_json=counts,
    )


def definitions(store, asset):
    """The asset and the check of its days, and a step that waits for it."""
    [checks] = [one for one in asset_checks(DAYS) if {key.asset_key for key in one.check_keys} == {dg.AssetKey(asset)}]

    @dg.asset(name="downstream", deps=[asset], partitions_def=DAYS, backfill_policy=dg.BackfillPolicy.single_run())
    def downstream() -> None:
        """Whatever learns from the day."""

    return dg.Definitions(
        assets=[dg.AssetSpec(asset, partitions_def=DAYS), downstream],
        asset_checks=[checks],
        jobs=[
            dg.define_asset_job("check", dg.AssetSelection.all_asset_checks() | dg.AssetSelection.assets(downstream))
        ],
        resources={"store": store},
    ).resolve_job_def("check")


def run(instance, store, asset, *days):
    """A run of the check of these days and of what waits for it."""
    asked = {"dagster/asset_partition_range_start": days[0], "dagster/asset_partition_range_end": days[-1]}
    return definitions(store, asset).execute_in_process(instance=instance, tags=asked, raise_on_error=False)


def evaluations(store, asset, *days, materialized=()):
    """What a run of the asset's check over these days reports of each day.

    `materialized` are the days that Dagster has an event of, in that order.
    """
    with dg.DagsterInstance.ephemeral() as instance:
        for day in materialized:
            instance.report_runless_asset_event(dg.AssetMaterialization(asset, partition=day))
        made = run(instance, store, asset, *days)
        reported = instance.all_logs(made.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    found = [entry.dagster_event.asset_check_evaluation_data for entry in reported]
    return {one.partition: one for one in found}


def properties(evaluation):
    """The table of the check: what it says of each property."""
    return {row.data["property"]: row.data for row in evaluation.metadata["properties"].records}


def failed(store, asset, day=DAY):
    """The properties of one day that fail, with what each says it found."""
    evaluation = evaluations(store, asset, day)[day]
    wrong = {name: row["actual"] for name, row in properties(evaluation).items() if not row["passed"]}
    assert evaluation.passed is not bool(wrong)
    return wrong


def test_a_good_day_passes(store):
    """On its day, with every property, what was expected and what was found, and figures that can be plotted."""
    keep_cleaned(store)

    found = evaluations(store, "cleaned_movies", DAY)

    assert list(found) == [DAY]
    assert found[DAY].passed
    assert found[DAY].check_name == FIT_TO_LEARN_FROM.name
    assert len(properties(found[DAY])) == 7
    assert all(row["expected"] and row["actual"] for row in properties(found[DAY]).values())
    figures = {name: value.value for name, value in found[DAY].metadata.items() if name != "properties"}
    assert figures == {"failed": 0, "films": 3, "records": 4}


@pytest.mark.parametrize(
    ("said", "name", "actual"),
    [
        ({"movies": {"revenue": 10**6}}, "no_column_is_only_known_after_release", "revenue"),
        ({"movies": {"log_votes": 1.5}}, "no_column_is_only_known_after_release", "log_votes"),
        ({"movies": {"id": 7}}, "ids_are_unique", "7"),
        ({"movies": {"rating": 11.0}}, "ratings_are_between_0_and_10", "11"),
        ({"movies": {"runtime": 0.0}}, "columns_are_as_declared", "runtime"),
        ({"min_films": 50}, "enough_films_were_read", "4"),
        ({"counts": {"kept": 9}}, "every_record_is_accounted_for", "3 films and 1 dropped records"),
        ({"votes": pd.DataFrame({"id": [1], "vote_count": [9]})}, "every_film_has_its_votes", "votes of 1 films"),
    ],
)
def test_a_broken_property_is_found(store, said, name, actual):
    """By name, with what is wrong."""
    keep_cleaned(store, **said)

    assert actual in failed(store, "cleaned_movies")[name]


def test_each_day_is_judged_on_its_own(store):
    """A run over many days reports on each, and only the bad one is kept out of the windows."""
    keep_cleaned(store, day=DAY)
    keep_cleaned(store, day=NEXT, movies={"rating": 11.0})

    found = evaluations(store, "cleaned_movies", DAY, NEXT)

    assert found[DAY].passed
    assert not found[NEXT].passed
    assert found[NEXT].description == "ratings_are_between_0_and_10: 3 outside: [11.0, 11.0, 11.0]"
    assert days_of(store.bucket(), "synthetic/cleaned_movies") == [DAY]


def test_a_check_says_which_writing_of_its_day_it_looked_at(store):
    """The newest one; Dagster shows a check that names none, or an older one, as out of date."""
    keep_cleaned(store, day=DAY)
    keep_cleaned(store, day=NEXT)

    found = evaluations(store, "cleaned_movies", DAY, NEXT, materialized=[DAY, NEXT, DAY])

    looked_at = {day: one.target_materialization_data.storage_id for day, one in found.items()}
    assert looked_at == {DAY: 3, NEXT: 2}


def test_a_day_that_was_mended_is_let_in_again(store):
    """The hold lasts until the checks pass."""
    keep_cleaned(store, movies={"rating": 11.0})
    failed(store, "cleaned_movies")
    keep_cleaned(store)

    assert failed(store, "cleaned_movies") == {}
    assert days_of(store.bucket(), "synthetic/cleaned_movies") == [DAY]


@pytest.mark.parametrize(("rating", "follows"), [(7.0, True), (11.0, False)])
def test_nothing_downstream_runs_after_a_day_that_failed(store, rating, follows):
    """In the run that checks it, of one day or of many; the days beside it are checked all the same."""
    keep_cleaned(store, day=DAY, movies={"rating": rating})
    keep_cleaned(store, day=NEXT)

    with dg.DagsterInstance.ephemeral() as instance:
        made = run(instance, store, "cleaned_movies", DAY, NEXT)
        downstream = instance.get_materialized_partitions(dg.AssetKey("downstream"))

    assert made.success is follows
    assert downstream == ({DAY, NEXT} if follows else set())


def test_dagster_knows_which_days_have_passed(store):
    """After a run of many days: none of them is missing or out of date."""
    keep_cleaned(store, day=DAY, movies={"rating": 11.0})
    keep_cleaned(store, day=NEXT)

    with dg.DagsterInstance.ephemeral() as instance:
        for day in (DAY, NEXT):
            instance.report_runless_asset_event(dg.AssetMaterialization("cleaned_movies", partition=day))
        run(instance, store, "cleaned_movies", DAY, NEXT)
        days = instance.event_log_storage.get_asset_check_state([(FIT_TO_LEARN_FROM, DAYS)])[FIT_TO_LEARN_FROM].subsets

    passed = {status.value: set(subset.subset_value.get_partition_keys()) for status, subset in days.items()}
    assert {status: found for status, found in passed.items() if found} == {"FAILED": {DAY}, "SUCCEEDED": {NEXT}}


def test_an_empty_day_is_a_good_day(store):
    """A day on which nothing was released is green where none is asked for."""
    keep_cleaned(store, films=0)

    assert failed(store, "cleaned_movies") == {}


@pytest.mark.parametrize(
    ("promoted", "challenger", "passes"),
    [(True, 0.7, True), (True, 0.75, False), (True, 0.78, False), (False, 0.9, True)],
)
def test_a_promoted_challenger_beats_both_baselines(store, promoted, challenger, passes):
    """Better than the better of the two; who was not promoted may be as bad as it likes."""
    measured = [("baseline", 0.8), ("baseline", 0.75), ("challenger", challenger), ("champion", 0.6)]
    holdout = tuple(Predictor(role=role, name="whatever", metrics={"rmse": rmse}) for role, rmse in measured)
    keep(store, "best_model", choice_json=a_choice(promoted=promoted, holdout=holdout).to_json())

    evaluation = evaluations(store, "best_model", DAY)[DAY]
    assert evaluation.check_name == BEATS_BASELINES.name
    assert evaluation.passed is passes
    assert evaluation.metadata["challenger_rmse"].value == challenger
    assert evaluation.metadata["baseline_rmse"].value == 0.75
