"""The search, and the fit of the settings found."""

from dataclasses import replace

import numpy as np
import pytest

from movie_assets.prediction.bundle import ModelBundle
from movie_assets.prediction.features import fit_encoders
from movie_assets.training.evaluation import weighted_rmse
from movie_assets.training.split import fold_of
from movie_assets.training.tuning import FittedCandidate, tune
from movie_assets.training.window import Part
from tests.support.cleaned_days import a_cleaned_film, a_part, a_window, made_up_films


def tuned(candidates, *, window=None, trials=1, seed=7, settings_of=None, on_trial=None):
    """The candidates tuned on a small window, and its encoders."""
    train = (window or a_window(200)).train
    encoders = fit_encoders(train.columns)
    return tune(
        candidates,
        train,
        encoders,
        trials=trials,
        seed=seed,
        settings_of=settings_of,
        on_trial=on_trial or (lambda _: None),
    )


def test_the_same_search_gives_the_same_bytes(small_candidates):
    """Part, encoders, trials and seed settle every estimator of every family."""
    first, again = (tuned(small_candidates) for _ in range(2))

    assert [candidate.model for candidate in first] == [candidate.model for candidate in again]


def test_the_same_seed_tries_the_same_settings(small_candidates):
    """Beyond the first trial too, which is no chance."""
    heard = []
    for seed in (7, 7, 8):
        tuned(small_candidates[:1], trials=2, seed=seed, on_trial=heard.append)

    _, first, _, again, _, other = (trial.parameters for trial in heard)
    assert first == again
    assert first != other


def test_another_seed_is_another_search(small_candidates):
    """Randomness has a seed that is a parameter."""
    one, other = (tuned(small_candidates[:1], seed=seed)[0] for seed in (1, 2))

    assert one.model != other.model


def test_every_trial_is_told(small_candidates):
    """Who listens hears each trial as it ends, in order, with its settings and its figures."""
    heard = []
    fitted = tuned(small_candidates[:1], trials=2, on_trial=heard.append)

    assert [(trial.family, trial.number) for trial in heard] == [("xgboost", 0), ("xgboost", 1)]
    assert heard[0].parameters == small_candidates[0].starting_point
    assert heard[0].parameters != heard[1].parameters
    for trial in heard:
        assert trial.rmse_gap == pytest.approx(trial.test_rmse - trial.train_rmse)
        assert 0 < trial.train_rmse < trial.test_rmse
        assert trial.mae < trial.test_rmse * 1.5
        assert trial.r2 < 1
    assert fitted[0].cross_validated == min(heard, key=lambda trial: trial.test_rmse)
    assert fitted[0].parameters == fitted[0].cross_validated.parameters


def test_a_refit_uses_the_settings_it_is_given(small_candidates):
    """No search: one trial of just these settings, told like any other."""
    settings = {"xgboost": {"n_estimators": 5, "max_depth": 2, "learning_rate": 0.3}}
    heard, built = [], []
    watched = replace(
        small_candidates[0], build=lambda *asked: built.append(asked) or small_candidates[0].build(*asked)
    )

    [fitted] = tuned([watched], trials=50, settings_of=settings, on_trial=heard.append)

    assert built == [(settings["xgboost"], 7)] * 4  # three folds and the whole
    assert fitted.parameters == settings["xgboost"]
    assert [(trial.number, trial.parameters) for trial in heard] == [(0, settings["xgboost"])]


def test_a_refit_of_the_settings_found_is_the_candidate_found(small_candidates):
    """A day between searches gives what the search day would have given on the same films."""
    searched = tuned(small_candidates)
    refitted = tuned(small_candidates, settings_of={one.family: one.parameters for one in searched})

    assert [one.model for one in refitted] == [one.model for one in searched]


def test_the_error_is_measured_on_films_left_out(small_candidates):
    """An estimator that knows each film by heart errs as one that knows nothing, once the film is left out."""

    class ByHeart:
        def fit(self, features, ratings, sample_weight):
            self.known = {tuple(row): rating for row, rating in zip(features.tolist(), ratings, strict=True)}

        def predict(self, features):
            return np.array([self.known.get(tuple(row), 0.0) for row in features.tolist()])

    memorizer = replace(small_candidates[0], build=lambda _parameters, _seed: ByHeart(), export=lambda *_: b"")
    window = a_window(200)
    ratings, weights = window.train.ratings, window.train.weights

    [fitted] = tuned([memorizer], window=window)

    assert fitted.train_rmse == 0
    assert fitted.cross_validated.train_rmse == 0
    assert fitted.cross_validated.test_rmse == pytest.approx(weighted_rmse(ratings, np.zeros(len(ratings)), weights))


def test_a_record_brings_the_candidate_back(small_candidates):
    """What is kept beside the estimator is the whole candidate."""
    [fitted] = tuned(small_candidates[:1])

    assert FittedCandidate.from_record(fitted.as_record(), fitted.model) == fitted
    assert "model" not in fitted.as_record()


def test_too_few_films_for_the_folds_are_said(small_candidates):
    """Each fold needs a film; the sentence has the number there is."""
    two = [film for film in made_up_films(9) if fold_of([film["id"]])[0] == 0][:2]
    part = a_part(*two)

    with pytest.raises(ValueError, match="2 training films are too few for 3 folds"):
        tune(small_candidates, part, fit_encoders(part.columns), trials=1, seed=1, on_trial=lambda _: None)


def test_missing_facts_are_survivable(small_candidates):
    """Films without runtime, genre or a readable synopsis are learnt from, and answered, like any other."""
    holes = [
        a_cleaned_film(id=film["id"], rating=film["rating"], runtime=None, main_genre=None, overview_is_english=False)
        for film in made_up_films(40)
    ]
    part: Part = a_part(*made_up_films(200)[40:], *holes)
    encoders = fit_encoders(part.columns)

    for fitted in tune(small_candidates, part, encoders, trials=1, seed=1, on_trial=lambda _: None):
        predicted = ModelBundle.create(fitted.model, encoders).predict_columns(a_part(*holes).columns)
        assert np.isfinite(predicted).all()
