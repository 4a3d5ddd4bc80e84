"""The films that the TMDB source chooses, over real HTTP. Faults: test_tmdb_faults.py."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from movie_assets.catalogue.source import SourceError
from tests.support.tmdb import TODAY, ids, the_records
from tests.support.tmdb_lookalike import running_lookalike


@pytest.mark.parametrize("day", [TODAY, TODAY - timedelta(days=1)])
def test_today_and_yesterday_are_the_popular_films(tmdb, fetch, day):
    """A hundred films are five pages and a hundred records, whole and untouched."""
    films = fetch(day, films_per_day=100)

    assert ids(films) == list(range(1, 101))
    assert films[0].record == tmdb.records[1]
    assert {film.chosen_by for film in films} == {"popular"}
    assert [request.query["page"] for request in tmdb.requests_for("/movie/popular")] == ["1", "2", "3", "4", "5"]
    assert tmdb.requests_for("/movie/1")[0].query == {
        "language": "en-US",
        "append_to_response": "credits,keywords,translations,release_dates",
    }


def test_each_film_says_when_it_was_really_fetched(fetch):
    """Retention counts from the moment of the request, whatever the day."""
    before = datetime.now(UTC)

    films = fetch()

    assert all(before <= film.fetched_at <= datetime.now(UTC) for film in films)


def test_films_repeated_by_a_moving_list_count_once(tmdb, fetch):
    """The popular list changes between pages; a day still has its hundred different films."""
    tmdb.page_overlap = 7

    films = fetch(films_per_day=100)

    assert ids(films) == list(range(1, 101))
    assert len(tmdb.requests_for("/movie/1")) == 1


def test_a_short_list_gives_what_it_has(fetch):
    """Whether these are enough is decided in quality.py."""
    assert len(fetch(films_per_day=1_000)) == 130


def test_an_older_day_is_the_popular_releases_of_sixty_days(tmdb, fetch):
    """The popular list knows only today; discovery knows every window."""
    day = date(2020, 6, 30)
    dates = {1: "2020-05-01", 2: "2020-04-30", 3: "2020-06-30", 4: "2020-07-01", 5: "2020-06-01"}
    for film_id, release_date in dates.items():
        tmdb.records[film_id]["release_date"] = release_date

    films = fetch(day)

    assert ids(films) == [1, 3, 5]
    assert {film.chosen_by for film in films} == {"discover"}
    assert tmdb.requests_for("/movie/popular") == []


def test_the_history_is_the_most_voted_of_all_years_before(tmdb, fetch):
    """Slices of years are merged by votes, without films the day already has."""
    for film_id, release_date in {50: "1931-01-01", 51: "2019-12-31", 52: "1994-06-01", 53: "2024-05-01"}.items():
        tmdb.records[film_id] |= {"release_date": release_date, "vote_count": 50_000 - film_id}

    films = fetch(with_history=True, films_per_day=2, history_films=5)

    assert ids(films) == [1, 2, 50, 51, 52, 3, 4]
    assert [film.chosen_by for film in films] == ["popular"] * 2 + ["history"] * 5


def test_the_slices_of_the_history_leave_no_day_out(tmdb, fetch):
    """Each slice begins on the day after the one before; the last ends before the day itself."""
    fetch(with_history=True, history_films=1)

    queries = [request.query for request in tmdb.requests_for("/discover/movie")]
    slices = sorted({(query["primary_release_date.gte"], query["primary_release_date.lte"]) for query in queries})
    gaps = {date.fromisoformat(later[0]) - date.fromisoformat(earlier[1]) for earlier, later in pairwise(slices)}
    assert gaps == {timedelta(days=1)}
    assert slices[-1][1] == "2024-04-30"


def test_the_history_comes_again_in_turns(source):
    """Within ten days each of its films once, but for those that the day holds anyway; each day a tenth of them."""
    days = [TODAY - timedelta(days=age) for age in range(10)]
    fetched = [source(history_films=127, history_again_days=10).fetch(day, with_history=False) for day in days]

    turns = [ids(film for film in films if film.chosen_by == "history_again") for films in fetched]
    assert sorted(film_id for turn in turns for film_id in turn) == list(range(4, 131))
    assert {len(turn) for turn in turns} == {12, 13}


def test_the_history_does_not_come_again_where_a_later_day_has_its_turn(tmdb, source):
    """A day that is fetched long afterwards, in a backfill, asks for its own films only; so does one without turns."""
    for day, again in ((TODAY - timedelta(days=11), 10), (TODAY, None)):
        films = source(history_films=100, history_again_days=again).fetch(day, with_history=False)
        assert "history_again" not in {film.chosen_by for film in films}

    assert len(tmdb.requests_for("/discover/movie")) == 1  # the older day's own list


def test_the_first_day_has_the_history_once(fetch):
    """Nothing of it comes again on the day it came."""
    films = fetch(with_history=True, history_films=100, history_again_days=10)

    assert [film.chosen_by for film in films] == ["popular"] * 3 + ["history"] * 100


def test_a_list_is_read_to_the_page_limit_and_no_further(source):
    """TMDB shows 500 pages of a list and answers 400 beyond."""
    with running_lookalike(the_records(10_005)) as crowded:
        taken = source(base_url=crowded.url, films_per_day=10_005).fetch(TODAY, with_history=False)
        next(taken)
        taken.close()

    assert len(crowded.requests_for("/movie/popular")) == 500


def test_a_future_day_is_refused(fetch):
    """TMDB cannot show tomorrow."""
    with pytest.raises(SourceError, match="2024-05-02 is in the future"):
        fetch(date(2024, 5, 2))
