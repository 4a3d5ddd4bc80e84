"""Asset checks: each property of each day, as a run of the checks reports it."""

from datetime import date

import dagster as dg
import pandas as pd
import pytest

from movie_assets.catalogue.raw import raw_frame
from movie_assets.defs.checks import CLEANED_CHECKS, asset_checks
from movie_assets.defs.partitions import daily
from movie_assets.defs.resources import ObjectStore
from movie_assets.prediction.features import FEATURES
from movie_assets.storage.folders import days_of, write_folder
from movie_assets.storage.formats import bytes_of
from movie_assets.training.records import Candidates, Predictor, Trials
from tests.support.builders import a_raw_film
from tests.support.cleaning import clean
from tests.support.memory_bucket import MemoryBucket
from tests.support.records import a_candidate, a_choice, a_trial

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
    raw = raw_frame(a_raw_film(id=number, **({"overview": ""} if number == 0 else {})) for number in range(films + 1))
    cleaned = clean(raw, day=date(2024, 5, 1))
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


def evaluations(store, asset, *days, only=None, materialized=()):
    """What a run of the asset's checks (or one of them) over these days reports: (day, check) -> evaluation.

    `materialized` are the days that Dagster has an event of, in that order.
    """
    [checks] = [one for one in asset_checks(DAYS) if {key.asset_key for key in one.check_keys} == {dg.AssetKey(asset)}]
    asked_for = [key for key in checks.check_keys if only in {None, key.name}]
    definitions = dg.Definitions(
        assets=[dg.AssetSpec(asset, partitions_def=DAYS)],
        asset_checks=[checks],
        jobs=[dg.define_asset_job("check", dg.AssetSelection.checks(*asked_for))],
        resources={"store": store},
    )
    asked = {"dagster/asset_partition_range_start": days[0], "dagster/asset_partition_range_end": days[-1]}
    with dg.DagsterInstance.ephemeral() as instance:
        for day in materialized:
            instance.report_runless_asset_event(dg.AssetMaterialization(asset, partition=day))
        run = definitions.resolve_job_def("check").execute_in_process(instance=instance, tags=asked)
        reported = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    found = [entry.dagster_event.asset_check_evaluation_data for entry in reported]
    return {(one.partition, one.check_name): one for one in found}


def failed(store, asset, day=DAY):
    """The checks of one day that fail, with what each says it found."""
    found = evaluations(store, asset, day)
    return {name: one.metadata["actual"].value for (_, name), one in found.items() if not one.passed}


def test_a_good_day_passes_every_check(store):
    """Each with what was expected and what was found, on the day it is about, blocking nothing."""
    keep_cleaned(store)

    found = evaluations(store, "cleaned_movies", DAY)

    assert {name for _, name in found} == set(CLEANED_CHECKS)
    for (day, _), one in found.items():
        assert one.passed
        assert day == DAY
        assert not one.blocking
        assert set(one.metadata) == {"expected", "actual"}


@pytest.mark.parametrize(
    ("said", "check", "actual"),
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
def test_a_broken_property_is_found(store, said, check, actual):
    """By the check that is about it, with what is wrong."""
    keep_cleaned(store, **said)

    assert actual in failed(store, "cleaned_movies")[check]


def test_each_day_is_judged_on_its_own(store):
    """A run over many days reports on each, and only the bad one is kept out of the windows."""
    keep_cleaned(store, day=DAY)
    keep_cleaned(store, day=NEXT, movies={"rating": 11.0})

    found = evaluations(store, "cleaned_movies", DAY, NEXT)

    assert found[DAY, "ratings_are_between_0_and_10"].passed
    assert not found[NEXT, "ratings_are_between_0_and_10"].passed
    assert days_of(store.bucket(), "synthetic/cleaned_movies") == [DAY]


def test_a_check_says_which_writing_of_its_day_it_looked_at(store):
    """The newest one; Dagster shows a check that names none, or an older one, as out of date."""
    keep_cleaned(store, day=DAY)
    keep_cleaned(store, day=NEXT)

    found = evaluations(store, "cleaned_movies", DAY, NEXT, only="ids_are_unique", materialized=[DAY, NEXT, DAY])

    looked_at = {day: one.target_materialization_data.storage_id for (day, _), one in found.items()}
    assert looked_at == {DAY: 3, NEXT: 2}


def test_a_day_that_was_mended_is_let_in_again(store):
    """The hold lasts until the checks pass."""
    keep_cleaned(store, movies={"rating": 11.0})
    failed(store, "cleaned_movies")
    keep_cleaned(store)

    assert failed(store, "cleaned_movies") == {}
    assert days_of(store.bucket(), "synthetic/cleaned_movies") == [DAY]


def test_one_check_alone_lets_no_day_in(store):
    """A day that is held for one reason is not fit because it passes in another."""
    keep_cleaned(store, movies={"rating": 11.0})

    found = evaluations(store, "cleaned_movies", DAY, only="ids_are_unique")

    assert list(found) == [(DAY, "ids_are_unique")]
    assert days_of(store.bucket(), "synthetic/cleaned_movies") == []


def test_an_empty_day_is_a_good_day(store):
    """A day on which nothing was released is green where none is asked for."""
    keep_cleaned(store, films=0)

    assert failed(store, "cleaned_movies") == {}


def test_raw_records_have_their_columns(store):
    """The raw day is a table of what came, why and when; another column is found."""
    films = raw_frame([a_raw_film()])
    keep(store, "raw_tmdb", films_parquet=films)
    assert failed(store, "raw_tmdb") == {}

    keep(store, "raw_tmdb", films_parquet=films.assign(extra=1))
    assert "'extra'" in failed(store, "raw_tmdb")["records_have_their_columns"]


def test_only_allowed_features_are_encoded(store):
    """A column that is not in the feature spec would reach the training matrix here."""
    fitted = {feature.name: [{"kind": "number", "median": 0.0}] for feature in FEATURES}
    keep(store, "encoders", encoders_json={"encoders": {"encodings": fitted}})
    assert failed(store, "encoders") == {}

    leaking = fitted | {"popularity": [{"kind": "number", "median": 1.0}]}
    keep(store, "encoders", encoders_json={"encoders": {"encodings": leaking}})
    assert "popularity" in failed(store, "encoders")["only_allowed_features_are_encoded"]


def test_every_family_was_tried(store):
    """A family that is missing is found by its absence, on whichever feature set it was tried; so is an estimator."""
    tried = (
        a_trial(family="xgboost", feature_set="core"),
        a_trial(family="lightgbm", feature_set="full"),
        a_trial(family="random_forest", feature_set="core"),
        a_trial(family="random_forest", feature_set="full"),
    )

    def keep_records(trials, *fitted):
        records = {"trials_json": Trials(trials=trials), "candidates_json": Candidates(candidates=fitted)}
        keep(store, "trained_candidates", **{name: record.to_json() for name, record in records.items()})

    keep_records(tried, a_candidate(family="lightgbm"))
    assert failed(store, "trained_candidates") == {}

    keep_records(tried[1:], a_candidate(family="lightgbm"))
    assert "xgboost" not in failed(store, "trained_candidates")["every_family_was_tried"]

    keep_records(tried)
    assert "[] fitted" in failed(store, "trained_candidates")["every_family_was_tried"]


@pytest.mark.parametrize(
    ("promoted", "challenger", "passes"),
    [(True, 0.7, True), (True, 0.75, False), (True, 0.78, False), (False, 0.9, True)],
)
def test_a_promoted_challenger_beats_both_baselines(store, promoted, challenger, passes):
    """Better than the better of the two; who was not promoted may be as bad as it likes."""
    measured = [("baseline", 0.8), ("baseline", 0.75), ("challenger", challenger), ("champion", 0.6)]
    holdout = tuple(Predictor(role=role, name="whatever", metrics={"rmse": rmse}) for role, rmse in measured)
    keep(store, "best_model", choice_json=a_choice(promoted=promoted, holdout=holdout).to_json())

    assert (failed(store, "best_model") == {}) is passes
