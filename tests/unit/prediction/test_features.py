"""The feature spec, and the way from movies to numbers."""

import math

import numpy as np
import pandas as pd
import pytest

from movie_assets.catalogue.cleaning import clean
from movie_assets.catalogue.raw import raw_frame
from movie_assets.catalogue.validation import leakage_columns
from movie_assets.prediction.features import FEATURES, UNKNOWN, columns_of, encode, facts_of, fit_encoders
from movie_assets.training.window import Part
from tests.support.builders import FETCHED_AT, OVERVIEW, a_movie, a_raw_film

KOREAN = "은퇴한 형사가 마지막 사건을 해결하기 위해 조용한 마을로 돌아온다."


def some_columns(**said):
    """Columns of three films, two dramas and a comedy."""
    columns = {
        "runtime": [90.0, 100.0, 140.0],
        "main_genre": ["Drama", "Comedy", "Drama"],
        "original_language": ["en", "ko", "en"],
        "overview_sentiment": [0.1, -0.3, 0.0],
        "overview_len": [80, 200, 120],
    }
    return columns | said


def column(name, columns, encoders):
    """One encoded column."""
    return encode(columns, encoders)[:, [feature.name for feature in FEATURES].index(name)].tolist()


def test_the_allow_list_is_the_five_features_in_their_order():
    """What an estimator may see is listed once, and every entry says why it is known before the release."""
    assert [(feature.name, feature.kind) for feature in FEATURES] == [
        ("runtime", "number"),
        ("main_genre", "category"),
        ("original_language", "category"),
        ("overview_sentiment", "number"),
        ("overview_len", "number"),
    ]
    assert all(feature.known_before_release_because for feature in FEATURES)
    assert leakage_columns(feature.name for feature in FEATURES) == []


@pytest.mark.parametrize("name", ["main_genre", "original_language"])
@pytest.mark.parametrize("value", ["Slow Television", "", None, math.nan])
def test_an_unknown_category_has_a_code_of_its_own(name, value):
    """A value the training part did not hold, or none at all, is UNKNOWN and never somebody else's code."""
    encoders = fit_encoders(some_columns())

    assert column(name, some_columns(**{name: [value] * 3}), encoders) == [UNKNOWN] * 3


@pytest.mark.parametrize(("name", "median"), [("runtime", 100.0), ("overview_sentiment", 0.0), ("overview_len", 120.0)])
@pytest.mark.parametrize("missing", [None, math.nan, np.float64("nan")])
def test_a_missing_number_is_the_median_of_the_training_part(name, median, missing):
    """Nothing is guessed from the film that lacks it, nor from the films asked together with it."""
    encoders = fit_encoders(some_columns())

    assert column(name, some_columns(**{name: [missing, 1, 1]}), encoders)[0] == median


def test_medians_are_of_what_is_there():
    """Missing values do not count, and a column without any value has the median 0."""
    encoders = fit_encoders(some_columns(runtime=[None, 80.0, 90.0], overview_len=[None] * 3))

    assert encoders.medians["runtime"] == 85.0
    assert encoders.medians["overview_len"] == 0.0


def test_codes_do_not_depend_on_the_order_of_films():
    """By how often a value occurs, then by name: the same films in another order give the same encoders."""
    columns = some_columns(main_genre=["Drama", "Comedy", "Action"], original_language=["en", "ko", "en"])
    reversed_films = {name: values[::-1] for name, values in columns.items()}

    encoders = fit_encoders(columns)

    assert encoders == fit_encoders(reversed_films)
    assert encoders.categories["main_genre"] == ("Action", "Comedy", "Drama")
    assert encoders.categories["original_language"] == ("en", "ko")


def test_missing_categories_are_not_learnt():
    """None is not a category with a code."""
    assert fit_encoders(some_columns(main_genre=[None, "Drama", math.nan])).categories["main_genre"] == ("Drama",)


def test_nothing_to_learn_from_is_an_error():
    """Encoders of no film would make every film unknown."""
    with pytest.raises(ValueError, match="No film to fit encoders on"):
        fit_encoders({feature.name: [] for feature in FEATURES})


def test_no_film_is_an_empty_matrix():
    """Nobody asked, no rows: still a column for each feature."""
    empty = {feature.name: [] for feature in FEATURES}

    assert encode(empty, fit_encoders(some_columns())).shape == (0, len(FEATURES))


def test_the_facts_of_a_film():
    """The main genre is the first listed, the mood and the length are the synopsis's own."""
    facts = facts_of(a_movie(genres=["Crime", "Drama"], original_language="ko", runtime=99))

    assert facts["main_genre"] == "Crime"
    assert facts["original_language"] == "ko"
    assert facts["runtime"] == 99
    assert facts["overview_len"] == len(OVERVIEW)
    assert facts["overview_sentiment"] < 0


@pytest.mark.parametrize("overview", [None, "", "   \n", KOREAN], ids=["none", "empty", "blank", "Korean"])
def test_without_a_synopsis_to_read_there_is_no_mood_and_no_length(overview):
    """Left out rather than neutral, since 0 would say something."""
    facts = facts_of(a_movie(overview=overview))

    assert facts["overview_sentiment"] is None
    assert facts["overview_len"] is None


def test_further_genres_change_nothing():
    """Only the main genre is a feature, so the order of the others cannot matter."""
    assert facts_of(a_movie(genres=["Drama", "Crime", "War"])) == facts_of(a_movie(genres=["Drama", "War", "Crime"]))


def test_training_and_service_see_the_same_numbers():
    """A cleaned film and the same film in a request become the same row, whatever is missing of it."""
    films = [
        {"id": 1},
        {"id": 2, "genres": []},
        {"id": 3, "overview": KOREAN},
        {"id": 4, "genres": [{"name": "Slow Television"}], "original_language": "cn"},
        {"id": 5, "overview": "  Wonderful.  ", "runtime": 61},
    ]
    cleaned = clean(raw_frame(a_raw_film(**said) for said in films), day=FETCHED_AT.date())
    part = Part(cleaned.movies.merge(cleaned.votes, on="id"))
    requests = [
        a_movie(
            runtime=row["runtime"],
            genres=list(row["genres"]),
            original_language=row["original_language"],
            overview=row["overview"],
        )
        for row in cleaned.movies.to_dict("records")
    ]
    encoders = fit_encoders(some_columns())

    assert len(part) == len(films)
    np.testing.assert_array_equal(encode(part.columns, encoders), encode(columns_of(requests), encoders))


def test_columns_of_a_frame_lack_what_is_missing():
    """Pandas' several ways to say that nothing is there all become None."""
    frame = pd.DataFrame(
        {
            **some_columns(runtime=[1.0, None, 2.0], main_genre=pd.array([None, "Drama", pd.NA], dtype="str")),
            "overview_is_english": [True, False, True],
        }
    )

    columns = Part(frame).columns

    assert columns["runtime"] == [1.0, None, 2.0]
    assert columns["main_genre"] == [None, "Drama", None]
    assert columns["overview_sentiment"] == [0.1, None, 0.0]
    assert columns["overview_len"] == [80, None, 120]
