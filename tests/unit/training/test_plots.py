"""Plots of a materialization."""

import numpy as np

from movie_assets.training.plots import predicted_against_actual, rating_histogram

PNG = b"\x89PNG\r\n\x1a\n"


def test_plots_are_pictures():
    """What comes back can be shown as it is."""
    ratings = np.array([2.0, 6.5, 8.0])

    assert predicted_against_actual(ratings, np.array([3.0, 6.0, 7.0])).startswith(PNG)
    assert rating_histogram(ratings).startswith(PNG)


def test_the_same_numbers_draw_the_same_picture():
    """No time and no version in the file, so that a day written again is the same."""
    ratings = np.array([5.0, 6.0])

    assert rating_histogram(ratings) == rating_histogram(ratings)
    assert rating_histogram(ratings) != rating_histogram(ratings + 1)
