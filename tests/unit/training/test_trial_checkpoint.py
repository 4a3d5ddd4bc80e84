"""What a search remembers of its trials in the bucket."""

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


def memory(bucket, *, plan="a plan", day=DAY):
    """What one process remembers."""
    return TrialCheckpoint(bucket, "synthetic", day, plan=plan)


def test_a_trial_is_recalled_as_it_ended(bucket):
    """By another process too."""
    memory(bucket).remember(TRIAL)

    assert memory(bucket).recall("lightgbm", "full", 3) == TRIAL
    assert bucket.keys("") == ["synthetic/searches/2026-01-08/lightgbm-full-3.json"]


def test_only_the_trial_asked_for_is_recalled(bucket):
    """Not that of another family, feature set, number, day or plan."""
    memory(bucket).remember(TRIAL)

    for other in (("xgboost", "full", 3), ("lightgbm", "core", 3), ("lightgbm", "full", 2)):
        assert memory(bucket).recall(*other) is None
    assert memory(bucket, day=date(2026, 1, 9)).recall("lightgbm", "full", 3) is None
    assert memory(bucket, plan="other films").recall("lightgbm", "full", 3) is None


def test_a_recalled_trial_is_not_written_again(bucket):
    """The bucket holds it already."""
    memory(bucket).remember(TRIAL)
    later = memory(bucket)
    later.remember(later.recall("lightgbm", "full", 3))

    assert len(bucket.writes) == 1


def test_nothing_is_left_once_the_day_is_kept(bucket):
    """No version of it either; other days keep theirs."""
    memory(bucket).remember(TRIAL)
    memory(bucket, day=date(2026, 1, 15)).remember(TRIAL)
    memory(bucket).forget()

    assert memory(bucket).recall("lightgbm", "full", 3) is None
    assert {version.key for version in bucket.versions("")} == {"synthetic/searches/2026-01-15/lightgbm-full-3.json"}
