"""Earlier versions of a day: listed and read back."""

import pytest

from movie_assets.storage.bucket import MissingObjectError
from movie_assets.storage.folders import read_file, withdraw_folder, write_folder
from movie_assets.storage.versions import folder_version, folder_versions
from tests.support.memory_bucket import MemoryBucket

DAY = "tmdb/raw_tmdb/2026-01-01"


@pytest.fixture
def bucket():
    return MemoryBucket()


def test_every_fetch_is_listed_the_newest_first(bucket):
    """The one that readers see is marked; another day's are not listed."""
    for content in (b"first", b"second"):
        write_folder(bucket, DAY, {"films.parquet": content})
    write_folder(bucket, f"{DAY}0", {"films.parquet": b"another day"})

    found = folder_versions(bucket, DAY)

    assert [one.is_current for one in found] == [True, False]
    assert [read_file(bucket, one.folder, "films.parquet") for one in found] == [b"second", b"first"]


def test_an_earlier_fetch_is_read_back(bucket):
    """Byte by byte, after the day was fetched again."""
    write_folder(bucket, DAY, {"films.parquet": b"first"})
    [first] = folder_versions(bucket, DAY)
    write_folder(bucket, DAY, {"films.parquet": b"second"})

    folder = folder_version(bucket, DAY, first.id)

    assert read_file(bucket, folder, "films.parquet") == b"first"


def test_a_withdrawn_day_has_versions_but_no_current_one(bucket):
    """What was taken out of sight can still be read back."""
    write_folder(bucket, DAY, {"films.parquet": b"first"})
    withdraw_folder(bucket, DAY)

    assert [one.is_current for one in folder_versions(bucket, DAY)] == [False]


def test_a_version_that_is_not_there_is_named_with_those_that_are(bucket):
    """A person copies one of them."""
    write_folder(bucket, DAY, {"films.parquet": b"first"})
    [first] = folder_versions(bucket, DAY)

    with pytest.raises(MissingObjectError, match=rf"no version 'v99' in memory\. There are: {first.id}\."):
        folder_version(bucket, DAY, "v99")


def test_a_day_that_was_never_fetched_has_no_version(bucket):
    """And what to do about it."""
    assert folder_versions(bucket, DAY) == []
    with pytest.raises(MissingObjectError, match="There are: none; materialize the day first"):
        folder_version(bucket, DAY, "v1")
