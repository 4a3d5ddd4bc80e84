"""Estimator: a bundle's ONNX graph in its runtime, from numbers of films to what each feature adds to a rating.

Who writes such a graph: training/onnx_graph.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

LOWEST_RATING, HIGHEST_RATING = 0.0, 10.0
FILMS, CONTRIBUTIONS, BASE_VALUE, ERROR_SCALE = "films", "contributions", "base_value", "error_scale"


class ForeignModelError(ValueError):
    """An ONNX model is no graph of ours, or one of an earlier version."""


@dataclass(frozen=True, eq=False)
class Estimates:
    """What the graph answers of some films, in rating points; a row a film."""

    base_value: float  # the mean over the films learnt from
    contributions: NDArray[np.float64]  # a column a feature
    error_scale: NDArray[np.float64] | None  # the usual size of an error; None where the graph does not say

    @property
    def unclipped(self) -> NDArray[np.float64]:
        """The base value plus all contributions."""
        total: NDArray[np.float64] = self.base_value + self.contributions.sum(axis=1)
        return total

    @property
    def ratings(self) -> NDArray[np.float64]:
        """The same as ratings, from 0 to 10."""
        held: NDArray[np.float64] = np.clip(self.unclipped, LOWEST_RATING, HIGHEST_RATING)
        return held


class Estimator:
    """Answers on one thread; nothing in the model is executed but its arithmetic."""

    def __init__(self, model: bytes) -> None:
        self._model = model

    def estimate(self, matrix: NDArray[np.float32] | NDArray[np.float64]) -> Estimates:
        """What each feature adds to the rating of each row. Raises ForeignModelError for a graph that does not say."""
        found = self._session.run(self._outputs, {FILMS: matrix.astype(np.float64)})
        answers = dict(zip(self._outputs, found, strict=True))
        scale = answers.get(ERROR_SCALE)
        return Estimates(
            base_value=float(answers[BASE_VALUE]),
            contributions=answers[CONTRIBUTIONS].astype(np.float64),
            error_scale=None if scale is None else scale.ravel().astype(np.float64),
        )

    @cached_property
    def _outputs(self) -> Sequence[str]:
        found = [output.name for output in self._session.get_outputs()]
        if not {CONTRIBUTIONS, BASE_VALUE} <= set(found):
            raise ForeignModelError(
                f"The model answers {', '.join(found)} rather than {CONTRIBUTIONS} and {BASE_VALUE}: it was made by an "
                "earlier version. Materialize trained_candidates of its day again."
            )
        return found

    @cached_property
    def _session(self) -> Any:
        import onnxruntime  # a third of a second: not paid by who only reads a card

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        return onnxruntime.InferenceSession(self._model, options, providers=["CPUExecutionProvider"])
