"""The report of a day of best_model: the challenger's card, plots and backtest.

The figures: training/card_figures.py; the pictures: training/plots.py. Only search days and promotions have a report,
so that ordinary days stay cheap.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import dagster as dg

from movie_assets.defs.days import DayReader
from movie_assets.defs.previews import table
from movie_assets.prediction.bundle import ModelBundle
from movie_assets.prediction.card import Backtest, Card
from movie_assets.storage.bucket import MissingObjectError
from movie_assets.storage.keys import TRIALS
from movie_assets.training.records import Trial, Trials

if TYPE_CHECKING:
    from movie_assets.training.selection import Choice
    from movie_assets.training.window import TrainingWindow

BACKTEST_COLUMNS = ("rmse", "rmse_6_votes", "mae_6_votes", "r2_6_votes", "rmse_50_votes", "rmse_200_votes")


@dataclass(frozen=True)
class DayReport:
    """The challenger with its card, and what the day adds of it to files, metrics and metadata."""

    challenger: ModelBundle | None
    plots: Mapping[str, bytes]  # PNG
    metrics: Mapping[str, float]  # the challenger's, with those of the backtest where there was one
    metadata: Mapping[str, Any] = field(default_factory=dict)


def report_of(
    window: "TrainingWindow",
    choice: "Choice",
    trained_candidates: DayReader,
    *,
    search_day: str,
    seed: int,
    commit: str | None,
) -> DayReport:
    """The full report if the challenger has a bundle, else its metrics alone."""
    if choice.challenger is None:
        return DayReport(None, {}, choice.metrics)
    from movie_assets.training.candidates import CANDIDATES  # what trains is paid by runs
    from movie_assets.training.card_figures import checked_out_commit, full_card

    card = full_card(choice.challenger, window, choice, CANDIDATES, seed=seed, commit=commit or checked_out_commit())
    plots = _plots(window, choice, card, _trials_of(trained_candidates, search_day))
    forecast = card.backtest.metrics if card.backtest else {}
    return DayReport(
        replace(choice.challenger, card=card),
        plots,
        {**choice.metrics, **{f"backtest_{name}": value for name, value in forecast.items()}},
        {
            "backtest": _backtest_table(card.backtest),
            **{name: value for name, value in choice.metrics.items() if name.startswith("interval_")},
        },
    )


def card_of(bundle: ModelBundle | None) -> dict[str, dg.MetadataValue]:
    """The bundle's card as a page; empty without one."""
    from movie_assets.training.card_page import markdown_of  # as above

    if bundle is None or bundle.card is None:
        return {}
    return {"card": dg.MetadataValue.md(markdown_of(bundle.card, bundle.id))}


def _plots(window: "TrainingWindow", choice: "Choice", card: Card, trials: Sequence[Trial]) -> dict[str, bytes]:
    from movie_assets.training.plots import (  # as above
        holdout_plots,
        importance,
        trial_history,
    )

    plots: dict[str, bytes] = {}
    if len(window.holdout):
        plots |= holdout_plots(window.holdout, choice.holdout_predicted, choice.holdout_bounds)
        plots["importance"] = importance(card.features)
    if trials:
        plots["trial_history"] = trial_history(trials)
    return plots


def _trials_of(trained_candidates: DayReader, search_day: str) -> tuple[Trial, ...]:
    """The trials of the search whose settings the day uses; none if that day no longer exists."""
    try:
        return Trials.from_json(trained_candidates.day(search_day).content(TRIALS)).trials
    except MissingObjectError:
        return ()


def _backtest_table(measured: Backtest | None) -> dg.MetadataValue:
    if measured is None:
        return dg.MetadataValue.text("too few films to leave a fifth of them out")
    figures = {"mean": measured.mean_metrics, "challenger's settings": measured.metrics}
    split = {"cut": measured.cut, "train_films": measured.train_films, "test_films": measured.test_films}
    interval = {"coverage": measured.coverage, "width": measured.width}
    return table(
        {
            "predictor": name,
            **split,
            **{figure: metrics.get(figure, "") for figure in BACKTEST_COLUMNS},
            **{what: "" if value is None or name == "mean" else round(value, 4) for what, value in interval.items()},
        }
        for name, metrics in figures.items()
    )
