"""Blocking checks: each day with its properties, as a run of the checks reports it."""

from datetime import date

import dagster as dg
import pandas as pd
import pytest

from movie_assets.defs.checks.blocking import BEATS_BASELINES, FIT_TO_LEARN_FROM, asset_checks
from movie_assets.defs.partitions import daily
from movie_assets.storage.folders import days_of, write_folder
from movie_assets.training.records import Predictor
from tests.support.checked_days import DOWNSTREAM, evaluations, failed_properties, keep_cleaned, run_checks
from tests.support.memory_bucket import MemoryBucket
from tests.support.records import a_choice

DAYS = daily(date(2024, 5, 1))
DAY, NEXT = "2024-05-01", "2024-05-02"
FIT, BETTER = ([check] for check in asset_checks(DAYS))
CLEANED = "synthetic/cleaned_movies"


@pytest.fixture
def bucket():
    return MemoryBucket()


def evaluated(bucket, *days, **changes):
    """Day -> the evaluation of day_is_fit_to_learn_from."""
    found = evaluations(bucket, FIT, DAYS, *days, **changes)
    assert {check for _, check in found} == {FIT_TO_LEARN_FROM.name}
    return {day: evaluation for (day, _), evaluation in found.items()}


def failed(bucket):
    """The properties of DAY that fail, with what each found."""
    return failed_properties(evaluated(bucket, DAY)[DAY])


def test_a_good_day_passes(bucket):
    """With every property, expected and actual, and figures that can be plotted."""
    keep_cleaned(bucket, DAY)

    found = evaluated(bucket, DAY)

    assert list(found) == [DAY]
    assert failed_properties(found[DAY]) == {}
    assert len(found[DAY].metadata["properties"].records) == 7
    figures = {name: value.value for name, value in found[DAY].metadata.items() if name != "properties"}
    assert figures == {"failed": 0, "films": 3, "records": 4}


@pytest.mark.parametrize(
    ("changes", "name", "actual"),
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
def test_a_broken_property_is_found(bucket, changes, name, actual):
    """By name, with what is wrong."""
    keep_cleaned(bucket, DAY, **changes)

    assert actual in failed(bucket)[name]


def test_each_day_is_judged_on_its_own(bucket):
    """A run over many days reports on each, and only the bad one is quarantined."""
    keep_cleaned(bucket, DAY)
    keep_cleaned(bucket, NEXT, movies={"rating": 11.0})

    found = evaluated(bucket, DAY, NEXT)

    assert found[DAY].passed
    assert not found[NEXT].passed
    assert found[NEXT].description == "ratings_are_between_0_and_10: 3 outside: [11.0, 11.0, 11.0]"
    assert days_of(bucket, CLEANED) == [DAY]


def test_a_check_says_which_writing_of_its_day_it_looked_at(bucket):
    """The newest one; Dagster shows a check that names none, or an older one, as out of date."""
    keep_cleaned(bucket, DAY)
    keep_cleaned(bucket, NEXT)

    found = evaluated(bucket, DAY, NEXT, materialized=[DAY, NEXT, DAY])

    looked_at = {day: one.target_materialization_data.storage_id for day, one in found.items()}
    assert looked_at == {DAY: 3, NEXT: 2}


def test_a_repaired_day_leaves_quarantine(bucket):
    """As soon as the check passes."""
    keep_cleaned(bucket, DAY, movies={"rating": 11.0})
    failed(bucket)
    keep_cleaned(bucket, DAY)

    assert failed(bucket) == {}
    assert days_of(bucket, CLEANED) == [DAY]


@pytest.mark.parametrize(("rating", "follows"), [(7.0, True), (11.0, False)])
def test_nothing_downstream_runs_after_a_day_that_failed(bucket, rating, follows):
    """In the run that checks it, of one day or of many; the days beside it are checked all the same."""
    keep_cleaned(bucket, DAY, movies={"rating": rating})
    keep_cleaned(bucket, NEXT)

    with dg.DagsterInstance.ephemeral() as instance:
        made = run_checks(instance, bucket, FIT, DAYS, [DAY, NEXT])
        downstream = instance.get_materialized_partitions(DOWNSTREAM)

    assert made.success is follows
    assert downstream == ({DAY, NEXT} if follows else set())


def test_dagster_knows_which_days_have_passed(bucket):
    """After a run of many days: none of them is missing or out of date."""
    keep_cleaned(bucket, DAY, movies={"rating": 11.0})
    keep_cleaned(bucket, NEXT)

    with dg.DagsterInstance.ephemeral() as instance:
        for day in (DAY, NEXT):
            instance.report_runless_asset_event(dg.AssetMaterialization("cleaned_movies", partition=day))
        run_checks(instance, bucket, FIT, DAYS, [DAY, NEXT])
        days = instance.event_log_storage.get_asset_check_state([(FIT_TO_LEARN_FROM, DAYS)])[FIT_TO_LEARN_FROM].subsets

    passed = {status.value: set(subset.subset_value.get_partition_keys()) for status, subset in days.items()}
    assert {status: found for status, found in passed.items() if found} == {"FAILED": {DAY}, "SUCCEEDED": {NEXT}}


def test_an_empty_day_is_a_good_day(bucket):
    """A day without a release passes if no films are required."""
    keep_cleaned(bucket, DAY, films=0)

    assert failed(bucket) == {}


@pytest.mark.parametrize(
    ("promoted", "challenger", "passes"),
    [(True, 0.7, True), (True, 0.75, False), (True, 0.78, False), (False, 0.9, True)],
)
def test_a_promoted_challenger_beats_both_baselines(bucket, promoted, challenger, passes):
    """Better than the better of the two; who was not promoted may be as bad as it likes."""
    measured = [("baseline", 0.8), ("baseline", 0.75), ("challenger", challenger), ("champion", 0.6)]
    holdout = tuple(Predictor(role=role, name="whatever", metrics={"rmse": rmse}) for role, rmse in measured)
    choice = a_choice(promoted=promoted, holdout=holdout)
    write_folder(bucket, f"synthetic/best_model/{DAY}", {"choice.json": choice.to_json()})

    evaluation = evaluations(bucket, BETTER, DAYS, DAY)[DAY, BEATS_BASELINES.name]
    assert evaluation.passed is passes
    assert evaluation.metadata["challenger_rmse"].value == challenger
    assert evaluation.metadata["baseline_rmse"].value == 0.75
