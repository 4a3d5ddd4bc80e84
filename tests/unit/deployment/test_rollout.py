"""What is said of a release that is tried, from what is seen of it."""

from datetime import UTC, datetime, timedelta

import pytest

from movie_assets.deployment.comparison import Shift
from movie_assets.deployment.rollout import Asking, RolloutRules, Watch
from movie_assets.deployment.smoke import Answered, Presence
from movie_assets.storage.release_record import Release, Rollout

NOON = datetime(2026, 1, 14, 12, tzinfo=UTC)
TEN_MINUTES = Rollout(kind="canary", percent=10, begun_at=NOON, until=NOON + timedelta(minutes=10))
NEW = Release(
    bundle_id="new",
    bento_tag="movie_rating:new",
    bento_key="new",
    bento_sha256="new",
    source="synthetic",
    day="2026-01-14",
    requested_at=NOON,
)
THERE, SILENT = Presence(bento_tag="movie_rating:new"), Presence(bento_tag=None)
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
    return Watch(
        NEW,
        TEN_MINUTES,
        old=SlotAt("old"),
        new=SlotAt("new"),
        comparison=seen,
        most_shift=0.3,
        key=None,
        asking=Asking(who_answers=lambda _url, _key: seen.presence, count_answers=lambda url: seen.answered[url]),
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
    seen.presence = Presence(bento_tag=None, refusal="Not ready: it was changed.")

    assert watch.look().refusal == "it stopped serving: Not ready: it was changed."


def test_errors_beyond_those_of_the_old_one_are_a_reason(watch, seen):
    """Only those since it is tried count, as shares of what each was asked."""
    seen.answered = {"old": Answered(2_000, 5), "new": Answered(150, 4)}

    assert watch.look().refusal == ("it answered 2 of 100 requests with an error, the old one 0 of 1,000")


def test_where_both_fail_alike_the_new_one_is_not_to_blame(watch, seen):
    """A film that breaks either."""
    seen.answered = {"old": Answered(2_000, 25), "new": Answered(150, 4)}

    assert watch.look().refusal is None


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


def test_of_a_few_predictions_nothing_is_said(watch, seen):
    """Nine say nothing, however far off."""
    seen.shift = Shift(points=-5.0, error=0.0, old=300, new=9, is_paired=False)

    verdict = watch.look()

    assert verdict.refusal is None
    assert "9 predictions, too few to compare" in verdict.words


def test_a_switch_is_no_trial():
    """The default."""
    rules = RolloutRules(kind="switch", percent=10, period=timedelta(minutes=10), most_shift=0.3)

    assert rules.begin(NOON) is None


def test_a_rollout_ends_when_its_period_is_over():
    """Which the record tells."""
    rules = RolloutRules(kind="canary", percent=10, period=timedelta(minutes=10), most_shift=0.3)

    assert rules.begin(NOON) == TEN_MINUTES
