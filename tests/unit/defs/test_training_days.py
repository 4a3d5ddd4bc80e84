"""The conditions of a training day that hold before it is written."""

import dagster as dg
import pytest

from movie_assets.defs.assets.candidate_days import require_every_family
from movie_assets.defs.assets.training_days import require_features
from movie_assets.prediction.features import FEATURES, Encoders
from movie_assets.training.records import Candidates, Trials
from tests.support.records import a_candidate, a_trial

TRIED = tuple(a_trial(family=family) for family in ("xgboost", "lightgbm", "random_forest"))
FITTED = (a_candidate(family="lightgbm"),)
ENCODED = {feature.name: [{"kind": "number", "median": 0.0}] for feature in FEATURES}


def encoders(encodings):
    return Encoders.model_validate({"encodings": encodings})


def test_a_complete_search_is_written():
    """Each family was tried, and one candidate fitted."""
    require_every_family(Trials(trials=TRIED), Candidates(candidates=FITTED))


@pytest.mark.parametrize(
    ("tried", "fitted", "reason"), [(TRIED[1:], FITTED, "xgboost"), (TRIED, (), "0 candidates fitted")]
)
def test_an_incomplete_search_is_not_written(tried, fitted, reason):
    """A family that is missing is named."""
    with pytest.raises(dg.Failure) as failed:
        require_every_family(Trials(trials=tried), Candidates(candidates=fitted))

    assert reason in failed.value.description


def test_exactly_the_features_of_the_spec_are_encoded():
    """As many as there are, each with a name of the spec."""
    require_features(encoders(ENCODED))


@pytest.mark.parametrize("name", ["popularity", FEATURES[0].name])
def test_encoders_of_other_features_are_not_written(name):
    """A column that is not in the spec would reach the training matrix; one that is missing would not."""
    encodings = {**ENCODED, name: ENCODED[FEATURES[0].name]}
    if name in ENCODED:
        del encodings[name]

    with pytest.raises(dg.Failure) as failed:
        require_features(encoders(encodings))

    assert name in failed.value.description
