"""Trees: the trees of an estimator as plain arrays, for saying how much each column moved a prediction.

The prediction itself is the ONNX runtime's (bundle.py); both are made from the same model. How trees are taken out of
a fitted estimator: training/portable.py.

The method is Saabas's (2014, "Interpreting random forests", the `approx_contribs` of XGBoost): along a film's path,
each step from a node to its child moves the expected rating, and the column that the node asks is given the step. The
parts add up exactly to prediction minus base value, for every family, at the cost of a prediction. It approximates
Shapley values, which for forests of this size take too long to give with each request.
"""

import io
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

NODE = np.dtype(
    [
        ("column", "<i4"),
        ("threshold", "<f4"),  # a film goes low where its value is at most this, else high
        ("low", "<i4"),
        ("high", "<i4"),  # a leaf names itself in both
        ("expected", "<f8"),  # mean over the training films that came by, of what their leaves add
    ]
)
ROWS_AT_ONCE = 64  # rows times trees times depth held at once stay below some megabytes


@dataclass(frozen=True)
class Trees:
    """All trees of an estimator: one array of nodes, and where each tree begins."""

    nodes: NDArray[np.void]
    roots: NDArray[np.int32]
    depth: int
    offset: float  # what the estimator adds to the sum of its trees

    @classmethod
    def from_bytes(cls, content: bytes) -> "Trees":
        """What `to_bytes` gave. Raises ValueError when it is anything else; executes nothing."""
        with np.load(io.BytesIO(content), allow_pickle=False) as kept:
            depth, offset = kept["shape"]
            return cls(kept["nodes"], kept["roots"], int(depth), float(offset))

    def to_bytes(self) -> bytes:
        """The trees as numpy's own archive; the same trees give the same bytes."""
        kept = io.BytesIO()
        np.savez(kept, nodes=self.nodes, roots=self.roots, shape=np.array([self.depth, self.offset]))
        return kept.getvalue()

    @property
    def base_value(self) -> float:
        """The mean prediction over the training films, in rating points."""
        return self.offset + float(self._expected[self.roots].sum())

    def contributions(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        """Rating points by row and column; a row adds up to its prediction, unclipped, minus `base_value`."""
        given = np.zeros(matrix.shape, dtype=np.float64)
        for begin in range(0, len(matrix), ROWS_AT_ONCE):
            rows = slice(begin, begin + ROWS_AT_ONCE)
            given[rows] = self._contributions(matrix[rows])
        return given

    def _contributions(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        rows, columns = matrix.shape
        values = matrix.ravel()
        row_starts = np.repeat(np.arange(rows) * columns, len(self.roots))
        at = np.tile(self.roots, rows).astype(np.intp)
        path = np.empty((self.depth, len(at)), np.intp)
        for step in range(self.depth):
            goes_high = values[row_starts + self._column[at]] > self._threshold[at]
            path[step] = at = self._below[at, goes_high.view(np.int8)]
        place = self._moved_by[path] + row_starts
        given = np.bincount(place.ravel(), self._step[path].ravel(), minlength=rows * columns)
        return given.astype(np.float64, copy=False).reshape(rows, columns)

    # A node more than there are: from a leaf one comes to an end that moves nothing and leads to itself.

    @cached_property
    def _column(self) -> NDArray[np.intp]:
        return np.append(self.nodes["column"], 0).astype(np.intp)

    @cached_property
    def _threshold(self) -> NDArray[np.float32]:
        return np.append(self.nodes["threshold"], np.float32(0))

    @cached_property
    def _below(self) -> NDArray[np.intp]:
        """Where one goes from each node, low and high."""
        end = len(self.nodes)
        below = np.column_stack([self.nodes["low"], self.nodes["high"]]).astype(np.intp)
        below[below[:, 0] == np.arange(end)] = end
        return np.vstack([below, [[end, end]]])

    @cached_property
    def _above(self) -> NDArray[np.intp]:
        """The node from which one comes to each; a root and the end come from themselves."""
        above = np.arange(len(self.nodes) + 1)
        inner = np.flatnonzero(self._below[:-1, 0] < len(self.nodes))
        above[self._below[inner]] = inner[:, None]
        return above

    @cached_property
    def _moved_by(self) -> NDArray[np.intp]:
        """The column that is asked on the way to each node."""
        return self._column[self._above]

    @cached_property
    def _step(self) -> NDArray[np.float64]:
        """By how much the way to each node moves the expected rating."""
        expected: NDArray[np.float64] = np.append(self._expected, 0.0)
        return expected - expected[self._above]

    @cached_property
    def _expected(self) -> NDArray[np.float64]:
        return np.ascontiguousarray(self.nodes["expected"])
