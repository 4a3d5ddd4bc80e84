"""Companion: the small model of a bundle that answers in the codes of the old layout.

Five numbers in, a rating out, as `models/latest/best_model.pkl` of the same promotion gives it. Here it is plain arrays
and JSON, since nothing in a bundle is executable. How it is fitted: training/companion.py. The old layout:
storage/old_layout.py.
"""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

COMPANION, COMPANION_TREES = "companion.json", "companion.npz"
COMPANION_COLUMNS = ("runtime", "genre_encoded", "lang_encoded", "overview_sentiment", "overview_len")
UNKNOWN_CODE = -1
NODE = np.dtype(
    [
        ("column", "<i4"),
        ("threshold", "<f8"),  # a film goes low where its value is at most this, else high
        ("low", "<i4"),
        ("high", "<i4"),  # a leaf names itself in both
        ("value", "<f8"),  # what a leaf adds
    ]
)
Precision = Literal["float32", "float64"]


@dataclass(frozen=True, eq=False)
class Companion:
    """Trees over COMPANION_COLUMNS, and what the codes of the two categories mean.

    `inputs` and `sums` say in which precision the family compares its inputs and adds its trees: a sum of hundreds of
    numbers in another precision or order differs in the sixth digit.
    """

    family: str
    genres: tuple[str, ...]  # the code of a genre is its place
    languages: tuple[str, ...]
    rmse: float  # cross-validated, weighted by votes, in rating points
    base: float  # what is there before the first tree
    inputs: Precision
    sums: Precision
    nodes: NDArray[np.void]
    roots: NDArray[np.int32]

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> "Companion":
        """What `files` gave. Raises ValueError when it is anything else; executes nothing."""
        told = json.loads(files[COMPANION])
        with np.load(io.BytesIO(files[COMPANION_TREES]), allow_pickle=False) as kept:
            return cls(
                **{**told, "genres": tuple(told["genres"]), "languages": tuple(told["languages"])},
                nodes=kept["nodes"],
                roots=kept["roots"],
            )

    @property
    def files(self) -> dict[str, bytes]:
        """By name in the bundle; the same companion gives the same bytes."""
        told: dict[str, Any] = {
            "family": self.family,
            "genres": self.genres,
            "languages": self.languages,
            "rmse": self.rmse,
            "base": self.base,
            "inputs": self.inputs,
            "sums": self.sums,
        }
        trees = io.BytesIO()
        np.savez(trees, nodes=self.nodes, roots=self.roots)
        return {
            COMPANION: json.dumps(told, sort_keys=True, ensure_ascii=False).encode(),
            COMPANION_TREES: trees.getvalue(),
        }

    def predict(
        self, runtime: float, genre_encoded: int, lang_encoded: int, overview_sentiment: float, overview_len: float
    ) -> float:
        """The predicted rating, unclipped as the old model gives it.

        `runtime` is in minutes, `overview_sentiment` from -1 to 1, `overview_len` in characters. A code that stands for
        no known genre or language counts as UNKNOWN_CODE.
        """
        row = self.row(runtime, genre_encoded, lang_encoded, overview_sentiment, overview_len)
        return float(self.predict_rows(np.array([row], np.float64))[0])

    def row(
        self, runtime: float, genre_encoded: int, lang_encoded: int, overview_sentiment: float, overview_len: float
    ) -> tuple[float, ...]:
        """COMPANION_COLUMNS of one film as the trees see them: a code that stands for nothing is UNKNOWN_CODE."""
        genre = genre_encoded if 0 <= genre_encoded < len(self.genres) else UNKNOWN_CODE
        language = lang_encoded if 0 <= lang_encoded < len(self.languages) else UNKNOWN_CODE
        return runtime, genre, language, overview_sentiment, overview_len

    def predict_rows(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """The predicted ratings of many films: a row each, its columns COMPANION_COLUMNS with codes as they are."""
        values = rows.astype(self.inputs).astype(np.float64)
        at = np.tile(self.roots, (len(rows), 1))
        while True:
            node = self.nodes[at]
            low = np.take_along_axis(values, node["column"], axis=1) <= node["threshold"]
            below = np.where(low, node["low"], node["high"])
            if (below == at).all():
                break
            at = below
        added = np.column_stack([np.full(len(rows), self.base), node["value"]]).astype(self.sums)
        return np.cumsum(added, axis=1, dtype=self.sums)[:, -1].astype(np.float64)
