"""The correction for missing facts: how it is fitted, and what it promises."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from movie_assets.prediction.bundle import ModelBundle
from movie_assets.prediction.encodings import Season
from movie_assets.prediction.features import FEATURES, names_of
from movie_assets.prediction.missing_facts import ALWAYS_GIVEN, Absences, facts_of
from movie_assets.training.encoders import fit_encoders
from movie_assets.training.tuning import tune
from movie_assets.training.window import FilmSet
from tests.support.cleaned_days import a_part, made_up_films

FILMS = 1_500
MOST = 0.02  # rating points
LISTS = {"genres", "production_countries", "production_companies", "spoken_languages", "directors", "cast"}


@pytest.fixture(scope="module")
def train():
    """Films of which those without a company are rated lower, so that an estimator minds that it is missing."""
    chance = np.random.default_rng(4)
    films = made_up_films(FILMS)
    for film in films:
        if chance.random() < 0.3:
            film |= {"production_companies": [], "rating": film["rating"] - 0.8}
        if chance.random() < 0.2:
            film["spoken_languages"] = []
    return a_part(*films)


@pytest.fixture(scope="module")
def fitted(train, small_candidates):
    """Every candidate with its bundle, by name."""
    encoded = fit_encoders(train, seed=7)
    return {
        candidate.name: (
            candidate,
            ModelBundle.create(
                candidate.model, encoded.encoders.of(candidate.feature_set), missing_facts=candidate.missing_facts
            ),
        )
        for candidate in tune(small_candidates, train, encoded, trials=1, seed=7)
    }


def left_out(columns, facts):
    """The films without these facts."""
    films = len(columns["runtime"])
    return columns | {
        feature.name: [[] if feature.name in LISTS else None] * films for feature in FEATURES if feature.fact in facts
    }


def random_sets(facts, count, seed):
    drawn = np.random.default_rng(seed).random((count, len(facts))) < 0.5
    return [[fact for fact, out in zip(facts, row, strict=True) if out] for row in drawn]


@pytest.mark.parametrize("name", ["lightgbm_full", "xgboost_full", "random_forest_full", "lightgbm_core"])
def test_missing_facts_contribute_nothing_on_average(train, fitted, name):
    """For the commonest sets of missing facts and for sets at random; without the correction they would."""
    candidate, bundle = fitted[name]
    facts = candidate.missing_facts.facts
    absent = Absences.of(train.columns, features=names_of(bundle.encoders), facts=facts).facts
    common, counts = np.unique(absent, axis=0, return_counts=True)
    sets = [[fact for fact, out in zip(facts, common[row], strict=True) if out] for row in np.argsort(-counts)[:10]]
    bare = replace(bundle, spec=bundle.spec.model_copy(update={"missing_facts": None}))

    means, moved = [], []
    for chosen in [*sets, *random_sets(facts, 10, seed=7)]:
        columns = left_out(train.columns, chosen)
        means.append(abs(bundle.rate(columns).facts_not_given.mean()))
        moved.append(abs((bundle.rate(columns).unclipped - bare.rate(columns).unclipped).mean()))

    assert max(means) <= MOST
    if name == "lightgbm_full":
        assert max(moved) > 5 * MOST


def test_a_fact_that_no_film_has_is_no_fact(train, fitted):
    """Nothing can be learnt from it, and a set of facts never asks for it."""
    candidate, bundle = fitted["lightgbm_full"]
    named = facts_of(names_of(bundle.encoders))
    bare = FilmSet(train.frame.assign(collection=None))

    assert (
        candidate.missing_facts.facts
        == named
        == tuple(dict.fromkeys(feature.fact for feature in FEATURES if feature.fact not in ALWAYS_GIVEN))
    )
    assert "collection" in named
    encoded = fit_encoders(bare, seed=7)
    assert len(encoded.encoders.encodings) == len(FEATURES)


@pytest.mark.parametrize("name", ["lightgbm_full", "random_forest_full"])
def test_a_season_rates_like_the_mean_of_all_dates(train, fitted, name):
    """It is closer than most dates of a year, where no track record depends on the date."""
    candidate, bundle = fitted[name]
    some = FilmSet(train.frame.head(40).reset_index(drop=True)).columns
    some = left_out(some, {feature.name for feature in FEATURES if "record" in feature.kinds})
    days = [date(2019, 1, 1) + timedelta(days=day) for day in range(0, 365, 3)]
    undated = bundle.rate(some | {"release_date": [Season(2019, *candidate.missing_facts.season)] * 40}).unclipped

    dated = np.array([bundle.rate(some | {"release_date": [day] * 40}).unclipped for day in days])
    distances = np.abs(dated - dated.mean(axis=0)).mean(axis=1)

    assert abs((undated - dated.mean(axis=0)).mean()) <= 0.02
    assert np.abs(undated - dated.mean(axis=0)).mean() <= np.quantile(distances, 0.25)
    assert fitted["lightgbm_core"][0].missing_facts.season is None


def test_the_same_films_give_the_same_correction(train, small_candidates):
    """Whatever else ran before."""
    part = FilmSet(pd.DataFrame(train.frame.head(300)))
    once, again = (
        tune(small_candidates[1:2], part, fit_encoders(part, seed=7), trials=1, seed=7)[-1].missing_facts
        for _ in range(2)
    )

    assert once == again
