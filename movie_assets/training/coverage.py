"""How often intervals hold the rating: over all measured films, and by genre, language and decade.

How an interval is calibrated: calibration.py.
"""

from collections.abc import Iterator
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from movie_assets.prediction.card import Coverage
from movie_assets.prediction.interval import LEVEL
from movie_assets.training.encoders import by_frequency
from movie_assets.training.window import FilmSet

LEAST_FILMS = 20  # in a group that is listed
LEAST_FILMS_OF_A_LANGUAGE = 30  # smaller languages are listed together
MANY_FILMS, PROMISED = 2_000, (LEVEL - 0.02, LEVEL + 0.02)  # the promise where chance plays little part
SURE = 0.95

Films = NDArray[np.bool_]


def inside(part: FilmSet, bounds: NDArray[np.float64]) -> Films:
    """Whether each film's rating lies within its bounds."""
    within: Films = (part.ratings >= bounds[:, 0]) & (part.ratings <= bounds[:, 1])
    return within


def interval_metrics(part: FilmSet, bounds: NDArray[np.float64] | None) -> dict[str, float]:
    """`interval_coverage`, a share of the films, and `interval_width`, in rating points; empty without any."""
    if bounds is None or not len(part):
        return {}
    return {
        "interval_coverage": float(inside(part, bounds).mean()),
        "interval_width": float((bounds[:, 1] - bounds[:, 0]).mean()),
    }


def coverage_by_group(part: FilmSet, bounds: NDArray[np.float64]) -> list[Coverage]:
    """A row for all films, and one for each main genre, language and decade of at least 20 films."""
    held, widths = inside(part, bounds), bounds[:, 1] - bounds[:, 0]
    return [
        _row(group, value, held[films], widths[films])
        for group, value, films in _groups(part)
        if films.sum() >= LEAST_FILMS
    ]


def binomial_interval(held: int, films: int) -> tuple[float, float]:
    """The 95 % interval of a share: Wilson 1927, "Probable inference, the law of succession, and statistical
    inference".
    """
    z = NormalDist().inv_cdf((1 + SURE) / 2)
    share = held / films
    middle = share + z * z / (2 * films)
    half = z * np.sqrt(share * (1 - share) / films + z * z / (4 * films * films))
    scale = 1 + z * z / films
    return float(max((middle - half) / scale, 0)), float(min((middle + half) / scale, 1))


def _row(group: str, value: str, held: Films, widths: NDArray[np.float64]) -> Coverage:
    films = len(held)
    share = float(held.mean())
    low, high = binomial_interval(int(held.sum()), films)
    least, most = PROMISED
    return Coverage(
        group=group,
        value=value,
        films=films,
        coverage=round(share, 4),
        low=round(low, 4),
        high=round(high, 4),
        width=round(float(widths.mean()), 4),
        as_promised=least <= share <= most if films >= MANY_FILMS else low <= LEVEL <= high,
    )


def _groups(part: FilmSet) -> Iterator[tuple[str, str, Films]]:
    """Group, value, and which films are of it; the largest first, decades in order, other languages last."""
    yield "all", "all", np.ones(len(part), bool)
    genres = part.frame["main_genre"].fillna("none")
    for genre, _films in by_frequency(genres):
        yield "main_genre", genre, (genres == genre).to_numpy()
    languages = part.frame["original_language"].fillna("none")
    named = [name for name, films in by_frequency(languages) if name == "en" or films >= LEAST_FILMS_OF_A_LANGUAGE]
    for language in named:
        yield "language", language, (languages == language).to_numpy()
    yield "language", "others", (~languages.isin(named)).to_numpy()
    decades = part.frame["release_date"].dt.year // 10 * 10
    for decade in sorted(set(decades)):
        yield "decade", f"{decade}s", (decades == decade).to_numpy()
