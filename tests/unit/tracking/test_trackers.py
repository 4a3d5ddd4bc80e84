"""Who is told of candidates; that nobody listens, or nobody can, never fails a training run."""

import pytest

from movie_assets.tracking.tracker import NoTracker, TrackedCandidate
from movie_assets.tracking.wandb_tracker import WandbTracker
from tests.support.servers import free_port

KEY = "a" * 40


@pytest.fixture(autouse=True)
def no_account(monkeypatch, tmp_path):
    """Neither the settings nor the login of the person who runs the tests."""
    for name in ("WANDB_API_KEY", "WANDB_MODE", "WANDB_BASE_URL", "WANDB_DIR", "WANDB_PROJECT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def a_candidate(**said):
    """A family with two trials."""
    facts = {
        "source": "synthetic",
        "day": "2026-01-01",
        "family": "xgboost",
        "parameters": {"max_depth": 4},
        "trials": [{"number": n, "test_rmse": 0.8 - n / 10, "parameters": {"max_depth": n}} for n in range(2)],
        "metrics": {"test_rmse": 0.7, "train_rmse": 0.6, "rmse_gap": 0.1},
    }
    return TrackedCandidate(**(facts | said))


def a_tracker(directory, *, mode="offline", port=1, api_key=None):
    """A tracker that asks nobody but this machine, for at most a second."""
    return WandbTracker(
        mode=mode,
        project="movie-ratings",
        base_url=f"http://127.0.0.1:{port}",
        api_key=api_key,
        directory=directory,
        init_timeout_seconds=1.0,
    )


def test_nobody_listening_is_said():
    """The record in the bucket is complete; the sentence says that it is the only one."""
    assert NoTracker().record([a_candidate(), a_candidate()]) == [
        "Tracking is off: 2 candidates are recorded in the bucket only."
    ]


def test_offline_each_candidate_is_a_run_on_this_machine(tmp_path):
    """Without an account and without a network, in a directory that is made when it is not there."""
    directory = tmp_path / "not" / "there"

    unrecorded = a_tracker(directory).record([a_candidate(), a_candidate(family="lightgbm")])

    assert unrecorded == []
    runs = sorted(directory.glob("wandb/offline-run-*/run-*.wandb"))
    assert len(runs) == 2
    contents = b"".join(run.read_bytes() for run in runs)
    for told in (b"synthetic-2026-01-01-xgboost", b"synthetic-2026-01-01-lightgbm", b"test_rmse", b"rmse_gap"):
        assert told in contents


def test_a_directory_that_cannot_be_one_is_a_sentence(tmp_path):
    """Nothing is raised; the sentence names the candidate, the reason and where its trials are."""
    taken = tmp_path / "taken"
    taken.write_text("a file")

    [sentence] = a_tracker(taken).record([a_candidate()])

    assert sentence.startswith("W&B did not record xgboost of 2026-01-01 (FileExistsError: ")
    assert str(taken) in sentence
    assert sentence.endswith("its trials are in the bucket.")


def test_after_a_failure_the_others_are_not_waited_for(tmp_path):
    """Each is named all the same, since none was recorded."""
    taken = tmp_path / "taken"
    taken.write_text("a file")

    sentences = a_tracker(taken).record([a_candidate(), a_candidate(family="lightgbm")])

    assert len(sentences) == 2
    assert sentences[1].startswith("lightgbm of 2026-01-01 was not tried after that")


def test_a_server_that_is_away_is_a_sentence(tmp_path):
    """Training waits for it as long as the tracker says, and goes on."""
    tracker = a_tracker(tmp_path, mode="online", port=free_port(), api_key=KEY)

    [sentence] = tracker.record([a_candidate()])

    assert sentence.startswith("W&B did not record xgboost of 2026-01-01 (CommError: ")


def test_a_missing_key_is_a_sentence(tmp_path):
    """Nobody is asked for one at a terminal that nobody watches."""
    [sentence] = a_tracker(tmp_path, mode="online").record([a_candidate()])

    assert "(LookupError: there is no key: set WANDB_API_KEY, or WANDB_MODE=offline)" in sentence


def test_the_key_is_not_shown(tmp_path):
    """A tracker that is printed, as errors do, tells nothing."""
    assert KEY not in repr(a_tracker(tmp_path, api_key=KEY))
