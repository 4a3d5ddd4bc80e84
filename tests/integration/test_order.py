"""The order of days that were really trained: what expires does not disturb it, a champion left out does."""

import json
from datetime import UTC, datetime, timedelta

from click.testing import CliRunner

from local_stack.backfill import days_to_retrain
from movie_assets.cli import commands
from movie_assets.definitions import build_definitions
from movie_assets.settings import Settings
from movie_assets.storage.folders import withdraw_folder
from movie_assets.training.staleness import day_states, stale_days
from movie_assets.training.window import Windows
from tests.support.platform import failures


def what_would_be_retrained(platform):
    """The days `make retrain-stale` would ask for, of each asset."""
    return days_to_retrain([vars(state) for state in day_states(platform.bucket, "synthetic")])


def test_after_an_expiry_no_day_is_stale(platform):
    """Until a day is left without a champion while a later one has one; training from it on cures that."""
    today = datetime.now(UTC).date()
    first, second, third = (str(today - timedelta(days=age)) for age in (3, 2, 1))
    platform.set(MOVIE_START_DATE=first, MOVIE_RETENTION_DAYS=2)
    trained = platform.run(first, third)
    assert trained.success, failures(trained)
    assert stale_days(platform.bucket, "synthetic") == []
    listed = json.loads(CliRunner().invoke(commands, ["days", "--json"]).output)
    assert [(day["day"], day["stale"], day["out_of_order"]) for day in listed] == [
        (day, False, False) for day in (first, second, third)
    ]

    definitions = build_definitions(Settings.from_environment())
    assert definitions.resolve_job_def("expire").execute_in_process(instance=platform.instance).success

    assert Windows(platform.bucket, "synthetic").up_to(third).days == (second, third)
    assert what_would_be_retrained(platform) == {}

    withdraw_folder(platform.bucket, f"synthetic/best_model/{second}")
    assert platform.run(third, job="retrain").success
    asked = what_would_be_retrained(platform)
    retraining = platform.run(second, third, job="retrain")

    assert set(map(tuple, asked.values())) == {(second, third)}
    assert retraining.success, failures(retraining)
    assert stale_days(platform.bucket, "synthetic") == []
