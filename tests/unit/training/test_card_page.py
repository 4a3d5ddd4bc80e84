"""The page of a card."""

import hashlib

from movie_assets.prediction.card import Backtest, Coverage, FeatureUse, GenreErrors
from movie_assets.training.card_page import markdown_of
from tests.support.bentos import a_card

ID = hashlib.sha256(b"a bundle").hexdigest()
FIGURES = {"rmse": 0.7, "films_6_votes": 900.0, "rmse_6_votes": 0.8123, "mae_6_votes": 0.6, "r2_6_votes": 0.3}


def a_full_card(**changes):
    shares = {"low": 0.5, "high": 0.7, "width": 2.0}
    facts = {
        "window": {
            "first_day": "2026-01-01",
            "last_day": "2026-01-14",
            "digest": "d1",
            "films": 4_200,
            "train_films": 3_300,
            "holdout_films": 900,
        },
        "typical_error": 0.6,
        "table": [{"predictor": "mean", **FIGURES}, {"predictor": "challenger (lightgbm_full)", **FIGURES}],
        "coverage": [
            Coverage(group="all", value="all", films=900, coverage=0.81, as_promised=True, **shares),
            Coverage(group="main_genre", value="Drama", films=90, coverage=0.6, as_promised=False, **shares),
        ],
        "backtest": Backtest(
            cut="2025-03-01",
            train_films=2_640,
            test_films=660,
            coverage=0.785,
            width=2.1,
            metrics=FIGURES,
            mean_metrics=FIGURES,
        ),
        "errors_by_genre": [GenreErrors(genre="Drama", films=90, mae=0.5, rmse=0.6, bias=-0.02)],
        "features": [
            FeatureUse(name="runtime", known_before_release_because="the cut is finished", importance=0.1),
            FeatureUse(name="cast", known_before_release_because="hired before the shoot", importance=0.4),
        ],
        "commit": "c" * 40,
    }
    return a_card(**(facts | changes))


def test_the_page_has_every_figure_of_the_card():
    """Window, decision, figures, backtest, coverage, features, limits, and what it was made with."""
    page = markdown_of(a_full_card(parameters={"num_leaves": 31, "learning_rate": 0.05}, versions={"numpy": "2.4"}), ID)

    for sentence in (
        ID,
        "2026-01-01 to 2026-01-14: 4,200 films, 3,300 in the training part, 900 in the holdout",
        "Promoted: there was no champion.",
        "0.60 rating points off on average",
        "| challenger (lightgbm_full) | 0.700 | 0.812 | 0.600 | 0.300 | – | – | – | – | – | – |",
        "2,640 films of the training part released before 2025-03-01 alone, rated the 660 released since",
        "held 78.5 % of them, 2.10 points wide",
        "| main genre Drama | 90 | 60.0 % | 50.0 % to 70.0 % | 2.00 | no |",
        "| Drama | 90 | 0.500 | 0.600 | -0.020 |",
        "| `runtime` | 0.100 | the cut is finished |",
        "The films are made up",
        "| seed | 7 |",
        "`learning_rate` 0.050, `num_leaves` 31",
        "c" * 40,
        "numpy 2.4",
    ):
        assert sentence in page, sentence


def test_the_most_important_feature_comes_first():
    """By importance, whatever the order of the feature spec."""
    page = markdown_of(a_full_card(), ID)

    assert page.index("`cast`") < page.index("`runtime`")


def test_a_provisional_bundle_is_marked():
    """At the top and among the limits; a firm one does not."""
    page = markdown_of(a_full_card(provisional=True), ID)

    assert page.index("**Provisional**") < page.index("## Decision")
    assert "It is provisional" in page
    assert "rovisional" not in markdown_of(a_full_card(), ID)


def test_each_source_has_its_limit():
    """An unknown source is named."""
    assert "votes of TMDB's users" in markdown_of(a_full_card(source="tmdb"), ID)
    assert "Ratings are those of source diary." in markdown_of(a_full_card(source="diary"), ID)


def test_a_card_of_an_earlier_version_is_a_page_too():
    """Missing figures are left out, and no table is empty."""
    page = markdown_of(a_card(), ID)

    assert "## Decision" in page
    assert "| commit | unknown |" in page
    for title in ("## Errors on the holdout", "## Backtest", "## Interval", "## Features"):
        assert title not in page


def test_a_bar_in_a_name_breaks_no_table():
    """Genres are the source's words."""
    page = markdown_of(a_full_card(errors_by_genre=[GenreErrors(genre="A|B", films=20, mae=1, rmse=1, bias=0)]), ID)

    assert "| A\\|B | 20 |" in page
