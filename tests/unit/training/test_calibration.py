"""The prediction interval: wide where errors are wide, and right as often as it says."""

import numpy as np
import pytest

from movie_assets.prediction.features import encode
from movie_assets.prediction.interval import LEVEL
from movie_assets.prediction.runtime import Estimator
from movie_assets.training.calibration import fit_interval, scales_out_of_fold, tails
from movie_assets.training.encoders import fit_encoders
from movie_assets.training.onnx_graph import graph_of
from tests.support.cleaned_days import a_part, made_up_films

FILMS = 3_000
FEWEST = 200


def simulated(films, *, seed):
    """Films whose rating strays from what is expected by 0.2 where they are short and by 1.0 where they are long,
    further down than up; with what is expected of each.
    """
    chance = np.random.default_rng(seed)
    rows = made_up_films(films, seed=seed)
    expected = 5 + 1.5 * chance.random(films)
    strayed = np.where([row["runtime"] > 125 for row in rows], 1.0, 0.2) * (1 - chance.gamma(1.0, 1.0, films))
    ratings = np.clip(expected + strayed, 0, 10)
    return a_part(*(row | {"rating": rating} for row, rating in zip(rows, ratings, strict=True))), expected


def fitted_on(films, *, seed=1):
    """An interval calibrated on so many simulated films, with the films, their encoders and their matrix."""
    train, out_of_fold = simulated(films, seed=seed)
    encoded = fit_encoders(train, seed=1)
    encoders = encoded.encoders.of("core")
    matrix = encoded.matrix(train, encoders)
    return fit_interval(train, matrix, out_of_fold, seed=1), train.ratings - out_of_fold, encoders, matrix


def bounds_of(fitted, expected, matrix):
    """As a bundle gives them."""
    interval, error_scale = fitted
    scales = Estimator(graph_of(error_scale, range(matrix.shape[1]))).estimate(matrix).unclipped
    return interval.around(expected, scales)


@pytest.fixture(scope="module")
def calibrated():
    """Simulated films that an interval was not calibrated on, their expected ratings and their bounds."""
    fitted, _, encoders, _ = fitted_on(FILMS)
    part, expected = simulated(FILMS, seed=2)
    return part, expected, bounds_of(fitted, expected, encode(part.columns, encoders))


def test_it_holds_as_many_films_as_it_says(calibrated):
    """80 % of films that no model has seen, within what chance makes of 3,000; and about as many beyond each end."""
    part, _, bounds = calibrated

    below, above = part.ratings < bounds[:, 0], part.ratings > bounds[:, 1]

    assert LEVEL == 0.8
    assert 1 - (below | above).mean() == pytest.approx(0.8, abs=0.03)
    assert below.mean() == pytest.approx(0.1, abs=0.025)
    assert above.mean() == pytest.approx(0.1, abs=0.025)


def test_it_is_as_wide_as_the_errors_of_similar_films(calibrated):
    """And right for either kind, which a constant width would not be."""
    part, _, bounds = calibrated
    long = part.frame["runtime"].to_numpy() > 125
    widths = bounds[:, 1] - bounds[:, 0]
    inside = (part.ratings >= bounds[:, 0]) & (part.ratings <= bounds[:, 1])

    assert np.median(widths[long]) > 3 * np.median(widths[~long])
    assert inside[long].mean() == pytest.approx(0.8, abs=0.05)
    assert inside[~long].mean() == pytest.approx(0.8, abs=0.05)


def test_it_reaches_further_where_films_stray_further(calibrated):
    """Bad films stray further than good ones, so the lower bound is further away."""
    _, expected, bounds = calibrated

    assert ((bounds[:, 0] <= expected) & (expected <= bounds[:, 1])).all()
    assert np.median(expected - bounds[:, 0]) > 1.3 * np.median(bounds[:, 1] - expected)


def test_the_tails_leave_room_for_one_film_more():
    """Of n scores the tenth and the nine tenths of n + 1, and no further out than the scores go."""
    assert tails(np.arange(200.0)) == pytest.approx((0.0955 * 199, 0.9045 * 199))
    assert tails(np.arange(5.0)) == (0, 4)


def test_an_error_scale_is_not_fitted_on_its_own_film():
    """Films that nothing tells apart: each fold is expected to err as the other two do on average."""
    folds = np.repeat(np.arange(3), 100)

    scales = scales_out_of_fold(np.zeros((300, 1), np.float32), np.choose(folds, [9.0, 1.0, 2.0]), folds, seed=1)

    assert scales == pytest.approx(np.choose(folds, [1.5, 5.5, 5.0]))


def test_bounds_stay_on_the_scale():
    """However extreme a prediction; an error scale is at least a quarter of the median error."""
    fitted, residuals, _, matrix = fitted_on(FEWEST, seed=3)

    bounds = bounds_of(fitted, np.linspace(0, 10, FEWEST), matrix)

    interval, error_scale = fitted
    assert interval.floor == pytest.approx(np.median(np.abs(residuals)) / 4)
    assert len(error_scale.roots) == 80
    assert (bounds.min(), bounds.max()) == (0, 10)


def test_too_few_films_give_no_interval():
    assert fitted_on(FEWEST - 1)[0] is None


def test_the_same_films_give_the_same_interval():
    """Byte for byte, since it is part of the bundle's id."""
    (one, trees), (again, same_trees) = (fitted_on(FEWEST)[0] for _ in range(2))

    assert one == again
    assert trees.nodes.tobytes() == same_trees.nodes.tobytes()
