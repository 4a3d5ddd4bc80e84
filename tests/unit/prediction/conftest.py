"""A small bundle, and the same with an interval."""

import pytest

from movie_assets.prediction.interval import Interval
from tests.support.bentos import a_bundle


@pytest.fixture(scope="module")
def bundle():
    return a_bundle()


@pytest.fixture(scope="module")
def with_interval():
    """The same bundle with an interval."""
    return a_bundle(interval=Interval(low=-1.2, high=0.9, floor=0.2))
