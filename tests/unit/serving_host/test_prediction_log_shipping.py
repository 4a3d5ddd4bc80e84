"""The files of the prediction log, and their shipping to the bucket."""

import fcntl

import pytest

from movie_assets.serving_host.prediction_log_shipping import PredictionFiles, ship
from movie_assets.storage.bucket import StoreUnreachableError
from movie_assets.storage.served_predictions import ServedPredictions
from tests.support.memory_bucket import MemoryBucket
from tests.support.served_lines import a_line, rows


@pytest.fixture
def files(tmp_path):
    return PredictionFiles(tmp_path)


@pytest.fixture
def bucket():
    return MemoryBucket()


@pytest.fixture
def served(bucket):
    return ServedPredictions(bucket, "synthetic")


def test_the_folder_is_readable_by_its_owner_only(files):
    """Requests are confidential."""
    assert files.folder.stat().st_mode & 0o077 == 0


def test_a_finished_file_is_shipped_and_removed(files, served):
    """Its predictions are in the bucket."""
    (files.folder / "1.jsonl").write_bytes(a_line() * 3)

    assert ship(files, served) == 3

    assert len(rows(served)) == 3
    assert files.paths() == []


def test_a_growing_file_is_not_shipped(files, served):
    """Its writer holds the lock."""
    path = files.folder / "1.jsonl"
    path.write_bytes(a_line())

    with path.open("ab") as writer:
        fcntl.flock(writer, fcntl.LOCK_EX)
        assert ship(files, served) == 0
    assert files.paths() == [path]

    assert ship(files, served) == 1


def test_files_wait_for_an_unreachable_bucket(files, served, bucket):
    """None is deleted before it is uploaded."""
    (files.folder / "1.jsonl").write_bytes(a_line())
    bucket.is_away = True

    with pytest.raises(StoreUnreachableError):
        ship(files, served)
    assert len(files.paths()) == 1

    bucket.is_away = False
    assert ship(files, served) == 1


def test_an_unchanged_role_is_not_written(files):
    """The time of the file is the beginning of the role."""
    files.write_roles({"a": "in service", "b": "canary"})
    written = (files.folder / "role-a").stat().st_mtime_ns

    files.write_roles({"a": "in service", "b": "standby"})

    assert (files.folder / "role-a").stat().st_mtime_ns == written
    assert (files.folder / "role-b").read_text() == "standby"
