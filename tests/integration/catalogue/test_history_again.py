"""Days of TMDB that expire one after the other: the history stays in the window, and nothing stays too long."""

import io
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pandas as pd
import pytest

from movie_assets.catalogue.cleaning_version import CLEANED_LABELS
from movie_assets.retention.expiry import Retention
from movie_assets.storage.folders import write_folder
from movie_assets.storage.formats import bytes_of
from movie_assets.storage.keys import DROPPED, FILMS, MOVIES, VOTES
from movie_assets.training.window import Windows
from tests.support.cleaning import clean, raw_day
from tests.support.memory_bucket import MemoryBucket
from tests.support.tmdb import TODAY, the_records

KEEP_DAYS = 8
SWEPT_AT, FETCHED_AT = time(7, tzinfo=UTC), time(9, tzinfo=UTC)


@pytest.fixture
def bucket():
    return MemoryBucket()


def pass_day(bucket, source, day, *, collects=True):
    """A day of the platform: in the morning what has expired goes, then the day is fetched and cleaned."""
    swept = Retention(bucket, "tmdb", keep_days=KEEP_DAYS).sweep(datetime.combine(day, SWEPT_AT))
    bucket.now = datetime.combine(day, FETCHED_AT)
    if collects:
        tmdb_source = source(today=lambda: day, films_per_day=5, history_films=80, history_again_days=KEEP_DAYS // 2)
        fetched = tmdb_source.fetch(day, with_history=day == TODAY)
        films = [replace(film, fetched_at=bucket.now) for film in fetched]
        cleaned = clean(films, day=day)
        files = {MOVIES: cleaned.movies, VOTES: cleaned.votes, DROPPED: cleaned.dropped}
        write_folder(bucket, f"tmdb/raw_tmdb/{day}", {FILMS: raw_day(films)})
        contents = {name: bytes_of(table) for name, table in files.items()}
        write_folder(bucket, f"tmdb/cleaned_movies/{day}", contents, labels=CLEANED_LABELS)
    return swept


def oldest_record(bucket):
    """When the oldest record was fetched of all that any version in the bucket holds."""
    tables = [one for one in bucket.versions("") if one.key.endswith(".parquet") and not one.is_marker]
    frames = [pd.read_parquet(io.BytesIO(bucket.get_version(version))) for version in tables]
    return min(frame["fetched_at"].min() for frame in frames if "fetched_at" in frame and len(frame))


@pytest.mark.parametrize("missed", [[], [5, 10, 11]], ids=str)
def test_the_window_holds_the_history_at_any_time(bucket, tmdb, source, missed):
    """Over more than two lives of a record, also where days were missed; no version holds a record beyond its time."""
    films = 5 + 80
    assert films < len(tmdb.records)
    for number in range(2 * KEEP_DAYS + 2):
        day = TODAY + timedelta(days=number)
        swept = pass_day(bucket, source, day, collects=number not in missed)

        window = Windows(bucket, "tmdb").up_to(str(day))
        assert set(window.frame["id"]) == set(range(1, films + 1))
        assert oldest_record(bucket) >= datetime.combine(day, SWEPT_AT) - timedelta(days=KEEP_DAYS)
        assert swept.left == ()
    assert len(window.days) <= KEEP_DAYS + 1
    assert str(TODAY) not in window.days


def test_a_film_that_is_new_in_the_history_comes_within_its_turns(bucket, tmdb, source):
    """The history is that of the day: what has come to many votes since takes the place of what has fewest."""
    pass_day(bucket, source, TODAY)
    tmdb.records[777] = the_records(1)[0] | {"id": 777, "popularity": 0.0, "vote_count": 99_999}

    for number in range(1, 1 + KEEP_DAYS // 2):
        pass_day(bucket, source, TODAY + timedelta(days=number))

    assert 777 in set(Windows(bucket, "tmdb").up_to("2024-12-31").frame["id"])
