"""Films in Parquet: plain values from Arrow's, in bounded memory."""

import gzip
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from film_files.table import FilmFileError, open_table


def parquet(columns: dict[str, object], **options: object) -> bytes:
    """A Parquet file with these columns."""
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink, **options)
    return sink.getvalue()


def refusal(content: bytes) -> str:
    """The sentence with which it is refused."""
    with pytest.raises(FilmFileError) as refused:
        list(open_table(content, name="films.parquet").rows())
    return str(refused.value)


def test_values():
    """Each of Arrow's types as Python and JSON have it."""
    credit = pa.struct([("cast", pa.list_(pa.struct([("name", pa.string())])))])
    columns = {
        "ID": pa.array([1, 2], pa.int64()),
        "Film": pa.array(["겨울", None]),
        "overview": pa.array([b"\xec\x84\xac", b"x"], pa.binary()),
        "runtime": pa.array([101.5, None], pa.float32()),
        "release_date": pa.array([date(2024, 5, 1), None]),
        "released": pa.array([1_714_521_600, 1_714_525_320], pa.timestamp("s")).cast(pa.timestamp("ns")),
        "stamp": pa.array([datetime(2024, 5, 1, 1, tzinfo=UTC), None]),
        "genres": pa.array([["Drama", "Crime"], []]),
        "credits": pa.array([{"cast": [{"name": "A"}]}, None], credit),
        "ids": pa.array([[("imdb", 7)], None], pa.map_(pa.string(), pa.int32())),
        "vote_count": pa.array([Decimal("12.00"), None]),
        "vote_average": pa.array([Decimal("7.25"), None]),
        "adult": pa.array([False, None]),
        "status": pa.array(["Released", "Released"]).dictionary_encode(),
        "empty": pa.nulls(2),
    }

    table = open_table(parquet(columns))
    first, second = list(table.rows())

    assert first.cells == {
        "id": 1,
        "title": "겨울",
        "overview": "섬",
        "runtime": 101.5,
        "release_date": date(2024, 5, 1),
        "released": date(2024, 5, 1),
        "stamp": "2024-05-01T01:00:00+00:00",
        "genres": ["Drama", "Crime"],
        "credits": {"cast": [{"name": "A"}]},
        "ids": {"imdb": 7},
        "vote_count": 12,
        "vote_average": 7.25,
        "adult": False,
        "status": "Released",
        "empty": None,
    }
    assert second.cells["released"] == "2024-05-01T01:02:00"
    assert (first.line, second.line) == (1, 2)
    assert table.headings["title"] == "Film"
    assert table.form.describe() == {"format": "Parquet"}


def test_packed_and_misnamed():
    """By its first bytes."""
    content = parquet({"title": ["A"]})

    assert [row.cells for row in open_table(gzip.compress(content), name="films.csv").rows()] == [{"title": "A"}]


def test_many_rows_and_row_groups():
    """In their order."""
    content = parquet({"id": range(5_000), "title": [f"Film {n % 7}" for n in range(5_000)]}, row_group_size=1_700)

    rows = list(open_table(content).rows())

    assert [row.cells["id"] for row in rows] == list(range(5_000))
    assert [row.line for row in rows] == list(range(1, 5_001))
    assert rows[4_999].cells["title"] == "Film 1"


def test_a_value_that_cannot_be_read_is_its_row_s_problem():
    """Bytes that are no UTF-8, a date beyond the year 9999."""
    days = pa.array([19_000, 9_000_000, 19_000], pa.int32()).cast(pa.date32())
    content = parquet({"title": pa.array([b"A", b"B", b"\xff"], pa.binary()), "release_date": days})

    rows = list(open_table(content).rows())

    assert [row.problem is None for row in rows] == [True, False, False]
    assert "row 3 holds a value that cannot be read" in rows[2].problem


@pytest.mark.parametrize("nested", [False, True])
def test_rows_that_share_a_long_text(nested):
    """Kilobytes that would be gigabytes: never all in memory."""
    text = ["x" * 1_000_000]
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 800, pa.int32()), pa.array(text))
    if nested:
        column = pa.ListArray.from_arrays(pa.array(range(801), pa.int32()), column)
    content = parquet({"title": ["A"] * 800, "keywords": column}, store_schema=False)  # which would keep dictionaries
    memory = pa.default_memory_pool()
    before = memory.bytes_allocated()

    taken = [memory.bytes_allocated() - before for _row in open_table(content).rows()]

    assert len(taken) == 800
    assert len(content) < 1_000_000
    assert max(taken) < 100_000_000


def test_files_that_are_refused():
    """Cut, empty, without films, or far larger than they seem."""
    content = parquet({"title": [f"Film {n}" for n in range(9_000)]})

    assert "damaged or cut" in refusal(content[: len(content) // 2])
    assert "no rows" in refusal(parquet({"title": pa.array([], pa.string())}))
    assert "no column of films (it has colour)" in refusal(parquet({"colour": ["red"]}))
    assert "two headings" in refusal(parquet({"Film": ["A"], "Movie": ["B"]}))
    damaged = content[:200] + b"\xff" * 400 + content[600:]
    assert "cannot be read from row" in refusal(damaged)


def test_a_file_that_unpacks_to_far_too_much(monkeypatch):
    """It is not read."""
    monkeypatch.setattr("film_files.compression.FREE_BYTES", 0)
    content = parquet({"title": ["x" * 5_000_000]}, use_dictionary=False, compression="zstd")

    assert "unpacks to" in refusal(content)
