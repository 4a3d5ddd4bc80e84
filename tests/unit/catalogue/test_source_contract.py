"""The contract of every movie source. A new source is one more function in SOURCES."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from movie_assets.catalogue.day import raw_table
from movie_assets.catalogue.dump.source import DumpSource
from movie_assets.catalogue.source import MovieSource, SourceError
from movie_assets.catalogue.synthetic.source import SyntheticCatalogue
from movie_assets.catalogue.tmdb.rate_limit import RateLimiter
from movie_assets.catalogue.tmdb.source import TmdbSource
from tests.support.tmdb import TOKEN, NoCheckpoints, synthetic_records
from tests.support.tmdb_lookalike import running_lookalike

START = date(2024, 5, 1)
DAY = date(2024, 5, 2)


@contextmanager
def synthetic(_folder: Path) -> Iterator[MovieSource]:
    yield SyntheticCatalogue(seed=3, start=START, films_per_day=40, history_films=50)


@contextmanager
def dump(folder: Path) -> Iterator[MovieSource]:
    days = ["2024-04-01", "2024-04-30", "2024-05-01", "2024-05-02", "2024-05-02", "", "2024-06-09"]
    columns = {"title": "A film", "overview": "x", "runtime": 90, "genres": ["Drama"], "original_language": "en"}
    films = [
        {"id": n, "release_date": day, "vote_average": 6.5, "vote_count": 9} for n, day in enumerate(days, start=1)
    ]
    path = folder / "films.jsonl"
    path.write_text("\n".join(json.dumps(film | columns) for film in films))
    yield DumpSource(path, START)


@contextmanager
def tmdb(_folder: Path) -> Iterator[MovieSource]:
    with running_lookalike(synthetic_records(day=DAY, films=40, history=60), token=TOKEN) as lookalike:
        yield TmdbSource(
            token=TOKEN,
            api_key=None,
            today=lambda: DAY,
            base_url=lookalike.url,
            files_url=lookalike.files_url,
            films_per_day=20,
            history_films=30,
            rate_limiter=RateLimiter(per_second=1_000_000),
            checkpoints=NoCheckpoints(),
        )


# Each gives films on DAY and a history before it.
OFFLINE: list[Callable[[Path], AbstractContextManager[MovieSource]]] = [synthetic, dump]
SOURCES = [*OFFLINE, tmdb]


@pytest.fixture(params=SOURCES, ids=lambda make: make.__name__)
def source(request, tmp_path) -> Iterator[MovieSource]:
    with request.param(tmp_path) as made:
        yield made


@pytest.fixture(params=OFFLINE, ids=lambda make: make.__name__)
def offline_source(request, tmp_path) -> Iterator[MovieSource]:
    with request.param(tmp_path) as made:
        yield made


def without_moment(films):
    """The films but for the moment each was fetched at."""
    return [replace(film, fetched_at=datetime(2024, 5, 3, tzinfo=UTC)) for film in films]


def test_a_source_is_named_for_the_keys_in_the_bucket(source):
    """The name stands first in every key, so it is a plain word."""
    assert source.name in {"tmdb", "dump", "synthetic"}


def test_the_films_of_a_day_come_with_their_records(source):
    """A film is known by its id, and its record says the same one."""
    films = list(source.fetch(DAY, with_history=False))

    assert films
    assert all(film.record["id"] == film.film_id for film in films)
    assert all(film.problem is None for film in films)


def test_the_history_is_optional_and_adds_to_the_day(source):
    """The first partition holds more films than its day, and the day's own are among them unchanged."""
    alone = without_moment(source.fetch(DAY, with_history=False))
    with_history = without_moment(source.fetch(DAY, with_history=True))

    assert len(with_history) > len(alone)
    assert [film for film in with_history if film in alone] == alone
    assert "history" in {film.chosen_by for film in with_history}
    assert "history" not in {film.chosen_by for film in alone}


def test_history_was_released_before_the_day(source):
    """What is called history is older than the day that holds it."""
    history = [film for film in source.fetch(DAY, with_history=True) if film.chosen_by == "history"]

    assert all((film.record["release_date"] or "0") < DAY.isoformat() for film in history)


def test_a_day_fetched_again_is_the_same(source):
    """Fetching twice gives equal films in the same order."""
    assert without_moment(source.fetch(DAY, with_history=True)) == without_moment(source.fetch(DAY, with_history=True))


def test_films_say_in_utc_when_they_were_fetched(source):
    """Retention and the newest record of a film go by it."""
    assert all(film.fetched_at.tzinfo is UTC for film in source.fetch(DAY, with_history=True))


def test_offline_films_are_stamped_with_the_end_of_the_day(offline_source):
    """No clock is read: the day is over at midnight in UTC."""
    stamps = {film.fetched_at for film in offline_source.fetch(DAY, with_history=True)}

    assert stamps == {datetime(2024, 5, 3, tzinfo=UTC)}


def test_a_day_can_be_kept_as_it_came(source):
    """The raw table takes every record, and JSON gives it back unchanged."""
    films = list(source.fetch(DAY, with_history=True))

    kept = raw_table(films)["record"].to_pylist()

    assert [json.loads(text) for text in kept] == [film.record for film in films]


def test_a_day_before_the_start_is_refused_with_both_dates(offline_source):
    """The person who asked sees which day was asked and where the calendar begins."""
    with pytest.raises(SourceError, match=r"2024-05-01.*2024-04-30 is earlier.*set an earlier start date"):
        next(offline_source.fetch(date(2024, 4, 30), with_history=False))
