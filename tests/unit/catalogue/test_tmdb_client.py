"""What of the TMDB client needs no server; the rest: tests/integration/catalogue/test_tmdb.py."""

import pytest

from movie_assets.catalogue.tmdb_client import Spacing


class AClock:
    """Time that passes only by sleeping."""

    def __init__(self):
        self.now = 100.0

    def sleep(self, seconds):
        self.now += seconds

    def __call__(self):
        return self.now


def test_calls_are_evenly_spaced():
    """Twenty a second means a twentieth of a second between them; the first passes at once."""
    clock = AClock()
    spacing = Spacing(per_second=20, sleep=clock.sleep, clock=clock)

    passed = []
    for _ in range(4):
        spacing.wait()
        passed.append(clock.now)

    assert passed == pytest.approx([100.0, 100.05, 100.1, 100.15])


def test_a_slow_caller_gathers_no_right_to_a_burst():
    """After a minute of silence the next two calls are spaced like any others."""
    clock = AClock()
    spacing = Spacing(per_second=20, sleep=clock.sleep, clock=clock)
    clock.sleep(60)

    spacing.wait()
    spacing.wait()

    assert clock.now == pytest.approx(160.05)
