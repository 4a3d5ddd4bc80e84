"""The two baselines that any champion must beat."""

import pytest

from movie_assets.training.baselines import fit_baselines
from tests.support.cleaned_days import a_cleaned_film, a_part


@pytest.fixture
def films():
    """Two dramas, one of them hardly seen, and a comedy."""
    return a_part(
        a_cleaned_film(main_genre="Drama", rating=8.0, vote_count=50),
        a_cleaned_film(main_genre="Drama", rating=5.0, vote_count=450),
        a_cleaned_film(main_genre="Comedy", rating=4.0, vote_count=50),
    )


def test_the_mean_is_weighted_by_votes(films):
    """A rating of many votes counts for more, as everywhere."""
    mean, _ = fit_baselines(films)

    expected = (0.5 * 8 + 0.9 * 5 + 0.5 * 4) / 1.9
    assert mean.name == "mean"
    assert mean.predict_columns({"main_genre": ["Drama", "Western", None]}) == pytest.approx([expected] * 3)


def test_each_genre_has_its_mean_and_an_unknown_one_that_of_all(films):
    """A genre the training part did not hold is answered with the mean."""
    mean, per_genre = fit_baselines(films)

    assert per_genre.name == "mean_per_genre"
    assert per_genre.predict_columns({"main_genre": ["Drama", "Comedy", "Western"]}) == pytest.approx(
        [(0.5 * 8 + 0.9 * 5) / 1.4, 4.0, mean.mean]
    )


def test_films_without_a_genre_are_a_group_of_their_own():
    """Nothing known of the genre is also something known."""
    part = a_part(a_cleaned_film(main_genre=None, rating=3.0), a_cleaned_film(rating=7.0))

    assert fit_baselines(part)[1].predict_columns({"main_genre": [None]}) == pytest.approx([3.0])
