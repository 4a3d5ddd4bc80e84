"""Tracking in the line itself: days of real Dagster runs, told to a look-alike of Weights & Biases."""

import psutil
import pytest

from movie_assets.storage.folders import find_folder, read_file
from movie_assets.storage.formats import json_from
from movie_assets.storage.names import CANDIDATE_RECORDS, CHOICE, TRIALS
from movie_assets.tracking.batches import unsent_runs
from tests.support.platform import failures
from tests.support.wandb_lookalike import API_KEY, running_wandb, silent_server

DAY = "2026-01-01"
FIGURES = {"train_rmse", "test_rmse", "rmse_gap", "mae", "r2", "seconds"}


@pytest.fixture(autouse=True)
def no_account(monkeypatch, tmp_path):
    """Not the login of the person who runs the tests."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def online(platform, url):
    platform.set(WANDB_MODE="online", WANDB_API_KEY=API_KEY, WANDB_BASE_URL=url)


def told(result, asset):
    """What the metadata of each day says was not recorded."""
    return {
        event.partition: event.materialization.metadata["not_recorded"].value
        for event in result.all_events
        if event.event_type_value == "ASSET_MATERIALIZATION" and event.asset_key.to_user_string() == asset
    }


def kept(platform, asset, day, name):
    return json_from(read_file(platform.bucket, find_folder(platform.bucket, f"synthetic/{asset}/{day}"), name))


def test_every_trial_candidate_and_decision_is_told(platform, tmp_path):
    """A day is one group; its runs have what the bucket has."""
    with running_wandb() as wandb:
        online(platform, wandb.url)

        result = platform.run(DAY)

        assert result.success, failures(result)
        assert told(result, "trained_candidates") == {DAY: "nothing"}
        assert told(result, "best_model") == {DAY: "nothing"}
        trials = kept(platform, "trained_candidates", DAY, TRIALS)["trials"]
        candidates = kept(platform, "trained_candidates", DAY, CANDIDATE_RECORDS)["candidates"]
        choice = kept(platform, "best_model", DAY, CHOICE)
        runs = wandb.group(DAY)
        assert len(runs) == len(trials) + len(candidates) + 1
        assert {run.job_type for run in runs} == {record["family"] for record in candidates} | {"summary"}
        [summary] = [run for run in runs if run.job_type == "summary"]
        assert summary.summary["decision"] == choice["decision"]["reason"]
        assert summary.config["champion"] == choice["champion"]
        assert sum(name.endswith(".png") for name in summary.files) == 7
        assert summary.summary["backtest_rmse_6_votes"] > 0
        [artifact] = [wandb.artifacts[number] for number in summary.artifacts]
        [entry] = artifact["manifest"]["contents"].values()
        assert entry["ref"] == f"s3://{platform.bucket.name}/synthetic/bundles/{choice['champion']}"
    assert unsent_runs(tmp_path / "wandb") == []
    assert not [child for child in psutil.Process().children() if "recorder.py" in " ".join(child.cmdline())]


def test_a_silent_server_fails_nothing(platform, tmp_path):
    """The run is green, each day says what was not recorded, the bucket has all of it, and nowhere is the key."""
    with silent_server() as url:
        online(platform, url)

        result = platform.run(DAY)

    assert result.success, failures(result)
    [trained] = told(result, "trained_candidates").values()
    [decided] = told(result, "best_model").values()
    trials = kept(platform, "trained_candidates", DAY, TRIALS)["trials"]
    candidates = kept(platform, "trained_candidates", DAY, CANDIDATE_RECORDS)["candidates"]
    runs = len(trials) + len(candidates)
    assert trained.startswith(f"{runs} of {runs} runs of {DAY} were not sent to W&B. ")
    assert decided.startswith(f"1 of 1 summary runs of {DAY} were not sent to W&B. ")
    assert len(unsent_runs(tmp_path / "wandb")) == runs + 1
    for record in [*trials, *(candidate["cross_validated"] for candidate in candidates)]:
        assert record["parameters"]
        assert {name for name, value in record.items() if isinstance(value, float)} >= FIGURES
    assert all(candidate["fit_seconds"] > 0 for candidate in candidates)
    entries = platform.instance.all_logs(result.run_id)
    assert API_KEY not in " ".join(str(entry) for entry in entries)
