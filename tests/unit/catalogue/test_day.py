"""The files of a raw and a cleaned day, made batch by batch."""

from contextlib import contextmanager
from datetime import date

import joblib
import numpy as np
import pandas as pd

from movie_assets.catalogue import batches
from movie_assets.catalogue import day as files_of_a_day
from movie_assets.catalogue.day import clean_day, fetch_day
from movie_assets.catalogue.quality import DayVerdict
from movie_assets.catalogue.raw import frame_from, raw_frame
from movie_assets.catalogue.source import RawFilm
from movie_assets.catalogue.synthetic.source import SyntheticCatalogue
from movie_assets.storage.formats import frame_of, parquet_of, tables_of
from tests.support.builders import FETCHED_AT, a_raw_film
from tests.support.cleaning import clean

DAY = date(2024, 5, 1)
ODD = [
    RawFilm(film_id=None, record=None, chosen_by="popular", fetched_at=FETCHED_AT, problem="malformed: no id"),
    RawFilm(film_id=77, record=None, chosen_by="popular", fetched_at=FETCHED_AT, problem="gone: 404"),
]


class TheseFilms:
    """A source of the films it is given."""

    name = "made up"

    def __init__(self, *films):
        self.films = films

    def fetch(self, day, *, with_history):
        """All of them, on any day."""
        assert day
        assert not with_history
        return iter(self.films)


def raw_of(*films):
    return fetch_day(TheseFilms(*films), DAY, with_history=False).films


def cleaned(*films, min_films=0):
    return clean_day(raw_of(*films), DAY, min_votes=6, min_films=min_films)


def some_films(count=40):
    """Films of every kind, some twice."""
    films = list(SyntheticCatalogue(seed=3, start=DAY, films_per_day=count).fetch(DAY, with_history=False))
    return [*films, a_raw_film(), a_raw_film(adult=True), *ODD, *films[:3]]


@contextmanager
def in_batches_of_seven(monkeypatch):
    """A few dozen films are a large day, worked on by threads (processes: the integration tier)."""
    with monkeypatch.context() as changed, joblib.parallel_config(backend="threading"):
        changed.setattr(batches, "PARALLEL_FROM", 1)
        for module in (batches, files_of_a_day):
            changed.setattr(module, "BATCH_RECORDS", 7)
        yield


def test_a_small_day_has_the_bytes_of_its_frames():
    """Batches show in nothing that is kept."""
    raw = raw_frame(some_films())
    whole = clean(raw, day=DAY)

    day = cleaned(*some_films())

    assert raw_of(*some_films()) == parquet_of(raw)
    assert day.movies == parquet_of(whole.movies)
    assert day.votes == parquet_of(whole.votes)
    assert day.dropped == parquet_of(whole.dropped)
    assert day.counts == {**whole.counts, "min_films": 0}
    assert day.records == len(raw)


def test_many_records_are_cleaned_in_batches_with_the_same_result(monkeypatch):
    """Values, order, reasons and types; a film that comes again in another batch is a duplicate there too."""
    alone = cleaned(*some_films())

    with in_batches_of_seven(monkeypatch):
        together = cleaned(*some_films())

    assert together.counts == alone.counts
    assert alone.counts["duplicate"] >= 3
    for name in ("movies", "votes", "dropped"):
        assert getattr(together, name) == getattr(alone, name)
    assert np.array_equal(together.ratings, alone.ratings)


def test_a_record_without_an_id_spoils_no_other():
    """An id stays a whole number where another is missing."""
    day = cleaned(a_raw_film(), *ODD)

    assert (day.counts["kept"], day.counts["malformed"], day.counts["gone"]) == (1, 1, 1)
    assert [frame_from(table)["film_id"][0] for table in tables_of(raw_of(a_raw_film(), *ODD), 10)] == [603]


def test_a_day_without_films_has_its_columns():
    """A green, empty day: every file is there with the types of any other."""
    empty, other = cleaned(), cleaned(a_raw_film())

    assert empty.wrong == []
    assert empty.records == len(empty.ratings) == len(empty.first) == 0
    for name in ("movies", "votes", "dropped"):
        assert list(frame_of(getattr(empty, name)).columns) == list(frame_of(getattr(other, name)).columns)


def test_lists_that_are_all_empty_are_lists_of_texts():
    """A day on which no film says its genres has the types of any other."""
    (table,) = tables_of(cleaned(a_raw_film(genres=[])).movies, 10)

    assert str(table.schema.field("genres").type).startswith("list<")
    assert "string" in str(table.schema.field("genres").type)


def test_what_is_wrong_with_films_is_said_once(monkeypatch):
    """However many batches have it."""

    def fails(day):
        return DayVerdict(passed=False, expected="no columns", actual=str(len(day.movies.columns)))

    monkeypatch.setattr(batches, "FILM_PROPERTIES", {"no_film_is_there": fails})

    with in_batches_of_seven(monkeypatch):
        day = cleaned(*some_films())

    assert day.wrong == ["no_film_is_there: expected no columns, found 19."]


def test_a_day_with_too_few_films_is_wrong():
    """What only the day as a whole can tell."""
    assert cleaned(a_raw_film(), min_films=1).wrong == []
    (wrong,) = cleaned(a_raw_film(), ODD[1], min_films=2).wrong
    assert wrong == "enough_films_were_read: expected at least 2 films that could be read, found 1."


def test_a_person_sees_the_first_films():
    """Of the first batch that kept any."""
    day = cleaned(*ODD, *some_films())

    assert day.first["id"].tolist() == frame_of(day.movies)["id"].head(5).tolist()
    assert isinstance(day.first, pd.DataFrame)
