"""Days chosen by TMDB's daily export of ids, over real HTTP."""

from datetime import date, timedelta

import pytest

from movie_assets.catalogue.source import SourceError
from movie_assets.catalogue.tmdb.retry import TimeLimits
from tests.support.tmdb import TODAY, export_line, ids
from tests.support.tmdb_faults import TRANSIENT_FAULTS, Fault

DAY = date(2024, 3, 9)


def exported(count):
    """Lines for films 1, 2, 3 …, each more popular than the one before."""
    return [export_line(n, 10.0 * n) for n in range(1, count + 1)]


@pytest.mark.parametrize("days_ago", [2, 92])
def test_a_day_in_the_last_three_months_is_the_most_popular_of_its_export(tmdb, fetch, days_ago):
    """The export has the popularity of its own day, which no other list has."""
    day = TODAY - timedelta(days=days_ago)
    path = tmdb.export(day, exported(120))

    films = fetch(day)

    assert ids(films) == [120, 119, 118]
    assert films[0].record == tmdb.records[120]
    assert {film.chosen_by for film in films} == {"export"}
    assert len(tmdb.requests_for(path)) == 1
    assert not tmdb.requests_for("/discover/movie")


def test_an_export_is_requested_without_the_key(tmdb, fetch):
    """The files are on another host."""
    path = tmdb.export(DAY, exported(3))

    fetch(DAY, token=None, api_key="an-api-key")

    [request] = tmdb.requests_for(path)
    assert (request.authorization, request.query) == (None, {})


def test_adult_films_and_clips_are_left_out(tmdb, fetch):
    """Cleaning would drop them; of two equally popular films the older comes first."""
    more = [export_line(50, 9_000, adult=True), export_line(51, 8_000, video=True), export_line(119, 1_200)]
    tmdb.export(DAY, [*more, *exported(118), export_line(120, 1_200)])

    assert ids(fetch(DAY)) == [119, 120, 118]


@pytest.mark.parametrize(("day", "requests"), [(DAY, 1), (TODAY - timedelta(days=93), 0)], ids=["missing", "too old"])
def test_without_an_export_the_day_is_chosen_by_discover(tmdb, fetch, day, requests):
    """A day without an export is not lost; its films say how they were chosen."""
    reports = []
    for film_id in (1, 2, 3):
        tmdb.records[film_id]["release_date"] = "2024-01-20"

    films = fetch(day, report=reports.append)

    assert {film.chosen_by for film in films} == {"discover"}
    assert len([request for request in tmdb.requests if request.path.startswith("/p/exports")]) == requests
    assert len([report for report in reports if "chosen by discover instead" in report]) == requests


# A 404 is final here, whatever its body; and so large a file may come slowly.
FAULTS = {name: fault for name, fault in TRANSIENT_FAULTS.items() if name not in {"404 in HTML", "a byte now and then"}}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_transient_fault_is_retried(tmdb, fetch, fault):
    """Half a file is not a shorter list."""
    path = tmdb.export(DAY, exported(120))
    tmdb.fail(path, fault)

    films = fetch(DAY, limits=TimeLimits(read=0.2, total=0.6))

    assert ids(films) == [120, 119, 118]
    assert len(tmdb.requests_for(path)) == 2


def test_an_unreadable_line_is_skipped(tmdb, fetch, caplog):
    """One bad line in a million is no reason to lose the day."""
    tmdb.export(DAY, ["{", "[]", '{"id": 5}', '{"id": "x", "popularity": 9}', *exported(4)])

    assert ids(fetch(DAY)) == [4, 3, 2]
    assert "4 lines of" in caplog.text


@pytest.mark.parametrize(
    ("changes", "fault", "sentence"),
    [
        ({}, None, r"movie_ids_03_09_2024.json.gz names no film with an id and a popularity"),
        ({}, Fault(status=410), "TMDB answered 410 to http"),
        ({"files_url": "http://127.0.0.1:1/p"}, None, "no answer to http://127.0.0.1:1/p/movie_ids_.* Connect"),
        ({"files_url": "ftp://127.0.0.1/p"}, None, "TMDB's export cannot be downloaded from ftp://"),
    ],
    ids=["another form", "another refusal", "no server", "no address"],
)
def test_an_export_that_cannot_be_read_ends_the_day(tmdb, fetch, changes, fault, sentence):
    """It is a failed day, not an empty one; the sentence has the whole address."""
    path = tmdb.export(DAY, [{"film": 1}])
    tmdb.fail(path, *([fault] if fault else []))

    with pytest.raises(SourceError, match=sentence):
        fetch(DAY, **changes)
    assert len(tmdb.requests_for(path)) <= 1
