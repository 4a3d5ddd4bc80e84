"""How values become bytes: frames as Parquet, everything else as canonical JSON.

The same value gives the same bytes. Where bytes go: folders.py.
"""

import io
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def parquet_of(frame: "pd.DataFrame") -> bytes:
    """A frame as Parquet, compressed, without pandas' own description of its index."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = io.BytesIO()
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def table_of(content: bytes, columns: list[str] | None = None) -> "pa.Table":
    """The Arrow table of a Parquet file, or just these of its columns in this order; raises KeyError if one lacks."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    # one thread, and no search for further files: most tables are small, and their readers side by side
    table = pq.ParquetFile(pa.BufferReader(content)).read(columns=columns, use_threads=False)
    return table if columns is None else table.select(columns)


def frame_of(content: bytes, columns: list[str] | None = None) -> "pd.DataFrame":
    """The frame of a Parquet file, or just these of its columns."""
    frame: pd.DataFrame = table_of(content, columns).to_pandas()
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
