"""The verdict on a release during its rollout."""

from datetime import timedelta

import pytest

from movie_assets.release.record import Rollout
from movie_assets.serving_host.answer_shift import Shift
from movie_assets.serving_host.rollout import RolloutRules, Watch
from movie_assets.serving_host.service_client import RequestCounts, ServiceIdentity
from tests.support.records import NOON, a_release

TEN_MINUTES = Rollout(kind="canary", percent=10, begun_at=NOON, until=NOON + timedelta(minutes=10))
READY, SILENT = ServiceIdentity(bento_tag="movie_rating:new"), ServiceIdentity(bento_tag=None)


def a_shift(points, *, error=0.0, old=300, new=30, is_paired=False):
    return Shift(points=points, error=error, old=old, new=new, is_paired=is_paired)


class FakeService:
    """A service whose identity and counts the test sets."""

    def __init__(self, requests, errors):
        self.counts = RequestCounts(requests, errors)
        self._identity = READY

    def identity(self):
        return self._identity

    def request_counts(self):
        return self.counts

    def becomes(self, identity):
        self._identity = identity


class FakeComparison:
    """A comparison whose shift the test sets."""

    shift = a_shift(0.02, error=0.05, old=900, new=100)

    def update(self):
        return self.shift


@pytest.fixture
def old():
    return FakeService(1_000, 5)


@pytest.fixture
def new():
    return FakeService(50, 2)


@pytest.fixture
def comparison():
    return FakeComparison()


@pytest.fixture
def watch(old, new, comparison):
    return watched(old, new, comparison)


def watched(old, new, comparison):
    release = a_release("movie_rating:new")
    return Watch(release, TEN_MINUTES, old=old, new=new, comparison=comparison, most_shift=0.3)


def test_the_summary_of_a_good_release_has_its_figures(watch, old, new):
    """Period, predictions, shift and errors."""
    old.counts, new.counts = RequestCounts(1_900, 5), RequestCounts(150, 2)

    verdict = watch.look()

    assert verdict.problem is None
    assert verdict.summary == (
        "canary of 10 % for 10 min: +0.02 rating points (± 0.10) from the old one's on 100 requests beside 900, "
        "0 errors"
    )


def test_a_release_that_is_silent_three_times_in_a_row_is_refused(watch, new):
    """Fewer may be a busy moment."""
    problems = []
    for identity in (SILENT, SILENT, READY, SILENT, SILENT, SILENT):
        new.becomes(identity)
        problems.append(watch.look().problem)

    assert problems == [None] * 5 + ["it did not answer any more"]


def test_a_release_that_is_not_ready_is_refused_at_once(watch, new):
    """With its own sentence."""
    new.becomes(ServiceIdentity(bento_tag=None, problem="Not ready: it was changed."))

    assert watch.look().problem == "it stopped serving: Not ready: it was changed."


@pytest.mark.parametrize(
    ("counts", "is_refused"),
    [
        (((100, 2), (1_000, 0)), True),
        (((100, 2), (1_000, 20)), False),  # a film that breaks either
        (((100, 1), (1_000, 0)), False),  # no more than a hundredth
        (((1, 1), (1_000, 600)), True),
        (((1_000, 600), (1, 1)), False),
    ],
)
def test_a_release_with_more_errors_than_the_old_one_is_refused(watch, old, new, counts, is_refused):
    """Only those since the rollout began count, as shares of the requests of each."""
    new_counts, old_counts = counts
    old.counts = RequestCounts(1_000 + old_counts[0], 5 + old_counts[1])
    new.counts = RequestCounts(50 + new_counts[0], 2 + new_counts[1])
    problem = (
        f"it answered {new_counts[1]} of {new_counts[0]} requests with an error, "
        f"the old one {old_counts[1]} of {old_counts[0]:,}"
    )

    assert watch.look().problem == (problem if is_refused else None)


def test_counts_that_were_missing_at_first_begin_at_zero(old, new, comparison):
    """As if there had been no request before."""
    old.counts = new.counts = None
    watch = watched(old, new, comparison)
    old.counts, new.counts = RequestCounts(100, 0), RequestCounts(20, 1)

    assert watch.look().problem == "it answered 1 of 20 requests with an error, the old one 0 of 100"


def test_missing_counts_are_those_of_the_last_look(watch, old, new):
    """A look under load may miss them."""
    old.counts = new.counts = None

    assert watch.look().problem is None


def test_a_release_that_was_restarted_is_refused(watch, old, new):
    """Its counts are smaller, though it answered at every look."""
    old.counts, new.counts = RequestCounts(2_000, 5), RequestCounts(3, 0)

    assert watch.look().problem == "it ended, and was started again"


def test_an_old_service_that_was_restarted_counts_from_there(watch, old, new):
    """Its counts are all since its restart."""
    old.counts, new.counts = RequestCounts(10, 0), RequestCounts(150, 4)

    assert "the old one 0 of 10" in watch.look().problem


def test_a_release_whose_ratings_shift_too_far_is_refused(watch, comparison):
    """The sentence has the figures and the limit."""
    comparison.shift = a_shift(-0.61, error=0.04)

    assert watch.look().problem == (
        "its ratings are -0.61 rating points (± 0.08) from the old one's on 30 requests beside 300, "
        "more than the 0.3 that are allowed"
    )


@pytest.mark.parametrize(("count_old", "count_new"), [(300, 9), (9, 300)])
def test_fewer_than_ten_predictions_are_not_compared(watch, comparison, count_old, count_new):
    """However far off they are."""
    comparison.shift = a_shift(-5.0, old=count_old, new=count_new)
    few = watch.look()
    comparison.shift = a_shift(-5.0, old=max(count_old, 10), new=max(count_new, 10))
    enough = watch.look()

    assert few.problem is None
    assert f"{count_new} predictions, too few to compare" in few.summary
    assert "its ratings are -5.00" in enough.problem
    assert "-5.00 rating points" in enough.summary


def test_the_summary_of_a_shadow_names_the_same_requests(watch, comparison):
    """Both have rated the same films."""
    comparison.shift = a_shift(0.1, error=0.02, old=40, new=40, is_paired=True)

    assert "+0.10 rating points (± 0.04) from the old one's on the same 40 requests" in watch.look().summary


@pytest.mark.parametrize(("kind", "rollout"), [("switch", None), ("canary", TEN_MINUTES)])
def test_a_rollout_begins_now_and_lasts_its_period(kind, rollout):
    """A switch, the default, has none."""
    rules = RolloutRules(kind=kind, percent=10, period=timedelta(minutes=10), most_shift=0.3)

    assert rules.begin(NOON) == rollout
