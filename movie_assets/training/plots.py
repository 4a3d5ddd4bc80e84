"""Plots of a materialization: PNG by matplotlib, or SVG where each day has one.

Every title is a sentence on how to read the plot. The colours are Okabe and Ito's, which colour-blind people can tell
apart. A residual is actual - predicted. The figures of a card are computed in card_figures.py.
"""

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from movie_assets.prediction.card import FeatureUse
from movie_assets.prediction.interval import LEVEL
from movie_assets.training.coverage import inside
from movie_assets.training.records import Trial
from movie_assets.training.window import FilmSet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INCHES, DOTS_PER_INCH = (5.6, 3.6), 90
MARGINS = {"left": 0.11, "right": 0.97, "top": 0.9, "bottom": 0.14}
NAMED = MARGINS | {"left": 0.27}  # where names stand at the left
BLUE, ORANGE, GREEN, GREY = "#0072b2", "#e69f00", "#009e73", "#555555"
COLOURS = (BLUE, ORANGE, GREEN, "#cc79a7", "#d55e00", "#56b4e9")
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
LEAST_FILMS = 20  # of a group that is drawn
MOST_GENRES = 14
BINS = 10

Ratings = NDArray[np.float64]


def holdout_plots(part: FilmSet, predicted: Ratings, bounds: Ratings | None) -> dict[str, bytes]:
    """By name: predicted against actual ratings, residuals by year, genre and votes (of groups from 20 films on), and
    the calibration.
    """
    residuals = part.ratings - predicted
    years = part.frame["release_date"].dt.year.to_numpy()
    return {
        "predicted_against_actual": _predicted_against_actual(part.ratings, predicted),
        "residuals_by_year": _residuals_along(
            years, residuals, "By year of release: above 0 films were better than predicted", "year of release"
        ),
        "residuals_by_genre": _residuals_by_genre(part.frame["main_genre"].fillna("none").to_numpy(), residuals),
        "residuals_by_votes": _residuals_along(
            part.votes, residuals, "By votes: the fewer there are, the more chance is in a rating", "votes", scale="log"
        ),
        "calibration": _calibration(part, predicted, bounds),
    }


def importance(features: Sequence[FeatureUse]) -> bytes:
    """How much each feature moves a prediction, the most at the top."""
    known = sorted((one.importance, one.name) for one in features if one.importance is not None)
    figure = _figure("What a rating rests on: how far each feature moves it", margins=NAMED)
    axes = figure.subplots()
    axes.barh([name for _, name in known], [points for points, _ in known], color=BLUE, height=0.7)
    axes.set(xlabel="mean size of its contribution, rating points")
    axes.tick_params(axis="y", labelsize=8)
    return _png(figure)


def trial_history(trials: Sequence[Trial]) -> bytes:
    """Every trial of a search that was not pruned, and the best error of its candidate so far; at least one.

    Solid lines and dots are the full feature set, dotted lines and crosses the core one.
    """
    from matplotlib.ticker import MaxNLocator  # imported only when a plot is made

    figure = _figure(
        "The search: each point is a setting tried, each line the best so far", margins=MARGINS | {"bottom": 0.25}
    )
    axes = figure.subplots()
    all_folds = max(trial.folds for trial in trials)
    families = list(dict.fromkeys(trial.family for trial in trials))
    for family, feature_set in dict.fromkeys((trial.family, trial.feature_set) for trial in trials):
        tried = [
            (trial.number, trial.test_rmse)
            for trial in trials
            if (trial.family, trial.feature_set, trial.folds) == (family, feature_set, all_folds)
        ]
        numbers, errors = np.array(tried).reshape(-1, 2).T
        colour, full = COLOURS[families.index(family) % len(COLOURS)], feature_set == "full"
        axes.scatter(numbers + 1, errors, s=14, color=colour, marker="o" if full else "x", alpha=0.6, linewidths=1)
        axes.plot(
            numbers + 1,
            np.minimum.accumulate(errors),
            color=colour,
            linestyle="-" if full else ":",
            drawstyle="steps-post",
            label=f"{family}, {feature_set}",
        )
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set(xlabel="trial", ylabel="RMSE of the folds left out, points")
    axes.legend(fontsize=7, frameon=False, ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.15))
    return _png(figure)


def rating_histogram(ratings: Ratings) -> bytes:
    """How many films have which rating, as SVG: one for each of hundreds of days, so it is written and not drawn."""
    films, edges = np.histogram(ratings, bins=np.arange(0, 10.25, 0.25))
    most = max(int(films.max()), 1)
    bars = "".join(
        f'<rect x="{30 + 30 * low:g}" y="{160 - 150 * count / most:.1f}" width="7" height="{150 * count / most:.1f}"/>'
        for count, low in zip(films.tolist(), edges.tolist(), strict=False)  # one edge more than bars
        if count
    )
    ticks = "".join(f'<text x="{30 + 30 * rating}" y="174">{rating}</text>' for rating in range(0, 11, 2))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 345 195" width="450" height="254"'
        ' font-family="sans-serif" font-size="11" text-anchor="middle">'
        f'<rect width="345" height="195" fill="#fff"/><g fill="#0072b2">{bars}</g>'
        f'<path d="M30 10V160H330" fill="none" stroke="#555"/>{ticks}<text x="180" y="190">rating</text>'
        f'<text x="26" y="14" text-anchor="end">{most}</text><text x="26" y="160" text-anchor="end">0</text>'
        '<text transform="translate(12 90) rotate(-90)">films</text></svg>'
    ).encode()


def _predicted_against_actual(ratings: Ratings, predicted: Ratings) -> bytes:
    figure = _figure("On the line a prediction was right; above it the film was better")
    axes = figure.subplots()
    axes.scatter(predicted, ratings, s=8, alpha=0.4, color=BLUE, linewidths=0)
    axes.plot([0, 10], [0, 10], color=GREY, linewidth=1)
    low = float(min(ratings.min(), predicted.min())) - 0.2
    axes.set(xlim=(low, 10), ylim=(low, 10), xlabel="predicted rating, points", ylabel="rating, points")
    return _png(figure)


def _residuals_along(
    values: NDArray[Any], residuals: Ratings, title: str, label: str, *, scale: str = "linear"
) -> bytes:
    """Bands over groups of neighbours: half of the films in the dark one, four in five in the light one."""
    figure = _figure(title)
    axes = figure.subplots()
    axes.scatter(values, residuals, s=5, alpha=0.15, color=GREY, linewidths=0)
    groups = [group for group in _groups(values) if len(group) >= LEAST_FILMS]
    if groups:
        centres = [float(np.median(values[group])) for group in groups]
        lowest, low, middle, high, highest = np.array([np.quantile(residuals[group], QUANTILES) for group in groups]).T
        axes.fill_between(centres, lowest, highest, color=BLUE, alpha=0.15, linewidth=0, label="80 % of films")
        axes.fill_between(centres, low, high, color=BLUE, alpha=0.3, linewidth=0, label="half of the films")
        axes.plot(centres, middle, color=BLUE, label="median")
        axes.legend(fontsize=7, frameon=False, ncols=3, loc="lower right")
    axes.axhline(0, color=GREY, linewidth=1)
    axes.set(xscale=scale, xlabel=label, ylabel="actual − predicted, points")
    return _png(figure)


def _groups(values: NDArray[Any]) -> list[NDArray[np.intp]]:
    """About twelve groups of films, in order of the values; films of one value are together."""
    edges = np.unique(np.quantile(values, np.linspace(0, 1, 13)))
    place = np.searchsorted(edges[1:-1], values, side="right")
    return [np.flatnonzero(place == group) for group in np.unique(place)]


def _residuals_by_genre(genres: NDArray[Any], residuals: Ratings) -> bytes:
    names, counts = np.unique(genres.astype(str), return_counts=True)
    most = [name for name, films in zip(names, counts, strict=True) if films >= LEAST_FILMS]
    largest = sorted(most, key=lambda name: -counts[names == name][0])[:MOST_GENRES]
    drawn = sorted(largest, key=lambda name: float(np.median(residuals[genres == name])))
    figure = _figure("By main genre: right of 0 films were better than predicted", margins=NAMED)
    axes = figure.subplots()
    axes.axvline(0, color=GREY, linewidth=1)
    for place, name in enumerate(drawn):
        lowest, low, middle, high, highest = np.quantile(residuals[genres == name], QUANTILES)
        axes.plot([lowest, highest], [place, place], color=BLUE, alpha=0.35, linewidth=2)
        axes.plot([low, high], [place, place], color=BLUE, linewidth=5, solid_capstyle="butt")
        axes.plot(middle, place, marker="o", color="white", markeredgecolor=BLUE, markersize=5)
    labels = [f"{name} ({counts[names == name][0]:,})" for name in drawn]
    axes.set_yticks(range(len(drawn)), labels, fontsize=8)
    axes.set(xlabel="actual − predicted, points; thin: 80 % of films, thick: half of them")
    return _png(figure)


def _calibration(part: FilmSet, predicted: Ratings, bounds: Ratings | None) -> bytes:
    """By tenths of the predictions: the mean rating of each, and how often the interval held it."""
    tenths = np.array_split(np.argsort(predicted, kind="stable"), min(BINS, len(predicted)))
    centres = [float(predicted[films].mean()) for films in tenths]
    figure = _figure("Calibration: in each tenth, the mean rating and how often the interval held")
    figure.subplots_adjust(wspace=0.32)
    left, right = figure.subplots(1, 2)
    means = [float(part.ratings[films].mean()) for films in tenths]
    span = [min(*centres, *means) - 0.2, max(*centres, *means) + 0.2]
    left.plot(span, span, color=GREY, linewidth=1)
    left.plot(centres, means, marker="o", markersize=4, color=BLUE)
    left.set(xlabel="mean predicted rating, points", ylabel="mean rating, points")
    shares = [] if bounds is None else [100 * float(inside(part, bounds)[films].mean()) for films in tenths]
    right.axhline(100 * LEVEL, color=GREY, linewidth=1)
    right.plot(range(1, len(shares) + 1), shares, marker="o", markersize=4, color=ORANGE)
    right.set_ylim(min([*shares, 60.0]) - 2, 100)
    if not shares:
        right.text(0.5, 0.5, "no interval", transform=right.transAxes, ha="center")
    right.set(xlabel="tenth of the predictions, lowest first", ylabel="ratings inside the interval, %")
    return _png(figure)


def _figure(title: str, *, margins: Mapping[str, float] = MARGINS) -> "Figure":
    from matplotlib.figure import Figure  # imported only when a plot is made

    figure = Figure(figsize=INCHES, dpi=DOTS_PER_INCH)
    figure.subplots_adjust(**margins)  # a tight layout would draw everything twice
    figure.suptitle(title, fontsize=10, x=0.5, y=0.97)
    return figure


def _png(figure: "Figure") -> bytes:
    for axes in figure.axes:
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=8)
        axes.xaxis.label.set_fontsize(9)
        axes.yaxis.label.set_fontsize(9)
    sink = io.BytesIO()
    figure.savefig(sink, format="png", metadata={"Software": None})
    return sink.getvalue()
