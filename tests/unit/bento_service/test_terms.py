"""Genres, languages and countries written in two ways are one film, in a cleaned day and in a request."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from bento_service.request_body import film_of
from bento_service.responses import ServedBundle
from movie_assets.prediction.encodings import AnyOf, OneOf
from movie_assets.prediction.features import READABLE, Encoders, columns_of, encode, seen
from movie_assets.prediction.movie import Movie
from tests.support.bentos import a_bundle
from tests.support.builders import a_movie, a_raw_film
from tests.support.cleaning import clean

LEARNT = {
    "main_genre": (OneOf(known=("Drama", "Sci-Fi"), seen=2),),
    "original_language": (OneOf(known=("en", "ko"), seen=2),),
}
LISTS = {
    "genres": (AnyOf(known=("Drama", "Sci-Fi"), usual={}),),
    "production_countries": (AnyOf(known=("United States of America", "South Korea"), usual={"ko": ("South Korea",)}),),
    "spoken_languages": (AnyOf(known=("English", "Korean"), usual={"ko": ("Korean",)}),),
}
SPELLINGS = [
    ("genres", ["Science Fiction", "Drama"], ["sci-fi", "18"]),
    ("genres", ["Drama"], ["Slow Television", "드라마", "drama"]),
    ("original_language", "ko", "한국어"),
    ("original_language", "ko", "kr"),
    ("production_countries", ["US", "KR"], ["united states", "Korea, Republic of", "USA"]),
    ("production_countries", [], ["Atlantis"]),
    ("spoken_languages", ["en", "ko"], ["English", "kor", "en-GB"]),
]


@pytest.fixture(scope="module")
def bundle():
    """Fitted before names had one form."""
    made = a_bundle()
    return ServedBundle(
        replace(made, encoders=Encoders(encodings=made.encoders.encodings | LEARNT)), "movie_rating:test"
    )


def a_body(field, value):
    """A request of a film of Korea with one field written so."""
    film = {"runtime": 112, "genres": ["Drama"], "original_language": "ko", "release_date": "2024-03-15"}
    return json.dumps(film | {field: value}).encode()


def columns_of_cleaned(field, value):
    """What an estimator sees of the film in a cleaned day."""
    record = {"genres": ["Drama"], "original_language": "ko", "production_countries": [], "spoken_languages": []}
    day = clean([a_raw_film(**(record | {field: value}))], day=date(2024, 5, 1))
    facts = {name: day.movies[name].tolist() for name in columns_of([a_movie()]) if name in day.movies}
    dates = {"release_date": [value.date() for value in day.movies["release_date"]]}
    return seen(facts | dates | {READABLE: day.movies[READABLE].tolist()})


@pytest.mark.parametrize(("field", "one", "other"), SPELLINGS)
def test_both_spellings_are_rated_alike(bundle, field, one, other):
    """By a bundle that learnt yet another."""
    ratings = [bundle.predict([film_of(a_body(field, value))], year=2026)[0].predicted_rating for value in (one, other)]

    assert ratings[0] == ratings[1]


@pytest.mark.parametrize(("field", "one", "other"), SPELLINGS)
def test_both_spellings_are_one_row_of_the_matrix(field, one, other):
    """Of a request and of a cleaned day."""
    encoders = Encoders(encodings=LEARNT | LISTS)
    requests = [columns_of([Movie.model_validate_json(a_body(field, value))]) for value in (one, other)]
    cleaned = [columns_of_cleaned(field, value) for value in (one, other)]
    rows = [encode(columns, encoders) for columns in (*requests, *cleaned)]

    assert all(np.array_equal(row, rows[0]) for row in rows)
    lists = [{name: list(map(list, columns[name])) for name in LISTS} for columns in (*requests, *cleaned)]
    assert lists == [lists[0]] * 4, "what is missing is missing in both"


def test_each_name_is_described_once(bundle):
    """In the form of the vocabulary, whatever the bundle learnt."""
    assert bundle.describe().known == {"genres": ("Drama", "Science Fiction"), "original_languages": ("en", "ko")}
