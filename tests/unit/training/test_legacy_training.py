"""The core companion: one model in two forms, which give the same rating."""

import numpy as np
import pandas as pd
import pytest

from movie_assets.prediction.legacy_model import COMPANION_COLUMNS
from movie_assets.prediction.runtime import Estimator
from movie_assets.training.baselines import fit_baselines
from movie_assets.training.evaluation import weighted_rmse
from movie_assets.training.legacy_training import core_columns, fit_legacy_model
from tests.support.cleaned_days import a_cleaned_film, a_part, a_window


@pytest.fixture(scope="module")
def window():
    return a_window(700)


@pytest.fixture(scope="module")
def fitted(window):
    return fit_legacy_model(window.train, seed=7)


def test_both_forms_give_the_same_rating(fitted, window):
    """For films of the holdout and for values that no film has, unknown codes among them."""
    chance = np.random.default_rng(1)
    films = 3_000
    made_up = pd.DataFrame(
        {
            "runtime": chance.uniform(1, 400, films),
            "genre_encoded": chance.integers(-1, 4, films),
            "lang_encoded": chance.integers(-1, 3, films),
            "overview_sentiment": np.round(chance.uniform(-1, 1, films), 2) + chance.integers(-2, 3, films) * 1e-16,
            "overview_len": chance.integers(0, 2_000, films),
        }
    )
    for columns in (core_columns(window.holdout, fitted.genre_encoder, fitted.language_encoder), made_up):
        plain = fitted.estimator.predict(columns)
        ours = Estimator(fitted.companion.model).estimate(columns.to_numpy(np.float64)).unclipped
        np.testing.assert_allclose(ours, plain, atol=1e-6, rtol=0)
    assert fitted.companion.predict(*made_up.iloc[0]) == pytest.approx(fitted.estimator.predict(made_up.head(1))[0])


def test_it_beats_the_mean(fitted, window):
    """The made-up films follow three of its five columns."""
    holdout = window.holdout
    mean, _ = fit_baselines(window.train)
    bar = weighted_rmse(holdout.ratings, mean.predict_columns(holdout.columns), holdout.weights)
    columns = core_columns(holdout, fitted.genre_encoder, fitted.language_encoder)

    assert weighted_rmse(holdout.ratings, fitted.estimator.predict(columns), holdout.weights) < 0.9 * bar


def test_the_same_films_give_the_same_bytes(fitted, window):
    """And another seed gives others."""
    assert fit_legacy_model(window.train, seed=7).companion.files == fitted.companion.files
    assert fit_legacy_model(window.train, seed=8).companion.files != fitted.companion.files


def test_the_columns_are_those_of_the_old_pipeline(fitted):
    """Names, order, codes by the alphabet, and what a synopsis says in whatever language; an unknown name is -1."""
    films = a_part(
        a_cleaned_film(main_genre="Drama", original_language="ko", overview_is_english=False, overview_sentiment=0.25),
        a_cleaned_film(main_genre="Western", original_language="xx"),
        a_cleaned_film(main_genre=None),
    )

    columns = core_columns(films, fitted.genre_encoder, fitted.language_encoder)

    assert tuple(columns) == COMPANION_COLUMNS
    assert columns["genre_encoded"].tolist() == [fitted.companion.genres.index("Drama"), -1, -1]
    assert columns["lang_encoded"].tolist() == [fitted.companion.languages.index("ko"), -1, 0]
    assert columns["overview_sentiment"].tolist() == [0.25, 0.1, 0.1]
    assert fitted.genre_encoder.transform(["Drama"]).tolist() == [fitted.companion.genres.index("Drama")]
    assert fitted.companion.genres == tuple(sorted(fitted.companion.genres))
