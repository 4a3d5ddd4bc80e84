"""What the champion of a catalogue whose truth is known must be able to do."""

import pytest

from movie_assets.training.candidates import CANDIDATES
from movie_assets.training.selection import choose
from tests.support.builders import a_movie
from tests.support.cleaned_days import a_rule
from tests.support.training import trained_on


@pytest.fixture(scope="module")
def choice(synthetic_window):
    """The first day's choice."""
    return choose(*trained_on(synthetic_window, CANDIDATES), champion=None, rule=a_rule(seed=7))


def rating(choice, **changes):
    """What the champion says of a film."""
    return choice.challenger.predict([a_movie(**changes)])[0].predicted_rating


def test_the_champion_beats_both_baselines(choice):
    """On films it has not seen, by more than chance would give."""
    rmse = {one.role: one.metrics["rmse"] for one in sorted(choice.predictors, key=lambda one: -one.metrics["rmse"])}

    assert choice.decision.promote
    assert rmse["challenger"] < rmse["baseline"] - 0.015


def test_the_order_of_further_genres_changes_nothing(choice):
    """A film is the same film however its minor genres are listed."""
    assert rating(choice, genres=["Drama", "War", "Crime"]) == rating(choice, genres=["Drama", "Crime", "War"])


def test_a_missing_country_is_survivable(choice):
    """What a person leaves out does not keep them from an answer."""
    assert 0 < rating(choice, production_countries=[], production_companies=[], release_date=None) < 10


def test_a_documentary_is_rated_above_a_horror_film(choice):
    """The strongest effect of the truth is found."""
    assert rating(choice, genres=["Documentary"]) > rating(choice, genres=["Horror"]) + 0.1
