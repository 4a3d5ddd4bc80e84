"""LegacyModel: the small model of a promoted bundle for programs of the earlier pipeline.

Five numbers, two of them codes, give the rating of `models/latest/best_model.pkl` of the same promotion; here the model
is a graph like the bundle's own. How it is fitted and pickled: training/legacy_artifacts.py.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from movie_assets.prediction.runtime import Estimator

LEGACY_CODES, LEGACY_MODEL = "companion.json", "companion.onnx"  # files of a bundle
LEGACY_COLUMNS = ("runtime", "genre_encoded", "lang_encoded", "overview_sentiment", "overview_len")
UNKNOWN_CODE = -1


@dataclass(frozen=True)
class LegacyModel:
    """A model of LEGACY_COLUMNS, and the names that the codes of the two categories stand for."""

    genres: tuple[str, ...]  # the code of a genre is its place
    languages: tuple[str, ...]
    model: bytes  # as training/onnx_graph.py writes it

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> "LegacyModel":
        """The model of these `files`."""
        codes = json.loads(files[LEGACY_CODES])
        return cls(tuple(codes["genres"]), tuple(codes["languages"]), files[LEGACY_MODEL])

    @property
    def files(self) -> dict[str, bytes]:
        """By name in the bundle; the same model gives the same bytes."""
        codes = {"genres": self.genres, "languages": self.languages}
        return {LEGACY_CODES: json.dumps(codes, ensure_ascii=False).encode(), LEGACY_MODEL: self.model}

    def predict(self, *film: float) -> float:
        """The predicted rating of a film in LEGACY_COLUMNS, unclipped as the pickled model gives it."""
        return float(self._estimator.estimate(np.array([self.row(*film)], np.float64)).unclipped[0])

    def row(
        self, runtime: float, genre_encoded: float, lang_encoded: float, overview_sentiment: float, overview_len: float
    ) -> tuple[float, ...]:
        """LEGACY_COLUMNS of one film, with UNKNOWN_CODE for a code without a name.

        `runtime` is in minutes, `overview_sentiment` from -1 to 1, `overview_len` in characters.
        """
        genre = genre_encoded if 0 <= genre_encoded < len(self.genres) else UNKNOWN_CODE
        language = lang_encoded if 0 <= lang_encoded < len(self.languages) else UNKNOWN_CODE
        return runtime, genre, language, overview_sentiment, overview_len

    @cached_property
    def _estimator(self) -> Estimator:
        return Estimator(self.model)
