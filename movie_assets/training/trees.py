"""Trees: the trees of a fitted estimator as plain arrays, whatever its family.

Add a reader here for a new family, and name it in candidates.py. A reader keeps the precision in which its library
compares a value: XGBoost and scikit-learn single, LightGBM double. The arrays become a graph in onnx_graph.py.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

NODE = np.dtype(
    [
        ("column", "<i4"),
        ("threshold", "<f8"),  # a film goes low where its value is at most this, else high
        ("missing_low", "?"),  # where a film without a value goes
        ("low", "<i4"),
        ("high", "<i4"),  # a leaf names itself in both
        ("expected", "<f8"),  # what a leaf adds; else the mean of the leaves below, weighted by their films
    ]
)


@dataclass(frozen=True, eq=False)
class Trees:
    """All trees in one array of nodes, each tree beginning with its root; a rating is `base` plus one leaf of each."""

    nodes: NDArray[np.void]
    roots: NDArray[np.int64]
    base: float
    single: bool  # whether a value is rounded to single precision before it is compared

    @classmethod
    def of(cls, trees: Sequence[NDArray[np.void]], *, base: float, single: bool) -> "Trees":
        """Of trees whose nodes each count from 0."""
        return cls(*_joined(trees), base, single)


def mean_of(several: Sequence[Trees]) -> Trees:
    """Trees that give the mean of several ensembles of one family."""
    nodes, begins = _joined([one.nodes for one in several])
    nodes["expected"] /= len(several)
    roots = np.concatenate([one.roots + begin for one, begin in zip(several, begins, strict=True)])
    return Trees(nodes, roots, float(np.mean([one.base for one in several])), several[0].single)


def _joined(parts: Sequence[NDArray[np.void]]) -> tuple[NDArray[np.void], NDArray[np.int64]]:
    """The nodes of all parts, numbered through, and where each part begins."""
    sizes = [len(part) for part in parts]
    begins = np.cumsum([0, *sizes[:-1]])
    nodes = np.concatenate(parts)
    for name in ("low", "high"):
        nodes[name] += np.repeat(begins, sizes)
    return nodes, begins


def xgboost_trees(estimator: Any) -> Trees:
    """The trees of a fitted XGBoost regressor, from its JSON."""
    learner = json.loads(bytes(estimator.get_booster().save_raw("json")))["learner"]
    base = float(str(learner["learner_model_param"]["base_score"]).strip("[]"))
    trees = []
    for tree in learner["gradient_booster"]["model"]["trees"]:
        if any(tree["split_type"]):
            raise ValueError("A tree of XGBoost splits by categories, which its reader does not support.")
        conditions = np.array(tree["split_conditions"], np.float32)  # of a leaf, what it adds
        trees.append(
            _tree(
                column=tree["split_indices"],
                threshold=np.nextafter(conditions, np.float32(-np.inf)),  # "less than t" is "at most the one before"
                missing_low=tree["default_left"],
                low=tree["left_children"],
                high=tree["right_children"],
                value=conditions,
                weight=tree["sum_hessian"],
            )
        )
    return Trees.of(trees, base=float(np.float32(base)), single=True)


def lightgbm_trees(estimator: Any) -> Trees:
    """The trees of a fitted LightGBM regressor, from its dump."""
    trees = []
    for dumped in estimator.booster_.dump_model()["tree_info"]:
        nodes: list[dict[str, Any]] = []
        _flatten(dumped["tree_structure"], nodes)
        splits = {(node["decision_type"], node["missing_type"]) for node in nodes if "threshold" in node}
        if unknown := splits - {("<=", "None"), ("<=", "NaN")}:
            raise ValueError(f"Trees of LightGBM split in ways that their reader does not support: {sorted(unknown)}.")
        trees.append(
            _tree(
                column=[node.get("split_feature", 0) for node in nodes],
                threshold=[node.get("threshold", 0.0) for node in nodes],
                missing_low=[_missing_low(node) for node in nodes],
                low=[node.get("low", -1) for node in nodes],
                high=[node.get("high", -1) for node in nodes],
                value=[node.get("leaf_value", 0.0) for node in nodes],
                weight=[node.get("leaf_weight", 0.0) for node in nodes],
            )
        )
    return Trees.of(trees, base=0.0, single=False)


def forest_trees(estimator: Any) -> Trees:
    """The trees of a fitted forest of scikit-learn."""
    trees = [
        _tree(
            column=tree.feature,
            threshold=tree.threshold,
            missing_low=tree.missing_go_to_left,
            low=tree.children_left,
            high=tree.children_right,
            value=tree.value[:, 0, 0] / len(estimator.estimators_),
            weight=tree.weighted_n_node_samples,
        )
        for tree in (one.tree_ for one in estimator.estimators_)
    ]
    return Trees.of(trees, base=0.0, single=True)


def _flatten(node: dict[str, Any], nodes: list[dict[str, Any]]) -> int:
    """Append a node and all below it to the list, and set the places of its children; its own place."""
    place = len(nodes)
    nodes.append(node)
    if "threshold" in node:
        node["low"] = _flatten(node["left_child"], nodes)
        node["high"] = _flatten(node["right_child"], nodes)
    return place


def _missing_low(node: dict[str, Any]) -> bool:
    """LightGBM takes a missing value for 0 where no training film had one."""
    if "threshold" not in node:
        return False
    return bool(node["default_left"] if node["missing_type"] == "NaN" else node["threshold"] >= 0)


def _tree(
    *,
    column: ArrayLike,
    threshold: ArrayLike,
    missing_low: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    value: ArrayLike,
    weight: ArrayLike,
) -> NDArray[np.void]:
    """One tree, node by node, parents before their children; `low` is negative for a leaf.

    `value` and `weight` count for leaves only: what each adds, and the weight of its films.
    """
    below = np.asarray(low)
    own, leaf = np.arange(len(below)), below < 0
    tree = np.zeros(len(below), NODE)
    tree["low"], tree["high"] = np.where(leaf, own, low), np.where(leaf, own, high)
    tree["column"], tree["threshold"] = np.where(leaf, 0, column), np.where(leaf, 0, threshold)
    tree["missing_low"] = np.where(leaf, False, missing_low)
    expected, weights = np.asarray(value, np.float64).tolist(), np.asarray(weight, np.float64).tolist()
    children = np.column_stack([tree["low"], tree["high"]]).tolist()
    for node in np.flatnonzero(~leaf)[::-1].tolist():
        one, other = children[node]
        weights[node] = weights[one] + weights[other]
        share = weights[one] / weights[node] if weights[node] else 0.5
        expected[node] = share * expected[one] + (1 - share) * expected[other]
    tree["expected"] = expected
    return tree
