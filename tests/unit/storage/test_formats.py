"""How values become bytes."""

import io

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from movie_assets.storage.formats import (
    GrowingParquet,
    bytes_of,
    frame_of,
    json_from,
    json_of,
    parquet_of,
    table_of,
    tables_of,
)


def a_frame():
    """The kinds of column a day has."""
    return pd.DataFrame(
        {
            "id": pd.array([1, 2], dtype="int64"),
            "title": pd.array(["Ø, 한국", None], dtype="str"),
            "runtime": [90.5, None],
            "genres": [["Drama", "War"], []],
            "is_english": [True, False],
            "fetched_at": pd.to_datetime(["2026-01-01T06:00Z", "2026-01-02T06:00Z"]).as_unit("us"),
        }
    )


def test_a_frame_comes_back_as_it_was():
    """Values, missing values and types; lists come back as sequences."""
    frame = a_frame()

    back = frame_of(parquet_of(frame))

    assert back.drop(columns="genres").equals(frame.drop(columns="genres"))
    assert back.dtypes.to_dict() == frame.dtypes.to_dict()
    assert [list(genres) for genres in back["genres"]] == [["Drama", "War"], []]


def test_an_empty_frame_keeps_its_columns():
    """A day without films has the same shape as any other; columns come in the chosen order."""
    back = frame_of(parquet_of(a_frame().head(0)))

    assert (list(back.columns), len(back)) == (list(a_frame().columns), 0)
    assert table_of(parquet_of(a_frame()), ["runtime", "id"]).column_names == ["runtime", "id"]


def test_the_same_frame_gives_the_same_bytes_which_say_nothing_of_pandas():
    """Whatever its index, which is not part of it; any reader finds the columns and nothing else."""
    content = parquet_of(a_frame())
    schema = pq.read_schema(io.BytesIO(content))

    assert parquet_of(a_frame().set_index(pd.Index([7, 8]))) == content
    assert (schema.metadata, schema.names) == (None, list(a_frame().columns))


def test_json_comes_back_and_does_not_depend_on_order():
    """Readable, in the letters it was written in, keys sorted."""
    value = {"b": [1, 2.5, None], "a": "한국"}

    assert json_from(json_of(value)) == value
    assert json_of(value) == json_of(dict(reversed(value.items())))
    assert "한국".encode() in json_of(value)


@pytest.mark.parametrize(
    ("value", "content"),
    [(b"bytes", b"bytes"), ({"a": 1}, json_of({"a": 1})), ([], b"[]"), (a_frame(), parquet_of(a_frame()))],
    ids=["bytes", "mapping", "list", "frame"],
)
def test_each_value_has_its_format(value, content):
    """Bytes stay as they are, frames become Parquet, everything else JSON."""
    assert bytes_of(value) == content


def test_a_file_may_grow_table_by_table(monkeypatch):
    """A few rows give the bytes of the frame; many are written in groups, and read back in parts of any size."""
    table = pa.Table.from_pandas(a_frame(), preserve_index=False).replace_schema_metadata(None)
    small = GrowingParquet()
    small.append(table)
    monkeypatch.setattr("movie_assets.storage.formats.ROW_GROUP_ROWS", 4)
    grown = GrowingParquet()
    for _ in range(5):
        grown.append(table)

    content = grown.content()

    assert small.content() == parquet_of(a_frame())
    assert pq.ParquetFile(io.BytesIO(content)).num_row_groups == 3
    assert [len(part) for part in tables_of(content, 3)] == [3, 3, 3, 1]
    assert pa.concat_tables(tables_of(content, 3)).equals(pa.concat_tables([table] * 5))
    assert [part.column_names for part in tables_of(parquet_of(a_frame().head(0)), 3, ["title"])] == [["title"]]
