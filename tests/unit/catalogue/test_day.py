"""Fetching and cleaning a day in batches, and the files it becomes."""

import json
import re
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import joblib
import pyarrow as pa
import pytest

from movie_assets.catalogue import day as day_module
from movie_assets.catalogue.day import clean_day, fetch_day, raw_table
from movie_assets.catalogue.quality import DayVerdict
from movie_assets.catalogue.source import RawFilm
from movie_assets.catalogue.synthetic.source import SyntheticCatalogue
from movie_assets.storage.formats import frame_of, table_of
from tests.support.builders import FETCHED_AT, a_raw_film
from tests.support.cleaning import raw_day
from tests.support.dumps import DAY as DUMP_DAY
from tests.support.dumps import a_row, json_lines, write_dump

DAY = date(2024, 5, 1)
NO_ID = RawFilm(film_id=None, record=None, chosen_by="popular", fetched_at=FETCHED_AT, problem="malformed: no id")
GONE = RawFilm(film_id=77, record=None, chosen_by="popular", fetched_at=FETCHED_AT, problem="gone: 404")


def record_of(film):
    """The text in which the raw day holds the film's record."""
    [row] = raw_table([film]).to_pylist()
    return row["record"]


def cleaned(*films, min_films=0):
    return clean_day(raw_day(films), DAY, min_votes=6, min_films=min_films)


def some_films(count=40):
    """Films of every kind, some twice."""
    films = list(SyntheticCatalogue(seed=3, start=DAY, films_per_day=count).fetch(DAY, with_history=False))
    return [*films, a_raw_film(), a_raw_film(adult=True), NO_ID, GONE, *films[:3]]


@contextmanager
def in_batches_of_seven(monkeypatch):
    """A few dozen films are a large day, worked on by threads (processes: the integration tier)."""
    with monkeypatch.context() as changed, joblib.parallel_config(backend="threading"):
        changed.setattr(day_module, "PARALLEL_FROM", 2)
        changed.setattr(day_module, "BATCH_RECORDS", 7)
        changed.setattr("movie_assets.catalogue.dump.source.BATCH_FILMS", 5)
        yield


def test_a_raw_day_holds_the_films_of_the_source(monkeypatch):
    """In its order, with its records and problems, and with its figures."""
    films = some_films()

    with in_batches_of_seven(monkeypatch):
        raw = raw_day(films)

    rows = table_of(raw).to_pylist()
    assert [RawFilm(**row | {"record": row["record"] and json.loads(row["record"])}) for row in rows] == films
    assert raw == raw_day(films)


def test_the_figures_of_a_raw_day():
    """Films by the reason they were chosen for, most first, and those without a readable record."""
    source = SyntheticCatalogue(seed=3, start=DAY, films_per_day=2, history_films=8)

    day = fetch_day(source, DAY, with_history=True)

    assert (day.rows, day.unreadable, day.chosen_by) == (10, 0, {"history": 8, "released_on_day": 2})
    assert day.first["film_id"].tolist() == [1, 2, 3, 4, 5]


def test_a_dump_is_read_in_batches_as_it_is_film_by_film(tmp_path, monkeypatch):
    """History first, undated films, then those of the day."""
    released = ["2017-11-30", "2017-12-03", "", "2017-12-02", "2017-12-04"]
    rows = [a_row(number, release_date=released[number % 5]) for number in range(1, 60)]
    source = write_dump(tmp_path, json_lines(rows) + "no film\n", "films.jsonl")

    with in_batches_of_seven(monkeypatch):
        day = fetch_day(source, DUMP_DAY, with_history=True)

    assert table_of(day.films).equals(raw_table(source.fetch(DUMP_DAY, with_history=True)))
    assert day.chosen_by == {"history": 23, "undated": 13, "released_on_day": 12}
    assert (day.rows, day.unreadable) == (48, 1)


def test_half_a_surrogate_pair_is_kept_as_an_escape():
    """A broken emoji in one synopsis must not make the whole day unwritable."""
    text = record_of(a_raw_film(overview="broken \ud83d"))

    text.encode()
    assert json.loads(text)["overview"] == "broken \ud83d"
    assert "기생충" in record_of(a_raw_film(title="기생충"))


def test_dates_in_a_record_become_iso_texts():
    """A dump may give dates as dates."""
    assert json.loads(record_of(a_raw_film(release_date=date(2017, 12, 1))))["release_date"] == "2017-12-01"


def test_a_value_that_json_cannot_keep_is_named():
    """The sentence says which value it was."""
    with pytest.raises(TypeError, match=re.escape("holds {1, 2}, a set")):
        record_of(a_raw_film(keywords={1, 2}))


def test_many_records_are_cleaned_in_batches_with_the_same_result(monkeypatch):
    """Values, order, reasons and types; a film that comes again in another batch is a duplicate there too."""
    alone = cleaned(*some_films())

    with in_batches_of_seven(monkeypatch):
        together = cleaned(*some_films())

    assert alone.counts["duplicate"] >= 3
    assert alone.records == len(some_films())
    for name in ("movies", "votes", "dropped", "counts"):
        assert getattr(together, name) == getattr(alone, name)
    assert together.ratings.tolist() == alone.ratings.tolist() == frame_of(alone.movies)["rating"].tolist()


def test_an_id_stays_whole_where_another_is_missing():
    """Also one too large for a floating-point number."""
    large = 2**53 + 1

    day = cleaned(a_raw_film(id=large - 1), a_raw_film(id=large), NO_ID, GONE)

    assert (day.counts["kept"], day.counts["malformed"], day.counts["gone"]) == (2, 1, 1)
    assert frame_of(day.movies)["id"].tolist() == [large - 1, large]


def test_a_day_without_films_has_its_columns():
    """A green, empty day: every file is there with the types of any other."""
    empty, other = cleaned(), cleaned(a_raw_film())

    assert empty.failures == []
    assert empty.records == len(empty.ratings) == len(empty.first) == 0
    for name in ("movies", "votes", "dropped"):
        assert table_of(getattr(empty, name)).schema == table_of(getattr(other, name)).schema


def test_lists_that_are_all_empty_are_lists_of_texts():
    """A day on which no film has a genre has the types of any other."""
    genres = table_of(cleaned(a_raw_film(genres=[])).movies).schema.field("genres")

    assert genres.type == pa.list_(pa.string())


def test_a_failure_of_films_is_reported_once(monkeypatch):
    """However many batches have it."""

    def fails(movies):
        return {"no_film_is_there": DayVerdict(False, "no columns", str(len(movies.columns)))}

    monkeypatch.setattr(day_module, "film_verdicts", fails)

    with in_batches_of_seven(monkeypatch):
        day = cleaned(*some_films())

    assert day.failures == ["no_film_is_there: expected no columns, found 19."]


def test_a_day_with_too_few_films_fails():
    """Films of the history that come again, and unreadable ones, are not among those it needs."""
    again = [a_raw_film(id=number, chosen_by="history_again") for number in (1, 2, 2)]
    unreadable = replace(GONE, chosen_by="history_again")

    assert cleaned(a_raw_film(), *again, unreadable, min_films=1).failures == []
    assert cleaned(*again, GONE, min_films=1).failures == [
        "enough_films_were_read: expected at least 3 films that could be read, found 2."
    ]
    assert cleaned(*again, GONE, min_films=0).failures == []


def test_the_preview_is_of_the_first_films_kept():
    """Of the first batch that kept any."""
    day = cleaned(NO_ID, GONE, *some_films())

    assert day.first["id"].tolist() == frame_of(day.movies)["id"].head(5).tolist()


def test_the_terms_left_out_of_a_day_are_counted_over_its_batches(monkeypatch):
    """The commonest by name, the others together."""
    films = [
        a_raw_film(id=number, genres=["Drama", "Foreign"], production_countries=[f"Atlantis {number}"])
        for number in range(1, 21)
    ]
    monkeypatch.setattr(day_module, "MOST_TERMS_KEPT", 2)

    with in_batches_of_seven(monkeypatch):
        terms = cleaned(*films).unknown_terms

    assert terms == {
        "genres": {"Foreign": 20},
        "production_countries": {"Atlantis 1": 1, "Atlantis 2": 1, "others": 18},
    }
