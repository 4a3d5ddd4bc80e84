"""The feature spec, and the way from movies to numbers."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from movie_assets.catalogue.quality import leakage_columns
from movie_assets.prediction.features import (
    CORE,
    FEATURES,
    OPTIONAL,
    columns_of,
    encode,
    labels,
)
from movie_assets.prediction.movie import Movie
from movie_assets.training.encoders import fit_encoders
from movie_assets.training.window import FilmSet
from tests.support.builders import FETCHED_AT, OVERVIEW, a_movie, a_raw_film
from tests.support.cleaned_days import a_window
from tests.support.cleaning import clean

KOREAN = "은퇴한 형사가 마지막 사건을 해결하기 위해 조용한 마을로 돌아온다."
ALLOW_LIST = [
    ("runtime", ("number",)),
    ("main_genre", ("one_of",)),
    ("original_language", ("one_of",)),
    ("overview_sentiment", ("number",)),
    ("overview_len", ("number",)),
    ("overview", ("words",)),
    ("genres", ("any_of",)),
    ("release_date", ("release_day",)),
    ("production_countries", ("any_of",)),
    ("spoken_languages", ("any_of",)),
    ("title", ("title", "record")),
    ("collection", ("record",)),
    ("production_companies", ("record",)),
    ("directors", ("record",)),
    ("cast", ("record",)),
]
FIVE = ["runtime", "main_genre", "original_language", "overview_sentiment", "overview_len"]


def seen_of(movie):
    """What an estimator may see of one movie."""
    return {name: value for name, [value] in columns_of([movie]).items()}


@pytest.fixture(scope="module")
def encoders():
    """All encoders, learnt from a small window."""
    return fit_encoders(a_window(200).train, seed=1).encoders


def test_the_allow_list_is_the_five_features_and_the_further_ones():
    """What an estimator may see is listed once, and every entry says why it is known before the release."""
    assert [feature.name for feature in CORE] == FIVE
    assert [(feature.name, feature.kinds) for feature in FEATURES] == ALLOW_LIST
    for feature in FEATURES:
        reason = feature.known_before_release_because
        assert "before" in reason or "earlier" in reason if "record" in feature.kinds else reason
    assert leakage_columns(feature.name for feature in FEATURES) == []


def test_every_optional_fact_may_be_left_out_of_a_request(encoders):
    """Each has numbers that mean "not known", so a film in five facts is answered by the full estimator too."""
    bare = Movie(runtime=112, genres=["Drama"], original_language="en", overview=OVERVIEW)

    matrix = encode(columns_of([bare]), encoders)

    assert list(OPTIONAL) == [name for name, _ in ALLOW_LIST if name not in (*FIVE, "overview", "genres")]
    assert all(seen_of(bare)[name] in (None, []) for name in OPTIONAL)
    assert matrix.shape == (1, len(labels(encoders)))
    assert np.isfinite(matrix).all()


def test_the_core_encoders_see_the_five_facts_alone(encoders):
    """The other facts of a film change none of their numbers."""
    core = encoders.of("core")
    other = a_movie(title="Other", directors=["A"], collection="B", release_date=None, production_companies=["C"])

    assert (core.feature_set, encoders.feature_set) == ("core", "full")
    assert (core.known("main_genre"), core.known("runtime")) == (encoders.known("main_genre"), ())
    with pytest.raises(ValidationError, match="frozen"):
        core.encodings = encoders.encodings
    assert list(dict.fromkeys(feature for feature, _ in labels(core))) == FIVE
    np.testing.assert_array_equal(encode(columns_of([a_movie()]), core), encode(columns_of([other]), core))
    assert (encode(columns_of([a_movie()]), encoders) != encode(columns_of([other]), encoders)).any()


def test_each_column_has_a_label(encoders):
    """In the matrix's order, each label once, its feature beside it."""
    names = labels(encoders)

    assert encode(columns_of([a_movie()]), encoders).shape == (1, len(names))
    for chosen in (encoders, encoders.of("core")):
        assert encode(columns_of([]), chosen).shape == (0, len(labels(chosen)))
    assert len(set(names)) == len(names)
    assert [feature.name for feature in FEATURES] == list(dict.fromkeys(feature for feature, _ in names))


def test_the_order_of_further_genres_changes_nothing(encoders):
    """Only which they are is seen, so their order cannot matter."""
    films = [a_movie(genres=["Drama", *others]) for others in (["Comedy", "Horror"], ["Horror", "Comedy"])]

    one, other = encode(columns_of(films), encoders)

    np.testing.assert_array_equal(one, other)


def test_the_facts_of_a_film():
    """The main genre is the first listed, the mood and the length are the synopsis's own, leading actors are few."""
    actors = [f"Actor {number}" for number in range(9)]
    facts = seen_of(a_movie(genres=["Crime", "Drama"], original_language="ko", runtime=99, cast=actors))

    assert list(facts) == [feature.name for feature in FEATURES]
    assert facts["main_genre"] == "Crime"
    assert facts["original_language"] == "ko"
    assert facts["runtime"] == 99
    assert facts["overview_len"] == len(OVERVIEW)
    assert facts["overview_sentiment"] < 0
    assert facts["overview"] == OVERVIEW
    assert facts["release_date"] == date(2024, 3, 15)
    assert facts["cast"] == actors[:5]


@pytest.mark.parametrize("overview", [None, "", "   \n", KOREAN], ids=["none", "empty", "blank", "Korean"])
def test_without_a_synopsis_to_read_there_is_no_mood_no_length_and_no_word(overview):
    """Left out rather than neutral, since 0 would say something."""
    facts = seen_of(a_movie(overview=overview))

    assert [facts[name] for name in ("overview_sentiment", "overview_len", "overview")] == [None] * 3


@pytest.mark.parametrize("feature_set", ["core", "full"])
def test_training_and_service_see_the_same_numbers(encoders, feature_set):
    """A cleaned film and the same film in a request become the same row, whatever is missing of it."""
    known = {
        "cast": [{"name": f"Actor {number}"} for number in range(9)],
        "crew": [{"name": "Director 3", "job": "Director"}],
    }
    films = [
        {
            "id": 1,
            "credits": known,
            "belongs_to_collection": {"name": "Harbour Collection"},
            "title": "Harbour 2: Tides",
        },
        {"id": 2, "genres": [], "production_companies": [{"name": "Company 3"}, {"name": "Company 4"}]},
        {"id": 3, "overview": KOREAN, "title": None, "production_countries": [], "spoken_languages": []},
        {"id": 4, "genres": [{"name": "Slow Television"}], "original_language": "cn", "release_date": "2019-07-04"},
        {"id": 5, "overview": "  Wonderful.  ", "runtime": 61},
    ]
    cleaned = clean((a_raw_film(**film) for film in films), day=FETCHED_AT.date())
    part = FilmSet(cleaned.with_votes)
    scalars = ["runtime", "original_language", "overview", "release_date"]
    lists = ["genres", "production_countries", "production_companies", "spoken_languages", "directors", "cast"]
    requests = [
        a_movie(
            **{name: row[name] for name in scalars},
            **{name: list(row[name]) for name in lists},
            **{name: None if pd.isna(row[name]) else row[name] for name in ("title", "collection")},
        )
        for row in cleaned.movies.to_dict("records")
    ]
    chosen = encoders.of(feature_set)

    assert len(part) == len(films)
    assert part.columns == columns_of(requests)
    np.testing.assert_array_equal(encode(part.columns, chosen), encode(columns_of(requests), chosen))


def test_names_that_the_vocabulary_lacks_are_no_features():
    """As in cleaned films; the main genre is the first that the vocabulary has, if there is any."""
    strange = {"production_countries": ["Atlantis", "FR"], "spoken_languages": ["Klingon"]}
    columns = columns_of([a_movie(genres=["Slow Television", "Drama"], **strange), a_movie(genres=["Slow Television"])])

    assert columns["genres"] == [["Drama"], []]
    assert columns["main_genre"] == ["Drama", "Slow Television"]
    assert columns["production_countries"][0] == ["FR"]
    assert columns["spoken_languages"][0] == []
