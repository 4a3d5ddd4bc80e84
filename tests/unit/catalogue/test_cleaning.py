"""Cleaning: one record in, one film or one reason out."""

import json
from datetime import UTC, date, datetime

import pandas as pd
import pytest
from textblob import TextBlob

from movie_assets.catalogue.cleaning import DROP_REASONS, clean_rows
from movie_assets.catalogue.day import raw_table
from movie_assets.catalogue.source import RawFilm
from tests.support.builders import FETCHED_AT, a_raw_film
from tests.support.cleaning import Cleaned, clean

DAY = date(2024, 5, 1)


def cleaned(*films: RawFilm, day: date = DAY) -> Cleaned:
    return clean(films, day=day)


def kept(**changes):
    """The one row that a record becomes, as a dictionary."""
    return cleaned(a_raw_film(**changes)).movies.to_dict("records")[0]


def test_a_film_arrives_in_the_form_of_a_movie():
    """Each fact lands in its column, in its unit."""
    credited = {"cast": [{"name": "Ada Lind"}], "crew": [{"name": "Jo Park", "job": "Director"}]}

    assert kept(credits=credited, belongs_to_collection={"name": "Harbour Collection"}) == {
        "id": 603,
        "title": "The Quiet Harbour",
        "overview": "A retired detective returns to a quiet town to solve one last, terrible case.",
        "runtime": 112.0,
        "genres": ["Drama", "Crime"],
        "main_genre": "Drama",
        "original_language": "en",
        "release_date": pd.Timestamp("2024-03-15"),
        "production_countries": ["GB"],
        "production_companies": ["Harbour Lane Pictures"],
        "spoken_languages": ["en"],
        "collection": "Harbour Collection",
        "directors": ["Jo Park"],
        "cast": ["Ada Lind"],
        "overview_len": 77,
        "overview_is_english": True,
        "overview_sentiment": TextBlob(a_raw_film().record["overview"]).sentiment.polarity,
        "rating": 6.9,
        "fetched_at": pd.Timestamp(FETCHED_AT),
    }


@pytest.mark.parametrize(
    ("reason", "changes", "detail"),
    [
        ("adult", {"adult": True}, "adult is true"),
        ("adult", {"adult": "True"}, "adult is true"),
        ("malformed", {"adult": " - Written by a shifted row"}, "not true or false"),
        ("not_released", {"status": "Post Production"}, "status is 'Post Production'"),
        ("not_released", {"status": "in-production"}, "status is 'in-production'"),
        ("not_released", {"status": "CANCELED"}, "status is 'CANCELED'"),
        ("malformed", {"status": "Veröffentlicht"}, "status is 'Veröffentlicht', not Released or another status"),
        ("not_released", {"release_date": "2024-05-02"}, "2024-05-02, after 2024-05-01"),
        ("no_release_date", {"release_date": ""}, "release_date is ''"),
        ("malformed", {"release_date": "soon"}, 'release_date is "soon", not a date'),
        ("no_runtime", {"runtime": 0}, "runtime is 0"),
        ("no_runtime", {"runtime": None}, "runtime is None"),
        ("no_runtime", {"runtime": "N/A"}, "runtime is 'N/A'"),
        ("malformed", {"runtime": True}, "runtime is true, not a number of minutes"),
        ("malformed", {"runtime": "long"}, 'runtime is "long", not a number of minutes'),
        ("malformed", {"runtime": -9}, "runtime is -9, below 0 minutes"),
        ("no_runtime", {"runtime": float("nan")}, "runtime is nan"),
        ("no_overview", {"overview": ""}, "overview is ''"),
        ("no_overview", {"overview": " \n"}, "overview is ' \\n'"),
        ("no_overview", {"overview": "No overview found."}, "overview is 'No overview found.'"),
        ("no_overview", {"overview": "TBA"}, "overview is 'TBA'"),
        ("no_overview", {"overview": " " * 300}, "overview is '   "),
        ("too_few_votes", {"vote_count": 5}, "vote_count is 5, fewer than 6"),
        ("too_few_votes", {"vote_count": None}, "vote_count is None"),
        ("malformed", {"vote_count": "8,204"}, 'vote_count is "8,204", which can be 8204 or 8.204'),
        ("malformed", {"vote_count": 8.204}, "vote_count is 8.204, not a whole number"),
        ("out_of_form", {"vote_average": 10.1}, "vote_average is 10.1, not a number from 0 to 10"),
        ("malformed", {"vote_average": "high"}, 'vote_average is "high", not a number'),
        ("out_of_form", {"runtime": 1440}, "runtime is 1440.0: Input should be less than or equal to 1000"),
        ("out_of_form", {"original_language": None}, "original_language is None"),
        ("out_of_form", {"original_language": "Klingon"}, "original_language is 'Klingon', no language with"),
        ("malformed", {"genres": [], "genre_ids": "[18, "}, 'genre_ids is "[18,"'),
        ("out_of_form", {"genres": "Drama, Crime"}, "genres is 'Drama, Crime'"),
        ("out_of_form", {"overview": "broken \ud83d"}, "overview is 'broken \\ud83d'"),
    ],
)
def test_each_dropped_record_has_its_reason(reason, changes, detail):
    """The reason names the rule, the detail the value."""
    day = cleaned(a_raw_film(**changes))

    assert day.dropped["reason"].tolist() == [reason]
    assert detail in day.dropped["detail"][0]
    assert day.movies.empty


def test_a_name_without_a_code_is_left_out_and_counted():
    """The film stays, and its main genre is the first that TMDB has."""
    films = [a_raw_film(id=number, genres=["Foreign", "Drama"], production_countries=["Atlantis"]) for number in (1, 2)]

    day = cleaned(*films)

    assert day.movies["genres"].map(list).tolist() == [["Drama"], ["Drama"]]
    assert day.movies["main_genre"].tolist() == ["Drama", "Drama"]
    assert day.unknown_terms == {"genres": {"Foreign": 2}, "production_countries": {"Atlantis": 2}}


@pytest.mark.parametrize(
    ("problem", "reason"),
    [("gone: TMDB no longer knows film 7", "gone"), ("malformed: a list", "malformed"), (None, "malformed")],
)
def test_a_film_without_a_record_is_dropped_by_its_problem(problem, reason):
    """What the source already knew is not judged again."""
    film = RawFilm(film_id=7, record=None, chosen_by="popular", fetched_at=FETCHED_AT, problem=problem)

    assert cleaned(film).dropped["reason"].tolist() == [reason]


def test_a_record_without_an_id_is_malformed():
    """A film that cannot be named cannot be kept."""
    film = RawFilm(film_id=None, record={"id": "1997-08-20"}, chosen_by="history", fetched_at=FETCHED_AT)

    assert "the record says '1997-08-20'" in cleaned(film).dropped["detail"][0]


@pytest.mark.parametrize("text", ["[603]", "{"])
def test_a_record_that_is_no_object_is_malformed(text):
    """Whatever the raw table holds, the day goes on."""
    raw = raw_table([a_raw_film(), a_raw_film(id=604)])
    raw = raw.set_column(1, "record", [[text, raw["record"][1].as_py()]])

    day = clean_rows(raw, [False, False], day=DAY, min_votes=6)

    assert day.counts["malformed"] == 1
    assert day.movies["id"].to_pylist() == [604]


def test_of_records_with_one_id_the_first_readable_one_is_kept():
    """Paging a list that moves shows a film twice; only a readable record makes a later one a duplicate."""
    broken = RawFilm(film_id=603, record=None, chosen_by="popular", fetched_at=FETCHED_AT, problem="malformed: cut off")

    day = cleaned(broken, a_raw_film(title="First"), a_raw_film(title="Second"))

    assert day.movies["title"].tolist() == ["First"]
    assert (day.counts["malformed"], day.counts["kept"], day.counts["duplicate"]) == (1, 1, 1)
    assert day.votes.to_dict("records") == [{"id": 603, "vote_count": 214}]
    assert "vote_count" not in day.movies


def test_the_first_rule_that_applies_is_the_reason():
    """A record with several faults is counted once."""
    assert cleaned(a_raw_film(adult=True, runtime=0, overview="")).dropped["reason"].tolist() == ["adult"]


def test_the_counts_add_up_to_the_records_read():
    """Nothing disappears between raw and cleaned."""
    day = cleaned(a_raw_film(), a_raw_film(), a_raw_film(id=1, runtime=0), a_raw_film(id=2))

    assert sum(day.counts.values()) == 4 == len(day.movies) + len(day.dropped)
    assert day.counts["kept"] == 2
    assert set(day.counts) == {"kept", *dict(DROP_REASONS)}


def test_a_dropped_record_is_kept_beside_the_day():
    """One can look at what was left out, as it came."""
    film = a_raw_film(runtime=0, chosen_by="history")

    dropped = cleaned(film).dropped.to_dict("records")[0]

    assert json.loads(dropped.pop("record")) == film.record
    assert dropped == {
        "film_id": 603,
        "reason": "no_runtime",
        "detail": "runtime is 0",
        "chosen_by": "history",
        "fetched_at": pd.Timestamp(FETCHED_AT),
    }


@pytest.mark.parametrize(
    ("changes", "column", "value"),
    [
        ({"status": None, "adult": None}, "id", 603),
        ({"status": "N/A"}, "id", 603),
        ({"status": " RELEASED "}, "id", 603),
        ({"adult": "False", "runtime": "120.0", "vote_average": "7.1"}, "runtime", 120.0),
        ({"release_date": "1995-10-30T00:00:00"}, "release_date", pd.Timestamp("1995-10-30")),
        ({"genres": ["Horror", "Comedy"]}, "main_genre", "Horror"),
        ({"genres": []}, "main_genre", None),
        ({"genres": [{"id": 1}, "", None, " Horror "]}, "genres", ["Horror"]),
        ({"production_countries": [{"name": "France"}, "KR"]}, "production_countries", ["FR", "KR"]),
        ({"genres": None, "genre_ids": [18, 53]}, "genres", ["Drama", "Thriller"]),
        ({"genres": [], "genre_ids": "[18, 53]"}, "genres", ["Drama", "Thriller"]),
        ({"genres": [], "genre_ids": "18|53"}, "genres", ["Drama", "Thriller"]),
        (
            {"genres": [{"id": 18, "name": "Dramma"}, {"id": 35}, {"id": 18, "name": "Sport"}]},
            "genres",
            ["Drama", "Comedy"],
        ),
        ({"spoken_languages": [{"iso_639_1": "", "name": "Deutsch"}, "Korean"]}, "spoken_languages", ["de", "ko"]),
        ({"original_language": "jp"}, "original_language", "ja"),
        ({"spoken_languages": None}, "spoken_languages", []),
        ({"original_language": "KO"}, "original_language", "ko"),
        ({"title": 1917}, "title", "1917"),
        ({"runtime": 0.5}, "runtime", 0.5),
        ({"vote_count": 6}, "id", 603),
        ({"release_date": "2024-05-01"}, "id", 603),
    ],
)
def test_values_are_read_in_every_form_they_come_in(changes, column, value):
    """Dumps write texts for numbers and lists of names for lists of objects."""
    found = kept(**changes)[column]

    assert found == value or (value is None and pd.isna(found))


@pytest.mark.parametrize(
    "overview", ["  A wonderful day. ", "슬픈 이야기", "line\r\nline", "\u200bHorrible, horrible! 😀"]
)
def test_the_synopsis_is_taken_as_it_is(overview):
    """Length and mood are those of the text itself, not of a tidied one."""
    row = kept(overview=overview)

    assert row["overview"] == overview
    assert row["overview_len"] == len(overview)
    assert row["overview_sentiment"] == TextBlob(overview).sentiment.polarity


def test_a_synopsis_in_another_language_is_marked():
    """Its mood is a number that means nothing, and training must know."""
    assert not kept(overview="가난한 가족이 부잣집에 하나씩 취직하면서 벌어지는 이야기.")["overview_is_english"]


def test_each_film_keeps_the_moment_it_was_fetched():
    """The newest record of a film is found by it, also when rows between were dropped."""
    later = datetime(2024, 5, 1, 7, tzinfo=UTC)

    day = cleaned(a_raw_film(runtime=0, id=1), a_raw_film(id=2, fetched_at=later))

    assert day.movies["fetched_at"].tolist() == [pd.Timestamp(later)]
