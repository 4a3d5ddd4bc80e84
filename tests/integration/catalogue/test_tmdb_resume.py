"""A fetch from TMDB that died is resumed, and nothing of a day is fetched twice."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest

from movie_assets.catalogue.source import SourceError
from movie_assets.storage.checkpoints import BucketCheckpoints
from tests.support.memory_bucket import MemoryBucket
from tests.support.tmdb import TODAY, ids
from tests.support.tmdb_faults import Fault, too_many_requests

BROKEN = Fault(status=400)


@pytest.fixture
def checkpoints():
    """The bucket that a dead process leaves behind."""
    return BucketCheckpoints(MemoryBucket(), "tmdb")


@pytest.fixture
def fetch_100(fetch, checkpoints):
    """Fetches 100 films with a checkpoint."""
    return partial(fetch, films_per_day=100, checkpoints=checkpoints)


@pytest.fixture
def die_at_81(tmdb):
    """Runs a fetch whose 81st film fails."""

    def died(run, **changes):
        tmdb.fail("/movie/81", BROKEN)
        with pytest.raises(SourceError):
            run(**changes)

    return died


def test_a_fetch_that_died_is_resumed(tmdb, fetch_100, die_at_81):
    """Neither the list nor film 80 of 100 is requested again; the records are those of the first fetch."""
    die_at_81(fetch_100)

    films = fetch_100()

    assert ids(films) == list(range(1, 101))
    times = Counter(request.target for request in tmdb.requests)
    assert times.pop("/movie/81") == 2
    assert set(times.values()) == {1}
    assert max(film.fetched_at for film in films[:80]) < films[80].fetched_at
    assert films[5].record == tmdb.records[6]


def test_the_films_stay_those_that_were_chosen(tmdb, fetch_100, die_at_81):
    """Whatever the list holds by then: it was read on its own day."""
    die_at_81(fetch_100)
    for record in tmdb.records.values():
        record["popularity"] = -record["popularity"]

    assert ids(fetch_100(today=lambda: TODAY + timedelta(days=5))) == list(range(1, 101))


def test_tombstones_and_history_are_saved_too(tmdb, fetch, checkpoints, die_at_81):
    """A film that is gone is not requested again within the day."""
    tmdb.gone.add(2)
    fetch_history = partial(fetch, with_history=True, history_films=100, checkpoints=checkpoints)
    die_at_81(fetch_history)

    films = fetch_history()

    assert ids(films) == list(range(1, 104))
    assert films[1].problem.startswith("gone: TMDB answered 404")
    assert [film.chosen_by for film in films] == ["popular"] * 3 + ["history"] * 100
    assert len(tmdb.requests_for("/movie/2")) == 1


def test_other_settings_begin_again(tmdb, fetch_100, die_at_81, monkeypatch):
    """Half a day of one kind is no beginning of another."""
    die_at_81(fetch_100)

    assert ids(fetch_100(films_per_day=90)) == list(range(1, 91))
    monkeypatch.setattr("movie_assets.catalogue.tmdb.source.LANGUAGE", "ko-KR")
    assert ids(fetch_100(films_per_day=90)) == list(range(1, 91))
    assert len(tmdb.requests_for("/movie/1")) == 3


def test_a_cleared_day_is_fetched_again(tmdb, fetch, checkpoints):
    """Also when the clearing died after the plan and before the films: those belong to no other plan."""
    first = fetch(checkpoints=checkpoints)
    checkpoints.save(TODAY, "plan", None)
    tmdb.fail("/movie/3", BROKEN)
    with pytest.raises(SourceError):
        fetch(checkpoints=checkpoints)

    films = fetch(checkpoints=checkpoints)

    assert ids(films) == [1, 2, 3]
    assert all(film.fetched_at > first[-1].fetched_at for film in films)


def test_a_fetch_reports_how_far_it_is(fetch_100, die_at_81):
    """The list, the number of films so far, and that it resumes an earlier one."""
    reports = []
    die_at_81(fetch_100, report=reports.append)

    assert reports[:2] == ["2024-05-01: 100 films chosen by popular", "2024-05-01: 10 of 100 films fetched"]
    assert reports[-1] == "2024-05-01: 80 of 100 films fetched"
    reports.clear()
    fetch_100(report=reports.append)

    assert reports[0].startswith("2024-05-01: resuming the fetch that began at 20")
    assert reports[-1] == "2024-05-01: 100 of 100 films fetched"


def test_a_fetch_whose_caller_stops_makes_no_more_requests(tmdb, source):
    """A cancelled run leaves TMDB alone."""
    films = source(films_per_day=100).fetch(TODAY, with_history=False)
    next(films)

    films.close()

    assert len(tmdb.requests) < 30


def test_a_failed_fetch_ends_its_pauses(tmdb, fetch):
    """A film whose retry is pending is not requested again when another has ended the day."""
    tmdb.fail("/movie/1", Fault(status=400, delay_seconds=0.3))
    tmdb.fail("/movie/2", too_many_requests("5"))

    with pytest.raises(SourceError, match="TMDB answered 400 to /movie/1"):
        fetch(sleep=None)

    assert len(tmdb.requests_for("/movie/2")) == 1
