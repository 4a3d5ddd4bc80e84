"""A fetch from TMDB that is killed by a signal: another process finishes it, over a real S3 server."""

import subprocess
import sys
import time
from collections import Counter

import pytest

from movie_assets.catalogue.tmdb.source import CONCURRENT_REQUESTS
from movie_assets.storage.checkpoints import BucketCheckpoints
from tests.support.platform import bucket_at
from tests.support.servers import stripped_environment
from tests.support.tmdb import TODAY, TOKEN, ids

PROGRAM = """
import sys
from datetime import date
from movie_assets.catalogue.tmdb.source import TmdbSource
from movie_assets.catalogue.tmdb.rate_limit import RateLimiter
from movie_assets.storage.bucket import Bucket, connect
from movie_assets.storage.checkpoints import BucketCheckpoints

url, token, today, endpoint, access_key, secret_key, bucket = sys.argv[1:]
client = connect(endpoint_url=endpoint, access_key=access_key, secret_key=secret_key, region="us-east-1")
day = date.fromisoformat(today)
source = TmdbSource(token=token, api_key=None, today=lambda: day, base_url=url, files_url=url, films_per_day=100,
                    history_films=3_000, rate_limiter=RateLimiter(per_second=20),
                    checkpoints=BucketCheckpoints(Bucket(client, bucket), "tmdb"))
list(source.fetch(day, with_history=False))
"""


@pytest.fixture
def bucket(s3):
    made = bucket_at(s3, "killed")
    made.create()
    return made


def test_a_killed_fetch_is_finished_by_another_process(tmdb, source, s3, bucket):
    """No film is lost and none is doubled; asked twice are at most those that were under way."""
    place = [s3.endpoint_url, s3.access_key, s3.secret_key, bucket.name]
    fetching = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, tmdb.url, TOKEN, TODAY.isoformat(), *place], env=stripped_environment()
    )
    while len(tmdb.requests) < 40 and fetching.poll() is None:
        time.sleep(0.01)
    fetching.kill()
    killed = fetching.wait() < 0

    films = list(
        source(films_per_day=100, checkpoints=BucketCheckpoints(bucket, "tmdb")).fetch(TODAY, with_history=False)
    )

    assert killed
    assert ids(films) == list(range(1, 101))
    times = Counter(request.target for request in tmdb.requests)
    assert max(times.values()) <= 2
    assert sum(times.values()) - len(times) <= CONCURRENT_REQUESTS
