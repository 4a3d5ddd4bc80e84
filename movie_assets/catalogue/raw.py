"""The raw day as a table: one row for each RawFilm, its record as JSON text, nothing judged.

Where the films come from: source.py. What becomes of them: cleaning.py. How a table is kept: storage/formats.py.
"""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from movie_assets.catalogue.columns import RAW_TMDB, frame_of
from movie_assets.catalogue.source import RawFilm


def raw_frame(films: Iterable[RawFilm]) -> pd.DataFrame:
    """One row for each film in the order given; a day without films has the same columns and types.

    Raises TypeError when a record holds a value that JSON has no word for (dates become ISO texts).
    """
    listed = list(films)
    given = {
        name: [getattr(film, name) for film in listed] for name in ("film_id", "chosen_by", "fetched_at", "problem")
    }
    records = [None if film.record is None else _json_text(film.record) for film in listed]
    return frame_of(RAW_TMDB, given | {"record": records})


def frame_from(table: pa.Table) -> pd.DataFrame:
    """The rows of a kept raw day, with the types of `raw_frame`: an id stays whole where another is missing."""
    frame: pd.DataFrame = table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    return frame


def _json_text(record: dict[str, Any]) -> str:
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, default=_iso)
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair: as an escape it can be kept, and says later what came
        return json.dumps(record, ensure_ascii=True, sort_keys=True, default=_iso)
    return text


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"A raw record holds {value!r}, a {type(value).__name__}, which JSON cannot keep.")
