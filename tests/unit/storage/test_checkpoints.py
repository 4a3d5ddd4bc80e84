"""Checkpoints of an unfinished day."""

from datetime import date

import pytest

from movie_assets.storage.checkpoints import BucketCheckpoints
from tests.support.memory_bucket import MemoryBucket

DAY, NEXT_DAY = date(2024, 5, 1), date(2024, 5, 2)


@pytest.fixture
def bucket():
    return MemoryBucket()


@pytest.fixture
def checkpoints(bucket):
    return BucketCheckpoints(bucket, "tmdb")


def test_another_process_loads_a_saved_value(bucket, checkpoints):
    """The bucket is all they share."""
    checkpoints.save(DAY, "films/603", {"title": "Café", "genres": []})

    assert BucketCheckpoints(bucket, "tmdb").load(DAY, "films/603") == {"title": "Café", "genres": []}
    assert bucket.keys("") == ["tmdb/progress/2024-05-01/films/603.json"]


def test_a_value_never_saved_is_none(checkpoints):
    """Another day, another name."""
    checkpoints.save(DAY, "plan", {})

    assert checkpoints.load(NEXT_DAY, "plan") is None
    assert checkpoints.load(DAY, "films/603") is None


def test_a_day_is_cleared_permanently(bucket, checkpoints):
    """Its earlier versions are records as well; other days and other sources stay."""
    checkpoints.save(DAY, "plan", 1)
    checkpoints.save(DAY, "plan", 2)
    checkpoints.save(NEXT_DAY, "plan", 3)
    BucketCheckpoints(bucket, "other").save(DAY, "plan", 4)

    checkpoints.clear(DAY)

    assert checkpoints.load(DAY, "plan") is None
    assert bucket.versions("tmdb/progress/2024-05-01/") == []
    assert bucket.keys("") == ["other/progress/2024-05-01/plan.json", "tmdb/progress/2024-05-02/plan.json"]


def test_a_plan_is_cleared_before_its_films(bucket, checkpoints):
    """A process that dies in between leaves films without a plan, not a plan with films missing at random."""
    removed = []
    delete_version = bucket.delete_version
    bucket.delete_version = lambda version: (removed.append(version.key), delete_version(version))
    for name in ("films/1", "plan", "films/2"):
        checkpoints.save(DAY, name, name)

    checkpoints.clear(DAY)

    assert removed[0] == "tmdb/progress/2024-05-01/plan.json"
    assert len(removed) == 3
