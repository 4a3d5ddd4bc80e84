"""Each reader keeps what its library does: a graph of the trees answers what the estimator itself answers."""

import numpy as np
import pytest
from lightgbm import LGBMRegressor
from sklearn.ensemble import RandomForestRegressor
from xgboost import XGBRegressor

from movie_assets.prediction.features import FEATURE_SETS, encode
from movie_assets.prediction.runtime import Estimator
from movie_assets.training.candidates import CANDIDATES, rising_columns
from movie_assets.training.encoders import fit_encoders
from movie_assets.training.onnx_graph import features_of, graph_of
from movie_assets.training.trees import forest_trees, lightgbm_trees, mean_of, xgboost_trees
from tests.support.cleaned_days import a_window

COLUMNS = 4
ALONE = {
    "xgboost": (lambda: XGBRegressor(n_estimators=30, max_depth=4, n_jobs=1), xgboost_trees, 1e-5),
    "lightgbm": (lambda: LGBMRegressor(n_estimators=30, n_jobs=1, verbosity=-1), lightgbm_trees, 1e-6),
    "random_forest": (lambda: RandomForestRegressor(n_estimators=20, random_state=1), forest_trees, 1e-6),
}
each_family = pytest.mark.parametrize("family", ALONE)


def answered(trees):
    """What a graph of the trees says of rows."""
    return lambda rows: Estimator(graph_of(trees, range(COLUMNS))).estimate(rows).unclipped


def some_rows(*, missing=0.0, rows=1_500):
    """Numbers that are no round ones in double precision, and a rating that follows them."""
    chance = np.random.default_rng(3)
    matrix = np.column_stack([chance.normal(size=(rows, 2)), chance.integers(0, 4, rows), chance.random(rows) / 3])
    ratings = 6 + matrix[:, 0] + matrix[:, 1] * (matrix[:, 2] > 1) + chance.normal(0, 0.3, rows)
    matrix[chance.random(matrix.shape) < missing] = np.nan
    return matrix, ratings


@each_family
@pytest.mark.parametrize("missing", [0.0, 0.1], ids=["none missing", "a tenth missing"])
def test_the_graph_is_the_estimator(family, missing):
    """For films learnt from and films unlike any of them, with and without missing values, whatever it learnt from."""
    build, trees, most = ALONE[family]
    matrix, ratings = some_rows(missing=missing)
    estimator = build().fit(matrix, ratings)
    holes, _ = some_rows(missing=0.3)
    unlike = np.array([[value] * COLUMNS for value in (-1e6, 1e6, 0.0)])
    rate = answered(trees(estimator))

    for rows in (matrix, holes, unlike):
        np.testing.assert_allclose(rate(rows), estimator.predict(rows), atol=most, rtol=0)


@each_family
def test_a_value_beside_a_threshold_goes_the_way_it_goes_in_the_library(family):
    """On it, the next number of either precision to either side, and half-way between two of single precision."""
    build, trees, most = ALONE[family]
    estimator = build().fit(*some_rows())
    read = trees(estimator)
    inner = read.nodes[read.nodes["low"] != np.arange(len(read.nodes))][:400]
    rows = []
    for node in inner:
        at = node["threshold"]
        beside = [np.nextafter(at, way) for way in (-np.inf, np.inf)]
        single = [float(np.nextafter(np.float32(at), np.float32(way))) for way in (-np.inf, np.inf)]
        values = (at, float(np.float32(at)), *beside, *single, *((at + one) / 2 for one in single))
        rows += [np.where(np.arange(COLUMNS) == node["column"], value, 0.1) for value in values]

    np.testing.assert_allclose(answered(read)(np.array(rows)), estimator.predict(np.array(rows)), atol=most, rtol=0)


@pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda candidate: candidate.family)
def test_the_graph_of_a_candidate_is_the_candidate(candidate):
    """On both feature sets, with the settings of the race; the base value is the mean of the films learnt from."""
    window = a_window(300)
    encoded = fit_encoders(window.train, seed=7)
    for feature_set in FEATURE_SETS:
        encoders = encoded.encoders.of(feature_set)
        known = encoded.matrix(window.train, encoders)
        unseen = encode(window.holdout.columns, encoders)
        settings = {**candidate.starting_points["full"], "n_estimators": 30}
        estimator = candidate.build(settings, 7, rising_columns(encoders))
        estimator.fit(known, window.train.ratings, sample_weight=window.train.weights)

        estimates = Estimator(graph_of(candidate.trees(estimator), features_of(encoders))).estimate(unseen)

        np.testing.assert_allclose(
            estimates.unclipped, estimator.predict(unseen), atol=ALONE[candidate.family][2], rtol=0
        )
        mean = np.average(estimator.predict(known), weights=window.train.weights)
        assert estimates.base_value == pytest.approx(mean, abs=0.03)
        assert np.ptp(estimates.unclipped) > 0.5


@each_family
def test_the_mean_of_several_is_their_mean(family):
    build, trees, _ = ALONE[family]
    matrix, ratings = some_rows()
    several = [trees(build().fit(matrix[part], ratings[part])) for part in (slice(0, 500), slice(300, 900))]
    each = [answered(one)(matrix) for one in several]

    assert np.ptp(each, axis=0).max() > 0.1
    np.testing.assert_allclose(answered(mean_of(several))(matrix), np.mean(each, axis=0), atol=1e-6, rtol=0)


@pytest.mark.parametrize(("settings", "split"), [({"zero_as_missing": True}, "'Zero'"), ({"cat_smooth": 0}, "'=='")])
def test_other_splits_of_lightgbm_are_refused(settings, split):
    """A zero that counts as missing, and categories."""
    matrix, ratings = some_rows()
    categories = [2] if "cat_smooth" in settings else "auto"
    estimator = LGBMRegressor(n_estimators=3, n_jobs=1, verbosity=-1, **settings)
    estimator.fit(matrix, ratings + 9 * (matrix[:, 2] == 1), categorical_feature=categories)

    with pytest.raises(ValueError, match=split):
        lightgbm_trees(estimator)


def test_categories_of_xgboost_are_refused():
    matrix, ratings = some_rows()
    types = ["q", "q", "c", "q"]
    estimator = XGBRegressor(n_estimators=3, feature_types=types, enable_categorical=True).fit(matrix, ratings)

    with pytest.raises(ValueError, match="categories"):
        xgboost_trees(estimator)


@each_family
def test_trees_of_one_leaf_answer_a_constant(family):
    """As where all films have one rating."""
    build, trees, _ = ALONE[family]
    matrix, _ = some_rows(rows=50)
    estimator = build().fit(matrix, np.full(50, 6.25))

    np.testing.assert_allclose(answered(trees(estimator))(matrix), 6.25, atol=1e-6)
