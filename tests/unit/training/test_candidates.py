"""Each family and its settings. Its trees: test_trees.py."""

import warnings

import numpy as np
import optuna
import pytest

from movie_assets.prediction.features import FEATURE_SETS, labels
from movie_assets.training.candidates import CANDIDATES, rising_columns
from movie_assets.training.encoders import fit_encoders
from movie_assets.training.tuning import refit
from tests.support.cleaned_days import a_window

each_family = pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda candidate: candidate.family)


def test_the_three_families_are_in_the_race():
    """In the order a reader would want."""
    assert [candidate.family for candidate in CANDIDATES] == ["xgboost", "lightgbm", "random_forest"]


@pytest.fixture(scope="module")
def learnt():
    """A window and what was learnt from it."""
    window = a_window(300)
    return window, fit_encoders(window.train, seed=7)


@pytest.mark.parametrize("family", ["xgboost", "lightgbm"])
def test_a_good_record_never_speaks_against_a_film(family, learnt):
    """Where only records and words differ, better ones give no worse a rating."""
    [candidate] = [one for one in CANDIDATES if one.family == family]
    window, encoded = learnt
    flags = rising_columns(encoded.encoders)
    rising = np.flatnonzero(flags)
    matrix = encoded.matrix(window.train, encoded.encoders)
    matrix[:, rising] = np.random.default_rng(3).normal(size=(len(matrix), len(rising)))  # noise, so that it errs
    estimator = candidate.build({**candidate.starting_points["full"], "n_estimators": 30}, 7, flags)
    estimator.fit(matrix, window.train.ratings)

    better = matrix.copy()
    better[:, rising] += 0.5

    assert (estimator.predict(better) >= estimator.predict(matrix) - 1e-6).all()
    assert {label for column, (_, label) in enumerate(labels(encoded.encoders)) if column in rising} == {
        "overview.words",
        *(f"{name}.record" for name in ("title", "collection", "production_companies", "directors", "cast")),
    }


@each_family
def test_the_starting_point_is_in_the_search_space(candidate):
    """The first trial is the starting point, setting for setting, so a search of one tries something sensible."""
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    study.enqueue_trial(candidate.starting_points["full"])

    assert candidate.suggest(study.ask()) == candidate.starting_points["full"]


@each_family
def test_trials_differ(candidate):
    """A search tries other settings than the first."""
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))

    assert candidate.suggest(study.ask()) != candidate.suggest(study.ask())


def test_forests_run_one_at_a_time():
    """Two at once would change the process's warning filters under each other, and warn of it."""
    window = a_window(150)
    encoded = fit_encoders(window.train, seed=1)
    forest = next(candidate for candidate in CANDIDATES if candidate.family == "random_forest")

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        before = list(warnings.filters)
        for seed in range(3):
            settings = {f"random_forest_{name}": {"n_estimators": 40} for name in FEATURE_SETS}
            refit([forest], window.train, encoded, settings, seed=seed)
        after = list(warnings.filters)

    assert [str(one.message) for one in warned] == []
    assert after == before
