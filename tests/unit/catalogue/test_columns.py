"""The one declaration of the columns, and what follows from it."""

import pytest

from movie_assets.catalogue.columns import (
    ARROW_TYPES,
    CLEANED_MOVIES,
    DROPPED,
    MOVIE_VOTES,
    RAW_TMDB,
    arrow_of,
    frame_of,
    schema_of,
)
from movie_assets.catalogue.raw import raw_frame
from movie_assets.catalogue.source import RawFilm
from movie_assets.prediction.features import FEATURES, READABLE
from movie_assets.prediction.movie import Movie
from tests.support.builders import FETCHED_AT, a_raw_film
from tests.support.cleaning import clean

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
    raw = raw_frame(films)
    cleaned = clean(raw, day=FETCHED_AT.date())

    tables = {RAW_TMDB: raw, CLEANED_MOVIES: cleaned.movies, MOVIE_VOTES: cleaned.votes, DROPPED: cleaned.dropped}
    for columns, frame in tables.items():
        assert frame.dtypes.astype(str).to_dict() == {column.name: column.dtype for column in columns}
        assert arrow_of(frame).schema.types == [ARROW_TYPES[column.dtype] for column in columns]
        schema_of(columns).validate(frame)
        assert all(column.description for column in columns)


def test_a_value_that_is_none_of_its_type_is_refused():
    """Before anything is written under the wrong type."""
    with pytest.raises((TypeError, ValueError)):
        frame_of(MOVIE_VOTES, {"id": ["first"], "vote_count": [1]})
