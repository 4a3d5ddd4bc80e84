"""The backtest: learnt from what was released before, measured on what came after."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from movie_assets.training.backtest import backtest, split_in_time
from movie_assets.training.window import FilmSet
from tests.support.cleaned_days import a_cleaned_film, a_part


@pytest.fixture
def train(trained):
    """The training part of a window."""
    return trained[0].train


@pytest.fixture
def best(trained):
    """A candidate of the full feature set."""
    return next(candidate for candidate in trained[2] if candidate.name == "lightgbm_full")


def test_the_newest_fifth_is_measured(train):
    """Every film measured was released on the day of the cut or later, every film learnt from before."""
    cut, earlier, later = split_in_time(train)

    assert earlier.frame["release_date"].max() < pd.Timestamp(cut) == later.frame["release_date"].min()
    assert len(earlier) + len(later) == len(train)
    assert len(later) / len(train) == pytest.approx(0.2, abs=0.01)


def test_films_of_one_day_stay_together():
    """A day is either before the cut or after it."""
    days = [1] * 5 + [2] * 5
    part = a_part(*(a_cleaned_film(id=n, release_date=pd.Timestamp(2020, 1, day)) for n, day in enumerate(days)))

    cut, earlier, later = split_in_time(part)

    assert (cut, len(earlier), len(later)) == ("2020-01-02", 5, 5)


def test_it_says_what_was_learnt_from_and_how_it_did(train, best, small_candidates):
    """Better than the mean of the earlier films, with an interval, the same every time."""
    measured = backtest(train, best, small_candidates, seed=7)

    assert measured.train_films + measured.test_films == len(train)
    assert measured.metrics["films_6_votes"] == measured.test_films
    assert measured.metrics["rmse"] < measured.mean_metrics["rmse"]
    assert {"mae_6_votes", "r2_50_votes", "rmse_200_votes"} <= set(measured.metrics)
    assert 0.5 < measured.coverage < 1
    assert measured.width > 0
    assert measured == backtest(train, best, small_candidates, seed=7)


def test_nothing_is_learnt_from_the_films_measured(train, best, small_candidates):
    """Later ratings moved up and down by the same leave the predictions where they are: errors follow exactly."""
    cut, _, _ = split_in_time(train)
    later = (train.frame["release_date"] >= pd.Timestamp(cut)).to_numpy()

    def squared_error(moved):
        part = FilmSet(train.frame.assign(rating=train.ratings + np.where(later, moved, 0)))
        return backtest(part, best, small_candidates, seed=7).metrics["rmse_6_votes"] ** 2

    up_and_down = squared_error(0.8) + squared_error(-0.8)
    assert up_and_down == pytest.approx(2 * squared_error(0) + 2 * 0.8**2, abs=1e-3)


def test_the_settings_are_those_of_the_candidate(train, best, small_candidates):
    """Other settings of the same family give another backtest."""
    other = replace(best, parameters=best.parameters | {"num_leaves": 2})

    first, second = (backtest(train, one, small_candidates, seed=7) for one in (best, other))

    assert first.metrics["rmse"] != second.metrics["rmse"]
    assert first.mean_metrics == second.mean_metrics


def test_too_few_films_have_none(train, best, small_candidates):
    """Few films in all, or all released on one day, as the history of a dump may be."""
    one_day = FilmSet(train.frame.assign(release_date=pd.Timestamp(2020, 1, 1)))

    assert backtest(FilmSet(train.frame.head(129)), best, small_candidates, seed=7) is None
    assert backtest(one_day, best, small_candidates, seed=7) is None
