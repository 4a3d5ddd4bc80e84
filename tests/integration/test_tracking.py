"""Tracking against a look-alike of Weights & Biases on real sockets, which answers, refuses, stalls, or is absent."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from movie_assets.storage.folders import find_folder, read_file
from movie_assets.storage.formats import json_from
from movie_assets.storage.keys import CANDIDATE_RECORDS, CHOICE, TRIALS
from movie_assets.tracking.sync import sync
from movie_assets.tracking.wandb_runs import NotSentError, WandbRuns
from movie_assets.training.records import Candidates, DayChoice, Trials
from tests.support.memory_bucket import MemoryBucket
from tests.support.platform import bucket_at, failures
from tests.support.records import BUNDLE, a_trial
from tests.support.servers import free_port
from tests.support.tracked_days import DAY, RUNS, a_plot, keep_tracked_day
from tests.support.wandb_lookalike import API_KEY, running_wandb, silent_server


@pytest.fixture(autouse=True)
def no_account(monkeypatch, tmp_path):
    """Not the login of the person who runs the tests, and nothing that outlives the test."""
    for name in ("CACHE_DIR", "CONFIG_DIR", "DATA_DIR", "ERROR_REPORTING", "SILENT"):
        monkeypatch.setenv(f"WANDB_{name}", "")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture
def wandb():
    with running_wandb() as lookalike:
        yield lookalike


@pytest.fixture
def bucket():
    """A bucket with one trained day."""
    bucket = MemoryBucket()
    keep_tracked_day(bucket)
    return bucket


def send(bucket, folder, url, *, mode="online", api_key=API_KEY, **seconds):
    """The lines that a sync logs."""
    lines = []
    runs = WandbRuns(mode=mode, project="movie-ratings", base_url=url, directory=folder, api_key=api_key, **seconds)
    with runs.open():
        sync(bucket, "synthetic", runs, log=lines.append)
    return lines


def sent_once(wandb):
    """How many runs W&B has, each of them finished and with one row."""
    assert all(run.times_sent and len(run.history) == 1 for run in wandb.runs.values())
    return len(wandb.runs)


def test_online_a_day_is_one_group(bucket, wandb, tmp_path):
    """Trials, candidates and the decision are found by one filter, with all that was chosen and measured."""
    lines = send(bucket, tmp_path, wandb.url)

    assert lines[-1] == f"{RUNS} runs sent, none is left"
    runs = {run.name: run for run in wandb.group(DAY)}
    assert sorted(runs) == [
        "synthetic-2026-01-01-summary",
        "synthetic-2026-01-01-xgboost-full",
        "synthetic-2026-01-01-xgboost-full-trial-0",
        "synthetic-2026-01-01-xgboost-full-trial-1",
    ]
    trial, record = runs["synthetic-2026-01-01-xgboost-full-trial-1"], a_trial(1)
    assert (trial.project, trial.job_type, trial.tags) == ("movie-ratings", "xgboost", ["synthetic", "trial"])
    assert record.parameters.items() <= trial.config.items()
    assert (trial.config["number"], trial.summary["test_rmse"]) == (1, record.test_rmse)
    assert runs["synthetic-2026-01-01-xgboost-full"].summary["fitted/fit_seconds"] == 2.5
    summary = runs["synthetic-2026-01-01-summary"]
    assert (summary.summary["decision"], summary.summary["promoted"]) == ("There was no champion.", True)
    assert [content for name, content in summary.files.items() if name.startswith("media/")] == [a_plot()]
    [artifact] = [wandb.artifacts[number] for number in summary.artifacts]
    assert (artifact["name"], artifact["type"], artifact["committed"]) == ("bundle-synthetic", "model", True)
    assert (artifact["metadata"], DAY in artifact["aliases"]) == ({"id": BUNDLE}, True)
    [entry] = artifact["manifest"]["contents"].values()  # a reference: its weights are not uploaded
    assert entry["ref"] == f"s3://{bucket.name}/synthetic/bundles/{BUNDLE}"


def test_nothing_is_sent_twice(bucket, wandb, tmp_path):
    """Not even where the marker is lost: the ids are the same, and what was there is replaced."""
    send(bucket, tmp_path, wandb.url)
    assert send(bucket, tmp_path, wandb.url) == ["0 runs sent, none is left"]
    for key in bucket.keys("synthetic/wandb/"):
        bucket.delete(key)
    send(bucket, tmp_path, wandb.url)

    assert sent_once(wandb) == RUNS


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("refusing", "cannot be reached"),
        ("silent", "did not answer within 2 s"),
        ("key", "refused the key in WANDB_API_KEY"),
        ("no key", "W&B takes nothing without a key: set WANDB_API_KEY."),
        ("not W&B", "answered with HTTP 404"),
    ],
)
def test_a_server_that_takes_nothing_is_reported_at_once(fault, reason, bucket, wandb, tmp_path):
    """Within seconds; nothing is marked, and the next sync sends each run once."""
    began = time.monotonic()
    with silent_server() as silent:
        url = {"refusing": f"http://127.0.0.1:{free_port()}", "silent": silent, "not W&B": f"{wandb.url}/elsewhere"}
        key = {"key": "f" * 40, "no key": None}.get(fault, API_KEY)

        with pytest.raises(NotSentError, match=reason):
            send(bucket, tmp_path, url.get(fault, wandb.url), api_key=key, answer_seconds=2)

    assert time.monotonic() - began < 10
    assert bucket.keys("synthetic/wandb/") == []
    send(bucket, tmp_path, wandb.url)
    assert sent_once(wandb) == RUNS


def test_a_server_that_stalls_is_given_up(bucket, wandb, tmp_path):
    """In bounded time; what it took is not sent again, the rest is."""
    wandb.silent_after = 2

    with pytest.raises(NotSentError, match=r"did not take .*\. 2 runs were sent; the next sync continues from there\."):
        send(bucket, tmp_path, wandb.url, run_seconds=3)

    wandb.silent_after = None
    assert send(bucket, tmp_path, wandb.url)[-1] == "2 runs sent, none is left"
    assert sent_once(wandb) == RUNS


def test_a_request_without_a_response_ends_the_process(wandb):
    """The client has no time-out for its requests about an artifact."""
    wandb.silent_to = "query ArtifactType"
    program = f"""
from pathlib import Path
from tests.integration import test_tracking as tests
bucket = tests.MemoryBucket()
tests.keep_tracked_day(bucket)
tests.send(bucket, Path("unused"), {wandb.url!r}, run_seconds=5)
"""

    ended = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=120)

    assert ended.returncode == 1
    assert f"Error: W&B at {wandb.url} did not take synthetic-2026-01-01-summary within 15 s." in ended.stderr


def test_offline_a_day_is_runs_on_this_machine(bucket, tmp_path):
    """Without a key and without a network, in a directory that is made when it is not there."""
    folder = tmp_path / "runs"

    lines = send(bucket, folder, "http://127.0.0.1:1", mode="offline", api_key=None)

    assert lines[-1] == f"{RUNS} runs sent, none is left"
    assert len(list(folder.rglob("offline-run-*/run-*.wandb"))) == RUNS


@pytest.fixture
def command(s3, tmp_path, wandb):
    """Starts `wandb-sync` over a bucket of the S3 server that holds a day of 24 trials."""
    kept = bucket_at(s3, f"tracked-{os.getpid()}")
    kept.create()
    keep_tracked_day(kept, trials=tuple(a_trial(number) for number in range(24)))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("WANDB_", "MOVIE_"))},
        **s3.environment(kept.name),
        "WANDB_BASE_URL": wandb.url,
        "WANDB_API_KEY": API_KEY,
        "MOVIE_WANDB_DIR": str(tmp_path / "runs"),
    }

    def start():
        words = [sys.executable, "-m", "movie_assets.cli", "wandb-sync"]
        return subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    return start, kept


def test_a_killed_sync_is_continued(command, wandb, tmp_path):
    """Each record still once; and the key is in no argument and in no file."""
    start, bucket = command
    first = start()
    arguments = set()
    while wandb.sent() < 5 and first.poll() is None:
        for process in psutil.Process(first.pid).children(recursive=True):
            arguments.add(" ".join(process.cmdline()))
        time.sleep(0.02)
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    marked = json_from(bucket.get(f"synthetic/wandb/online/trained_candidates/{DAY}.json"))
    assert 0 < len(marked["runs"]) < 24

    second = start()
    output, _ = second.communicate(timeout=300)

    assert second.returncode == 0, output
    assert sent_once(wandb) == 26
    assert arguments
    assert not [words for words in arguments if API_KEY in words]
    assert API_KEY not in output
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and API_KEY.encode() in path.read_bytes()]


def record_of(platform, asset, name, kind):
    """A record of the day."""
    folder = find_folder(platform.bucket, f"synthetic/{asset}/{DAY}")
    return kind.from_json(read_file(platform.bucket, folder, name))


def test_an_unreachable_wandb_fails_the_sync_alone(platform):
    """Days of real runs: the failed sync names the reason and has no key in its log; the next one sends everything."""
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
    trials = record_of(platform, "trained_candidates", TRIALS, Trials).trials
    candidates = record_of(platform, "trained_candidates", CANDIDATE_RECORDS, Candidates).candidates
    choice = record_of(platform, "best_model", CHOICE, DayChoice)
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
    """And succeeds."""
    platform.bucket.create()
    synced = platform.sync_wandb()

    assert synced.success, failures(synced)
    assert platform.bucket.keys("synthetic/wandb/") == []
