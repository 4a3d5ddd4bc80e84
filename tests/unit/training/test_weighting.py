"""How much each film weighs while an estimator learns."""

import numpy as np
import pandas as pd
import pytest

from movie_assets.training.weighting import MANY_VOTES, WEIGHTINGS, Weighting
from tests.support.cleaned_days import a_cleaned_film, a_part, a_window

NEWEST = pd.Timestamp(2020, 6, 1)


def weights(*films, half=20, many=1.0, half_life=1e9):
    """The weights of films of so many votes, released so many years before the newest, which comes last."""
    rows = [(votes, NEWEST - pd.Timedelta(days=365.25 * years)) for votes, years in (*films, (10**9, 0))]
    part = a_part(*(a_cleaned_film(vote_count=votes, release_date=day) for votes, day in rows))
    found = Weighting(half=half, many=many, half_life=half_life).of(part)
    return (found / found[-1]).tolist()[:-1]


def test_votes_weigh_by_their_share():
    """n / (n + half): as many votes as `half` weigh half as much as very many."""
    assert weights((20, 0), (60, 0), (0, 0)) == pytest.approx([0.5, 0.75, 0.0], abs=1e-6)


def test_films_of_many_votes_weigh_more():
    """From fifty votes on, by the factor."""
    below, from_there = weights((MANY_VOTES - 1, 0), (MANY_VOTES, 0), many=2.0)

    assert below == pytest.approx(49 / 69 / 2, abs=1e-6)
    assert from_there == pytest.approx(50 / 70, abs=1e-6)


def test_what_is_older_weighs_less():
    """Half after the half-life, a quarter after two; counted from the newest film, not from today."""
    assert weights((10**9, 0), (10**9, 4), (10**9, 8), half_life=4) == pytest.approx([1, 0.5, 0.25], abs=1e-3)


@pytest.mark.parametrize("feature_set", ["core", "full"])
def test_the_weights_of_a_part_are_one_on_average_and_none_is_nothing(feature_set):
    """So that the least weight of a leaf means the same in every window; estimators want weights above 0."""
    part = a_window(200).train

    found = WEIGHTINGS[feature_set].of(part)

    assert found.mean() == pytest.approx(1)
    assert (found > 0).all()


def test_films_without_votes_weigh_next_to_nothing():
    """And still more than nothing, also where all are so and very old."""
    part = a_part(*(a_cleaned_film(vote_count=0, release_date=pd.Timestamp(year, 1, 1)) for year in (1900, 2020)))

    assert np.isfinite(WEIGHTINGS["core"].of(part)).all()
    assert (WEIGHTINGS["core"].of(part) > 0).all()


def test_the_core_facts_need_the_drift_in_the_weights_more():
    """They know nothing of the date, so what is old counts less for them."""
    assert WEIGHTINGS["core"].half_life < WEIGHTINGS["full"].half_life
