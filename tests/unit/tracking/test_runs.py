"""What Weights & Biases is told of a day: one run a trial, one a candidate, one for the decision."""

from dataclasses import asdict

import pytest

from movie_assets.tracking.runs import runs_of, summary_run
from movie_assets.training.records import CandidateRecord, Trial
from tests.support.tracking import a_day_summary, a_tracked_day


@pytest.fixture
def trial():
    return Trial(
        family="xgboost",
        feature_set="full",
        number=3,
        parameters={"max_depth": 4, "learning_rate": 0.1},
        train_rmse=0.6,
        test_rmse=0.8,
        rmse_gap=0.2,
        mae=0.5,
        r2=0.3,
        seconds=1.5,
        folds=3,
        first_fold_rmse=0.82,
    )


def test_a_trial_is_a_run_with_all_its_parameters_and_figures(trial):
    """A parameter that is a fraction is chosen, not measured."""
    [run] = runs_of(a_tracked_day(trials=[asdict(trial)], candidates=[]))

    assert (run.group, run.job_type, run.name) == ("2026-01-01", "xgboost", "synthetic-2026-01-01-xgboost-full-trial-3")
    assert run.config == {
        "source": "synthetic",
        "day": "2026-01-01",
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
        "first_fold_rmse": 0.82,
    }


def test_a_candidate_has_the_figures_of_its_trial_and_those_of_its_fit(trial):
    """`train_rmse` means the same in a trial's run and in a candidate's."""
    candidate = CandidateRecord(
        family="xgboost",
        feature_set="full",
        parameters=trial.parameters,
        cross_validated=trial,
        train_rmse=0.55,
        fit_seconds=2.5,
    )

    [run] = runs_of(a_tracked_day(trials=[], candidates=[asdict(candidate)]))

    assert run.name == "synthetic-2026-01-01-xgboost-full"
    assert run.config["feature_set"] == "full"
    assert run.config["max_depth"] == 4
    assert run.metrics["train_rmse"] == 0.6
    assert run.metrics["test_rmse"] == 0.8
    assert run.metrics["fitted/train_rmse"] == 0.55
    assert run.metrics["fitted/fit_seconds"] == 2.5


def test_what_a_record_says_besides_is_told_as_well(trial):
    """Whatever a later version adds to a record reaches the run."""
    record = asdict(trial) | {"is_pruned": False}

    [run] = runs_of(a_tracked_day(trials=[record], candidates=[]))

    assert run.config["is_pruned"] is False


def test_the_decision_is_a_run_with_plots_and_the_bundle():
    """In the same group as the day's trials."""
    run = summary_run(a_day_summary(plots={"residuals": b"png"}))

    assert (run.group, run.job_type, run.name) == ("2026-01-01", "summary", "synthetic-2026-01-01-summary")
    assert run.tags == ["synthetic", "summary"]
    assert run.config["champion"] == "a" * 64
    assert run.notes == {"promoted": True, "decision": "There was no champion.", "provisional": False}
    assert run.metrics == {"test_rmse": 0.8, "rmse_gap": 0.2}
    assert run.plots == {"residuals": b"png"}
    assert run.bundle_uri == f"s3://movies/synthetic/bundles/{'a' * 64}"
