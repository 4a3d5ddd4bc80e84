"""Each family: its settings, and its way to a portable estimator."""

import warnings

import numpy as np
import onnxruntime
import optuna
import pytest

from movie_assets.prediction.features import FEATURES, encode, fit_encoders
from movie_assets.training.candidates import CANDIDATES
from movie_assets.training.tuning import tune
from tests.support.cleaned_days import a_window

each_family = pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda candidate: candidate.family)


def test_the_three_families_are_in_the_race():
    """In the order a reader would want."""
    assert [candidate.family for candidate in CANDIDATES] == ["xgboost", "lightgbm", "random_forest"]


@each_family
def test_the_portable_estimator_is_the_fitted_one(candidate):
    """ONNX answers what the estimator itself answers, to a ten-thousandth, also for films unlike any it has seen."""
    window = a_window(300)
    encoders = fit_encoders(window.train.columns)
    learnt = encode(window.train.columns, encoders)
    unlike = np.array([[10_000, -1, -1, -1, 0], [1, -1, 0, 1, 20_000]], dtype=np.float32)
    asked = np.vstack([encode(window.holdout.columns, encoders), unlike])
    estimator = candidate.build({**candidate.starting_point, "n_estimators": 30}, 7)
    estimator.fit(learnt, window.train.ratings, sample_weight=window.train.weights)

    session = onnxruntime.InferenceSession(candidate.export(estimator, len(FEATURES)))
    portable = session.run(None, {session.get_inputs()[0].name: asked})[0].ravel()

    np.testing.assert_allclose(portable, estimator.predict(asked), atol=1e-4, rtol=0)
    assert np.ptp(portable) > 0.5


@each_family
def test_the_starting_point_is_in_the_search_space(candidate):
    """The first trial is the starting point, setting for setting, so a search of one tries something sensible."""
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    study.enqueue_trial(candidate.starting_point)

    assert candidate.suggest(study.ask()) == candidate.starting_point


@each_family
def test_trials_differ(candidate):
    """A search tries other settings than the first."""
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))

    assert candidate.suggest(study.ask()) != candidate.suggest(study.ask())


def test_forests_run_one_at_a_time():
    """Two at once would change the process's warning filters under each other, and warn of it."""
    window = a_window(150)
    forest = next(candidate for candidate in CANDIDATES if candidate.family == "random_forest")

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        before = list(warnings.filters)
        for seed in range(3):
            tune(
                [forest],
                window.train,
                fit_encoders(window.train.columns),
                trials=1,
                seed=seed,
                settings_of={"random_forest": {"n_estimators": 40}},
                on_trial=lambda _: None,
            )
        after = list(warnings.filters)

    assert [str(one.message) for one in warned] == []
    assert after == before
