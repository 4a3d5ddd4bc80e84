"""How values become bytes: frames as Parquet, everything else as canonical JSON; equal values give equal bytes.

Where the bytes are written: folders.py.
"""

import io
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

ROW_GROUP_ROWS = 10_000  # at least, except in the last group


def parquet_of(frame: "pd.DataFrame") -> bytes:
    """A frame as Parquet, compressed, without pandas' own description of its index."""
    import pyarrow as pa

    file = GrowingParquet()
    file.append(pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None))
    return file.content()


def table_of(content: bytes, columns: list[str] | None = None) -> "pa.Table":
    """The Arrow table of a Parquet file, or these of its columns in this order; raises KeyError if one is missing."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    # one thread, and no search for further files: most tables are small, and their readers side by side
    table = pq.ParquetFile(pa.BufferReader(content)).read(columns=columns, use_threads=False)
    return table if columns is None else table.select(columns)


class GrowingParquet:
    """A Parquet file written table by table, so that they need not be in memory together.

    The same tables give the same bytes.
    """

    def __init__(self) -> None:
        self._sink = io.BytesIO()
        self._writer: Any = None
        self._buffered: list[pa.Table] = []

    def append(self, table: "pa.Table") -> None:
        """Add rows; every table has the columns of the first."""
        self._buffered.append(table)
        if sum(map(len, self._buffered)) >= ROW_GROUP_ROWS:
            self._write()

    def content(self) -> bytes:
        """The complete file; needs at least one table."""
        if self._buffered:
            self._write()
        self._writer.close()
        return self._sink.getvalue()

    def _write(self) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pa.concat_tables(self._buffered).combine_chunks()
        self._buffered = []
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._sink, table.schema, compression="zstd")
        self._writer.write_table(table)


def tables_of(content: bytes, rows: int, columns: list[str] | None = None) -> "Iterator[pa.Table]":
    """The rows of a Parquet file, at most so many at a time, or these of its columns; at least one table."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = pq.ParquetFile(pa.BufferReader(content))
    if file.metadata.num_rows == 0:
        yield file.read(columns)
    for batch in file.iter_batches(rows, columns=columns):
        yield pa.Table.from_batches([batch])


def frame_of(content: bytes) -> "pd.DataFrame":
    """The frame of a Parquet file."""
    frame: pd.DataFrame = table_of(content).to_pandas()
    return frame


def json_of(value: Any) -> bytes:
    """Readable JSON with sorted keys."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1).encode()


def json_from(content: bytes) -> Any:
    """The value of a JSON file."""
    return json.loads(content)


def bytes_of(value: Any) -> bytes:
    """A file's content: bytes stay, a frame becomes Parquet, everything else JSON."""
    import pandas as pd

    if isinstance(value, bytes):
        return value
    return parquet_of(value) if isinstance(value, pd.DataFrame) else json_of(value)
