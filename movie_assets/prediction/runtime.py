"""Estimator: runs a bundle's ONNX graph, from a matrix of films to the contributions of their features.

Nothing here knows features by name. The graph is written by training/onnx_graph.py.
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
    """An ONNX model is not one of our graphs, or one of an earlier version."""


@dataclass(frozen=True, eq=False)
class Estimates:
    """The outputs of the graph in rating points, a row per film."""

    base_value: float  # the mean over the training films
    contributions: NDArray[np.float64]  # a column per feature; 0 where it is part of `facts_not_given`
    error_scale: NDArray[np.float64] | None  # the usual size of an error; None where the graph has no such output
    facts_not_given: NDArray[np.float64] | None = None  # by missing_facts.py; None where nothing was corrected
    absent: NDArray[np.bool_] | None = None  # whether a contribution is part of `facts_not_given`

    @property
    def unclipped(self) -> NDArray[np.float64]:
        """The base value plus all contributions."""
        total: NDArray[np.float64] = self.base_value + self.contributions.sum(axis=1)
        return total if self.facts_not_given is None else total + self.facts_not_given

    @property
    def ratings(self) -> NDArray[np.float64]:
        """The predicted ratings, from 0 to 10."""
        clipped: NDArray[np.float64] = np.clip(self.unclipped, LOWEST_RATING, HIGHEST_RATING)
        return clipped


class Estimator:
    """A graph in ONNX Runtime, on one thread."""

    def __init__(self, model: bytes) -> None:
        self._model = model

    def estimate(self, matrix: NDArray[np.float32] | NDArray[np.float64]) -> Estimates:
        """The estimates of each row. Raises ForeignModelError for a graph without contributions."""
        values = self._session.run(self._outputs, {FILMS: matrix.astype(np.float64)})
        outputs = dict(zip(self._outputs, values, strict=True))
        scale = outputs.get(ERROR_SCALE)
        return Estimates(
            base_value=float(outputs[BASE_VALUE]),
            contributions=outputs[CONTRIBUTIONS].astype(np.float64),
            error_scale=None if scale is None else scale.ravel().astype(np.float64),
        )

    @cached_property
    def _outputs(self) -> Sequence[str]:
        found = [output.name for output in self._session.get_outputs()]
        if not {CONTRIBUTIONS, BASE_VALUE} <= set(found):
            raise ForeignModelError(
                f"The model has the outputs {', '.join(found)} instead of {CONTRIBUTIONS} and {BASE_VALUE}: it was "
                "made by an earlier version. Materialize trained_candidates of its day again."
            )
        return found

    @cached_property
    def _session(self) -> Any:
        import onnxruntime  # takes a third of a second, which reading a card does not need

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        return onnxruntime.InferenceSession(self._model, options, providers=["CPUExecutionProvider"])
