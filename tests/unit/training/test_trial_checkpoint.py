"""The checkpoint of a search in the bucket."""

from datetime import date

import pytest

from movie_assets.training.trial_checkpoint import TrialCheckpoint
from tests.support.memory_bucket import MemoryBucket
from tests.support.records import a_trial

DAY = date(2026, 1, 8)
TRIAL = a_trial(3, family="lightgbm")


@pytest.fixture
def bucket():
    """An empty bucket."""
    return MemoryBucket()


def checkpoint(bucket, *, plan="a plan", day=DAY):
    """The checkpoint as one process opens it."""
    return TrialCheckpoint(bucket, "synthetic", day, plan=plan)


def test_a_trial_is_loaded_as_it_ended(bucket):
    """By another process too."""
    checkpoint(bucket).save(TRIAL)

    assert checkpoint(bucket).load("lightgbm", "full", 3) == TRIAL
    assert bucket.keys("") == ["synthetic/searches/2026-01-08/lightgbm-full-3.json"]


def test_only_the_requested_trial_is_loaded(bucket):
    """Not that of another family, feature set, number, day or plan."""
    checkpoint(bucket).save(TRIAL)

    for other in (("xgboost", "full", 3), ("lightgbm", "core", 3), ("lightgbm", "full", 2)):
        assert checkpoint(bucket).load(*other) is None
    assert checkpoint(bucket, day=date(2026, 1, 9)).load("lightgbm", "full", 3) is None
    assert checkpoint(bucket, plan="other films").load("lightgbm", "full", 3) is None


def test_a_loaded_trial_is_not_saved_again(bucket):
    """The bucket holds it already."""
    checkpoint(bucket).save(TRIAL)
    later = checkpoint(bucket)
    later.save(later.load("lightgbm", "full", 3))

    assert len(bucket.writes) == 1


def test_nothing_is_left_once_the_day_is_kept(bucket):
    """No version of it either; other days keep theirs."""
    checkpoint(bucket).save(TRIAL)
    checkpoint(bucket, day=date(2026, 1, 15)).save(TRIAL)
    checkpoint(bucket).clear()

    assert checkpoint(bucket).load("lightgbm", "full", 3) is None
    assert {version.key for version in bucket.versions("")} == {"synthetic/searches/2026-01-15/lightgbm-full-3.json"}
