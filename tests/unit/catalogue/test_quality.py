"""What a cleaned day must be before anything may learn from it."""

from datetime import date

import pandas as pd
import pytest

from movie_assets.catalogue.quality import LEAKAGE_COLUMNS, day_verdicts, failures, film_verdicts, leakage_columns
from movie_assets.storage.formats import frame_of, parquet_of
from tests.support.builders import a_raw_film
from tests.support.cleaning import clean

COUNTS = {"kept": 3, "adult": 2, "gone": 1, "malformed": 1, "duplicate": 1}


@pytest.fixture(scope="module")
def movies():
    """Two films as they are kept, one without a genre."""
    return clean([a_raw_film(id=1), a_raw_film(id=2, genres=[])], day=date(2024, 5, 1)).movies


@pytest.mark.parametrize("films", [0, 2])
def test_good_films_pass_with_expected_and_actual(movies, films):
    """Also no film at all, and also as Parquet gives them back."""
    stored = frame_of(parquet_of(movies.head(films))) if films else movies.head(0)

    for verdict in (film_verdicts(movies.head(films)) | film_verdicts(stored)).values():
        assert verdict.passed
        assert verdict.expected
        assert verdict.actual


@pytest.mark.parametrize(
    ("broken", "sentences"),
    [
        (
            {"rating": [11.0, 5.0]},
            ["ratings_are_between_0_and_10: expected every rating from 0 to 10, found 1 outside: [11.0]."],
        ),
        ({"rating": [float("nan"), 5.0]}, ["columns_are_as_declared", "ratings_are_between_0_and_10"]),
        ({"runtime": [0.0, 90.0]}, ["columns_are_as_declared"]),
        ({"runtime": ["112", "90"]}, ["columns_are_as_declared"]),
        ({"overview_sentiment": [-1.5, 0.0]}, ["columns_are_as_declared"]),
        ({"genres": pd.Series(["Drama", "Crime"], dtype="object")}, ["columns_are_as_declared"]),
        ({"extra": [1, 2]}, ["columns_are_as_declared"]),
        ({"log_budget": [1.0, 2.0]}, ["columns_are_as_declared", "no_column_is_only_known_after_release"]),
    ],
)
def test_broken_films_fail_with_a_sentence_each(movies, broken, sentences):
    """One for each property that fails, with what was expected and what was found."""
    found = failures(film_verdicts(movies.assign(**broken)))

    assert len(found) == len(sentences)
    assert all(sentence.startswith(start) for sentence, start in zip(found, sentences, strict=True))


@pytest.mark.parametrize("ratings", [[0.0, 10.0], [0.5, 9.9]])
def test_ratings_at_the_ends_of_the_scale_pass(movies, ratings):
    """0 and 10 are ratings."""
    assert failures(film_verdicts(movies.assign(rating=ratings))) == []


@pytest.mark.parametrize(("broken", "place"), [({"runtime": [0.0, 90.0]}, "runtime: "), ({"extra": [1, 2]}, "frame: ")])
def test_a_failure_names_its_place(movies, broken, place):
    """A column by its name; what concerns the whole table as its frame."""
    assert place in failures(film_verdicts(movies.assign(**broken)))[0]


def test_repeated_ids_are_quoted_and_only_they():
    """The sentence of a day without repeated ids counts them."""
    ids = {"counts": {"kept": 3}, "dropped": 0, "min_films": 0}

    assert day_verdicts([1, 2, 3], [1, 2, 3], **ids)["ids_are_unique"].actual == "3 different ids"
    assert day_verdicts([1, 2, 2], [1, 2], **ids)["ids_are_unique"].actual == "1 ids more than once: [2]"


@pytest.mark.parametrize("column", ["id", "rating", "overview"])
def test_a_missing_column_is_named(movies, column):
    """A missing column is a finding, not a crash of the check."""
    assert column in failures(film_verdicts(movies.drop(columns=[column])))[0]


@pytest.mark.parametrize(
    ("changed", "sentences"),
    [
        ({}, []),
        ({"votes": [1, 2]}, ["every_film_has_its_votes: expected votes of 3 films, found votes of 2 films."]),
        ({"votes": [1, 2, 4]}, ["every_film_has_its_votes: expected votes of 3 films, found votes of 3 films."]),
        (
            {"dropped": 4},
            ["every_record_is_accounted_for: expected 8 records, found 3 films and 4 dropped records."],
        ),
        (
            {"films": [1, 2, 2], "votes": [1, 2]},
            ["ids_are_unique: expected each id once, found 1 ids more than once: [2]."],
        ),
        (
            {"min_films": 6},
            ["enough_films_were_read: expected at least 6 films that could be read, found 5."],
        ),
    ],
)
def test_a_whole_day_fails_with_a_sentence_for_each_property(changed, sentences):
    """Films dropped for what they are were read all the same; gone, malformed and repeated ones do not count."""
    day = {"films": [1, 2, 3], "votes": [1, 2, 3], "dropped": 5, "counts": COUNTS, "min_films": 5} | changed

    verdicts = day_verdicts(day.pop("films"), day.pop("votes"), **day)

    assert failures(verdicts)[: len(sentences)] == sentences
    assert sum(verdict.passed for verdict in verdicts.values()) == 4 - len(sentences)


@pytest.mark.parametrize(
    "name", sorted(LEAKAGE_COLUMNS | {"box_office", "log_budget", "Revenue", "vote_share", "popularity_rank"})
)
def test_what_is_known_only_after_release_is_a_leak(name):
    """Derived columns leak as much as their sources."""
    assert leakage_columns(["runtime", name]) == [name]


@pytest.mark.parametrize(
    "name", ["runtime", "overview_len", "rating", "company=Budget Films", "keyword=low_budget", "devoted"]
)
def test_what_is_known_before_release_is_none(name):
    """A telling word inside a value or another word is no leak; the target is dealt with by name."""
    assert leakage_columns([name]) == []
