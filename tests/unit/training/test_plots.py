"""Plots of a materialization."""

from xml.etree import ElementTree

import numpy as np
import pytest

from movie_assets.prediction.card import FeatureUse
from movie_assets.training.plots import (
    holdout_plots,
    importance,
    rating_histogram,
    trial_history,
)
from tests.support.cleaned_days import a_cleaned_film, a_part, made_up_films
from tests.support.records import a_trial

PNG = b"\x89PNG\r\n\x1a\n"
SVG = "{http://www.w3.org/2000/svg}"


def test_a_histogram_has_a_bar_for_every_rating_there_is():
    """Where the rating is, as high as it has films; ratings of 10 are in the last one."""
    ratings = np.array([2.0, 6.5, 6.6, 10.0])
    drawn = ElementTree.fromstring(rating_histogram(ratings))

    bars = [(float(bar.get("x")), float(bar.get("height"))) for bar in drawn.findall(f"{SVG}g/{SVG}rect")]
    assert bars == [(90, 75), (225, 150), (322.5, 75)]
    assert rating_histogram(ratings) == rating_histogram(ratings)
    assert {"2", "films", "rating"} <= {text.text for text in drawn.iter(f"{SVG}text")}


def holdout(films):
    """A part, ratings predicted for it, and bounds around them."""
    part = a_part(*made_up_films(films))
    predicted = part.ratings + np.random.default_rng(1).normal(0, 0.5, films)
    return part, predicted, np.column_stack([predicted - 0.6, predicted + 0.6])


@pytest.mark.parametrize("films", [1, 3, 40, 400])
@pytest.mark.parametrize("has_interval", [True, False])
def test_any_holdout_can_be_drawn(films, has_interval):
    """Few films or many, with an interval or without; no two plots are alike."""
    part, predicted, bounds = holdout(films)

    plots = holdout_plots(part, predicted, bounds if has_interval else None)

    assert set(plots) == {
        *("predicted_against_actual", "calibration"),
        *(f"residuals_by_{what}" for what in ("year", "genre", "votes")),
    }
    assert all(plot.startswith(PNG) for plot in plots.values())
    assert len(set(plots.values())) == len(plots)


def test_a_holdout_of_one_kind_can_be_drawn():
    """One year, one genre and as many votes for all, and no genre at all."""
    part = a_part(*(a_cleaned_film(id=number, main_genre=None) for number in range(60)))

    assert len(holdout_plots(part, np.full(60, 6.0), None)) == 5


def test_plots_follow_what_is_drawn():
    """Other residuals are another picture; the same ones the same picture."""
    part, predicted, bounds = holdout(200)
    first, again = (holdout_plots(part, predicted, bounds) for _ in range(2))
    others = holdout_plots(part, predicted[::-1], bounds)

    assert first == again
    assert not set(first.values()) & set(others.values())


def test_importance_and_trials_can_be_drawn():
    """Pruned trials are left out, and a candidate may have none that was finished."""
    features = [FeatureUse(name=name, known_before_release_because="", importance=0.2) for name in ("runtime", "cast")]
    pruned = a_trial(2, feature_set="full", folds=1)

    assert importance(features).startswith(PNG)
    assert importance([features[0].model_copy(update={"importance": None})]).startswith(PNG)
    assert trial_history([a_trial(0)]).startswith(PNG)
    assert trial_history([a_trial(0), a_trial(1, test_rmse=0.7), pruned]).startswith(PNG)
