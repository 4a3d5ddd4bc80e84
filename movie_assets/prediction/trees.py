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
WALKED = np.dtype(  # a node as it is walked through
    [
        ("step", "<f8"),  # by how much coming here moves the expected rating
        ("threshold", "<f4"),
        ("low", "<i4"),  # the high one is the next
        ("column", "<i4"),
    ],
    align=True,
)
ROWS_AT_ONCE = 64  # rows times trees times depth held at once stay below some megabytes
STEPS_BETWEEN = 4  # between two looks at which trees have been walked to a leaf


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
        values, end = matrix.ravel(), len(self.nodes)
        row_starts = np.repeat(np.arange(rows) * columns, len(self.roots))
        # The roots come first, in the order of the trees.
        at = np.tile(self._walked[: len(self.roots)], rows)
        asked, moved = [np.empty(0, np.intp)], [np.empty(0)]
        for step in range(1, self.depth + 1):
            place = at["column"] + row_starts
            at = self._walked.take(at["low"] + (values.take(place) > at["threshold"]))
            asked.append(place)
            moved.append(at["step"])
            if step % STEPS_BETWEEN == 0:  # most trees are left long before the deepest
                under_way = np.flatnonzero(at["low"] != end)
                at, row_starts = at.take(under_way), row_starts.take(under_way)
        given = np.bincount(np.concatenate(asked), np.concatenate(moved), minlength=rows * columns)
        return given.astype(np.float64, copy=False).reshape(rows, columns)

    @cached_property
    def _walked(self) -> NDArray[np.void]:
        """The nodes level by level, both children of a node side by side: all a step needs of a node is in one place.

        Two more nodes stand at the end: from a leaf one comes to either, which moves nothing and leads back to the
        first of them.
        """
        end = len(self.nodes)
        low, high = self.nodes["low"], self.nodes["high"]
        is_leaf = low == np.arange(end)
        levels = [self.roots.astype(np.intp)]
        while len(inner := levels[-1][~is_leaf[levels[-1]]]):
            levels.append(np.column_stack([low[inner], high[inner]]).ravel().astype(np.intp))
        order = np.concatenate(levels)
        place = np.empty(end, np.int64)
        place[order] = np.arange(end)
        walked = np.zeros(end + 2, WALKED)
        walked["column"][:end] = self.nodes["column"][order]
        walked["threshold"][:end] = self.nodes["threshold"][order]
        walked["low"][:end] = np.where(is_leaf, end, place[low])[order]
        walked["low"][end:] = end
        walked["step"][:end] = self._steps(np.flatnonzero(~is_leaf))[order]
        return walked

    def _steps(self, inner: NDArray[np.intp]) -> NDArray[np.float64]:
        """By how much coming to each node moves the expected rating; a root moves nothing."""
        steps = np.zeros(len(self.nodes))
        for side in ("low", "high"):
            below = self.nodes[side][inner]
            steps[below] = self._expected[below] - self._expected[inner]
        return steps

    @cached_property
    def _expected(self) -> NDArray[np.float64]:
        return np.ascontiguousarray(self.nodes["expected"])
