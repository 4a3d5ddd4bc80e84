"""A fetch from TMDB that died goes on where it ended, and nothing of a day is fetched twice."""

from collections import Counter
from datetime import timedelta

import pytest

from movie_assets.catalogue.source import SourceError
from movie_assets.storage.checkpoints import BucketCheckpoints
from tests.support.memory_bucket import MemoryBucket
from tests.support.tmdb import TODAY, ids
from tests.support.tmdb_faults import Fault, too_many_requests

BROKEN = Fault(status=400)


@pytest.fixture
def checkpoints():
    """What a dead process leaves behind: the bucket."""
    return BucketCheckpoints(MemoryBucket(), "tmdb")


def died_at_81(tmdb, fetched):
    """Run a fetch of 100 films whose 81st cannot be had."""
    tmdb.fail("/movie/81", BROKEN)
    with pytest.raises(SourceError):
        list(fetched)


def test_a_fetch_that_died_goes_on_where_it_ended(tmdb, source, checkpoints):
    """Film 80 of 100 is not asked for again, nor is the list; the records are those of the first fetch."""
    asked = {"films_per_day": 100, "checkpoints": checkpoints}
    died_at_81(tmdb, source(**asked).fetch(TODAY, with_history=False))

    films = list(source(**asked).fetch(TODAY, with_history=False))

    assert ids(films) == list(range(1, 101))
    times = Counter(seen.what for seen in tmdb.requests)
    assert times.pop("/movie/81") == 2
    assert set(times.values()) == {1}
    assert max(film.fetched_at for film in films[:80]) < films[80].fetched_at
    assert films[5].record == tmdb.records[6]


def test_the_films_stay_those_that_were_chosen(tmdb, source, checkpoints):
    """Whatever the list says by then: it was read on its own day."""
    asked = {"films_per_day": 100, "checkpoints": checkpoints}
    died_at_81(tmdb, source(**asked).fetch(TODAY, with_history=False))
    for record in tmdb.records.values():
        record["popularity"] = -record["popularity"]

    later = source(**asked, today=lambda: TODAY + timedelta(days=5))

    assert ids(later.fetch(TODAY, with_history=False)) == list(range(1, 101))


def test_tombstones_and_history_are_remembered_too(tmdb, source, checkpoints):
    """A film that is gone is not asked for again within the day."""
    tmdb.gone.add(2)
    asked = {"history_films": 100, "checkpoints": checkpoints}
    died_at_81(tmdb, source(**asked).fetch(TODAY, with_history=True))

    films = list(source(**asked).fetch(TODAY, with_history=True))

    assert ids(films) == list(range(1, 104))
    assert films[1].problem.startswith("gone: TMDB answered 404")
    assert [film.chosen_by for film in films] == ["popular"] * 3 + ["history"] * 100
    assert len(tmdb.asked("/movie/2")) == 1


@pytest.mark.parametrize("asked", [(90, "en-US"), (100, "ko-KR")], ids=str)
def test_another_question_begins_anew(tmdb, source, checkpoints, monkeypatch, asked):
    """Half a day of one kind is no beginning of another."""
    films, language = asked
    died_at_81(tmdb, source(films_per_day=100, checkpoints=checkpoints).fetch(TODAY, with_history=False))
    monkeypatch.setattr("movie_assets.catalogue.tmdb.source.LANGUAGE", language)

    fetched = list(source(films_per_day=films, checkpoints=checkpoints).fetch(TODAY, with_history=False))

    assert ids(fetched) == list(range(1, films + 1))
    assert len(tmdb.asked("/movie/1")) == 2


def test_a_forgotten_day_is_fetched_anew(tmdb, source, checkpoints):
    """Also when who forgot it died after the plan and before the films: those belong to no other plan."""
    asked = {"checkpoints": checkpoints}
    first = list(source(**asked).fetch(TODAY, with_history=False))
    checkpoints.save(TODAY, "plan", None)
    tmdb.fail("/movie/3", BROKEN)
    with pytest.raises(SourceError):
        list(source(**asked).fetch(TODAY, with_history=False))

    films = list(source(**asked).fetch(TODAY, with_history=False))

    assert ids(films) == [1, 2, 3]
    assert all(film.fetched_at > first[-1].fetched_at for film in films)


def test_how_far_a_fetch_is_can_be_read(tmdb, source, checkpoints):
    """Which films, how many so far, and that it goes on from an earlier one."""
    sentences = []
    asked = {"films_per_day": 100, "checkpoints": checkpoints, "report": sentences.append}
    died_at_81(tmdb, source(**asked).fetch(TODAY, with_history=False))

    assert sentences[:2] == ["2024-05-01: 100 films chosen by popular", "2024-05-01: 10 of 100 films fetched"]
    assert sentences[-1] == "2024-05-01: 80 of 100 films fetched"
    sentences.clear()
    list(source(**asked).fetch(TODAY, with_history=False))

    assert sentences[0].startswith("2024-05-01: resuming the fetch that began at 20")
    assert sentences[-1] == "2024-05-01: 100 of 100 films fetched"


def test_a_fetch_nobody_takes_to_its_end_stops_asking(tmdb, source):
    """A cancelled run leaves TMDB alone."""
    taken = source(films_per_day=100).fetch(TODAY, with_history=False)
    next(taken)

    taken.close()

    assert len(tmdb.requests) < 30


def test_nobody_waits_for_a_fetch_that_has_failed(tmdb, source):
    """A film that was told to wait is not asked for again when another has ended the day."""
    tmdb.fail("/movie/1", Fault(status=400, delay_seconds=0.3))
    tmdb.fail("/movie/2", too_many_requests("5"))

    with pytest.raises(SourceError, match="TMDB answered 400 to /movie/1"):
        list(source(sleep=None).fetch(TODAY, with_history=False))

    assert len(tmdb.asked("/movie/2")) == 1
