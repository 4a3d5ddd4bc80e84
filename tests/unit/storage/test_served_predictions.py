"""Served predictions as files in the bucket."""

from datetime import timedelta

import pytest

from movie_assets.storage.bucket import StoreUnreachableError
from movie_assets.storage.served_predictions import ServedPredictions
from tests.support.memory_bucket import MemoryBucket
from tests.support.served_lines import NOON, a_line, rows


@pytest.fixture
def bucket():
    return MemoryBucket()


@pytest.fixture
def served(bucket):
    return ServedPredictions(bucket, "synthetic")


def test_lines_are_read_back(served):
    """Times, numbers and lists as they were."""
    assert served.keep([a_line(), a_line(interval=None, assumed_release_year=2026)]) == 2

    first, second = rows(served)
    assert first == {
        "at": NOON,
        "request": "r1",
        "predicted_rating": 6.4,
        "interval_low": 5.0,
        "warnings": ["no_overview"],
        "features": '{"runtime": 112.0}',
        "assumed_release_year": None,  # a service before 0.3.0 said none
    }
    assert (second["interval_low"], second["assumed_release_year"]) == (None, 2026)


def test_the_same_lines_are_there_once(served):
    """A host that dies before it deletes a file ships it again."""
    served.keep([a_line(), a_line()])
    served.keep([a_line(), a_line()])

    assert len(rows(served)) == 2


def test_many_lines_are_one_file_in_their_order(served, monkeypatch):
    """However many are packed at once."""
    monkeypatch.setattr("movie_assets.storage.served_predictions.ROWS_AT_ONCE", 2)

    assert served.keep(a_line(request=f"r{number}") for number in range(5)) == 5

    assert [row["request"] for row in rows(served)] == ["r0", "r1", "r2", "r3", "r4"]
    assert len(served.files("2026-01-14")) == 1


def test_a_file_around_midnight_goes_to_both_days(served):
    """A partition holds the answers of its day and no others."""
    served.keep([a_line(), a_line(at=NOON + timedelta(hours=12))])

    assert [len(rows(served, day)) for day in ("2026-01-14", "2026-01-15")] == [1, 1]


@pytest.mark.parametrize("torn", [b'{"at": "2026-01-1', b"{}\n", b"\n"])
def test_an_incomplete_line_is_skipped(served, torn):
    """The last one of a writer that was killed."""
    assert served.keep([a_line(), torn]) == 1

    assert len(rows(served)) == 1


def test_no_line_is_no_file(served, bucket):
    """A service that answered nothing leaves nothing."""
    assert served.keep([b"torn"]) == 0
    assert bucket.writes == []


def test_a_file_that_reads_back_differently_is_an_error(served, bucket):
    """The host must not delete its lines then."""
    put = bucket.put
    bucket.put = lambda key, content: put(key, content[:-1])

    with pytest.raises(StoreUnreachableError, match="returned other content"):
        served.keep([a_line()])
