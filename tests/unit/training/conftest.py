"""Estimators small enough to fit in a moment, and a window of the synthetic catalogue."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from movie_assets.catalogue.raw import raw_frame
from movie_assets.catalogue.synthetic.source import SyntheticCatalogue
from movie_assets.training.candidates import CANDIDATES
from movie_assets.training.window import TrainingWindow
from tests.support.cleaning import clean


@pytest.fixture(scope="session")
def small_candidates():
    """Every family with its own search space, but of a few trees whatever is asked for."""

    def small(candidate):
        def build(parameters, seed, columns):
            return candidate.build({**parameters, "n_estimators": 20}, seed, columns)

        return replace(candidate, build=build)

    return [small(candidate) for candidate in CANDIDATES]


@pytest.fixture(scope="session")
def synthetic_window():
    """The first day of a small synthetic catalogue, history and all."""
    day = date(2026, 1, 1)
    catalogue = SyntheticCatalogue(seed=7, start=day, films_per_day=50, history_films=1_500)
    cleaned = clean(raw_frame(catalogue.fetch(day, with_history=True)), day=day)
    frame: pd.DataFrame = cleaned.movies.merge(cleaned.votes, on="id").sort_values("id").reset_index(drop=True)
    return TrainingWindow(source="synthetic", day=str(day), days=(str(day),), digest="d", frame=frame)
