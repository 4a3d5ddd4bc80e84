"""Folders in the bucket: there whole, or not at all."""

import pytest

from movie_assets.storage.bucket import MissingObjectError, StoreUnreachableError
from movie_assets.storage.folders import (
    CorruptFolderError,
    days_of,
    find_folder,
    quarantine_day,
    ranges_of,
    read_file,
    withdraw_folder,
    write_folder,
)
from tests.support.memory_bucket import MemoryBucket

PREFIX = "synthetic/cleaned_movies"
DAY = f"{PREFIX}/2026-01-01"
FILES = {"movies.parquet": b"films", "counts.json": b"{}"}


@pytest.fixture
def bucket():
    return MemoryBucket()


def test_a_folder_comes_back_as_it_was(bucket):
    """Every file under its plain name; its key has the first digits of its SHA-256, as in every bucket so far."""
    written = write_folder(bucket, DAY, FILES)

    found = find_folder(bucket, DAY)

    assert found == written
    assert found.key_of("counts.json") == f"{DAY}/counts.44136fa355b3.json"
    assert {name: read_file(bucket, found, name) for name in found.sha256} == FILES


def test_the_manifest_is_written_last(bucket):
    """Until then a reader finds the previous content, or none."""
    write_folder(bucket, DAY, FILES)

    assert bucket.writes[-1] == f"{DAY}/manifest.json"


def test_a_writer_that_dies_leaves_the_previous_content(bucket):
    """Files without a manifest that names them are not there."""
    before = write_folder(bucket, DAY, FILES)
    manifest = bucket.get(f"{DAY}/manifest.json")
    write_folder(bucket, DAY, {"movies.parquet": b"others"})
    bucket.put(f"{DAY}/manifest.json", manifest)

    assert read_file(bucket, find_folder(bucket, DAY), "movies.parquet") == b"films"
    assert find_folder(bucket, DAY) == before


def test_the_same_files_again_are_the_same_folder(bucket):
    """In any order and wherever they lie; another byte is another folder."""
    first = write_folder(bucket, DAY, FILES)
    keys = bucket.keys("")

    assert write_folder(bucket, DAY, dict(reversed(FILES.items()))).digest == first.digest
    assert bucket.keys("") == keys
    assert write_folder(bucket, f"{PREFIX}/2026-01-02", FILES).digest == first.digest
    assert write_folder(bucket, DAY, {**FILES, "counts.json": b"[]"}).digest != first.digest


def test_a_folder_names_the_run_that_wrote_it(bucket):
    """Beside its content: the same content of another run has the same digest; an old manifest names none."""
    unnamed = write_folder(bucket, "raw/2026-01-01", {"a.json": b"1"})
    assert find_folder(bucket, "raw/2026-01-01").run_id is None

    write_folder(bucket, "raw/2026-01-01", {"a.json": b"1"}, run_id="a-run")

    assert find_folder(bucket, "raw/2026-01-01").run_id == "a-run"
    assert find_folder(bucket, "raw/2026-01-01").digest == unnamed.digest


def test_a_missing_folder_is_named(bucket):
    """By the key of its manifest."""
    with pytest.raises(MissingObjectError, match=r"2026-01-01/manifest\.json"):
        find_folder(bucket, DAY)


def test_a_changed_file_is_refused(bucket):
    """With its key, both digests and what to do."""
    folder = write_folder(bucket, DAY, FILES)
    bucket.put(folder.key_of("movies.parquet"), b"forged")

    with pytest.raises(
        CorruptFolderError, match=rf"movies\.\w+\.parquet was changed .* says {folder.sha256['movies.parquet']}\. Write"
    ):
        read_file(bucket, folder, "movies.parquet")


def test_a_lost_file_is_refused(bucket):
    """With its key and what to do."""
    folder = write_folder(bucket, DAY, FILES)
    bucket.delete(folder.key_of("counts.json"))

    with pytest.raises(CorruptFolderError, match=r"counts\.\w+\.json is named by its manifest but is not there; write"):
        read_file(bucket, folder, "counts.json")


def test_a_file_the_folder_never_had_is_named(bucket):
    """A day written by an older version may lack one; the message lists the files there are."""
    folder = write_folder(bucket, DAY, FILES)

    with pytest.raises(CorruptFolderError, match=rf"{DAY} has no votes\.parquet, only counts\.json, movies\.parquet;"):
        read_file(bucket, folder, "votes.parquet")


def test_a_store_that_is_away_is_no_corruption(bucket):
    """What can heal is not called broken."""
    folder = write_folder(bucket, DAY, FILES)
    bucket.is_away = True

    with pytest.raises(StoreUnreachableError):
        read_file(bucket, folder, "counts.json")


def test_days_are_those_with_a_whole_folder(bucket):
    """In order; files without a manifest, other assets and folders inside a day are none."""
    for day in ("2026-01-03", "2026-01-01"):
        write_folder(bucket, f"{PREFIX}/{day}", FILES)
    bucket.put(f"{PREFIX}/2026-01-02/movies.0123456789ab.parquet", b"half")
    write_folder(bucket, f"{PREFIX}_more/2026-01-04", FILES)
    write_folder(bucket, f"{PREFIX}/2026-01-05/inner", FILES)

    assert days_of(bucket, PREFIX) == ["2026-01-01", "2026-01-03"]


def test_a_quarantined_day_is_left_out_until_its_quarantine_ends(bucket):
    """The reasons lie beside it; the day itself is not touched."""
    write_folder(bucket, DAY, FILES)

    quarantine_day(bucket, DAY, ["ids_are_unique: 3 films twice"])
    days, reasons = days_of(bucket, PREFIX), bucket.get(f"{DAY}/held.json")
    quarantine_day(bucket, DAY, [])

    assert days == []
    assert b"ids_are_unique: 3 films twice" in reasons
    assert days_of(bucket, PREFIX) == ["2026-01-01"]
    assert read_file(bucket, find_folder(bucket, DAY), "movies.parquet") == b"films"


def test_ending_no_quarantine_writes_nothing(bucket):
    """A passing check leaves no trace."""
    quarantine_day(bucket, DAY, [])

    assert bucket.writes == []


def test_a_withdrawn_folder_is_out_of_sight_and_can_be_written_again(bucket):
    """A day that is rejected after it was accepted; withdrawing what is not there is no error."""
    folder = write_folder(bucket, DAY, FILES)
    withdraw_folder(bucket, DAY)
    withdraw_folder(bucket, DAY)

    assert days_of(bucket, PREFIX) == []
    assert bucket.exists(folder.key_of("movies.parquet"))
    write_folder(bucket, DAY, FILES)
    assert days_of(bucket, PREFIX) == ["2026-01-01"]


def test_days_become_ranges_without_a_gap():
    """Over the end of a month too."""
    assert ranges_of(["2026-01-30", "2026-01-31", "2026-02-01", "2026-02-04"]) == [
        ("2026-01-30", "2026-02-01"),
        ("2026-02-04", "2026-02-04"),
    ]
    assert ranges_of([]) == []
