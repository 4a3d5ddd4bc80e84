"""The figures of a card."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from movie_assets.prediction.features import FEATURE_SETS
from movie_assets.training.card_figures import errors_by_genre, full_card, holdout_sample, interval_note, rating_counts
from movie_assets.training.card_page import markdown_of
from movie_assets.training.selection import choose
from tests.support.cleaned_days import a_cleaned_film, a_part, a_rule, a_window, made_up_films
from tests.support.training import trained_on


def chosen(window, encoded, candidates):
    """The choice among the candidates of one family."""
    candidates = [candidate for candidate in candidates if candidate.family == "lightgbm"]
    return choose(window, encoded, candidates, champion=None, rule=a_rule(), with_bundle=True)


def card_for(window, choice, small_candidates, *, commit=None):
    return full_card(choice.challenger, window, choice, small_candidates, seed=11, commit=commit)


@pytest.fixture(scope="module")
def carded(trained, small_candidates):
    """A window, the day's choice, and the card of the challenger."""
    window, choice = trained[0], chosen(*trained)
    return window, choice, card_for(window, choice, small_candidates, commit="c" * 40)


def test_the_card_says_where_the_bundle_comes_from_and_what_was_decided(carded):
    """Window, seed, settings, versions, what a form can offer; the decision and what it rests on."""
    window, choice, card = carded

    assert (card.source, card.day, card.seed, card.commit) == ("synthetic", "2026-01-07", 11, "c" * 40)
    assert card.window == window.summary
    assert (card.family, card.feature_set) == (choice.best.family, choice.best.feature_set)
    assert card.parameters == choice.best.parameters
    assert card.known["genres"] == ["Comedy", "Documentary", "Drama", "Horror"]
    assert card.known["original_languages"] == ["en", "fr", "ko"]
    assert {"onnxruntime", "textblob", "scikit-learn", "lightgbm", "xgboost-cpu"} <= set(card.versions)
    assert (card.decision, card.provisional) == (choice.decision.reason, choice.decision.provisional)
    assert card.metrics == choice.metrics
    assert card.typical_error == card.metrics["mae_6_votes"]
    assert card.table == [one.row for one in choice.predictors]
    assert card.backtest is not None
    assert replace(choice.challenger, card=card).id == choice.challenger.id


def test_every_feature_has_its_reason_and_its_weight(carded):
    """Those of the bundle's feature set, and no other; the films' own numbers follow runtime and genre most."""
    _, choice, card = carded
    features = FEATURE_SETS[choice.best.feature_set]

    reasons = {feature.name: feature.known_before_release_because for feature in features}
    assert {one.name: one.known_before_release_because for one in card.features} == reasons
    importance = {one.name: one.importance for one in card.features}
    assert max(importance, key=importance.get) in {"runtime", "main_genre"}
    assert min(importance.values()) >= 0


def test_the_sample_is_of_the_holdout_and_names_no_film(carded):
    """Pairs of ratings, chosen by the films' ids alone: a film more changes at most one of them."""
    window, choice, card = carded
    pairs = list(zip(choice.holdout_predicted.round(3), window.holdout.ratings.round(3), strict=True))

    assert len(card.holdout_sample) == min(300, len(window.holdout))
    assert set(card.holdout_sample) <= set(pairs)

    films, predicted = made_up_films(500), np.arange(500) / 50
    whole = holdout_sample(a_part(*films), predicted)
    fewer = holdout_sample(a_part(*films[:-1]), predicted[:-1])
    assert len(whole) == 300
    assert len(set(whole) - set(fewer)) <= 1
    assert set(holdout_sample(a_part(*films[::-1]), predicted[::-1])) == set(whole)


def test_ratings_are_counted_in_half_points(carded):
    """21 edges from 0 to 10; a rating of 10 is in the last bin."""
    counted = rating_counts(np.array([0.0, 6.49, 6.5, 10.0]))

    assert counted.edges == [n / 2 for n in range(21)]
    assert {edge: films for edge, films in zip(counted.edges, counted.films, strict=False) if films} == {
        0.0: 1,
        6.0: 1,
        6.5: 1,
        9.5: 1,
    }
    window, _, card = carded
    assert sum(card.training_ratings.films) == len(window.train)


def test_errors_by_genre():
    """From 20 films on, the largest genre first; bias is above 0 where films are rated too well."""
    part = a_part(
        *(a_cleaned_film(id=n, rating=6.0, main_genre="Horror") for n in range(20)),
        *(a_cleaned_film(id=n, rating=6.0, main_genre=None) for n in range(30)),
        *(a_cleaned_film(id=n, rating=6.0, main_genre="Drama") for n in range(19)),
    )
    predicted = np.concatenate([np.tile([6.5, 7.5], 10), np.full(30, 5.0), np.full(19, 9.0)])

    first, second = errors_by_genre(part, predicted)

    assert (first.genre, first.films, first.mae, first.rmse, first.bias) == ("none", 30, 1.0, 1.0, -1.0)
    assert (second.genre, second.mae, second.bias) == ("Horror", 1.0, 1.0)
    assert second.rmse == pytest.approx(np.sqrt((0.5**2 + 1.5**2) / 2), abs=1e-4)


def test_what_the_data_cannot_support_is_said():
    """Too few films to learn an interval from, or to see how often it holds; else nothing."""
    bounds = np.zeros((19, 2))

    assert "200 training films are needed" in interval_note(train_films=150, holdout_films=40, bounds=None)
    assert "there are 19" in interval_note(train_films=900, holdout_films=19, bounds=bounds)
    assert interval_note(train_films=900, holdout_films=20, bounds=bounds) is None


def test_few_films_have_a_card_too(small_candidates):
    """No interval, no backtest, and on the page a sentence instead of empty tables."""
    trained = trained_on(a_window(120), small_candidates[1:2])

    card = card_for(trained[0], chosen(*trained), small_candidates)

    assert card.coverage == []
    assert card.backtest is None
    page = markdown_of(card, hashlib.sha256().hexdigest())
    assert "There is no interval" in page
    assert "## Backtest" not in page


def test_a_card_without_a_holdout_has_no_figures_of_it(trained, small_candidates):
    """All films are for training."""
    window, *learnt = trained
    no_holdout = replace(window, frame=window.train.frame)

    card = card_for(no_holdout, chosen(no_holdout, *learnt), small_candidates)

    assert card.typical_error is None
    assert card.holdout_sample == []
    assert {one.importance for one in card.features} == {None}
