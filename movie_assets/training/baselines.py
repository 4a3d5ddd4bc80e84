"""The two baselines that any champion must beat: the mean, and the mean per main genre."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from movie_assets.training.window import FilmSet


@dataclass(frozen=True)
class Baseline:
    """Predicts the weighted mean rating of the film's genre, or of all films where the genre is unknown."""

    name: str
    mean: float
    by_genre: dict[str, float]

    def predict_columns(self, columns: dict[str, list[object]]) -> NDArray[np.float64]:
        """Predicted ratings, one a film."""
        return np.array([self.by_genre.get(str(genre), self.mean) for genre in columns["main_genre"]], dtype=np.float64)


def fit_baselines(train: FilmSet) -> tuple[Baseline, Baseline]:
    """`mean` and `mean_per_genre`, weighted by votes."""
    mean = float(np.average(train.ratings, weights=train.weights))
    rows_by_genre: dict[str, list[int]] = defaultdict(list)
    for row, genre in enumerate(train.columns["main_genre"]):
        rows_by_genre[str(genre)].append(row)
    by_genre = {
        genre: float(np.average(train.ratings[rows], weights=train.weights[rows]))
        for genre, rows in sorted(rows_by_genre.items())
    }
    return Baseline(name="mean", mean=mean, by_genre={}), Baseline(name="mean_per_genre", mean=mean, by_genre=by_genre)
