"""What is remembered of a day that is not kept yet."""

from datetime import date

import pytest

from movie_assets.storage.checkpoints import BucketCheckpoints
from tests.support.memory_bucket import MemoryBucket

DAY, NEXT_DAY = date(2024, 5, 1), date(2024, 5, 2)


@pytest.fixture
def bucket():
    return MemoryBucket()


@pytest.fixture
def progress(bucket):
    return BucketCheckpoints(bucket, "tmdb")


def test_what_is_remembered_is_recalled_by_another_process(bucket, progress):
    """The bucket is all they share."""
    progress.remember(DAY, "films/603", {"title": "Café", "genres": []})

    assert BucketCheckpoints(bucket, "tmdb").recall(DAY, "films/603") == {"title": "Café", "genres": []}
    assert bucket.keys("") == ["tmdb/progress/2024-05-01/films/603.json"]


def test_what_nobody_remembered_is_none(progress):
    """Another day, another name."""
    progress.remember(DAY, "plan", {})

    assert progress.recall(NEXT_DAY, "plan") is None
    assert progress.recall(DAY, "films/603") is None


def test_a_day_is_forgotten_for_good(bucket, progress):
    """Its earlier versions are records as well; other days and other sources stay."""
    progress.remember(DAY, "plan", 1)
    progress.remember(DAY, "plan", 2)
    progress.remember(NEXT_DAY, "plan", 3)
    BucketCheckpoints(bucket, "other").remember(DAY, "plan", 4)

    progress.forget(DAY)

    assert progress.recall(DAY, "plan") is None
    assert bucket.versions("tmdb/progress/2024-05-01/") == []
    assert bucket.keys("") == ["other/progress/2024-05-01/plan.json", "tmdb/progress/2024-05-02/plan.json"]


def test_a_plan_is_forgotten_before_its_films(bucket, progress):
    """Who dies in between leaves films that belong to no plan, not a plan with films missing at random."""
    removed = []
    delete_version = bucket.delete_version
    bucket.delete_version = lambda version: (removed.append(version.key), delete_version(version))
    for name in ("films/1", "plan", "films/2"):
        progress.remember(DAY, name, name)

    progress.forget(DAY)

    assert removed[0] == "tmdb/progress/2024-05-01/plan.json"
    assert len(removed) == 3
