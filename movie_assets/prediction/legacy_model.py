"""The core companion: the small model of a bundle that answers in the codes of the old layout.

Five numbers in, a rating out, as `models/latest/best_model.pkl` of the same promotion gives it. Here it is a graph like
the bundle's own, since nothing in a bundle is executable. How it is fitted: training/legacy_training.py. The old
layout: training/legacy_artifacts.py.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from movie_assets.prediction.runtime import Estimator

COMPANION, COMPANION_MODEL = "companion.json", "companion.onnx"
COMPANION_COLUMNS = ("runtime", "genre_encoded", "lang_encoded", "overview_sentiment", "overview_len")
UNKNOWN_CODE = -1


@dataclass(frozen=True)
class LegacyModel:
    """A model of COMPANION_COLUMNS, and what the codes of the two categories mean."""

    genres: tuple[str, ...]  # the code of a genre is its place
    languages: tuple[str, ...]
    model: bytes  # as training/onnx_graph.py writes it

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> "LegacyModel":
        """What `files` gave."""
        codes = json.loads(files[COMPANION])
        return cls(tuple(codes["genres"]), tuple(codes["languages"]), files[COMPANION_MODEL])

    @property
    def files(self) -> dict[str, bytes]:
        """By name in the bundle; the same companion gives the same bytes."""
        codes = {"genres": self.genres, "languages": self.languages}
        return {COMPANION: json.dumps(codes, ensure_ascii=False).encode(), COMPANION_MODEL: self.model}

    def predict(self, *film: float) -> float:
        """The predicted rating of a film in COMPANION_COLUMNS, unclipped as the old model gives it."""
        return float(self._estimator.estimate(np.array([self.row(*film)], np.float64)).unclipped[0])

    def row(
        self, runtime: float, genre_encoded: float, lang_encoded: float, overview_sentiment: float, overview_len: float
    ) -> tuple[float, ...]:
        """COMPANION_COLUMNS of one film as the model sees them: a code that stands for nothing is UNKNOWN_CODE.

        `runtime` is in minutes, `overview_sentiment` from -1 to 1, `overview_len` in characters.
        """
        genre = genre_encoded if 0 <= genre_encoded < len(self.genres) else UNKNOWN_CODE
        language = lang_encoded if 0 <= lang_encoded < len(self.languages) else UNKNOWN_CODE
        return runtime, genre, language, overview_sentiment, overview_len

    @cached_property
    def _estimator(self) -> Estimator:
        return Estimator(self.model)
