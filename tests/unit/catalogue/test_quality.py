"""What a cleaned day must be before anything may learn from it."""

from datetime import date

import pandas as pd
import pytest

from movie_assets.catalogue.cleaning import Cleaned
from movie_assets.catalogue.quality import (
    DAY_PROPERTIES,
    LEAKAGE_COLUMNS,
    CleanedDay,
    failures,
    films_read,
    leakage_columns,
    sentences,
    whole_day_verdicts,
)
from movie_assets.catalogue.raw import raw_frame
from movie_assets.catalogue.source import RawFilm
from tests.support.builders import FETCHED_AT, a_raw_film
from tests.support.cleaning import clean


def a_day(*more: RawFilm) -> Cleaned:
    films = [a_raw_film(id=1), a_raw_film(id=2, genres=[]), a_raw_film(id=3, runtime=0), *more]
    return clean(raw_frame(films), day=date(2024, 5, 1))


def wrong_with(day: Cleaned, *, min_films: int = 0, movies: pd.DataFrame | None = None) -> list[str]:
    """What is wrong with a day, or with a day of these films."""
    kept = day.movies if movies is None else movies
    asked = CleanedDay(movies=kept, films_read=films_read(day.counts), min_films=min_films)
    return failures(asked, DAY_PROPERTIES)


@pytest.mark.parametrize("min_films", [0, 3])
def test_a_good_day_has_nothing_against_it(min_films):
    """Films dropped for what they are were read all the same and count."""
    assert wrong_with(a_day(), min_films=min_films) == []


def test_films_that_could_not_be_read_count_as_missing():
    """A source that answers with rubbish has not given a day."""
    gone = RawFilm(film_id=9, record=None, chosen_by="popular", fetched_at=FETCHED_AT, problem="gone: deleted")
    rubbish = RawFilm(film_id=8, record=None, chosen_by="popular", fetched_at=FETCHED_AT, problem="malformed: a list")

    assert wrong_with(a_day(gone, rubbish, a_raw_film(id=1)), min_films=4) == [
        "enough_films_were_read: expected at least 4 films that could be read, found 3."
    ]


def test_an_empty_day_is_fine_where_none_is_asked():
    """No film was released that day."""
    empty = clean(raw_frame([]), day=date(2024, 5, 1))

    assert wrong_with(empty, min_films=0) == []
    assert wrong_with(empty, min_films=1) != []


@pytest.mark.parametrize(
    ("broken", "sentences"),
    [
        (
            {"rating": [11.0, 5.0]},
            ["ratings_are_between_0_and_10: expected every rating from 0 to 10, found 1 outside"],
        ),
        ({"rating": [float("nan"), 5.0]}, ["columns_are_as_declared", "ratings_are_between_0_and_10"]),
        ({"id": [1, 1]}, ["ids_are_unique: expected each id once, found 1 ids more than once: [1]"]),
        ({"runtime": [0.0, 90.0]}, ["columns_are_as_declared"]),
        ({"runtime": ["112", "90"]}, ["columns_are_as_declared"]),
        ({"overview_sentiment": [-1.5, 0.0]}, ["columns_are_as_declared"]),
        ({"genres": pd.Series(["Drama", "Crime"], dtype="object")}, ["columns_are_as_declared"]),
        ({"extra": [1, 2]}, ["columns_are_as_declared"]),
        ({"log_budget": [1.0, 2.0]}, ["columns_are_as_declared", "no_column_is_only_known_after_release"]),
    ],
)
def test_a_broken_day_is_told_in_sentences(broken, sentences):
    """One sentence for each property that fails, with what was expected and what was found."""
    day = a_day()

    found = wrong_with(day, movies=day.movies.assign(**broken))

    assert len(found) == len(sentences)
    assert all(sentence.startswith(start) for sentence, start in zip(found, sentences, strict=True))


@pytest.mark.parametrize("column", ["id", "rating", "overview"])
def test_a_missing_column_is_named(column):
    """A missing column is a finding, not a crash of the check."""
    day = a_day()

    found = wrong_with(day, movies=day.movies.drop(columns=[column]))

    assert column in found[0]


def test_every_property_passes_a_good_day_with_words():
    """A green check tells what it saw."""
    day = a_day()

    verdicts = [check(CleanedDay(movies=day.movies, films_read=3, min_films=3)) for check in DAY_PROPERTIES.values()]

    assert all(verdict.passed and verdict.expected and verdict.actual for verdict in verdicts)


def test_a_day_read_back_from_parquet_is_as_good(tmp_path):
    """What is checked before the write holds for what is read after it."""
    day = a_day()
    day.movies.to_parquet(tmp_path / "movies.parquet")

    assert wrong_with(day, movies=pd.read_parquet(tmp_path / "movies.parquet")) == []


@pytest.mark.parametrize("name", sorted(LEAKAGE_COLUMNS | {"log_budget", "Revenue", "vote_share", "popularity_rank"}))
def test_what_is_known_only_after_release_is_a_leak(name):
    """Derived columns leak as much as their sources."""
    assert leakage_columns(["runtime", name]) == [name]


@pytest.mark.parametrize(
    "name", ["runtime", "overview_len", "rating", "company=Budget Films", "keyword=low_budget", "devoted"]
)
def test_what_is_known_before_release_is_none(name):
    """A telling word inside a value or another word is no leak; the target is dealt with by name."""
    assert leakage_columns([name]) == []


@pytest.mark.parametrize(
    ("votes", "dropped", "wrong"),
    [
        ([1, 2, 3], 2, []),
        ([1, 2], 2, ["every_film_has_its_votes: expected votes of 3 films, found votes of 2 films."]),
        ([1, 2, 4], 2, ["every_film_has_its_votes: expected votes of 3 films, found votes of 3 films."]),
        ([1, 2, 3], 1, ["every_record_is_accounted_for: expected 5 records, found 3 films and 1 dropped records."]),
    ],
)
def test_the_files_of_a_day_fit_together(votes, dropped, wrong):
    """Each film has its votes, and every record is a film or dropped."""
    verdicts = whole_day_verdicts([1, 2, 3], votes, dropped=dropped, counts={"kept": 3, "adult": 2})

    assert sentences(verdicts) == wrong
