"""Estimator: an ONNX model in its runtime. The same for ratings and for the size of their errors."""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

LOWEST_RATING, HIGHEST_RATING = 0.0, 10.0


class Estimator:
    """Answers one number a row, on one thread; nothing in the model is executed but its arithmetic."""

    def __init__(self, model: bytes) -> None:
        self._model = model

    def predict(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        """The model's answers, unclipped."""
        name = self._session.get_inputs()[0].name
        answers: NDArray[np.float64] = self._session.run(None, {name: matrix})[0].ravel().astype(np.float64)
        return answers

    def rate(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        """The model's answers as ratings, from 0 to 10."""
        return on_the_scale(self.predict(matrix))

    @cached_property
    def _session(self) -> Any:
        import onnxruntime  # a third of a second: not paid by who only reads a card

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        return onnxruntime.InferenceSession(self._model, options, providers=["CPUExecutionProvider"])


def on_the_scale(estimated: NDArray[np.float64]) -> NDArray[np.float64]:
    """The estimates as ratings: at least 0, at most 10."""
    ratings: NDArray[np.float64] = np.clip(estimated, LOWEST_RATING, HIGHEST_RATING)
    return ratings
