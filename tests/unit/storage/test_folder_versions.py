"""Earlier versions of a day: listed and read back."""

import pytest

from movie_assets.storage.bucket import MissingObjectError
from movie_assets.storage.folders import folder_version, folder_versions, read_file, withdraw_folder, write_folder
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
    withdraw_folder(bucket, DAY)  # then none is current, and each can still be read back

    assert [version.is_newest for version, _folder in found] == [True, False]
    assert [version.is_newest for version, _folder in folder_versions(bucket, DAY)] == [False, False]
    for version, content in ((found[0][0], b"second"), (found[1][0], b"first")):
        assert read_file(bucket, folder_version(bucket, DAY, version.id), "films.parquet") == content


def test_a_version_that_is_not_there_is_named_with_those_that_are(bucket):
    """A person copies one of them."""
    write_folder(bucket, DAY, {"films.parquet": b"first"})
    [(first, _folder)] = folder_versions(bucket, DAY)

    with pytest.raises(MissingObjectError, match=rf"no version 'v99' in memory\. There are: {first.id}\."):
        folder_version(bucket, DAY, "v99")


def test_a_day_that_was_never_fetched_has_no_version(bucket):
    """And what to do about it."""
    assert folder_versions(bucket, DAY) == []
    with pytest.raises(MissingObjectError, match="There are: none; materialize the day first"):
        folder_version(bucket, DAY, "v1")
