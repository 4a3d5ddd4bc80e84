"""From several portable estimators to their mean, and from one to its trees, with what the films made of each node.

The only place that reads the inside of an ONNX model. What trees are for: prediction/trees.py. How an estimator
becomes ONNX: candidates.py.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from movie_assets.prediction.trees import NODE, Trees

FILMS_AT_ONCE = 2_000
ENSEMBLE = "TreeEnsembleRegressor"


def trees_of(model: bytes, matrix: NDArray[np.float32], weights: NDArray[np.float64]) -> Trees:
    """The trees of an ONNX tree ensemble, and the weighted mean over these training films at each of their nodes.

    Raises ValueError for a model that is no single ensemble of trees for one target.
    """
    import onnx

    ensemble = _ensemble(onnx.load_from_string(model))
    nodes, roots = _nodes(ensemble)
    depth = _depth(nodes, roots)
    _fill_expected(nodes, roots, depth, matrix, weights)
    return Trees(nodes, roots, depth, float(sum(ensemble.get("base_values", []))))


def _nodes(ensemble: dict[str, Any]) -> tuple[NDArray[np.void], NDArray[np.int32]]:
    """All nodes in the model's order; of the leaves `expected` is what they add."""
    trees, numbers = np.array(ensemble["nodes_treeids"]), np.array(ensemble["nodes_nodeids"])
    place = {key: index for index, key in enumerate(zip(trees.tolist(), numbers.tolist(), strict=True))}
    nodes = np.zeros(len(trees), NODE)
    modes = np.array([mode.decode() for mode in ensemble["nodes_modes"]])
    if unknown := set(modes) - {"LEAF", "BRANCH_LEQ", "BRANCH_LT"}:
        raise ValueError(f"The model's trees ask in ways that are not understood: {', '.join(sorted(unknown))}.")
    threshold = np.array(ensemble["nodes_values"], np.float32)
    below = np.nextafter(threshold, np.float32(-np.inf))  # "less than t" is "at most the number before t"
    nodes["threshold"] = np.where(modes == "BRANCH_LT", below, threshold)
    nodes["column"] = ensemble["nodes_featureids"]
    branches = np.flatnonzero(modes != "LEAF").tolist()
    nodes["low"] = nodes["high"] = np.arange(len(nodes))
    for name, kept_as in (("low", "nodes_truenodeids"), ("high", "nodes_falsenodeids")):
        for index in branches:
            nodes[name][index] = place[trees[index], ensemble[kept_as][index]]
    leaves = zip(ensemble["target_treeids"], ensemble["target_nodeids"], ensemble["target_weights"], strict=True)
    for tree, number, weight in leaves:
        nodes["expected"][place[tree, number]] += weight
    children = np.concatenate([nodes["low"][branches], nodes["high"][branches]])
    return nodes, np.setdiff1d(np.arange(len(nodes)), children).astype(np.int32)


def _depth(nodes: NDArray[np.void], roots: NDArray[np.int32]) -> int:
    """How many steps the longest path takes."""
    depth, at = 0, roots
    while len(at := at[nodes["low"][at] != at]):
        at = np.concatenate([nodes["low"][at], nodes["high"][at]])
        depth += 1
    return depth


def _fill_expected(
    nodes: NDArray[np.void],
    roots: NDArray[np.int32],
    depth: int,
    matrix: NDArray[np.float32],
    weights: NDArray[np.float64],
) -> None:
    """The weighted mean of the leaves reached, at each node; where no film came by, the mean of its two children."""
    leaf_value = nodes["expected"].copy()
    sums, totals = np.zeros(len(nodes)), np.zeros(len(nodes))
    for begin in range(0, len(matrix), FILMS_AT_ONCE):
        films, weight = matrix[begin : begin + FILMS_AT_ONCE], weights[begin : begin + FILMS_AT_ONCE]
        path = [np.broadcast_to(roots, (len(films), len(roots)))]
        for _ in range(depth):
            at = path[-1]
            asked = np.take_along_axis(films, nodes["column"][at], axis=1)
            path.append(np.where(asked <= nodes["threshold"][at], nodes["low"][at], nodes["high"][at]))
        value = leaf_value[path[-1]] * weight[:, None]
        for step, at in enumerate(path):
            fresh = at != path[step - 1] if step else np.ones(at.shape, bool)  # a leaf repeats itself, and counts once
            sums += np.bincount(at[fresh], value[fresh], minlength=len(nodes))
            totals += np.bincount(at[fresh], np.broadcast_to(weight[:, None], at.shape)[fresh], minlength=len(nodes))
    visited = totals > 0
    nodes["expected"][visited] = sums[visited] / totals[visited]
    for index in _deepest_first(nodes, roots):
        if not visited[index] and nodes["low"][index] != index:
            nodes["expected"][index] = (
                nodes["expected"][nodes["low"][index]] + nodes["expected"][nodes["high"][index]]
            ) / 2


def _deepest_first(nodes: NDArray[np.void], roots: NDArray[np.int32]) -> list[int]:
    levels, at = [roots], roots
    while len(at := at[nodes["low"][at] != at]):
        at = np.concatenate([nodes["low"][at], nodes["high"][at]])
        levels.append(at)
    return [int(index) for level in reversed(levels) for index in level]


def averaged(models: Sequence[bytes]) -> bytes:
    """One ONNX tree ensemble that answers the mean of what several of the same columns answer.

    Raises ValueError for a model that is no single ensemble of trees for one target.
    """
    import onnx

    if len(models) == 1:
        return models[0]
    whole = onnx.load_from_string(models[0])
    ensembles = [_ensemble(onnx.load_from_string(model)) for model in models]
    joined: dict[str, Any] = {name: [] for name in ensembles[0] if name.startswith(("nodes_", "target_"))}
    trees = 0
    for ensemble in ensembles:
        for name, so_far in joined.items():
            values = ensemble[name]
            if name.endswith("_treeids"):
                values = [trees + tree for tree in values]
            so_far.extend(values)
        trees += max(ensemble["nodes_treeids"]) + 1
    joined["target_weights"] = [weight / len(models) for weight in joined["target_weights"]]
    joined["base_values"] = [sum(sum(ensemble.get("base_values", [])) for ensemble in ensembles) / len(models)]
    [node] = [node for node in whole.graph.node if node.op_type == ENSEMBLE]
    kept = [attribute for attribute in node.attribute if attribute.name not in joined]
    del node.attribute[:]
    node.attribute.extend([*kept, *(onnx.helper.make_attribute(name, values) for name, values in joined.items())])
    return bytes(whole.SerializeToString())


def _ensemble(model: Any) -> dict[str, Any]:
    """The attributes of a model's only tree ensemble."""
    import onnx  # a third of a second: paid by who trains

    found = [
        {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}
        for node in model.graph.node
        if node.op_type == ENSEMBLE
    ]
    if len(found) != 1 or found[0].get("n_targets", 1) != 1:
        raise ValueError(f"The model holds {len(found)} tree ensembles; exactly one with one target is understood.")
    return found[0]
