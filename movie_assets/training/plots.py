"""Plots of a materialization: PNG drawn by matplotlib, or SVG where there is one for each day."""

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


def _figure() -> "Figure":
    from matplotlib.figure import Figure  # imported only when a plot is made

    figure = Figure(figsize=INCHES, dpi=DOTS_PER_INCH)
    figure.subplots_adjust(**MARGINS)  # said rather than worked out, which draws everything twice
    return figure


def _png(figure: "Figure") -> bytes:
    sink = io.BytesIO()
    figure.savefig(sink, format="png", metadata={"Software": None})
    return sink.getvalue()
