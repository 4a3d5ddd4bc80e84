"""How often intervals hold the rating."""

import numpy as np
import pandas as pd
import pytest

from movie_assets.training.coverage import binomial_interval, coverage_by_group, inside, interval_metrics
from tests.support.cleaned_days import a_cleaned_film, a_part


def films(count, **changes):
    return [a_cleaned_film(id=number, rating=6.0, **changes) for number in range(count)]


def bounds_that_hold(held, count):
    """Bounds two points wide, of which the first so many hold a rating of 6."""
    low = np.where(np.arange(count) < held, 5.0, 7.0)
    return np.column_stack([low, low + 2])


def row_of(rows, group, value):
    [row] = [row for row in rows if (row.group, row.value) == (group, value)]
    return row


def test_a_rating_on_a_bound_is_inside():
    """Bounds belong to the interval."""
    part = a_part(*films(3))

    assert inside(part, np.array([[6.0, 7.0], [5.0, 6.0], [6.1, 7.0]])).tolist() == [True, True, False]


@pytest.mark.parametrize(("held", "count", "low", "high"), [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775)])
def test_the_binomial_interval_is_wilsons(held, count, low, high):
    """Figures of the published method."""
    assert binomial_interval(held, count) == pytest.approx((low, high), abs=1e-4)


def test_the_share_and_the_width_over_all_films():
    """What the metrics of a card say."""
    part = a_part(*films(40))

    assert interval_metrics(part, bounds_that_hold(30, 40)) == {"interval_coverage": 0.75, "interval_width": 2.0}
    assert interval_metrics(part, None) == {}


def test_a_group_is_listed_from_twenty_films_on():
    """Nineteen films say too little."""
    part = a_part(*films(20, main_genre="Drama"), *films(19, main_genre="Horror"))

    rows = coverage_by_group(part, bounds_that_hold(39, 39))

    assert {row.value for row in rows if row.group == "main_genre"} == {"Drama"}
    assert row_of(rows, "all", "all").films == 39


def test_small_languages_stand_together():
    """English by itself, others from thirty films on, the rest as one; nobody is counted twice."""
    part = a_part(
        *films(25, original_language="en"),
        *films(30, original_language="ko"),
        *films(29, original_language="fr"),
        *films(5, original_language="da"),
    )

    rows = coverage_by_group(part, bounds_that_hold(89, 89))

    assert {row.value: row.films for row in rows if row.group == "language"} == {"en": 25, "ko": 30, "others": 34}


def test_decades_stand_in_order():
    """By the year of release."""
    days = [pd.Timestamp(2011, 5, 1), pd.Timestamp(1999, 12, 31), pd.Timestamp(2019, 1, 1)]
    part = a_part(*(film for day in days for film in films(20, release_date=day)))

    rows = coverage_by_group(part, bounds_that_hold(60, 60))

    assert [(row.value, row.films) for row in rows if row.group == "decade"] == [("1990s", 20), ("2010s", 40)]


@pytest.mark.parametrize(
    ("held", "count", "as_promised"),
    [(75, 100, True), (60, 100, False), (1_562, 1_999, False), (1_563, 2_000, True), (1_550, 2_000, False)],
)
def test_what_counts_as_promised(held, count, as_promised):
    """Of few films whatever chance can explain, of 2,000 and more 78 to 82 %."""
    [row] = [
        row for row in coverage_by_group(a_part(*films(count)), bounds_that_hold(held, count)) if row.group == "all"
    ]

    assert row.as_promised == as_promised
    assert row.low < row.coverage < row.high
    assert row.width == 2
