"""The runs that W&B gets of a day, and which are sent: those without a marker, each once."""

from dataclasses import dataclass, field

import pytest

from movie_assets.storage.folders import write_folder
from movie_assets.tracking.sync import runs_of, summary_run, sync
from movie_assets.tracking.wandb_runs import NotSentError
from tests.support.memory_bucket import MemoryBucket
from tests.support.records import BUNDLE, a_candidate, a_choice, a_trial
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


def sent(bucket, **changes):
    """What a sync sends."""
    recorded = Recorded(**changes)
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
    """The error tells how many were sent."""
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
    """That version sent them itself, under other ids."""
    bucket = MemoryBucket()
    tried = {"trials.json": f"[{FORMAT_1_TRIAL}]".encode(), "candidates.json": f"[{FORMAT_1_CANDIDATE}]".encode()}
    write_folder(bucket, f"synthetic/trained_candidates/{DAY}", tried)
    write_folder(bucket, f"synthetic/best_model/{DAY}", {"choice.json": FORMAT_1_CHOICE.encode()})

    assert sent(bucket) == []


def of_trials(*trials):
    """Their runs."""
    return runs_of("synthetic", DAY, trials, [])


def summary(**changes):
    """The run of a decision."""
    return summary_run("synthetic", DAY, a_choice(**changes), {"residuals": b"png"}, f"s3://movies/bundles/{BUNDLE}")


def test_a_trial_is_a_run_with_all_its_parameters_and_figures():
    """A parameter that is a fraction is chosen, not measured."""
    [run] = of_trials(a_trial(3, parameters={"max_depth": 4, "learning_rate": 0.1}))

    assert (run.group, run.job_type, run.name) == (DAY, "xgboost", "synthetic-2026-01-01-xgboost-full-trial-3")
    assert run.config == {
        "source": "synthetic",
        "day": DAY,
        "family": "xgboost",
        "feature_set": "full",
        "number": 3,
        "folds": 3,
        "max_depth": 4,
        "learning_rate": 0.1,
    }
    assert run.metrics == {
        "train_rmse": 0.6,
        "test_rmse": 0.8,
        "rmse_gap": 0.2,
        "mae": 0.5,
        "r2": 0.3,
        "seconds": 1.5,
        "first_fold_rmse": 0.81,
    }


def test_a_candidate_has_the_figures_of_its_trial_and_those_of_its_fit():
    """`train_rmse` means the same in a trial's run and in a candidate's."""
    [run] = runs_of("synthetic", DAY, [], [a_candidate()])

    assert (run.name, run.tags) == ("synthetic-2026-01-01-xgboost-full", ["synthetic", "candidate"])
    assert run.config["max_depth"] == 4
    assert (run.metrics["train_rmse"], run.metrics["fitted/train_rmse"]) == (0.6, 0.55)
    assert (run.metrics["test_rmse"], run.metrics["fitted/fit_seconds"]) == (0.8, 2.5)


def test_the_decision_is_a_run_with_plots_and_the_bundle():
    """In the same group as the day's trials."""
    run = summary()

    assert (run.group, run.job_type, run.name) == (DAY, "summary", "synthetic-2026-01-01-summary")
    assert run.config["champion"] == BUNDLE
    assert run.notes == {"promoted": True, "decision": "There was no champion.", "provisional": False}
    assert run.metrics == {"test_rmse": 0.8, "rmse_gap": 0.2}
    assert run.plots == {"residuals": b"png"}
    assert run.bundle_uri == f"s3://movies/bundles/{BUNDLE}"


def test_a_record_has_one_id():
    """The same again; another for another record, also where it is one of the same name."""
    trials = [a_trial(0), a_trial(1), a_trial(1, test_rmse=0.7)]
    runs = of_trials(*trials)

    assert [run.id for run in runs] == [run.id for run in of_trials(*trials)]
    assert len({run.id for run in (*runs, summary(), summary(champion=None))}) == 5
