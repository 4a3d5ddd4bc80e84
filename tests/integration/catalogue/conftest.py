"""The look-alike of the TMDB API, and a source that asks it without waiting."""

import pytest

from movie_assets.catalogue.tmdb.rate_limit import RateLimiter
from movie_assets.catalogue.tmdb.retry import TimeLimits
from movie_assets.catalogue.tmdb.source import TmdbSource
from tests.support.tmdb import API_KEY, TODAY, TOKEN, NoCheckpoints, the_records
from tests.support.tmdb_lookalike import running_lookalike


@pytest.fixture
def tmdb():
    with running_lookalike(the_records(130), token=TOKEN, api_key=API_KEY) as lookalike:
        yield lookalike


@pytest.fixture
def waits():
    """The pauses of the source; none is really made."""
    return []


@pytest.fixture
def source(tmdb, waits):
    def build(**changes):
        settings = {
            "token": TOKEN,
            "api_key": None,
            "base_url": tmdb.url,
            "files_url": tmdb.files_url,
            "films_per_day": 3,
            "history_films": 3_000,
            "today": lambda: TODAY,
            "rate_limiter": RateLimiter(per_second=1_000_000),
            "checkpoints": NoCheckpoints(),
            "limits": TimeLimits(read=0.5, total=0.6),
            "sleep": waits.append,
        }
        return TmdbSource(**(settings | changes))

    return build


@pytest.fixture
def fetch(source):
    """Fetches a day by a source with changed settings."""

    def films(day=TODAY, *, with_history=False, **changes):
        return list(source(**changes).fetch(day, with_history=with_history))

    return films
