"""THE declaration of the columns of `raw_tmdb` and `cleaned_movies`: name, type, range and meaning.

A further column is one entry here. The Arrow types, the validation schemas, the table in the Dagster UI and the one in
docs/reference/assets.md are derived from it. The meaning of a film's facts is declared in prediction/movie.py, the
value of a feature's column in prediction/features.py; other promises about a day belong in quality.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import inf
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from movie_assets.prediction.features import READABLE
from movie_assets.prediction.movie import MAX_OVERVIEW_CHARACTERS, MAX_RUNTIME_MINUTES, Movie

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

MOMENT = "datetime64[us, UTC]"
LIST_OF_TEXTS = "object"
ARROW_TYPES = {
    "int64": pa.int64(),
    "Int64": pa.int64(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
    "str": pa.large_string(),
    LIST_OF_TEXTS: pa.list_(pa.string()),  # also where every list is empty
    "datetime64[us]": pa.timestamp("us"),
    MOMENT: pa.timestamp("us", "UTC"),
}


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    name: str
    dtype: str  # pandas' name; a key of ARROW_TYPES
    description: str
    nullable: bool = False
    unique: bool = False
    within: tuple[float, float] | None = None  # lower and upper limit
    above_least: bool = False  # the lower limit itself is too low

    @property
    def type(self) -> str:
        """The type as people read it."""
        return "list of texts" if self.dtype == LIST_OF_TEXTS else self.dtype

    @property
    def bounds(self) -> str:
        """The range as people read it; empty without one."""
        if self.within is None:
            return ""
        least, most = self.within
        return f"{'above' if self.above_least else 'at least'} {least:g}" + (
            "" if most == inf else f", at most {most:g}"
        )


def _of_movie(name: str, dtype: str, **more: Any) -> Column:
    """A column with the meaning of the field of `Movie` of that name."""
    return Column(name, dtype, str(Movie.model_fields[name].description), **more)


RAW_TMDB = (
    Column("film_id", "Int64", "The source's id of the film; null when none could be read.", nullable=True),
    Column(
        "record", "str", "The record exactly as the source gave it, as JSON text; null when none came.", nullable=True
    ),
    Column("chosen_by", "str", "Why the film belongs to the day, such as `popular` or `history`."),
    Column("fetched_at", MOMENT, "When the record was fetched, UTC."),
    Column("problem", "str", "Why there is no record, or none that can be read; null when all is well.", nullable=True),
)
CLEANED_MOVIES = (
    Column("id", "int64", "The source's id of the film."),
    _of_movie("title", "str", nullable=True),
    Column("overview", "str", "Synopsis, exactly as the source gave it."),
    _of_movie("runtime", "float64", within=(0, MAX_RUNTIME_MINUTES), above_least=True),
    _of_movie("genres", LIST_OF_TEXTS),
    Column("main_genre", "str", "The first genre listed; null when none is.", nullable=True),
    _of_movie("original_language", "str"),
    Column("release_date", "datetime64[us]", "Day of the first release, as midnight without a zone."),
    _of_movie("production_countries", LIST_OF_TEXTS),
    _of_movie("production_companies", LIST_OF_TEXTS),
    _of_movie("spoken_languages", LIST_OF_TEXTS),
    _of_movie("collection", "str", nullable=True),
    _of_movie("directors", LIST_OF_TEXTS),
    _of_movie("cast", LIST_OF_TEXTS),
    Column("overview_len", "int64", "Length of the synopsis in characters.", within=(1, MAX_OVERVIEW_CHARACTERS)),
    Column(READABLE, "bool", "Whether the synopsis can be read for its mood; if not, estimators do not see it."),
    Column("overview_sentiment", "float64", "TextBlob's polarity of the synopsis, −1 to 1.", within=(-1, 1)),
    Column("rating", "float64", "The target: the mean vote, 0 to 10."),
    Column("fetched_at", MOMENT, "When the record was fetched, UTC; the newest of a film counts."),
)
MOVIE_VOTES = (
    Column("id", "int64", "The source's id of the film.", unique=True),
    Column("vote_count", "int64", "Votes behind the rating when it was fetched.", within=(0, inf)),
)
DROPPED = (
    Column("film_id", "Int64", "The source's id of the film; null when none could be read.", nullable=True),
    Column("reason", "str", "Why it is no film of the day: one of DROP_REASONS."),
    Column("detail", "str", "The value behind the reason."),
    Column("record", "str", "The record exactly as the source gave it; null when none came.", nullable=True),
    Column("chosen_by", "str", "Why the film belonged to the day."),
    Column("fetched_at", MOMENT, "When the record was fetched, UTC."),
)


def arrow_schema(columns: Iterable[Column]) -> pa.Schema:
    """The columns with their Arrow types, the same whatever the values are, also without a row."""
    return pa.schema([(column.name, ARROW_TYPES[column.dtype]) for column in columns])


@cache
def schema_of(columns: tuple[Column, ...]) -> "DataFrameSchema":
    """A table has these columns and no other, with their types and ranges."""
    import pandera.pandas as pa  # seconds to import, needed only to validate a day

    def checks(column: Column) -> list[Any]:
        if column.dtype == LIST_OF_TEXTS:
            return [pa.Check(_is_list_of_texts, element_wise=True)]
        return [pa.Check.in_range(*column.within, include_min=not column.above_least)] if column.within else []

    return pa.DataFrameSchema(
        {
            column.name: pa.Column(column.dtype, checks(column), nullable=column.nullable, unique=column.unique)
            for column in columns
        },
        strict=True,
    )


def _is_list_of_texts(value: object) -> bool:
    # Parquet gives lists back as arrays.
    return not isinstance(value, str) and isinstance(value, Iterable) and all(isinstance(item, str) for item in value)
