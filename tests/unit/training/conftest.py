"""Estimators small enough to fit in a moment, and a window of the synthetic catalogue."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from movie_assets.catalogue.synthetic.source import SyntheticCatalogue
from movie_assets.training.candidates import CANDIDATES
from movie_assets.training.window import TrainingWindow
from tests.support.cleaned_days import a_window
from tests.support.cleaning import clean
from tests.support.training import trained_on


@pytest.fixture(scope="session")
def small_candidates():
    """Every family with its own search space, but always of a few trees."""

    def small(candidate):
        def build(parameters, seed, rising):
            return candidate.build({**parameters, "n_estimators": 20}, seed, rising)

        return replace(candidate, build=build)

    return [small(candidate) for candidate in CANDIDATES]


@pytest.fixture(scope="session")
def trained(small_candidates):
    """A window of 700 films, its encoders, and its candidates: each family on each feature set."""
    return trained_on(a_window(700), small_candidates)


@pytest.fixture(scope="session")
def synthetic_window():
    """The first day of a small synthetic catalogue, history and all."""
    day = date(2026, 1, 1)
    catalogue = SyntheticCatalogue(seed=7, start=day, films_per_day=50, history_films=1_500)
    frame: pd.DataFrame = clean(catalogue.fetch(day, with_history=True), day=day).with_votes
    return TrainingWindow(source="synthetic", day=str(day), days=(str(day),), digest="d", frame=frame)
