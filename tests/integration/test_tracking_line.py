"""Tracking beside the line: days of real Dagster runs, told to a look-alike of Weights & Biases by sync_wandb."""

import pytest

from movie_assets.storage.folders import find_folder, read_file
from movie_assets.storage.keys import CANDIDATE_RECORDS, CHOICE, TRIALS
from movie_assets.training.records import Candidates, DayChoice, Trials
from tests.support.platform import failures
from tests.support.wandb_lookalike import API_KEY, running_wandb, silent_server

DAY = "2026-01-01"


@pytest.fixture(autouse=True)
def no_account(monkeypatch, tmp_path):
    """Not the login of the person who runs the tests."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def kept(platform, asset, name, kind):
    """A record of the day."""
    folder = find_folder(platform.bucket, f"synthetic/{asset}/{DAY}")
    return kind.from_json(read_file(platform.bucket, folder, name))


def test_a_wandb_that_is_away_costs_the_sync_alone_and_gets_each_record_later(platform):
    """Training asks nobody; the failed sync says why and has no key in its log; the next one sends everything."""
    with silent_server() as silent:
        platform.set(WANDB_MODE="online", WANDB_API_KEY=API_KEY, WANDB_BASE_URL=silent)
        trained = platform.run(DAY)
        failed = platform.sync_wandb()

    assert trained.success, failures(trained)
    assert not failed.success
    assert f"W&B at {silent} did not answer within" in failures(failed)
    entries = [*platform.instance.all_logs(trained.run_id), *platform.instance.all_logs(failed.run_id)]
    assert API_KEY not in " ".join(str(entry) for entry in entries)

    with running_wandb() as wandb:
        platform.set(WANDB_BASE_URL=wandb.url)
        synced = platform.sync_wandb()

    assert synced.success, failures(synced)
    trials = kept(platform, "trained_candidates", TRIALS, Trials).trials
    candidates = kept(platform, "trained_candidates", CANDIDATE_RECORDS, Candidates).candidates
    choice = kept(platform, "best_model", CHOICE, DayChoice)
    runs = wandb.group(DAY)
    assert len(runs) == len(trials) + len(candidates) + 1
    assert {run.times_sent for run in runs} == {1}
    assert {run.job_type for run in runs} == {record.family for record in candidates} | {"summary"}
    [summary] = [run for run in runs if run.job_type == "summary"]
    assert summary.summary["decision"] == choice.decision.reason
    assert summary.config["champion"] == choice.champion
    assert sum(name.endswith(".png") for name in summary.files) == 7
    assert summary.summary["backtest_rmse_6_votes"] > 0
    [artifact] = [wandb.artifacts[number] for number in summary.artifacts]
    [entry] = artifact["manifest"]["contents"].values()
    assert entry["ref"] == f"s3://{platform.bucket.name}/synthetic/bundles/{choice.champion}"


def test_disabled_sends_nothing(platform):
    """The job says so and is green."""
    platform.bucket.create()
    synced = platform.sync_wandb()

    assert synced.success, failures(synced)
    assert platform.bucket.keys("synthetic/wandb/") == []
