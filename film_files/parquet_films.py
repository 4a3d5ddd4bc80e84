"""Films in Parquet, read in batches of bounded size, with plain values in place of Arrow's.

Columns of texts are decoded in slices: a file of kilobytes may share one long text among thousands of rows.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, Any, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from film_files.compression import Unpacked
from film_files.errors import FilmFileError, shortened
from film_files.headings import columns_of
from film_files.table_row import TableRow

BATCH_ROWS = 1_000
BATCH_BYTES = 16 << 20  # decoded at once, where rows are not longer
MAX_ROW_BYTES = 256 << 20


def parquet_headings(file: Unpacked) -> dict[str, str]:
    """By column its name in the file.

    Raises FilmFileError when the file is damaged, has no rows, or unpacks to far too much.
    """
    with _opened(file) as stream:
        parquet = _parquet(stream, file.name)
        metadata, names = parquet.metadata, parquet.schema_arrow.names
        unpacked = sum(metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups))
    if not metadata.num_rows:
        raise FilmFileError(
            f"{file.name} has columns and no rows: give a file with at least one film.", kind="no_films"
        )
    if unpacked > (limit := file.packed.limit):
        raise FilmFileError(
            f"{file.name} unpacks to {unpacked >> 20:,} MB, more than the {limit >> 20:,} MB to be read.",
            kind="too_large",
        )
    return dict(zip(columns_of(names, file.name), names, strict=True))


def parquet_rows(file: Unpacked) -> Iterator[TableRow]:
    """The rows, numbered from 1; one with a value that Python has no form for has a problem."""
    first = 1
    with _opened(file) as stream:
        plain = _parquet(stream, file.name)
        columns, schema = columns_of(plain.schema_arrow.names, file.name), _schema(plain.schema_arrow)
        texts = [leaf.path for leaf in map(plain.schema.column, range(len(plain.schema))) if _is_text(leaf)]
        probed = _parquet(stream, file.name, texts)
        try:
            for group in range(plain.metadata.num_row_groups):
                count, shared = _plan(probed, group, texts)
                parquet = _parquet(stream, file.name, shared) if shared else plain
                for batch in parquet.iter_batches(count, row_groups=[group], use_threads=False):
                    step = max(1, min(count, BATCH_BYTES // max(1, sum(map(_widest, batch.columns)))))
                    if step == 1 and (widest := sum(map(_widest, batch.columns))) > MAX_ROW_BYTES:
                        raise FilmFileError(
                            f"{file.name} has rows of {widest >> 20:,} MB, near row {first:,}.", kind="too_large"
                        )
                    for start in range(0, batch.num_rows, step):
                        yield from _rows(batch.slice(start, step), schema, columns, first + start)
                    first += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise FilmFileError(
                f"{file.name} cannot be read from row {first:,} on: {shortened(error, 200)}. Fetch or copy it again.",
                kind="damaged",
            ) from error


def _is_text(leaf: pq.ColumnSchema) -> bool:
    return leaf.physical_type == "BYTE_ARRAY" and leaf.logical_type.type in ("STRING", "NONE", "JSON", "BSON", "ENUM")


def _plan(probed: pq.ParquetFile, group: int, texts: list[str]) -> tuple[int, list[str]]:
    """How many rows of a row group to read at once, and the nested texts to keep as dictionaries while they are read.

    The first row brings the dictionaries of the whole group, with the longest text that any row may have.
    """
    metadata = probed.metadata.row_group(group)
    size = metadata.total_byte_size // max(1, metadata.num_rows)
    shared: list[str] = []
    if texts and metadata.num_rows:
        values = {leaf.path_in_schema: leaf.num_values for leaf in map(metadata.column, range(metadata.num_columns))}
        batch = next(probed.iter_batches(1, row_groups=[group], columns=texts, use_threads=False))
        for field, column in zip(batch.schema, batch.columns, strict=True):
            longest = _longest(column)
            if pa.types.is_dictionary(column.type):
                size += longest
            else:
                leaves = [path for path in texts if path.startswith(f"{field.name}.")]
                shared += leaves if longest * max((values[leaf] for leaf in leaves), default=0) > MAX_ROW_BYTES else []
    return max(1, min(BATCH_ROWS, BATCH_BYTES // max(1, size))), shared


def _opened(file: Unpacked) -> IO[bytes]:
    """The file as a stream with random access."""
    if file.compression is None:
        content = file.packed.content
        return content.open("rb") if isinstance(content, Path) else BytesIO(content)
    spooled = cast(IO[bytes], TemporaryFile())  # noqa: SIM115  # closed by the caller
    with file.open() as packed:
        copyfileobj(packed, spooled, 1 << 20)
    spooled.seek(0)
    return spooled


def _parquet(stream: IO[bytes], name: str, dictionaries: list[str] | None = None) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(stream, read_dictionary=dictionaries, pre_buffer=False, buffer_size=1 << 20)
    except (pa.ArrowException, OSError) as error:
        raise FilmFileError(
            f"{name} is a damaged or cut Parquet file: {shortened(error, 200)}. Fetch or copy it again.", kind="damaged"
        ) from error


def _schema(schema: pa.Schema) -> pa.Schema:
    """The schema with times in microseconds, which Python has; finer ones would need pandas."""
    return pa.schema([field.with_type(_in_microseconds(field.type)) for field in schema])


def _in_microseconds(kind: pa.DataType) -> pa.DataType:
    return pa.timestamp("us", kind.tz) if pa.types.is_timestamp(kind) else kind


def _longest(array: pa.Array) -> int:
    """Bytes of the longest text in the dictionaries of an array."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        values = array.dictionary
        is_text = pa.types.is_string(values.type) or pa.types.is_binary(values.type)
        return (pc.max(pc.binary_length(values)).as_py() or 0) if is_text and len(values) else 0
    return max(map(_longest, _inner(array)), default=0)


def _widest(array: pa.Array) -> int:
    """Bytes that one value of an array may take beyond those in memory, where values share a dictionary."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        return _longest(array)
    count = 1
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_map(kind):
        offsets = array.offsets
        count = pc.max(pc.subtract(offsets[1:], offsets[:-1])).as_py() or 0
    return count * sum(map(_widest, _inner(array)))


def _inner(array: pa.Array) -> list[pa.Array]:
    kind = array.type
    if pa.types.is_struct(kind):
        return [array.field(number) for number in range(kind.num_fields)]
    if pa.types.is_map(kind):
        return [array.keys, array.items]
    return [array.values] if pa.types.is_list(kind) or pa.types.is_large_list(kind) else []


def _rows(batch: pa.RecordBatch, schema: pa.Schema, columns: tuple[str, ...], first: int) -> Iterator[TableRow]:
    try:
        cells = [_values(column) for column in _decoded(batch, schema)]
    except (pa.ArrowException, ValueError, OverflowError, RecursionError) as error:
        if batch.num_rows == 1:
            yield TableRow(first, {}, f"row {first} holds a value that cannot be read: {shortened(error, 100)}")
            return
        for position in range(batch.num_rows):
            yield from _rows(batch.slice(position, 1), schema, columns, first + position)
        return
    for number, row in enumerate(zip(*cells, strict=True), start=first):
        yield TableRow(number, dict(zip(columns, row)))  # noqa: B905  # a keyword takes time


def _decoded(batch: pa.RecordBatch, schema: pa.Schema) -> Iterator[pa.Array]:
    for column, field in zip(batch.columns, schema, strict=True):
        yield column if column.type == field.type else pc.cast(column, field.type, safe=False)


def _values(column: pa.Array) -> list[Any]:
    values = column.to_pylist()
    return values if _is_plain(column.type) else [_plain(value) for value in values]


def _is_plain(kind: pa.DataType) -> bool:
    """Whether the values are plain as Arrow gives them."""
    if pa.types.is_struct(kind):
        return all(_is_plain(kind.field(number).type) for number in range(kind.num_fields))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return _is_plain(kind.value_type)
    types = pa.types
    return any(
        is_kind(kind)
        for is_kind in (types.is_string, types.is_integer, types.is_floating, types.is_boolean, types.is_date32)
    )


def _plain(value: Any) -> Any:  # noqa: PLR0911  # one answer for each kind of value
    """The value as JSON has it, but for dates, which stay dates."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value.isoformat()
    if isinstance(value, date):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        if value and all(isinstance(inner, tuple) for inner in value):  # a map
            return {str(_plain(key)): _plain(inner) for key, inner in value}
        return [_plain(inner) for inner in value]
    if isinstance(value, time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else value
