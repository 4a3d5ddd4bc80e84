"""The films one partition learns from, and their split."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from movie_assets.prediction.features import FEATURES
from movie_assets.training.split import is_holdout
from tests.support.builders import OVERVIEW
from tests.support.cleaned_days import a_cleaned_film, a_part, a_window


def test_every_film_is_in_one_part():
    """Train and holdout share no film and leave none out, each as its id says."""
    window = a_window(300)

    assert sorted(window.train.ids + window.holdout.ids) == list(range(1, 301))
    assert is_holdout(window.holdout.ids).all()
    assert not is_holdout(window.train.ids).any()


def test_the_summary_adds_up():
    """What cards and metadata say of a window."""
    summary = a_window(300).summary

    assert summary["train_films"] + summary["holdout_films"] == summary["films"] == 300
    assert (summary["first_day"], summary["last_day"]) == ("2026-01-07", "2026-01-07")
    assert summary["digest"] == "films-300-1"


@pytest.mark.parametrize(("votes", "weight"), [(0, 0.0), (50, 0.5), (150, 0.75), (450, 0.9)])
def test_a_rating_weighs_as_its_votes(votes, weight):
    """votes / (votes + 50): a rating of fifty votes counts half."""
    assert a_part(a_cleaned_film(vote_count=votes)).weights[0] == pytest.approx(weight)


def test_votes_are_no_column():
    """Votes weigh and measure; an estimator never sees them, nor the rating: the feature spec is the allow-list."""
    columns = a_part(a_cleaned_film()).columns

    assert list(columns) == [feature.name for feature in FEATURES]
    assert not {"rating", "vote_count"} & set(columns)


def test_a_synopsis_that_is_not_english_is_left_out_as_in_service():
    """Its mood of 0 means nothing, and its length and words are those of another language."""
    part = a_part(a_cleaned_film(), a_cleaned_film(overview_is_english=False))

    assert part.columns["overview_sentiment"] == [0.1, None]
    assert part.columns["overview_len"] == [80, None]
    assert part.columns["overview"] == [OVERVIEW, None]
    assert part.columns["runtime"] == [112.0, 112.0]


def test_the_values_of_a_film_are_plain():
    """Lists are lists of which the first five actors count, days are dates, and what is missing is None."""
    actors = [f"Actor {number}" for number in range(7)]
    part = a_part(
        a_cleaned_film(cast=np.array(actors), directors=np.array([], dtype=object), collection=None),
        a_cleaned_film(release_date=pd.NaT, collection="Harbour Collection"),
    )

    assert part.columns["cast"] == [actors[:5], []]
    assert part.columns["directors"] == [[], []]
    assert part.columns["release_date"] == [date(2024, 3, 15), None]
    assert part.columns["collection"] == [None, "Harbour Collection"]
