"""The declared columns of what the catalogue keeps: types, ranges and a description each.

Here and nowhere else; checks, the UI and the reference read them. What a day must be as a whole: validation.py.
"""

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from movie_assets.catalogue.raw import RAW_DTYPES
from movie_assets.prediction.movie import MAX_OVERVIEW_CHARACTERS, MAX_RUNTIME_MINUTES

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

RAW_DESCRIPTIONS = {
    "film_id": "The source's id of the film; null when none could be read.",
    "record": "The record exactly as the source gave it, as JSON text; null when none came.",
    "chosen_by": "Why the film belongs to the day, such as `popular` or `history`.",
    "fetched_at": "When the record was fetched, UTC.",
    "problem": "Why there is no record, or none that can be read; null when all is well.",
}


@cache
def raw_tmdb_schema() -> "DataFrameSchema":
    """The columns of `raw_tmdb`: a row for each film of the day, as it came."""
    import pandera.pandas as pa  # seconds to import: paid only by who validates a day or shows its columns

    columns = {
        name: pa.Column(dtype, nullable=name not in {"chosen_by", "fetched_at"}, description=RAW_DESCRIPTIONS[name])
        for name, dtype in RAW_DTYPES.items()
    }
    return pa.DataFrameSchema(columns, strict=True, name="raw_tmdb")


@cache
def cleaned_movies_schema() -> "DataFrameSchema":
    """The columns of `cleaned_movies`: types, ranges and a description each; no other column is allowed."""
    import pandera.pandas as pa  # as above

    def texts(description: str) -> pa.Column:
        return pa.Column("object", pa.Check(_is_list_of_texts, element_wise=True), description=description)

    minutes = pa.Check.in_range(0, MAX_RUNTIME_MINUTES, include_min=False)
    columns = {
        "id": pa.Column("int64", description="The source's id of the film."),
        "title": pa.Column("str", nullable=True, description="Title of the film."),
        "overview": pa.Column("str", description="Synopsis, exactly as the source gave it."),
        "runtime": pa.Column("float64", minutes, description="Running time in minutes."),
        "genres": texts("Genre names, the main one first."),
        "main_genre": pa.Column("str", nullable=True, description="The first genre listed; null when none is."),
        "original_language": pa.Column("str", description="ISO 639-1 code, or TMDB's own `xx` and `cn`."),
        "release_date": pa.Column(
            "datetime64[us]", description="Day of the first release, as midnight without a zone."
        ),
        "production_countries": texts("ISO 3166-1 codes of the producing countries."),
        "production_companies": texts("Names of the producing companies."),
        "spoken_languages": texts("ISO 639-1 codes of the languages spoken."),
        "collection": pa.Column("str", nullable=True, description="The series it belongs to; null when none is known."),
        "directors": texts("Names of the directors; empty when unknown."),
        "cast": texts("Names of the leading actors, the first billed first; empty when unknown."),
        "overview_len": pa.Column(
            "int64", pa.Check.in_range(1, MAX_OVERVIEW_CHARACTERS), description="Length of the synopsis in characters."
        ),
        "overview_is_english": pa.Column(
            "bool", description="Whether the synopsis can be read for its mood; if not, estimators do not see it."
        ),
        "overview_sentiment": pa.Column(
            "float64", pa.Check.in_range(-1, 1), description="TextBlob's polarity of the synopsis, -1 to 1."
        ),
        "rating": pa.Column("float64", description="The target: the mean vote, 0 to 10."),
        "fetched_at": pa.Column(
            pd.DatetimeTZDtype("us", "UTC"),
            description="When the record was fetched, UTC; the newest of a film counts.",
        ),
    }
    return pa.DataFrameSchema(columns, strict=True, name="cleaned_movies")


@cache
def movie_votes_schema() -> "DataFrameSchema":
    """The columns of `movie_votes`: for weighting rows and measuring, never joined to features."""
    import pandera.pandas as pa  # as above

    columns = {
        "id": pa.Column("int64", unique=True, description="The source's id of the film."),
        "vote_count": pa.Column("int64", pa.Check.ge(0), description="Votes behind the rating when it was fetched."),
    }
    return pa.DataFrameSchema(columns, strict=True, name="movie_votes")


def _is_list_of_texts(value: object) -> bool:
    # Parquet gives lists back as arrays.
    return not isinstance(value, str) and isinstance(value, Iterable) and all(isinstance(item, str) for item in value)
