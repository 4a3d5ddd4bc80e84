"""The core companion: one model in two forms, which give the same rating."""

import numpy as np
import pandas as pd
import pytest

from movie_assets.prediction.companion import COMPANION_COLUMNS
from movie_assets.prediction.runtime import Estimator
from movie_assets.training import companion as module
from movie_assets.training.baselines import fit_baselines
from movie_assets.training.companion import core_columns, fit_companion
from movie_assets.training.evaluation import weighted_rmse
from movie_assets.training.window import Part
from tests.support.cleaned_days import a_cleaned_film, a_part, a_window

MOST = {"xgboost": 1e-5, "lightgbm": 1e-6, "random_forest": 1e-6}  # by which the two may differ
FAMILIES = tuple(MOST)


@pytest.fixture(scope="module")
def window():
    return a_window(700)


@pytest.fixture(scope="module")
def fitted(window):
    """By family, as if each were the only one in the race."""
    return {family: fit_companion(window.train, seed=7, families=(family,)) for family in FAMILIES}


@pytest.mark.parametrize("family", FAMILIES)
def test_both_forms_give_the_same_rating(fitted, window, family):
    """For films of the holdout and for values that no film has, unknown codes among them."""
    one = fitted[family]
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
    for columns in (core_columns(window.holdout, one.genre_encoder, one.language_encoder), made_up):
        plain = one.estimator.predict(columns)
        ours = Estimator(one.companion.model).estimate(columns.to_numpy(np.float64)).unclipped
        np.testing.assert_allclose(ours, plain, atol=MOST[family], rtol=0)
    first = made_up.iloc[0].to_dict()
    first |= {name: int(first[name]) for name in ("genre_encoded", "lang_encoded")}
    assert one.companion.predict(**first) == pytest.approx(one.estimator.predict(made_up.head(1))[0], abs=MOST[family])


def test_the_best_family_in_cross_validation_is_taken(fitted, window):
    """Of all three, by the error that the card gives."""
    best = fit_companion(window.train, seed=7)

    assert best.companion.rmse == min(one.companion.rmse for one in fitted.values())
    assert best.companion.rmse == fitted[best.companion.family].companion.rmse


def test_it_beats_the_mean(fitted, window):
    """The made-up films follow three of its five columns."""
    holdout = window.holdout
    mean, _ = fit_baselines(window.train)
    bar = weighted_rmse(holdout.ratings, mean.predict_columns(holdout.columns), holdout.weights)
    for one in fitted.values():
        columns = core_columns(holdout, one.genre_encoder, one.language_encoder)
        assert weighted_rmse(holdout.ratings, one.estimator.predict(columns), holdout.weights) < 0.9 * bar


def test_the_same_films_give_the_same_bytes(fitted, window):
    """And another seed gives others."""
    for family, one in fitted.items():
        assert fit_companion(window.train, seed=7, families=(family,)).companion.files == one.companion.files
        assert fit_companion(window.train, seed=8, families=(family,)).companion.files != one.companion.files


def test_the_columns_are_those_of_the_old_pipeline(fitted):
    """Names, order, codes by the alphabet, and what a synopsis says in whatever language; an unknown name is -1."""
    one = fitted["lightgbm"]
    films = a_part(
        a_cleaned_film(main_genre="Drama", original_language="ko", overview_is_english=False, overview_sentiment=0.25),
        a_cleaned_film(main_genre="Western", original_language="xx"),
        a_cleaned_film(main_genre=None),
    )

    columns = core_columns(films, one.genre_encoder, one.language_encoder)

    assert tuple(columns) == COMPANION_COLUMNS
    assert columns["genre_encoded"].tolist() == [one.companion.genres.index("Drama"), -1, -1]
    assert columns["lang_encoded"].tolist() == [one.companion.languages.index("ko"), -1, 0]
    assert columns["overview_sentiment"].tolist() == [0.25, 0.1, 0.1]
    assert one.genre_encoder.transform(["Drama"]).tolist() == [one.companion.genres.index("Drama")]
    assert one.companion.genres == tuple(sorted(one.companion.genres))


def test_too_few_films_are_said(window):
    """Rather than a fold that learns from nothing."""
    with pytest.raises(ValueError, match="1 training films are too few for 3 folds"):
        fit_companion(Part(window.train.frame.head(1)), seed=7)


def test_every_family_of_the_race_has_its_settings():
    """A new candidate needs a line there."""
    families = {candidate.family for candidate in module.CANDIDATES}

    assert set(module.SETTINGS) == families
