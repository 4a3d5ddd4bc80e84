"""How fast TMDB may be asked."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from movie_assets.catalogue.tmdb.rate_limit import RateLimiter


class AClock:
    """Time that stands still until it is moved."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return AClock()


def test_turns_come_evenly(clock):
    """Twenty a second means a twentieth of a second between them, and a margin; the first comes at once."""
    pace = RateLimiter(per_second=20, clock=clock)

    assert [pace.turn() for _ in range(4)] == pytest.approx([0, 0.0525, 0.105, 0.1575])


@pytest.mark.parametrize("per_second", [1, 20, 40])
def test_no_second_holds_more_turns_than_allowed(clock, per_second):
    """Both its ends counted."""
    pace = RateLimiter(per_second=per_second, clock=clock)
    turns = [pace.turn() for _ in range(5 * per_second)]

    busiest = max(sum(first <= turn <= first + 1 for turn in turns) for first in turns)
    assert 0.9 * per_second < busiest <= per_second


def test_a_slow_caller_gathers_no_right_to_a_burst(clock):
    """After a minute of silence the next turns come as evenly as any others."""
    pace = RateLimiter(per_second=20, clock=clock)
    clock.now += 60

    assert [pace.turn() for _ in range(3)] == pytest.approx([0, 0.0525, 0.105])


def test_all_threads_share_the_turns(clock):
    """No turn is given twice, however many ask at the same time."""
    pace = RateLimiter(per_second=42, clock=clock)

    with ThreadPoolExecutor(8) as threads:
        turns = list(threads.map(lambda _: pace.turn(), range(400)))

    assert sorted(turns) == pytest.approx([n / 40 for n in range(400)])


def test_a_hold_is_for_everybody(clock):
    """Who was told to wait speaks for all; a shorter hold does not end a longer one."""
    pace = RateLimiter(per_second=20, clock=clock)

    pace.hold(30)
    pace.hold(2)

    assert [pace.turn(), pace.turn()] == pytest.approx([30, 30.0525])
