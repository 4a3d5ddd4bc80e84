"""The runs that W&B shows of a day: one a trial, one a candidate, one for the decision."""

from movie_assets.tracking.sync import runs_of, summary_run
from tests.support.records import BUNDLE, a_candidate, a_choice, a_trial

DAY = "2026-01-01"


def of_trials(*trials):
    """Their runs."""
    return runs_of("synthetic", DAY, trials, [])


def summary(**said):
    """The run of a decision."""
    return summary_run("synthetic", DAY, a_choice(**said), {"residuals": b"png"}, f"s3://movies/bundles/{BUNDLE}")


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
