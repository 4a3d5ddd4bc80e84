"""A window with what was learnt from it."""

from collections.abc import Sequence

from movie_assets.training.candidates import Candidate
from movie_assets.training.encoders import Encoded, fit_encoders
from movie_assets.training.tuning import FittedCandidate, tune
from movie_assets.training.window import TrainingWindow


def trained_on(
    window: TrainingWindow, candidates: Sequence[Candidate], *, seed: int = 7
) -> tuple[TrainingWindow, Encoded, list[FittedCandidate]]:
    """The window, its encoders, and the candidates fitted after one trial on each feature set."""
    encoded = fit_encoders(window.train, seed=seed)
    return window, encoded, tune(candidates, window.train, encoded, trials=1, seed=seed)
