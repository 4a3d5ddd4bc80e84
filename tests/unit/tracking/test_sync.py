"""Which records are sent: those that have no marker, each once."""

from dataclasses import dataclass, field

import pytest

from movie_assets.storage.folders import write_folder
from movie_assets.tracking.sync import sync
from movie_assets.tracking.wandb_runs import NotSentError
from tests.support.memory_bucket import MemoryBucket
from tests.support.records import a_trial
from tests.support.tracked_days import DAY, RUNS, keep_tracked_day
from tests.unit.training.test_records import FORMAT_1_CANDIDATE, FORMAT_1_CHOICE, FORMAT_1_TRIAL


@dataclass
class Recorded:
    """Takes runs and keeps them, until it has so many."""

    mode: str = "online"
    most: int = 1_000
    runs: list = field(default_factory=list)

    def send(self, run):
        if len(self.runs) >= self.most:
            raise NotSentError("W&B is away.")
        self.runs.append(run)


@pytest.fixture
def bucket():
    """A bucket with one trained day."""
    bucket = MemoryBucket()
    keep_tracked_day(bucket)
    return bucket


def sent(bucket, **said):
    """What a sync sends."""
    recorded = Recorded(**said)
    sync(bucket, "synthetic", recorded, log=lambda _: None)
    return recorded.runs


def test_each_record_is_sent_once(bucket):
    """A second sync sends nothing, and one of a further day that day alone."""
    first = sent(bucket)
    again = sent(bucket)
    keep_tracked_day(bucket, "2026-01-02")
    later = sent(bucket)

    assert [run.job_type for run in first] == ["xgboost", "xgboost", "xgboost", "summary"]
    assert first[-1].plots.keys() == {"residuals"}
    assert first[-1].bundle_uri == f"s3://{bucket.name}/synthetic/bundles/{'a' * 64}"
    assert again == []
    assert {run.group for run in later} == {"2026-01-02"}


def test_what_is_left_is_sent_by_the_next_sync(bucket):
    """The sentence says how far it came."""
    recorded = Recorded(most=2)

    with pytest.raises(NotSentError, match=r"^W&B is away\. 2 runs were sent; the next sync continues from there\.$"):
        sync(bucket, "synthetic", recorded, log=lambda _: None)

    rest = sent(bucket)
    assert len({run.id for run in (*recorded.runs, *rest)}) == len(recorded.runs) + len(rest) == RUNS


def test_a_day_that_is_trained_again_is_sent_again(bucket):
    """As further runs of its group; what has not changed is not."""
    sent(bucket)
    keep_tracked_day(bucket, trials=(a_trial(0), a_trial(1, test_rmse=0.7)))

    [run] = sent(bucket)

    assert (run.group, run.metrics["test_rmse"]) == (DAY, 0.7)


def test_offline_and_online_have_markers_of_their_own(bucket):
    """What was made on a machine can be sent all the same."""
    assert len(sent(bucket, mode="offline")) == len(sent(bucket, mode="online")) == RUNS


def test_records_of_the_version_before_are_not_sent():
    """It has told W&B of them itself, under other ids."""
    bucket = MemoryBucket()
    tried = {"trials.json": f"[{FORMAT_1_TRIAL}]".encode(), "candidates.json": f"[{FORMAT_1_CANDIDATE}]".encode()}
    write_folder(bucket, f"synthetic/trained_candidates/{DAY}", tried)
    write_folder(bucket, f"synthetic/best_model/{DAY}", {"choice.json": FORMAT_1_CHOICE.encode()})

    assert sent(bucket) == []
