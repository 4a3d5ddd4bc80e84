"""The records of a training day: read as they were written, by this version and the one before."""

import json

import pytest

from movie_assets.training.records import (
    CandidateRecord,
    Candidates,
    DayChoice,
    LearntFrom,
    RecordError,
    Trials,
)
from tests.support.records import a_candidate, a_choice, a_trial

FORMAT_1_TRIAL = """{
 "family": "lightgbm", "feature_set": "full", "first_fold_rmse": 0.95, "folds": 3, "mae": 0.68, "number": 1,
 "parameters": {"learning_rate": 0.05, "n_estimators": 300}, "r2": 0.29, "rmse_gap": 0.12, "seconds": 1.4,
 "test_rmse": 0.96, "train_rmse": 0.84}"""
FORMAT_1_CANDIDATE = f"""{{
 "cross_validated": {FORMAT_1_TRIAL}, "cut_short": true, "family": "lightgbm", "feature_set": "full",
 "fit_seconds": 0.9, "parameters": {{"learning_rate": 0.05, "n_estimators": 300}}, "train_rmse": 0.85}}"""
FORMAT_1_CHOICE = """{
 "before": null, "challenger": "lightgbm_full", "champion": "b3d2", "promoted": true, "window": "a-digest",
 "decision": {"promote": true, "provisional": false, "reason": "lightgbm_full of 2026-01-01 is the first champion."},
 "holdout": [
  {"predictor": "mean", "rmse": 1.14, "films_6_votes": 581.0},
  {"predictor": "mean_per_genre", "rmse": 1.12, "films_6_votes": 581.0},
  {"predictor": "challenger (lightgbm_full)", "rmse": 0.96, "films_6_votes": 581.0},
  {"predictor": "champion (0123456789ab)", "rmse": 0.97, "films_6_votes": 581.0}]}"""


@pytest.mark.parametrize(
    "record",
    [Trials(trials=(a_trial(0), a_trial(1))), Candidates(candidates=(a_candidate(),)), a_choice(before=None)],
)
def test_a_record_is_read_as_it_was_written(record):
    """Every field, and the same bytes when it is written again."""
    again = type(record).from_json(record.to_json())

    assert again == record
    assert again.to_json() == record.to_json()
    assert json.loads(record.to_json())["format"] == 2


def test_trials_and_candidates_of_format_1_are_read():
    """They were bare lists."""
    [trial] = Trials.from_json(f"[{FORMAT_1_TRIAL}]".encode()).trials
    [candidate] = Candidates.from_json(f"[{FORMAT_1_CANDIDATE}]".encode()).candidates

    assert (trial.number, trial.test_rmse, trial.parameters["n_estimators"]) == (1, 0.96, 300)
    assert candidate == CandidateRecord(
        family="lightgbm",
        feature_set="full",
        parameters=trial.parameters,
        cross_validated=trial,
        train_rmse=0.85,
        fit_seconds=0.9,
        cut_short=True,
    )


def test_a_choice_of_format_1_is_read():
    """Its predictors had their roles in their labels."""
    choice = DayChoice.from_json(FORMAT_1_CHOICE.encode())

    assert (choice.champion, choice.promoted, choice.before, choice.names_before) == ("b3d2", True, None, True)
    assert choice.decision.reason == "lightgbm_full of 2026-01-01 is the first champion."
    assert [(one.role, one.name) for one in choice.holdout] == [
        ("baseline", "mean"),
        ("baseline", "mean_per_genre"),
        ("challenger", "lightgbm_full"),
        ("champion", "0123456789ab"),
    ]
    assert [one.row for one in choice.holdout] == json.loads(FORMAT_1_CHOICE)["holdout"]
    assert choice.metrics == {}


def test_a_choice_that_does_not_name_the_champion_before_says_so():
    """The first records had neither it nor their window."""
    stored = json.loads(FORMAT_1_CHOICE)
    del stored["before"], stored["window"]

    choice = DayChoice.from_json(json.dumps(stored).encode())

    assert (choice.names_before, choice.window) == (False, None)


def test_the_smallest_error_of_a_role_is_found():
    """Whatever the predictors are called; infinite where there is none."""
    choice = a_choice(holdout=a_choice().holdout[:2])

    assert choice.rmse("baseline") == 1.0
    assert choice.rmse("challenger") == float("inf")


@pytest.mark.parametrize(
    ("kind", "content", "message"),
    [
        (Trials, b'{"format": 3, "tries": []}', "Trials of format 3 was written by a newer version"),
        (DayChoice, b'{"champion": "b3d2"}', "DayChoice cannot be read, train the day again: "),
        (LearntFrom, b"[]", "LearntFrom cannot be read, train the day again: "),
    ],
)
def test_an_unreadable_record_is_an_error(kind, content, message):
    """Of a newer version, or of none."""
    with pytest.raises(RecordError, match=message):
        kind.from_json(content)
