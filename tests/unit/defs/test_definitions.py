"""Everything put together: the platform for some settings."""

import json
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
import yaml

from movie_assets.definitions import build_definitions
from movie_assets.settings import Settings, SettingsError
from tests.support.servers import stripped_environment

PARTITIONED = ["raw_tmdb", "cleaned_movies", "encoders", "trained_candidates", "best_model"]
HEAVY = [
    *("pandas", "pandera", "pyarrow", "sklearn", "xgboost", "lightgbm", "optuna", "onnxruntime", "matplotlib"),
    *("wandb", "bentoml", "boto3", "dagster_aws", "textblob", "py3langid"),
]


@pytest.fixture(scope="module")
def definitions():
    return build_definitions(Settings())


@pytest.fixture(scope="module")
def graph(definitions):
    return definitions.resolve_asset_graph()


def test_seven_assets_in_three_groups_each_depend_on_what_they_read(graph):
    """From films to a running service and its predictions: group and parents of each."""
    assets = {
        key.to_user_string(): (
            graph.get(key).group_name,
            sorted(parent.to_user_string() for parent in graph.get(key).parent_keys),
        )
        for key in graph.get_all_asset_keys()
    }

    assert assets == {
        "raw_tmdb": ("catalogue", []),
        "cleaned_movies": ("catalogue", ["raw_tmdb"]),
        "encoders": ("training", ["cleaned_movies"]),
        "trained_candidates": ("training", ["cleaned_movies", "encoders"]),
        "best_model": ("training", ["cleaned_movies", "encoders", "trained_candidates"]),
        "rating_service": ("serving", ["best_model"]),
        "served_predictions": ("serving", ["rating_service"]),
    }


def test_every_day_is_the_same_day(graph):
    """One partitions definition and one policy, so that one run can do many days of the whole line."""
    nodes = [graph.get(dg.AssetKey(name)) for name in PARTITIONED]

    assert len({node.partitions_def for node in nodes}) == 1
    assert {node.backfill_policy for node in nodes} == {dg.BackfillPolicy.single_run()}
    assert graph.get(dg.AssetKey("rating_service")).partitions_def is None


def test_every_asset_has_a_description_an_owner_and_kinds(graph):
    """A person in the UI reads what it is and whom to ask."""
    nodes = [graph.get(key) for key in graph.get_all_asset_keys()]

    assert all(node.description and node.kinds for node in nodes)
    assert {owner for node in nodes for owner in node.owners} == {"team:platform"}


def test_every_dependency_is_of_the_same_day(definitions, graph):
    """A day of any asset needs that day of those before it, and so no backfill runs away into later days."""
    day = dg.AssetKey("best_model")
    subset = graph.get(day).partitions_def.subset_with_partition_keys(["2026-01-05"])
    mapping = graph.get_partition_mapping(day, dg.AssetKey("cleaned_movies"))
    upstream = mapping.get_upstream_mapped_partitions_result_for_partitions(
        subset, graph.get(day).partitions_def, graph.get(dg.AssetKey("cleaned_movies")).partitions_def
    )

    assert list(upstream.partitions_subset.get_partition_keys()) == ["2026-01-05"]


def test_jobs_sensors_and_schedules(definitions):
    """Jobs, sensors and schedules; only expiry is scheduled without a person turning it on."""
    repository = definitions.get_repository_def()
    repository.load_all_definitions()  # as a code location does: no two ops or jobs have the same name
    schedules = repository.schedule_defs

    jobs = "refresh retrain refresh_and_retrain deploy rollback unpin expire check_days check_freshness sync_wandb"
    assert set(jobs.split()) <= set(repository.job_names)
    assert {schedule.name: schedule.cron_schedule for schedule in schedules} == {
        "daily_refresh_schedule": "0 9 * * *",
        "daily_freshness_schedule": "30 12 * * *",
        "daily_expire_schedule": "0 7 * * *",
    }
    on = [one.name for one in schedules if one.default_status == dg.DefaultScheduleStatus.RUNNING]
    assert on == ["daily_expire_schedule"]
    assert {sensor.name: sensor.default_status for sensor in repository.sensor_defs} == {
        "champion_sensor": dg.DefaultSensorStatus.RUNNING,
        "release_record_sensor": dg.DefaultSensorStatus.RUNNING,
        "served_predictions_sensor": dg.DefaultSensorStatus.RUNNING,
        "sync_wandb_sensor": dg.DefaultSensorStatus.RUNNING,
        "missing_checks_sensor": dg.DefaultSensorStatus.RUNNING,
    }


def test_one_run_trains_at_a_time_however_it_was_asked_for(definitions):
    """The assets that train share a pool, releases have one of their own, and a pool is given to one run at a time."""
    pools = {
        key.to_user_string(): asset.op.pool
        for asset in definitions.resolve_asset_graph().assets_defs
        if asset.is_executable
        for key in asset.keys
    }
    limits = yaml.safe_load(Path("dagster.yaml").read_text())["concurrency"]["pools"]

    assert {pools[name] for name in ("encoders", "trained_candidates", "best_model")} == {"training"}
    assert pools["rating_service"] == "release"
    assert pools["raw_tmdb"] is None
    assert limits == {"granularity": "run", "default_limit": 1}


def test_one_run_asks_tmdb_at_a_time():
    """The rate limit holds within a process, so one run fetches at a time; made-up films need no pool."""
    definitions = build_definitions(Settings(TMDB_API_KEY="key", source="tmdb"))

    [raw_tmdb] = [
        asset for asset in definitions.resolve_asset_graph().assets_defs if dg.AssetKey("raw_tmdb") in asset.keys
    ]
    assert raw_tmdb.op.pool == "tmdb"


def test_settings_reach_the_platform():
    """The first day is a setting, and so is every other choice."""
    definitions = build_definitions(Settings(start_date="2025-05-05"))
    node = definitions.resolve_asset_graph().get(dg.AssetKey("raw_tmdb"))

    assert node.partitions_def.get_first_partition_key() == "2025-05-05"


def test_no_secret_is_in_the_definitions():
    """Keys are names of variables here; the UI has nothing to show."""
    settings = Settings(AWS_SECRET_ACCESS_KEY="hush", TMDB_API_KEY="psst", WANDB_API_KEY="mum", source="tmdb")
    definitions = build_definitions(settings)

    text = " ".join(repr(vars(resource)) for resource in definitions.resources.values())

    assert not [secret for secret in ("hush", "psst", "'mum'") if secret in text]
    assert "AWS_SECRET_ACCESS_KEY" in text


def test_a_source_without_what_it_needs_is_refused():
    """At the start, by name."""
    with pytest.raises(SettingsError, match="MOVIE_SOURCE=tmdb needs TMDB_API_READ_TOKEN or TMDB_API_KEY"):
        build_definitions(Settings(source="tmdb"))


def test_definitions_are_light():
    """What trains, stores and serves is paid by the runs that do it, not by every process that lists the assets."""
    program = f"import json, sys, movie_assets.definitions; print(json.dumps([m for m in {HEAVY} if m in sys.modules]))"

    printed = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env=stripped_environment(),
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(printed.stdout) == []
