"""The legacy model: five numbers in, a rating out."""

import pytest

from movie_assets.prediction.legacy_model import LegacyModel
from tests.support.bentos import a_legacy_model


@pytest.mark.parametrize(
    ("sentiment", "genre", "rating"), [(0.3, 1, 7.5), (0.0, 1, 6.5), (-0.2, 0, 5.75), (0.3, 0, 6.75)]
)
def test_a_rating_is_the_base_and_a_leaf_of_each_tree(sentiment, genre, rating):
    """At most the threshold goes low."""
    assert a_legacy_model().predict(100, genre, 0, sentiment, 300) == rating


@pytest.mark.parametrize("code", [-1, 2, -7, 10**6])
def test_a_code_that_stands_for_nothing_is_unknown(code):
    """Whatever its number, it is -1."""
    legacy_model = a_legacy_model()

    assert legacy_model.predict(100, code, 0, 0.3, 300) == legacy_model.predict(100, -1, 0, 0.3, 300) == 6.75
    assert legacy_model.predict(100, 0, code, 0.3, 300) == legacy_model.predict(100, 0, -1, 0.3, 300)


def test_a_legacy_model_comes_back_from_its_files():
    """As the same bytes."""
    files = a_legacy_model().files

    assert LegacyModel.from_files(files).files == files
