"""The leak alarm: names what seems to know the ratings, and passes what explains a plausible part of them."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from movie_assets.prediction.encodings import TrackRecordEncoding
from movie_assets.prediction.features import FEATURES, Encoders
from movie_assets.training.encoders import Encoded, fit_encoders
from movie_assets.training.leaks import find_leak, solo_r2, weighted_r2
from movie_assets.training.selection import choose
from movie_assets.training.window import FilmSet
from tests.support.cleaned_days import a_rule, a_window
from tests.support.training import trained_on

MOST = 0.85


def with_column(window, **columns):
    """The window with other values in these columns, each a function of its frame."""
    frame = window.frame.assign(**{name: make(window.frame) for name, make in columns.items()})
    return replace(window, frame=frame)


def alarm(window, encoded=None, *, predicted=None, most=MOST):
    """The leak found in a window; by default the candidate itself predicts nothing but the mean."""
    return find_leak(
        window,
        encoded or fit_encoders(window.train, seed=7),
        candidate="lightgbm_full",
        feature_set="full",
        predicted=np.full(len(window.holdout), 6.0) if predicted is None else predicted,
        most=most,
    )


def in_another_order(frame):
    """Each rating, to a tenth, under a number that says nothing of its size."""
    tenths = (frame["rating"] * 10).round().astype(int)
    return tenths.map(pd.Series(np.random.default_rng(3).permutation(101))).astype(float) + 60


LEAKS = {
    "a copy": lambda frame: frame["rating"] * 20,
    "a falling copy": lambda frame: np.exp(7 - frame["rating"] / 2),
    "a copy with noise": lambda frame: frame["rating"] * 20 + np.random.default_rng(5).normal(0, 6, len(frame)),
    "a copy in another order": in_another_order,
}


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS.keys())
def test_a_column_that_knows_the_rating_is_named(leak):
    """Under an innocent name, whatever its form."""
    window = with_column(a_window(2_000), runtime=leak)

    found = re.fullmatch(
        r"Feature runtime alone explains (0\.\d{3}) of the variance of (\d+) holdout films; before a release more than "
        r"(0\.\d{3}) is implausible, so that it seems to know the ratings\.",
        alarm(window),
    )

    r2, films, bound = map(float, found.groups())
    assert r2 > bound == pytest.approx(MOST / 2 + films**-0.5, abs=1e-3)
    assert films == len(window.holdout)


def test_names_that_know_the_rating_are_named():
    """A leak may also hide in a category."""
    window = with_column(a_window(2_000), main_genre=lambda frame: "Genre " + frame["rating"].round().astype(str))

    assert alarm(window).startswith("Feature main_genre alone explains")


def test_a_track_record_that_counts_the_film_itself_is_named():
    """Learnt from all films, holdout included, and dated a day early: each film's own rating is in its record."""
    window = with_column(
        a_window(2_000),
        title=lambda frame: "film of number" + frame["id"].astype(str) + "x",
        rating=lambda frame: np.random.default_rng(4).normal(6, 1, len(frame)),  # nothing else explains it
    )
    honest = fit_encoders(window.train, seed=7)
    dated_early = {
        name: tuple(_a_day_early(one) if isinstance(one, TrackRecordEncoding) else one for one in encodings)
        for name, encodings in fit_encoders(FilmSet(window.frame), seed=7).encoders.encodings.items()
    }

    assert alarm(window, honest) is None
    assert alarm(window, Encoded(Encoders(encodings=dated_early), honest.tfidf_out_of_fold)).startswith(
        "Feature title alone explains"
    )


def _a_day_early(encoding):
    record = encoding.record
    return encoding.model_copy(
        update={"record": record.model_copy(update={"days": tuple(day - 1 for day in record.days)})}
    )


def test_honest_features_raise_no_alarm():
    """The made-up films follow genre, runtime and mood, each of them a part of the way."""
    window = a_window(2_000)

    assert alarm(window) is None


def test_a_candidate_that_knows_the_ratings_is_named():
    """Though no feature does alone."""
    window = a_window(2_000)
    ratings = window.holdout.ratings

    found = alarm(window, predicted=ratings + np.random.default_rng(1).normal(0, 0.1, len(ratings)))

    assert found.startswith("lightgbm_full explains 0.9")


def test_the_bound_is_a_choice():
    """The same films under a bound that leaves nothing plausible."""
    assert "is implausible" in alarm(a_window(2_000), most=0.1)


def test_ratings_that_do_not_differ_decide_nothing():
    """Nothing can be explained then, and the alarm must not pass."""
    window = with_column(a_window(400), rating=lambda frame: 6.0)

    with pytest.raises(ValueError, match=r"runtime explains of \d+ holdout films is not a number"):
        alarm(window)


def test_every_feature_is_measured_and_noise_explains_nothing():
    """By feature, not by column; what has nothing to say comes out at 0 or below."""
    window = a_window(2_000)

    alone = solo_r2(window, fit_encoders(window.train, seed=7), "full")

    assert list(alone) == [feature.name for feature in FEATURES]
    assert alone["main_genre"] > 0.15
    assert alone["overview_len"] < 0.05
    assert alone["cast"] < 0.05


def test_r2_is_weighted_and_zero_for_the_mean():
    """A film without weight counts for nothing."""
    ratings, weights = np.array([4.0, 8.0, 1.0]), np.array([1.0, 1.0, 0.0])

    assert weighted_r2(ratings, np.full(3, 6.0), weights) == 0
    assert weighted_r2(ratings, np.array([4.0, 8.0, 9.0]), weights) == 1


@pytest.fixture(scope="module")
def leaking(small_candidates):
    """A canary: a window whose runtimes are the ratings, and what was learnt from it."""
    return trained_on(with_column(a_window(700), runtime=LEAKS["a copy"]), small_candidates[:1])


def test_a_leak_stops_a_promotion(leaking):
    """The decision names the feature and both figures."""
    choice = choose(*leaking, champion=None, rule=a_rule(), with_bundle=True)

    assert not choice.decision.promote
    assert choice.decision.reason.startswith("Leak alarm: Feature runtime alone explains 0.9")
    assert choice.decision.reason.endswith("Nothing is promoted.")


def test_the_alarm_runs_only_where_something_would_be_promoted(leaking):
    """Where an earlier rule applies, its sentence stands."""
    window, encoded, candidates = leaking
    few = replace(window, frame=pd.concat([window.train.frame, window.holdout.frame.head(20)]))

    assert "Only 20 holdout films" in choose(few, encoded, candidates, champion=None, rule=a_rule()).decision.reason


def test_the_policy_gap_has_no_alarm(leaking):
    """It looks at the gap alone."""
    assert choose(*leaking, champion=None, rule=a_rule(policy="gap")).decision.promote
