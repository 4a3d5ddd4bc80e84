"""Plots of a materialization."""

from xml.etree import ElementTree

import numpy as np

from movie_assets.training.plots import predicted_against_actual, rating_histogram

PNG = b"\x89PNG\r\n\x1a\n"
SVG = "{http://www.w3.org/2000/svg}"


def test_plots_are_pictures():
    """What comes back can be shown as it is."""
    ratings = np.array([2.0, 6.5, 8.0])

    assert predicted_against_actual(ratings, np.array([3.0, 6.0, 7.0])).startswith(PNG)
    assert rating_histogram(ratings).startswith(b"<svg")


def test_a_histogram_has_a_bar_for_every_rating_there_is():
    """Where the rating is, as high as it has films; ratings of 10 are in the last one."""
    drawn = ElementTree.fromstring(rating_histogram(np.array([2.0, 6.5, 6.6, 10.0])))

    bars = [(float(bar.get("x")), float(bar.get("height"))) for bar in drawn.findall(f"{SVG}g/{SVG}rect")]
    assert bars == [(90, 75), (225, 150), (322.5, 75)]
    assert {"2", "films", "rating"} <= {text.text for text in drawn.iter(f"{SVG}text")}


def test_the_same_numbers_draw_the_same_picture():
    """No time and no version in the file, so that a day written again is the same."""
    ratings = np.array([5.0, 6.0])

    assert rating_histogram(ratings) == rating_histogram(ratings)
    assert rating_histogram(ratings) != rating_histogram(ratings + 1)
