"""What is said of a release that is tried, from what is seen of it."""

from datetime import timedelta

import pytest

from movie_assets.release.record import Rollout
from movie_assets.serving_host.answer_shift import Shift
from movie_assets.serving_host.rollout import Asking, RolloutRules, Watch
from movie_assets.serving_host.service_client import Answered, ServiceIdentity
from tests.support.records import NOON, a_release

TEN_MINUTES = Rollout(kind="canary", percent=10, begun_at=NOON, until=NOON + timedelta(minutes=10))
THERE, SILENT = ServiceIdentity(bento_tag="movie_rating:new"), ServiceIdentity(bento_tag=None)
ALIKE = Shift(points=0.02, error=0.05, old=900, new=100, is_paired=False)


class SlotAt:
    """A slot of which only the address counts."""

    def __init__(self, url):
        self.name = self.url = url


class Seen:
    """What services and log say, as the test has it."""

    def __init__(self):
        self.presence = THERE
        self.answered = {"old": Answered(1_000, 5), "new": Answered(50, 2)}
        self.shift = ALIKE

    def read_on(self):
        return self.shift


@pytest.fixture
def seen():
    return Seen()


@pytest.fixture
def watch(seen):
    return watched(seen)


def watched(seen):
    return Watch(
        a_release("movie_rating:new"),
        TEN_MINUTES,
        old=SlotAt("old"),
        new=SlotAt("new"),
        comparison=seen,
        most_shift=0.3,
        key=None,
        asking=Asking(service_identity=lambda _url, _key: seen.presence, count_answers=lambda url: seen.answered[url]),
    )


def test_one_that_does_well_is_told_in_figures(watch, seen):
    """How long, how many, how far off, and how many errors."""
    seen.answered = {"old": Answered(1_900, 5), "new": Answered(150, 2)}

    verdict = watch.look()

    assert verdict.refusal is None
    assert verdict.words == (
        "canary of 10 % for 10 min: +0.02 rating points (± 0.10) from the old one's on 100 requests beside 900, "
        "0 errors"
    )


def test_one_busy_moment_is_no_silence(watch, seen):
    """Three looks in a row are."""
    looks = []
    for presence in (SILENT, SILENT, THERE, SILENT, SILENT, SILENT):
        seen.presence = presence
        looks.append(watch.look().refusal)

    assert looks == [None] * 5 + ["it did not answer any more"]


def test_one_that_says_it_is_not_ready_is_taken_at_its_word(watch, seen):
    """At once."""
    seen.presence = ServiceIdentity(bento_tag=None, refusal="Not ready: it was changed.")

    assert watch.look().refusal == "it stopped serving: Not ready: it was changed."


@pytest.mark.parametrize(
    ("new", "old", "is_refused"),
    [
        ((100, 2), (1_000, 0), True),
        ((100, 2), (1_000, 20), False),  # a film that breaks either
        ((100, 1), (1_000, 0), False),  # no more than a hundredth
        ((1, 1), (1_000, 600), True),
        ((1_000, 600), (1, 1), False),
    ],
)
def test_errors_beyond_those_of_the_old_one_are_a_reason(watch, seen, new, old, is_refused):
    """Only those since it is tried count, as shares of what each was asked."""
    seen.answered = {"old": Answered(1_000 + old[0], 5 + old[1]), "new": Answered(50 + new[0], 2 + new[1])}
    said = f"it answered {new[1]} of {new[0]} requests with an error, the old one {old[1]} of {old[0]:,}"

    assert watch.look().refusal == (said if is_refused else None)


def test_figures_that_could_not_be_had_at_first_count_from_the_start(seen):
    """As if nothing had been asked before."""
    seen.answered = {"old": None, "new": None}
    watch = watched(seen)
    seen.answered = {"old": Answered(100, 0), "new": Answered(20, 1)}

    assert watch.look().refusal == "it answered 1 of 20 requests with an error, the old one 0 of 100"


def test_figures_that_cannot_be_had_are_those_of_the_last_look(watch, seen):
    """A look under load may miss them."""
    seen.answered = {"old": None, "new": None}

    assert watch.look().refusal is None


def test_one_that_was_started_again_has_died(watch, seen):
    """Its figures began anew, though it answered at every look."""
    seen.answered = {"old": Answered(2_000, 5), "new": Answered(3, 0)}

    assert watch.look().refusal == "it ended, and was started again"


def test_an_old_service_that_was_started_again_counts_from_there(watch, seen):
    """Its figures began anew."""
    seen.answered = {"old": Answered(10, 0), "new": Answered(150, 4)}

    assert "the old one 0 of 10" in watch.look().refusal


def test_ratings_too_far_off_are_a_reason(watch, seen):
    """The sentence has the figures and the limit."""
    seen.shift = Shift(points=-0.61, error=0.04, old=300, new=30, is_paired=False)

    assert watch.look().refusal == (
        "its ratings are -0.61 rating points (± 0.08) from the old one's on 30 requests beside 300, "
        "more than the 0.3 that are allowed"
    )


@pytest.mark.parametrize(("old", "new"), [(300, 9), (9, 300)])
def test_of_a_few_predictions_nothing_is_said(watch, seen, old, new):
    """Nine say nothing, however far off; ten do."""
    seen.shift = Shift(points=-5.0, error=0.0, old=old, new=new, is_paired=False)
    few = watch.look()
    seen.shift = Shift(points=-5.0, error=0.0, old=max(old, 10), new=max(new, 10), is_paired=False)
    enough = watch.look()

    assert few.refusal is None
    assert f"{new} predictions, too few to compare" in few.words
    assert "its ratings are -5.00" in enough.refusal
    assert "-5.00 rating points" in enough.words


def test_a_shadow_is_told_as_what_it_is(watch, seen):
    """Both have rated the same films."""
    seen.shift = Shift(points=0.1, error=0.02, old=40, new=40, is_paired=True)

    assert "+0.10 rating points (± 0.04) from the old one's on the same 40 requests" in watch.look().words


@pytest.mark.parametrize(("kind", "rollout"), [("switch", None), ("canary", TEN_MINUTES)])
def test_a_trial_begins_now_and_ends_when_its_period_is_over(kind, rollout):
    """Which the record tells; a switch, the default, is none."""
    rules = RolloutRules(kind=kind, percent=10, period=timedelta(minutes=10), most_shift=0.3)

    assert rules.begin(NOON) == rollout
