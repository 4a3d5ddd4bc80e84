"""Served predictions in the bucket: lines of the prediction log as Parquet files by day.

`<source>/served_predictions/<day>/<time>-<digest>.parquet`: day and time (UTC) of the first prediction in it, and 16
digits of the SHA-256 of its lines, so that lines written twice are there once. The lines are written by
bento_service/prediction_log.py and shipped by serving_host/prediction_log_shipping.py.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from movie_assets.storage.bucket import Bucket, StoreUnreachableError, Version
from movie_assets.storage.formats import GrowingParquet, table_of
from movie_assets.storage.keys import asset_folder

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_AT_ONCE = 5_000  # as Python objects in memory
DIGITS = 16


class ServedPredictions:
    """The served predictions of one source."""

    def __init__(self, bucket: Bucket, source: str) -> None:
        self._bucket = bucket
        self._prefix = asset_folder(source, "served_predictions")

    def keep(self, lines: Iterable[bytes]) -> int:
        """Write the lines as one file a day; how many were written.

        An incomplete line, the last of a killed writer, is skipped. Each file is read back, so the caller may delete
        the lines. Raises StoreUnreachableError.
        """
        days: dict[str, _DayFile] = {}
        count = 0
        for line in lines:
            if (row := _row(line)) is None:
                continue
            day = f"{row['at']:%Y-%m-%d}"
            if day not in days:
                days[day] = _DayFile(row["at"])
            days[day].append(line, row)
            count += 1
        for day, file in days.items():
            self._write(f"{self._prefix}/{day}/{file.name}", file.content())
        return count

    def files(self, day: str) -> list[str]:
        """The keys of a day's files."""
        return self._bucket.keys(f"{self._prefix}/{day}/")

    def tables(self, day: str, columns: list[str]) -> "Iterator[pa.Table]":
        """These columns of a day's files, the earliest first."""
        for key in self.files(day):
            yield table_of(self._bucket.get(key), columns)

    def versions(self) -> list[tuple[datetime, Version]]:
        """Every version and deletion marker, the newest of a key first, each with the end of its day, UTC."""
        found = self._bucket.versions(f"{self._prefix}/")
        return [(_end_of(version.key.removeprefix(f"{self._prefix}/").partition("/")[0]), version) for version in found]

    def _write(self, key: str, content: bytes) -> None:
        self._bucket.put(key, content)
        if self._bucket.get(key) != content:
            raise StoreUnreachableError(f"{self._bucket.address} returned other content for {key!r} than was written.")


class _DayFile:
    """The file of one day."""

    def __init__(self, first: datetime) -> None:
        self._first = first
        self._digest = hashlib.sha256()
        self._parquet = GrowingParquet()
        self._rows: list[dict[str, Any]] = []

    @property
    def name(self) -> str:
        return f"{self._first:%H%M%S}-{self._digest.hexdigest()[:DIGITS]}.parquet"

    def append(self, line: bytes, row: dict[str, Any]) -> None:
        self._digest.update(line)
        self._rows.append(row)
        if len(self._rows) == ROWS_AT_ONCE:
            self._pack()

    def content(self) -> bytes:
        if self._rows:
            self._pack()
        return self._parquet.content()

    def _pack(self) -> None:
        import pyarrow as pa

        self._parquet.append(pa.Table.from_pylist(self._rows, schema=_schema()))
        self._rows = []


def _end_of(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(days=1)


def _row(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
        interval = entry["interval"] or {}
        return {
            "at": datetime.fromisoformat(entry["at"]),
            "request": entry["request"],
            "overview": entry["overview"],
            "features": json.dumps(entry["features"], ensure_ascii=False),
            "assumed_release_year": entry.get("assumed_release_year"),  # a line of an earlier service has none
            "predicted_rating": entry["predicted_rating"],
            "interval_low": interval.get("low"),
            "interval_high": interval.get("high"),
            "interval_level": interval.get("level"),
            "bundle_id": entry["bundle_id"],
            "bento_tag": entry["bento_tag"],
            "slot": entry["slot"],
            "role": entry["role"],
            "warnings": [warning["code"] for warning in entry["warnings"]],
        }
    except (ValueError, LookupError, TypeError):
        return None


def _schema() -> "pa.Schema":
    import pyarrow as pa

    text, number = pa.string(), pa.float64()
    kinds = {
        "at": pa.timestamp("us", tz="UTC"),
        **dict.fromkeys(("request", "overview", "features"), text),
        "assumed_release_year": pa.int64(),
        **dict.fromkeys(("predicted_rating", "interval_low", "interval_high", "interval_level"), number),
        **dict.fromkeys(("bundle_id", "bento_tag", "slot", "role"), text),
        "warnings": pa.list_(text),
    }
    return pa.schema(kinds)
