"""A small bundle, and the same with an interval, for all that is asked of a bundle."""

import dataclasses

import pytest

from movie_assets.prediction.bundle import ModelBundle
from movie_assets.prediction.interval import Interval
from tests.support.bentos import a_bundle, a_small_estimator


@pytest.fixture(scope="module")
def bundle():
    return a_bundle()


@pytest.fixture(scope="module")
def with_interval(bundle):
    """The same bundle with an interval, whose usual error is that of a small estimator, about a point."""
    spread, _ = a_small_estimator(bias=1.0)
    interval = Interval(model=spread, low=-1.2, high=0.9, floor=0.2)
    made = ModelBundle.create(bundle.model, bundle.trees, bundle.encoders, interval=interval)
    return dataclasses.replace(made, card=bundle.card)
