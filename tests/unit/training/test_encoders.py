"""The encoders fitted on the training part, and the matrices of the training films."""

import random
from datetime import date

import numpy as np
import pandas as pd
import pytest

from movie_assets.prediction.encodings import AnyOf, Number, OneOf, ReleaseDay, TrackRecordEncoding
from movie_assets.prediction.features import FEATURES, OPTIONAL, encode, labels
from movie_assets.training.encoders import (
    ALL_MASKED,
    MASKABLE,
    MASKED,
    MOST_COLUMNS,
    fit_encoders,
    masked_matrix,
    training_matrix,
)
from movie_assets.training.window import FilmSet
from tests.support.cleaned_days import a_cleaned_film, a_part, made_up_films

FILMS = made_up_films(600)


@pytest.fixture(scope="module")
def train():
    return a_part(*FILMS)


@pytest.fixture(scope="module")
def encoded(train):
    return fit_encoders(train, seed=1)


def encoding(films, name, kind):
    """What was learnt of one feature from these films."""
    encodings = fit_encoders(a_part(*films), seed=1).encoders.encodings[name]
    return next(one for one in encodings if isinstance(one, kind))


def some_films(count, **changes):
    """Films that are alike but for their ids and for columns given film by film."""
    return [a_cleaned_film(id=n + 1, **{name: values[n] for name, values in changes.items()}) for n in range(count)]


def owners(encoders):
    """For each column its feature."""
    return np.array([feature for feature, _ in labels(encoders)])


def test_the_same_films_and_seed_give_the_same_encoders(train, encoded):
    """Words and track records included, which rest on a model."""
    again = fit_encoders(a_part(*FILMS), seed=1)

    assert again.encoders.model_dump_json() == encoded.encoders.model_dump_json()
    np.testing.assert_array_equal(again.tfidf_out_of_fold, encoded.tfidf_out_of_fold)


def test_every_feature_has_an_encoding_of_each_of_its_kinds(encoded):
    """No more and no fewer; those of a feature set are its own."""
    learnt = encoded.encoders.encodings

    assert {name: tuple(one.kind for one in kinds) for name, kinds in learnt.items()} == {
        feature.name: feature.kinds for feature in FEATURES
    }
    assert list(encoded.encoders.of("full").encodings) == [feature.name for feature in FEATURES]


def test_the_order_of_films_changes_no_name_and_no_number(encoded):
    """Ties are settled by name; only the model behind words and records sees films in the window's order."""
    shuffled = FILMS.copy()
    random.Random(3).shuffle(shuffled)
    other = fit_encoders(a_part(*shuffled), seed=1).encoders

    for name, kinds in encoded.encoders.encodings.items():
        for one, again in zip(kinds, other.encodings[name], strict=True):
            if one.kind not in {"words", "record"}:
                assert again == one
            if one.kind == "record":
                assert (again.record.names, again.record.days) == (one.record.names, one.record.days)


def test_medians_are_of_what_is_there():
    """Missing values do not count, and a column without any value has the median 0."""
    films = some_films(3, runtime=[None, 80.0, 90.0], overview_is_english=[False] * 3)

    assert encoding(films, "runtime", Number).median == 85.0
    assert encoding(films, "overview_len", Number).median == 0.0


def test_names_are_known_by_how_often_they_occur():
    """The most frequent first, ties by name; only those with enough films have a column, none is learnt of None."""
    genres = ["Drama"] * 3 + ["Comedy", "Action", "Comedy", "Action", "Western", None]

    learnt = encoding(some_films(9, main_genre=genres), "main_genre", OneOf)

    assert learnt.known == ("Drama", "Action", "Comedy", "Western")
    assert learnt.seen == 3


def test_a_large_window_asks_for_more_films_of_a_name():
    """A hundredth of the films, at least two and twenty at most; and no feature has columns without end."""
    names = [f"Genre {n % 50:02}" for n in range(300)]  # six films each: twice a hundredth of 300

    assert encoding(some_films(300, main_genre=names), "main_genre", OneOf).seen == MOST_COLUMNS
    rare = ["Drama"] * 298 + ["Western"] * 2
    assert encoding(some_films(300, main_genre=rare), "main_genre", OneOf).seen == 1


def test_the_usual_country_is_that_of_most_films_in_the_language():
    """For films that name none; genres have no usual ones."""
    films = some_films(
        5,
        original_language=["ko", "ko", "ko", "en", "fr"],
        production_countries=[["KR", "US"], ["KR"], [], ["US"], []],
    )

    assert encoding(films, "production_countries", AnyOf).usual == {"ko": ("KR",), "en": ("US",)}
    assert encoding(films, "genres", AnyOf).usual == {}


def test_a_film_without_a_date_is_one_of_the_newest():
    """Requests are about films to come."""
    days = [pd.Timestamp(2001, 1, 1), pd.Timestamp(2026, 1, 7), pd.Timestamp(2020, 1, 1)]

    assert encoding(some_films(3, release_date=days), "release_date", ReleaseDay).newest == date(2026, 1, 7)


def test_no_film_is_an_error():
    """Encoders of no film would make every film unknown."""
    with pytest.raises(ValueError, match="No film to fit encoders on"):
        fit_encoders(FilmSet(a_part(a_cleaned_film()).frame.head(0)), seed=1)


TINY = {
    "ten films": made_up_films(10),
    "one film": made_up_films(1),
    "no synopsis to read": [film | {"overview_is_english": False} for film in made_up_films(60)],
    "no people at all": [film | {"directors": [], "cast": []} for film in made_up_films(60)],
    "nothing but the five facts": [
        film | {name: [] if isinstance(film[name], list) else None for name in OPTIONAL if name != "release_date"}
        for film in made_up_films(60)
    ],
}


@pytest.mark.parametrize("films", TINY.values(), ids=TINY)
def test_little_to_learn_from_is_enough_for_a_matrix(films):
    """Finite numbers in the columns that the labels name, in both feature sets, full and masked."""
    part = a_part(*films)
    encoded = fit_encoders(part, seed=1)

    for feature_set in ("core", "full"):
        encoders = encoded.encoders.of(feature_set)
        full = encoded.matrix(part, encoders)
        training = training_matrix(full, masked_matrix(part, encoders), encoders, seed=1)
        for matrix in (full, training, encode(part.columns, encoders)):
            assert matrix.shape == (len(films), len(labels(encoders)))
            assert np.isfinite(matrix).all()


def test_only_the_words_of_the_training_films_differ_from_what_service_sees(train, encoded):
    """Theirs are scored by models that had not seen the film; everything else is as for any other film."""
    matrix, served = encoded.matrix(train, encoded.encoders), encode(train.columns, encoded.encoders)
    words = owners(encoded.encoders) == "overview"

    np.testing.assert_array_equal(matrix[:, ~words], served[:, ~words])
    assert (matrix[:, words] != served[:, words]).mean() > 0.99
    np.testing.assert_array_equal(matrix[:, words].ravel(), encoded.tfidf_out_of_fold)


@pytest.mark.parametrize("row", [100, 300, 555])
def test_a_films_rating_does_not_come_back_in_its_own_numbers(train, encoded, row):
    """The opposite rating hardly moves its own words and track records, but those of later films by the same people."""
    changed = [dict(film) for film in FILMS]
    changed[row]["rating"] = 0.0 if FILMS[row]["rating"] > 5 else 10.0
    part = a_part(*changed)
    other = fit_encoders(part, seed=1)

    moved = np.abs(other.matrix(part, other.encoders) - encoded.matrix(train, encoded.encoders))

    assert moved[row].max() < 0.05
    assert moved.max() > 0.3
    assert moved[:, owners(encoded.encoders) == "overview"].max() > 0.05, "others' words do learn of it"


def test_a_record_counts_earlier_films_only():
    """A director's first film knows nothing of the later ones, also not of one of the same day."""
    days = [pd.Timestamp(2010 + n // 2, 5, 1) for n in range(40)]  # two films on each day
    films = some_films(40, release_date=days, directors=[["Ada"]] * 40, rating=[9.0, 3.0] * 20)
    part = a_part(*films)
    learnt = fit_encoders(part, seed=1)
    record = learnt.encoders.encodings["directors"][0]

    column = record.encode("directors", part.columns)[:, 0]

    assert column[:2].tolist() == [0, 0]
    assert len(set(record.record.days)) == len(record.record.days) == 20
    np.testing.assert_array_equal(column[0::2], column[1::2])


def test_a_good_director_has_a_good_track_record():
    """Above 0 for films better than expected from their plain facts, below for worse ones."""
    films = [
        film
        | {"directors": ["Ada"] if film["id"] % 2 else ["Bo"], "rating": film["rating"] + (1 if film["id"] % 2 else -1)}
        for film in made_up_films(300)
    ]
    record = encoding(films, "directors", TrackRecordEncoding).record

    assert record.of(["Ada"], None)[0] > 0.5
    assert record.of(["Bo"], None)[0] < -0.5


def test_residuals_are_out_of_fold():
    """Ratings that nothing explains have residuals that stray as far as the ratings do."""
    chance = np.random.default_rng(4)
    films = [
        film | {"collection": f"Series {film['id']}", "rating": 5 + chance.normal(), "vote_count": 100}
        for film in made_up_films(600)
    ]
    record = encoding(films, "collection", TrackRecordEncoding).record

    residuals = np.array(record.sums) / np.array(record.weights)

    assert len(residuals) == len(films)
    assert residuals.std() > np.std([film["rating"] for film in films])


def test_that_people_are_recorded_means_nothing():
    """Where only good films have their people recorded, the people are still on average like any others."""
    films = []
    for film in made_up_films(300):
        known = film["id"] % 2 == 0
        people = {"directors": [f"Director {film['id'] % 30}"] if known else [], "cast": []}
        films.append(film | people | {"rating": film["rating"] + (1.5 if known else -1.5)})
    part = a_part(*films)
    record = fit_encoders(part, seed=1).encoders.encodings["directors"][0]

    values = record.encode("directors", part.columns | {"release_date": [None] * len(part)})

    assert record.labels("directors") == ["directors.record"]
    assert abs(values[[n % 2 == 1 for n in range(300)]].mean()) < 0.1


@pytest.fixture(scope="module")
def matrices(train, encoded):
    """The full and the masked matrix of the training films."""
    return encoded.matrix(train, encoded.encoders), masked_matrix(train, encoded.encoders)


@pytest.fixture(scope="module")
def masks(encoded, matrices):
    """For each feature the films in which it is masked, column by column."""
    full = np.full_like(matrices[0], 7.5)  # a number that no encoding gives
    training = training_matrix(full, matrices[1], encoded.encoders, seed=5)
    features = owners(encoded.encoders)
    return {name: training[:, features == name] != 7.5 for name in dict.fromkeys(features)}


def test_facts_are_masked_as_often_as_listed(masks):
    """All columns of a fact at once; facts that every source has are never masked."""
    for name, mask in masks.items():
        assert (mask == mask[:, :1]).all()
        expected = ALL_MASKED + (1 - ALL_MASKED) * MASKED.get(name, 0.0) if name in MASKABLE else 0
        assert mask[:, 0].mean() == pytest.approx(expected, abs=0.06 if expected else 0)


def test_some_films_have_no_optional_fact_left(masks):
    """So that an estimator learns to rate a film with required facts only."""
    all_masked = np.all([masks[name][:, 0] for name in MASKABLE], axis=0)

    assert all_masked.mean() == pytest.approx(ALL_MASKED, abs=0.05)
    assert (masks["title"][:, 0] == all_masked).all()
    assert not masks["release_date"].any()


def test_directors_and_cast_are_masked_together(masks):
    """A source has the credits of a film or not; other facts are missing on their own."""
    people = masks["directors"][:, 0]

    assert (people == masks["cast"][:, 0]).all()
    others = people & ~masks["title"][:, 0]
    share = MASKED["production_companies"]
    assert np.mean(masks["production_companies"][others, 0]) == pytest.approx(share, abs=0.08)


def test_a_masked_fact_has_the_numbers_of_a_missing_one(train, encoded, matrices):
    """The seed decides in which films; core facts are never masked."""
    full, masked = matrices
    missing = encode(train.columns | {name: [None] * len(train) for name in MASKABLE}, encoded.encoders)
    core = encoded.encoders.of("core")
    full_core = encoded.matrix(train, core)

    one, again, other = (training_matrix(full, masked, encoded.encoders, seed=seed) for seed in (5, 5, 6))

    assert ((one == full) | (one == missing)).all()
    assert (one != full).any()
    np.testing.assert_array_equal(one, again)
    assert (one != other).any()
    np.testing.assert_array_equal(training_matrix(full_core, masked_matrix(train, core), core, seed=5), full_core)


def test_the_usual_range_leaves_the_rarest_out():
    """Of a thousand films the five shortest and the five longest, and the five oldest."""
    films = [
        a_cleaned_film(id=at, runtime=float(at), release_date=pd.Timestamp(2000, 1, 1) + pd.Timedelta(days=at))
        for at in range(1_000)
    ]
    encodings = fit_encoders(a_part(*films), seed=1).encoders.encodings
    [runtime], [day] = encodings["runtime"], encodings["release_date"]

    assert (runtime.low, runtime.high) == (5, 994)
    assert day.low == date(2000, 1, 6)
