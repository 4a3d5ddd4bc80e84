"""The one declaration of the columns, and what follows from it."""

import pandas as pd
import pyarrow as pa
import pytest

from movie_assets.catalogue.cleaning import clean_rows
from movie_assets.catalogue.columns import CLEANED_MOVIES, DROPPED, MOVIE_VOTES, RAW_TMDB, arrow_schema, schema_of
from movie_assets.catalogue.day import raw_table
from movie_assets.catalogue.source import RawFilm
from movie_assets.prediction.features import FEATURES, READABLE
from movie_assets.prediction.movie import Movie
from tests.support.builders import FETCHED_AT, a_raw_film

NAMES = [column.name for column in CLEANED_MOVIES]
NOTHING = RawFilm(film_id=None, record=None, chosen_by="popular", fetched_at=FETCHED_AT, problem="malformed: HTML")


def test_every_fact_of_a_movie_and_every_feature_is_a_column():
    """Beside the film's id, whether its synopsis can be read, the target and when it was fetched."""
    facts = {*Movie.model_fields, *(feature.name for feature in FEATURES)}

    assert set(NAMES) - facts == {"id", READABLE, "rating", "fetched_at"}
    assert facts <= set(NAMES)
    assert len(NAMES) == len(set(NAMES))


@pytest.mark.parametrize("films", [[], [a_raw_film(), NOTHING]], ids=["none", "one and nothing"])
def test_the_tables_are_as_declared(films):
    """In their order, with their types, as pandas has them and as they are kept; also without a row."""
    raw = raw_table(films)
    cleaned = clean_rows(raw, [False] * len(films), day=FETCHED_AT.date(), min_votes=6)

    tables = {RAW_TMDB: raw, CLEANED_MOVIES: cleaned.movies, MOVIE_VOTES: cleaned.votes, DROPPED: cleaned.dropped}
    for columns, table in tables.items():
        assert table.schema == arrow_schema(columns)
        frame = table.to_pandas(
            types_mapper={pa.int64(): pd.Int64Dtype()}.get if columns in (RAW_TMDB, DROPPED) else None
        )
        assert frame.dtypes.astype(str).to_dict() == {column.name: column.dtype for column in columns}
        schema_of(columns).validate(frame)
        assert all(column.description for column in columns)


def test_a_value_that_is_none_of_its_type_is_refused():
    """Before anything is written under the wrong type."""
    with pytest.raises(pa.ArrowInvalid):
        pa.table({"id": ["first"], "vote_count": [1]}, schema=arrow_schema(MOVIE_VOTES))
