"""How far predicted ratings are from ratings."""

import numpy as np
import pytest

from movie_assets.training.evaluation import evaluate, rounded, weighted_rmse
from tests.support.cleaned_days import a_cleaned_film, a_part


def films(*rated):
    """A part of films with these (rating, votes)."""
    return a_part(*(a_cleaned_film(id=n, rating=rating, vote_count=votes) for n, (rating, votes) in enumerate(rated)))


def test_the_headline_is_weighted_by_votes():
    """An error on a film of many votes costs more."""
    part = films((6.0, 50), (8.0, 450))

    assert evaluate(part, np.array([7.0, 8.0]))["rmse"] == pytest.approx((0.5 / 1.4) ** 0.5)
    assert evaluate(part, np.array([6.0, 9.0]))["rmse"] == pytest.approx((0.9 / 1.4) ** 0.5)


def test_a_right_prediction_has_no_error():
    """Zero error and an R² of one, at every threshold."""
    part = films((6.0, 300), (8.0, 400))

    metrics = evaluate(part, part.ratings)

    assert metrics["rmse"] == metrics["rmse_200_votes"] == metrics["mae_6_votes"] == 0.0
    assert metrics["r2_50_votes"] == 1.0


def test_the_mean_explains_nothing():
    """Answering the mean of these films has an R² of zero."""
    part = films((5.0, 300), (7.0, 300), (9.0, 300))

    assert evaluate(part, np.array([7.0] * 3))["r2_6_votes"] == pytest.approx(0.0)


def test_thresholds_count_the_films_that_reach_them():
    """At least 6, 50 and 200 votes, the bound included."""
    metrics = evaluate(films((5.0, 5), (6.0, 6), (7.0, 50), (8.0, 200)), np.array([5.0, 6.0, 7.0, 9.0]))

    assert [metrics[f"films_{votes}_votes"] for votes in (6, 50, 200)] == [3.0, 2.0, 1.0]
    assert metrics["rmse_50_votes"] == pytest.approx(0.5**0.5)
    assert metrics["mae_50_votes"] == pytest.approx(0.5)


def test_a_threshold_of_one_film_has_no_figures_but_its_count():
    """An error over a single film would look like a measure."""
    metrics = evaluate(films((5.0, 10), (8.0, 200)), np.array([5.0, 9.0]))

    assert metrics["films_200_votes"] == 1.0
    assert {"rmse_6_votes", "mae_6_votes", "r2_6_votes"} <= set(metrics), "two films have"
    assert not {"rmse_200_votes", "mae_200_votes", "r2_200_votes"} & set(metrics)


def test_ratings_that_are_all_the_same_have_no_share_to_explain():
    """Without spread R² is 0 rather than a division by zero."""
    assert evaluate(films((6.0, 100), (6.0, 100)), np.array([6.0, 7.0]))["r2_6_votes"] == 0.0


def test_the_error_has_the_unit_of_ratings():
    """A constant error of half a point is an RMSE of half a point, however the films weigh."""
    assert weighted_rmse(np.array([6.0, 7.0]), np.array([6.5, 7.5]), np.array([0.1, 0.9])) == pytest.approx(0.5)
    assert rounded({"rmse": 0.12345678}) == {"rmse": 0.1235}
