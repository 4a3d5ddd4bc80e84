"""The rate limit."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from movie_assets.catalogue.tmdb.rate_limit import RateLimiter


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_requests_go_out_evenly(clock):
    """Twenty a second means a twentieth of a second between them, and a margin; the first comes at once."""
    limiter = RateLimiter(per_second=20, clock=clock)

    assert [limiter.acquire() for _ in range(4)] == pytest.approx([0, 0.0525, 0.105, 0.1575])


@pytest.mark.parametrize("per_second", [1, 20, 40])
def test_no_second_holds_more_requests_than_allowed(clock, per_second):
    """Both its ends counted."""
    limiter = RateLimiter(per_second=per_second, clock=clock)
    requests = [limiter.acquire() for _ in range(5 * per_second)]

    busiest = max(sum(first <= request <= first + 1 for request in requests) for first in requests)
    assert 0.9 * per_second < busiest <= per_second


def test_a_pause_earns_no_burst(clock):
    """After a minute without requests they go out as evenly as before."""
    limiter = RateLimiter(per_second=20, clock=clock)
    clock.now += 60

    assert [limiter.acquire() for _ in range(3)] == pytest.approx([0, 0.0525, 0.105])


def test_all_threads_share_the_limit(clock):
    """No moment is reserved twice, however many threads ask at the same time."""
    limiter = RateLimiter(per_second=42, clock=clock)

    with ThreadPoolExecutor(8) as threads:
        requests = list(threads.map(lambda _: limiter.acquire(), range(400)))

    assert sorted(requests) == pytest.approx([n / 40 for n in range(400)])


def test_a_back_off_applies_to_all(clock):
    """A shorter one does not end a longer one."""
    limiter = RateLimiter(per_second=20, clock=clock)

    limiter.back_off(30)
    limiter.back_off(2)

    assert [limiter.acquire(), limiter.acquire()] == pytest.approx([30, 30.0525])
