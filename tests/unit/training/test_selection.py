"""The day's challenger: chosen, made a bundle, measured, and brought before the champion."""

from dataclasses import replace

import numpy as np
import pytest

from movie_assets.prediction.features import FEATURE_SETS
from movie_assets.prediction.golden import GOLDEN_MOVIES
from movie_assets.prediction.missing_facts import FACTS_NOT_GIVEN
from movie_assets.training.evaluation import weighted_rmse
from movie_assets.training.selection import bundle_of, choose
from tests.support.bentos import a_bundle, a_card
from tests.support.builders import a_movie
from tests.support.cleaned_days import a_rule, a_window
from tests.support.training import trained_on


def test_the_figures_have_the_names_of_the_card(trained):
    """test_rmse on the holdout, train_rmse on the training part, and the gap between them: test - train."""
    choice = choose(*trained, champion=None, rule=a_rule())
    metrics = choice.metrics
    holdout = trained[0].holdout

    assert metrics["rmse_gap"] == pytest.approx(metrics["test_rmse"] - metrics["train_rmse"])
    assert metrics["test_rmse"] == weighted_rmse(holdout.ratings, choice.holdout_predicted, holdout.weights)
    assert {"mae_6_votes", "r2_50_votes", "films_200_votes", "cross_validated_rmse"} <= set(metrics)
    assert metrics["films_6_votes"] == len(holdout)
    low, high = choice.holdout_bounds.T
    assert metrics["interval_coverage"] == np.mean((low <= holdout.ratings) & (holdout.ratings <= high))
    assert metrics["interval_width"] == pytest.approx(np.mean(high - low))


def test_what_is_decided_on_is_what_the_service_would_say(trained):
    """The holdout's predictions are the bundle's own."""
    choice = choose(*trained, champion=None, rule=a_rule())

    estimates = choice.challenger.rate(trained[0].holdout.columns)
    np.testing.assert_array_equal(choice.holdout_predicted, estimates.ratings)
    np.testing.assert_array_equal(choice.holdout_bounds, choice.challenger.bounds(estimates))


def test_the_challenger_is_chosen_by_cross_validation(trained):
    """Not by the holdout: the best of the folds is the challenger even where another does better there."""
    window, encoded, candidates = trained
    for position in range(len(candidates)):
        favoured = [
            replace(one, cross_validated=replace(one.cross_validated, test_rmse=0.1 if n == position else 0.9))
            for n, one in enumerate(candidates)
        ]

        choice = choose(window, encoded, favoured, champion=None, rule=a_rule())

        assert choice.best is favoured[position]
        assert choice.challenger.encoders == encoded.encoders.of(favoured[position].feature_set)


def test_the_table_shows_every_predictor_on_the_same_films(trained):
    """Both baselines, the challenger, and the champion where there is one."""
    champion = a_bundle(bias=6.0, metrics={"rmse_gap": 0.1})

    choice = choose(*trained, champion=champion, rule=a_rule())

    names = [one.label for one in choice.predictors]
    assert names[:2] == ["mean", "mean_per_genre"]
    assert names[2].startswith("challenger (")
    assert names[3] == f"champion ({champion.id[:12]})"
    assert len({one.metrics["films_6_votes"] for one in choice.predictors}) == 1


def test_a_better_challenger_replaces_a_poor_champion(trained):
    """With its reason, and a bundle that proves itself."""
    champion = a_bundle(bias=0.0, metrics={"rmse_gap": 0.1})

    choice = choose(*trained, champion=champion, rule=a_rule())

    assert choice.decision.promote
    assert f"replaces champion {champion.id[:12]} of 2026-01-14" in choice.decision.reason
    choice.challenger.verify()


def test_the_champion_is_not_replaced_by_itself(trained):
    """A day that finds the same estimator again changes nothing, and fits no legacy model."""
    first = choose(*trained, champion=None, rule=a_rule())
    champion = replace(first.challenger, card=a_card(metrics=first.metrics))

    again = choose(*trained, champion=champion, rule=a_rule(), with_bundle=True)

    assert replace(champion, legacy_model=None).id == again.challenger.id
    assert again.legacy is None
    assert not again.decision.promote
    assert "gain +0.0000" in again.decision.reason

    unseen = choose(*trained, champion=champion, rule=a_rule())

    assert unseen.challenger is None, "a challenger that nobody will see is no bundle"
    assert unseen.metrics["test_rmse"] == pytest.approx(first.metrics["test_rmse"])


def test_a_promoted_challenger_has_its_legacy_model(trained):
    """Made before anybody takes the bundle's id, which covers it; the same day again gives the same id."""
    choice = choose(*trained, champion=None, rule=a_rule(seed=3))
    again = choose(*trained, champion=None, rule=a_rule(seed=3))

    assert choice.challenger.legacy_model is choice.legacy.model
    assert choice.challenger.id == again.challenger.id
    assert choice.challenger.id != replace(choice.challenger, legacy_model=None).id


def test_a_champion_without_a_card_decides_nothing(trained):
    """Its gap is unknown, so the veto could not be judged."""
    champion = replace(a_bundle(), card=None)

    with pytest.raises(ValueError, match=f"The champion {champion.id} has no card"):
        choose(*trained, champion=champion, rule=a_rule())


def test_an_empty_holdout_promotes_nothing(trained):
    """A window whose films are all for training gives a challenger and no figure to judge it by."""
    window, encoded, candidates = trained
    no_holdout = replace(window, frame=window.train.frame)

    choice = choose(no_holdout, encoded, candidates, champion=None, rule=a_rule())

    assert not choice.decision.promote
    assert "Only 0 holdout films" in choice.decision.reason
    assert choice.predictors == ()


def test_every_candidate_gives_its_reasons_and_its_interval(trained):
    """Each family on each feature set: contributions add up to the prediction minus the base value, and the interval
    is around the prediction.
    """
    window, encoded, candidates = trained
    movies = [
        *GOLDEN_MOVIES,
        a_movie(directors=["Director 3"], cast=["Actor 1", "Actor 7"], collection="Winter Collection"),
        a_movie(runtime=600, genres=["Horror"], production_companies=["Company 3"], title="The Winter Signal 2"),
    ]

    assert len(candidates) == 6
    for candidate in candidates:
        bundle = bundle_of(candidate, window.train, encoded, seed=7)
        bundle.verify()
        for answer in bundle.predict(movies):
            facts = {**answer.features, "overview": answer.features["overview_len"]}  # the text is not repeated
            given = [one.name for one in FEATURE_SETS[candidate.feature_set] if facts[one.name] not in (None, [])]
            assert [name for name in answer.contributions if name != FACTS_NOT_GIVEN] == given
            assert answer.base_value + sum(answer.contributions.values()) == pytest.approx(
                answer.predicted_rating, abs=1e-3
            )
            assert 0 <= answer.interval.low <= answer.predicted_rating <= answer.interval.high <= 10
            assert answer.interval.high - answer.interval.low > 0.5  # the made-up films' noise is half a point


def test_few_films_give_a_challenger_without_an_interval(small_candidates):
    """It takes two hundred training films."""
    window, encoded, candidates = trained_on(a_window(200), small_candidates[:1])

    choice = choose(window, encoded, candidates, champion=None, rule=a_rule())

    assert len(window.train) < 200
    assert choice.challenger.spec.interval is None
    assert choice.challenger.predict([a_movie()])[0].interval is None
