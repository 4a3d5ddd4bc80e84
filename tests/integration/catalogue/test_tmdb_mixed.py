"""Everything at once: oddities, moving lists, all faults mixed, and the rate as the server counts it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from movie_assets.catalogue.cleaning import UNREADABLE_REASONS
from movie_assets.catalogue.tmdb.rate_limit import RateLimiter
from movie_assets.catalogue.tmdb.retry import TimeLimits
from tests.support.cleaning import clean
from tests.support.tmdb import API_KEY, TODAY, TOKEN, ids, synthetic_records
from tests.support.tmdb_faults import TRANSIENT_FAULTS, Fault, too_many_requests
from tests.support.tmdb_lookalike import running_lookalike

ALLOWED = 20  # requests a second
LATE = 1  # on a busy machine a request may be late, and so come into the second of the next ones


@pytest.fixture
def tmdb():
    """A look-alike of 300 made-up films, of which 100 came out today."""
    with running_lookalike(synthetic_records(day=TODAY, films=100, history=200), token=TOKEN, api_key=API_KEY) as one:
        yield one


def the_most_popular(tmdb, count):
    return sorted(tmdb.records, key=lambda film_id: -tmdb.records[film_id]["popularity"])[:count]


def test_all_faults_mixed_lose_no_film_and_double_none(tmdb, fetch):
    """Pages that repeat films, tombstones and a history among them; each record is as the server has it."""
    tmdb.page_overlap = 7
    tmdb.gone.update(the_most_popular(tmdb, 100)[10:15])
    tmdb.fail_now_and_then(*TRANSIENT_FAULTS.values())

    films = fetch(with_history=True, films_per_day=100, history_films=80, limits=TimeLimits(read=0.2, total=0.4))

    assert ids(films)[:100] == the_most_popular(tmdb, 100)
    assert len(films) == len(set(ids(films))) == 180
    assert {film.film_id for film in films if film.problem} == tmdb.gone
    overviews = {film.film_id: film.record["overview"] for film in films if film.record}
    assert overviews == {film_id: tmdb.records[film_id]["overview"] for film_id in overviews}
    assert len(tmdb.requests) > 250  # more requests than answers, so there were faults


def test_a_day_with_oddities_can_be_cleaned(tmdb, fetch):
    """Runtimes of 0 and null, empty dates, no genres: every record is kept, or dropped for a reason."""
    cleaned = clean(fetch(films_per_day=300), day=TODAY)

    assert sum(cleaned.counts.values()) == len(tmdb.records)
    assert cleaned.counts["kept"] > 200
    assert cleaned.counts["no_runtime"] > 0
    assert not any(cleaned.counts.get(reason) for reason in UNREADABLE_REASONS)


@pytest.mark.parametrize("faults", [[], [too_many_requests("0"), Fault(cut_in_half=True), Fault(reset=True)]])
def test_all_fetches_of_a_process_keep_to_the_rate(tmdb, fetch, faults):
    """Two at a time, retries included: the server never counts more than the limit."""
    limiter = RateLimiter(per_second=ALLOWED)
    tmdb.fail_now_and_then(*faults)

    def run(_number):
        return fetch(films_per_day=20, rate_limiter=limiter, sleep=None)

    with ThreadPoolExecutor(2) as runs:
        fetched = list(runs.map(run, range(2)))

    assert [ids(films) for films in fetched] == [the_most_popular(tmdb, 20)] * 2
    first, *_, last = sorted(request.at for request in tmdb.requests)
    assert len(tmdb.requests) - 1 <= ALLOWED * (last - first) + LATE
    assert tmdb.busiest_second() <= ALLOWED + LATE


def test_a_server_that_allows_less_gets_less(tmdb, fetch):
    """A `Retry-After` applies to all requests, so that few are refused."""
    tmdb.limit_per_second = 10

    films = fetch(films_per_day=25, rate_limiter=RateLimiter(per_second=ALLOWED), sleep=None)

    assert ids(films) == the_most_popular(tmdb, 25)
    assert all(film.problem is None for film in films)
    refused = len(tmdb.requests) - 25 - 2
    assert 0 < refused <= 25
