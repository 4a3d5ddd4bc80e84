"""Days of TMDB as Dagster runs them: real runs over a real S3 server, against the look-alike."""

from datetime import UTC, datetime, timedelta

import pytest

from movie_assets.storage.folders import find_folder, read_file
from movie_assets.storage.formats import frame_of
from movie_assets.storage.keys import FILMS
from tests.support.platform import failures
from tests.support.tmdb import API_KEY, TOKEN, synthetic_records
from tests.support.tmdb_faults import Fault, server_error
from tests.support.tmdb_lookalike import running_lookalike

DAY = (datetime.now(UTC) - timedelta(days=1)).date()  # the popular list is that of the real today
SECRETS = {"TMDB_API_READ_TOKEN": TOKEN, "TMDB_API_KEY": API_KEY}


@pytest.fixture
def tmdb():
    with running_lookalike(synthetic_records(day=DAY, films=120), token=TOKEN, api_key=API_KEY) as lookalike:
        yield lookalike


@pytest.fixture
def tmdb_platform(platform, tmdb):
    """The platform, collecting 100 films a day from the look-alike, the token alone in its environment."""
    platform.set(
        MOVIE_SOURCE="tmdb",
        MOVIE_START_DATE=DAY,
        MOVIE_FILMS_PER_DAY=100,
        MOVIE_HISTORY_FILMS=0,
        MOVIE_TMDB_URL=tmdb.url,
        MOVIE_TMDB_FILES_URL=tmdb.files_url,
        MOVIE_TMDB_REQUESTS_PER_SECOND=40,
        TMDB_API_READ_TOKEN=TOKEN,
    )
    return platform


def kept(platform):
    """The raw day as it lies in the bucket."""
    return frame_of(read_file(platform.bucket, find_folder(platform.bucket, f"tmdb/raw_tmdb/{DAY}"), FILMS))


def test_a_run_that_died_is_finished_by_the_next(tmdb_platform, tmdb):
    """The second run asks for what is missing, the day is kept, and nothing is left of its progress."""
    last = sorted(tmdb.records.values(), key=lambda record: -record["popularity"])[80]["id"]
    tmdb.fail(f"/movie/{last}", Fault(status=400))

    died = tmdb_platform.run(str(DAY), job="refresh")
    left = tmdb_platform.bucket.keys("tmdb/progress/")
    ended = tmdb_platform.run(str(DAY), job="refresh")

    assert not died.success
    assert f"TMDB answered 400 to /movie/{last}" in failures(died)
    assert f"tmdb/progress/{DAY}/plan.json" in left
    assert 80 <= len(left) - 1 < 100
    assert ended.success, failures(ended)
    films = kept(tmdb_platform)
    assert len(films) == films["film_id"].nunique() == 100
    assert tmdb_platform.bucket.versions("tmdb/progress/") == []
    assert len([request for request in tmdb.requests if request.target.removeprefix("/movie/").isdigit()]) == 101
    messages = [entry.user_message for entry in tmdb_platform.instance.all_logs(ended.run_id)]
    assert f"{DAY}: 100 of 100 films fetched" in messages


def test_a_day_fetches_what_is_due_of_the_history(tmdb_platform, tmdb):
    """Where records expire: each film once in half of their time, here once a day; those of the day stay its own."""
    for film_id in list(tmdb.records)[:30]:
        tmdb.records[film_id]["release_date"] = "1999-12-31"
    tmdb_platform.set(
        MOVIE_START_DATE=DAY - timedelta(days=1),
        MOVIE_FILMS_PER_DAY=60,
        MOVIE_HISTORY_FILMS=100,
        MOVIE_RETENTION_DAYS=2,
    )

    ended = tmdb_platform.run(str(DAY), job="refresh")

    assert ended.success, failures(ended)
    chosen = kept(tmdb_platform).groupby("chosen_by")["film_id"].agg(set)
    assert len(chosen["popular"]) == 60
    assert chosen["history_again"] == set(list(tmdb.records)[:30]) - chosen["popular"]


@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_is_in_anything_a_run_writes(tmdb_platform, tmdb, tmp_path, capfd, name):
    """Not in its log, its metadata, the bucket or a file, also when the key is refused and TMDB repeats it."""
    tmdb_platform.set(**{"TMDB_API_READ_TOKEN": "", name: SECRETS[name]})
    tmdb.fail("/movie/popular", server_error(), server_error())
    good = tmdb_platform.run(str(DAY), job="refresh")
    tmdb.fail("/movie/popular", Fault(status=401, body=f'{{"status_message": "no such key: {SECRETS[name]}"}}'))

    bad = tmdb_platform.run(str(DAY), job="refresh")

    assert good.success, failures(good)
    assert "TMDB refused the key in " + name in failures(bad)
    events = tmdb_platform.instance.all_logs(good.run_id) + tmdb_platform.instance.all_logs(bad.run_id)
    objects = [tmdb_platform.bucket.get(key) for key in tmdb_platform.bucket.keys("")]
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    texts = [repr(events), failures(bad), *capfd.readouterr(), kept(tmdb_platform).to_csv()]
    written = [*objects, *files, *(text.encode() for text in texts)]
    assert len(objects) > 2
    assert b"no such key: ***" in b"".join(written)
    assert not [text[:200] for text in written if SECRETS[name].encode() in text]
