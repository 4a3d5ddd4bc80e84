"""Whether a challenger replaces the champion: each rule in turn, with its figures."""

import numpy as np
import pytest

from movie_assets.training.promotion import Holdout, Scored, decide
from tests.support.cleaned_days import a_rule

FILMS = 400


def a_holdout(films=FILMS, *, seed=0, baselines=None):
    """Films rated 6.5 give or take, and two baselines that err by about a point."""
    ratings = np.random.default_rng(seed).normal(6.5, 1.0, films)
    means = {"mean": np.full(films, 6.5), "mean_per_genre": np.full(films, 6.4)}
    return Holdout(ratings=ratings, weights=np.ones(films), baselines=means if baselines is None else baselines)


def scored(holdout, rmse, *, name="xgboost of 2026-01-08", rmse_gap=0.1, seed=1):
    """A bundle whose error on these films is exactly `rmse`."""
    noise = np.random.default_rng(seed).normal(0, 1, len(holdout.ratings))
    noise *= rmse / np.sqrt(np.average(noise**2, weights=holdout.weights)) if rmse and len(noise) else 0
    return Scored(name=name, predicted=holdout.ratings + noise, rmse_gap=rmse_gap)


def decided(holdout, *, challenger=0.8, champion=None, gap=0.1, champion_gap=0.1, rule=None):
    """The decision on a challenger and (if given) a champion of these errors."""
    return decide(
        challenger=scored(holdout, challenger, rmse_gap=gap),
        champion=None if champion is None else scored(holdout, champion, name="champion", rmse_gap=champion_gap),
        holdout=holdout,
        rule=rule or a_rule(),
    )


@pytest.mark.parametrize(
    ("films", "errors", "promote", "reason"),
    [
        # Too few films decide nothing, however much better the challenger looks on them.
        (99, {"challenger": 0.1, "champion": 0.9}, False, "Only 99 holdout films, 100 are needed: the champion stays."),
        (29, {"challenger": 0.0}, False, "Only 29 holdout films, 30 are needed: there is no champion yet."),
        (0, {"challenger": 0.0}, False, "Only 0 holdout films, 30 are needed: there is no champion yet."),
        (30, {"challenger": 0.8}, True, "first (provisional) champion: rmse 0.800 on 30 holdout films"),
        # The first champion and any later one must beat both baselines.
        (400, {"challenger": 1.2}, False, "does not beat the baseline mean: rmse 1.200 against"),
        (400, {"challenger": 1.2, "champion": 1.4}, False, "does not beat the baseline mean: rmse 1.200 against"),
        # A memorizer is stopped even where the holdout is on its side.
        (
            400,
            {"challenger": 0.5, "champion": 0.8, "gap": 0.4},
            False,
            "overfits: rmse_gap 0.400 exceeds the champion's 0.100 by more than 0.250",
        ),
        # A gain must be both real and sure.
        (400, {"challenger": 0.78, "champion": 0.78}, False, "does not replace champion: rmse 0.780 against 0.780"),
        (400, {"challenger": 0.78, "champion": 0.78}, False, "gain +0.0000"),
        (400, {"challenger": 0.796, "champion": 0.8}, False, "gain +0.0040 (95% sure of more than +0.00"),
        (2_000, {"challenger": 0.77, "champion": 0.8}, True, "2026-01-08 replaces champion: rmse 0.770 against 0.800"),
        (2_000, {"challenger": 0.77, "champion": 0.8}, True, "on the same 2000 holdout films, gain +0.0300 (95% sure"),
        (2_000, {"challenger": 0.77, "champion": 0.8}, True, "0.005 is needed"),
    ],
)
def test_the_first_rule_that_applies_decides(films, errors, promote, reason):
    """With its figures in the sentence; only a first champion on few films is provisional."""
    decision = decided(a_holdout(films), **errors)

    assert decision.promote == promote
    assert reason in decision.reason
    assert decision.provisional == (promote and films == 30)


def test_the_first_champion_names_what_it_beat():
    """With enough films it is not provisional."""
    holdout = a_holdout()
    decision = decided(holdout, rule=a_rule(min_holdout=FILMS))

    assert decision.promote
    assert not decision.provisional
    bar = holdout.rmse(holdout.baselines["mean"])
    assert f"rmse 0.800 on 400 holdout films, baselines mean {bar:.3f}" in decision.reason


def test_each_baseline_must_be_beaten():
    """Not the mean only; and a challenger that equals a baseline has not beaten it."""
    holdout = a_holdout()
    strong = a_holdout(baselines={**holdout.baselines, "mean_per_genre": scored(holdout, 0.8, seed=5).predicted})

    decision = decided(strong, challenger=0.8)

    assert not decision.promote
    assert "baseline mean_per_genre: rmse 0.800 against 0.800 on 400 holdout films" in decision.reason


@pytest.mark.parametrize(("margin", "promote"), [(0.25, True), (0.24, False)])
def test_a_gap_within_the_margin_is_no_veto(margin, promote):
    """A richer model may fit its training part more closely than a poorer one did."""
    rule = a_rule(gap_margin=margin)

    assert decided(a_holdout(), challenger=0.5, champion=0.8, gap=0.5, champion_gap=0.25, rule=rule).promote == promote


def test_a_large_gain_that_is_not_sure_keeps_the_champion():
    """A better error that rests on a few films may be chance."""
    holdout = a_holdout(120)
    challenger = scored(holdout, 0.80, seed=1)
    champion = scored(holdout, 0.82, name="champion", seed=2)

    decision = decide(challenger=challenger, champion=champion, holdout=holdout, rule=a_rule())

    assert not decision.promote
    assert "sure of more than -0." in decision.reason


def test_films_of_few_votes_decide_little():
    """A challenger that is better only where ratings are noise is not better."""
    holdout = a_holdout()
    seldom_seen = np.arange(FILMS) % 2 == 0
    weighted = Holdout(ratings=holdout.ratings, weights=np.where(seldom_seen, 0.01, 1.0), baselines=holdout.baselines)
    champion = scored(holdout, 0.8, name="champion")
    better_there = np.where(seldom_seen, holdout.ratings, champion.predicted)
    challenger = Scored(name="challenger", predicted=better_there, rmse_gap=0.1)

    assert decide(challenger=challenger, champion=champion, holdout=holdout, rule=a_rule()).promote
    assert not decide(challenger=challenger, champion=champion, holdout=weighted, rule=a_rule()).promote


def test_equal_models_rarely_swap():
    """Two models of the same worth on 200 draws of films: at most one in ten replaces the other."""
    swaps = 0
    for draw in range(200):
        holdout = a_holdout(100, seed=draw)
        generator = np.random.default_rng(1_000 + draw)
        challenger, champion = (
            Scored(name=name, predicted=holdout.ratings + generator.normal(0, 0.7, 100), rmse_gap=0.1)
            for name in ("challenger", "champion")
        )
        rule = a_rule(seed=draw, min_holdout=100)
        swaps += decide(challenger=challenger, champion=champion, holdout=holdout, rule=rule).promote

    assert swaps <= 20


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
@pytest.mark.parametrize("whose", ["challenger", "champion"])
@pytest.mark.parametrize("policy", ["holdout", "gap"])
def test_a_prediction_that_is_no_number_decides_nothing(wrong, whose, policy):
    """Neither for nor against a challenger."""
    holdout = a_holdout()
    pair = {name: scored(holdout, 0.8, name=name) for name in ("challenger", "champion")}
    pair[whose].predicted[7] = wrong

    with pytest.raises(ValueError, match=f"{whose} gave predictions that are not numbers; nothing was decided"):
        decide(**pair, holdout=holdout, rule=a_rule(policy=policy))


@pytest.mark.parametrize("gaps", [{"gap": np.nan}, {"champion_gap": np.nan}])
@pytest.mark.parametrize("policy", ["holdout", "gap"])
def test_a_gap_that_is_no_number_decides_nothing(gaps, policy):
    """An unknown gap would slip through the veto."""
    with pytest.raises(ValueError, match="rmse_gap nan, which is not a number; nothing was decided"):
        decided(a_holdout(), challenger=0.5, champion=0.8, rule=a_rule(policy=policy), **gaps)


@pytest.mark.parametrize(
    ("errors", "promote", "reason"),
    [
        (
            {"challenger": 1.3, "champion": 0.7, "gap": 0.01},
            True,
            "Policy gap: rmse_gap 0.010, smaller than the champion's 0.100.",
        ),
        (
            {"challenger": 0.5, "champion": 0.7, "gap": 0.2},
            False,
            "Policy gap: rmse_gap 0.200 is not smaller than 0.100.",
        ),
        ({"challenger": 3.0}, True, "Policy gap: rmse_gap 0.100, no champion yet."),
    ],
)
def test_the_policy_gap_looks_at_the_gap_alone(errors, promote, reason):
    """The smaller gap wins, whatever the errors, and the first challenger always."""
    decision = decided(a_holdout(), rule=a_rule(policy="gap"), **errors)

    assert (decision.promote, decision.reason) == (promote, reason)


def test_the_same_seed_decides_the_same():
    """The bootstrap's draws come from the rule's seed, so a decision can be repeated to the last digit."""
    holdout = a_holdout(150)
    pair = {"challenger": scored(holdout, 0.78, seed=1), "champion": scored(holdout, 0.8, seed=2)}

    first, again, other = (decide(**pair, holdout=holdout, rule=a_rule(seed=seed)) for seed in (3, 3, 4))

    assert first == again
    assert first.reason != other.reason
