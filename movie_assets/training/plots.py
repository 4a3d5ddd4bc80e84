"""Plots of a materialization, as PNG bytes."""

import io
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INCHES, DOTS_PER_INCH = (5.0, 3.2), 90
MARGINS = {"left": 0.13, "right": 0.97, "top": 0.97, "bottom": 0.15}


def predicted_against_actual(ratings: NDArray[np.float64], predicted: NDArray[np.float64]) -> bytes:
    """Each holdout film as a point; on the diagonal the prediction was right."""
    figure = _figure()
    axes = figure.subplots()
    axes.scatter(predicted, ratings, s=8, alpha=0.4, color="#0072b2", linewidths=0)
    axes.plot([0, 10], [0, 10], color="#555555", linewidth=1)
    low = float(min(ratings.min(), predicted.min())) - 0.2
    axes.set(xlim=(low, 10), ylim=(low, 10), xlabel="predicted rating", ylabel="rating")
    return _png(figure)


def rating_histogram(ratings: NDArray[np.float64]) -> bytes:
    """How many films have which rating."""
    figure = _figure()
    axes = figure.subplots()
    films, edges = np.histogram(ratings, bins=np.arange(0, 10.25, 0.25))
    axes.stairs(films, edges, fill=True, color="#0072b2")
    axes.set(xlim=(0, 10), ylim=(0, None), xlabel="rating", ylabel="films")
    return _png(figure)


def _figure() -> "Figure":
    from matplotlib.figure import Figure  # imported only when a plot is made

    figure = Figure(figsize=INCHES, dpi=DOTS_PER_INCH)
    figure.subplots_adjust(**MARGINS)  # said rather than worked out, which draws everything twice
    return figure


def _png(figure: "Figure") -> bytes:
    sink = io.BytesIO()
    figure.savefig(sink, format="png", metadata={"Software": None})
    return sink.getvalue()
