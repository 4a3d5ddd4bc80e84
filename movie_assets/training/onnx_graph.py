"""Writes the ONNX graph of an estimator's trees; its outputs are the contributions of the features.

The method is Saabas's (2014, "Interpreting random forests", the `approx_contribs` of XGBoost): along a film's path,
each step from a node to its child moves the expected rating, and the step counts for the feature of the node's split.
Each leaf carries the sums of the steps that lead to it, one per feature, so contributions cost no more than the rating,
which is the base value plus all contributions. They approximate Shapley values, which take too long per request.

The graph is run by prediction/runtime.py. Trees come from trees.py.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import ArrayLike, NDArray
from onnx import TensorProto, helper

from movie_assets.prediction.features import Encoders, labels
from movie_assets.prediction.runtime import BASE_VALUE, CONTRIBUTIONS, ERROR_SCALE, FILMS
from movie_assets.training.trees import Trees

IR_VERSION, OPSETS = 10, {"": 18, "ai.onnx.ml": 3}


def graph_of(trees: Trees, feature_of: Sequence[int]) -> bytes:
    """The graph with the contributions of each feature and the base value as outputs.

    `feature_of` has the number of the feature for each column. The same trees give the same bytes.
    """
    columns, features = len(feature_of), max(feature_of) + 1
    base = trees.base + float(trees.nodes["expected"][trees.roots].sum())
    constant = helper.make_tensor("value", TensorProto.DOUBLE, [], [base])
    graph = helper.make_graph(
        [
            *_ensemble(trees, np.asarray(feature_of), features, output=CONTRIBUTIONS),
            helper.make_node("Constant", [], [BASE_VALUE], value=constant),
        ],
        "rating",
        [helper.make_tensor_value_info(FILMS, TensorProto.DOUBLE, [None, columns])],
        [
            helper.make_tensor_value_info(CONTRIBUTIONS, TensorProto.FLOAT, [None, features]),
            helper.make_tensor_value_info(BASE_VALUE, TensorProto.DOUBLE, []),
        ],
    )
    opsets = [helper.make_opsetid(domain, opset) for domain, opset in OPSETS.items()]
    return bytes(helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION).SerializeToString())


def with_error_scale(model: bytes, trees: Trees) -> bytes:
    """A graph of `graph_of` with the error scale, which these trees give, as a further output."""
    merged = onnx.load_from_string(model)
    columns = merged.graph.input[0].type.tensor_type.shape.dim[1].dim_value
    base = trees.base + float(trees.nodes["expected"][trees.roots].sum())
    merged.graph.node.extend(_ensemble(trees, np.zeros(columns, np.int64), 1, output=ERROR_SCALE, base=[base]))
    merged.graph.output.append(helper.make_tensor_value_info(ERROR_SCALE, TensorProto.FLOAT, [None, 1]))
    return bytes(merged.SerializeToString())


def features_of(encoders: Encoders) -> list[int]:
    """The number of the feature for each column of the matrix, in the order of the feature spec."""
    names = [feature for feature, _ in labels(encoders)]
    places = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return [places[name] for name in names]


def _ensemble(
    trees: Trees, feature_of: NDArray[np.int64], features: int, *, output: str, base: Sequence[float] = ()
) -> list[Any]:
    """The nodes of a graph from FILMS to `output`."""
    tree_of, steps = _walk(trees, feature_of, features)
    reached = np.flatnonzero(tree_of >= 0)  # XGBoost leaves unreachable nodes behind
    nodes = trees.nodes[reached]
    is_leaf = nodes["low"] == reached
    number = np.arange(len(trees.nodes)) - trees.roots[tree_of]  # within its tree
    leaves = reached[is_leaf]
    has_weight = steps[leaves] != 0
    has_weight[~has_weight.any(axis=1), 0] = True  # each leaf needs a weight, be it 0
    leaf, feature = np.nonzero(has_weight)
    rows, casts = FILMS, []
    if trees.single:
        rows = f"{output}_of"
        casts = [
            helper.make_node("Cast", [FILMS], [f"{rows}_single"], to=TensorProto.FLOAT),
            helper.make_node("Cast", [f"{rows}_single"], [rows], to=TensorProto.DOUBLE),
        ]
    attributes: dict[str, Any] = {
        "nodes_treeids": tree_of[reached].tolist(),
        "nodes_nodeids": number[reached].tolist(),
        "nodes_featureids": nodes["column"].tolist(),
        "nodes_modes": np.where(is_leaf, "LEAF", "BRANCH_LEQ").tolist(),
        "nodes_values_as_tensor": _doubles(nodes["threshold"]),
        "nodes_truenodeids": np.where(is_leaf, 0, number[nodes["low"]]).tolist(),
        "nodes_falsenodeids": np.where(is_leaf, 0, number[nodes["high"]]).tolist(),
        "nodes_missing_value_tracks_true": nodes["missing_low"].astype(int).tolist(),
        "target_treeids": tree_of[leaves[leaf]].tolist(),
        "target_nodeids": number[leaves[leaf]].tolist(),
        "target_ids": feature.tolist(),
        "target_weights_as_tensor": _doubles(steps[leaves[leaf], feature]),
    }
    if base:
        attributes["base_values_as_tensor"] = _doubles(base)
    ensemble = helper.make_node(
        "TreeEnsembleRegressor", [rows], [output], domain="ai.onnx.ml", n_targets=features, **attributes
    )
    return [*casts, ensemble]


def _walk(trees: Trees, feature_of: NDArray[np.int64], features: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """For each node its tree (-1 if unreachable), and the sum of the steps to it for each feature."""
    nodes, at = trees.nodes, trees.roots
    tree_of = np.full(len(nodes), -1)
    tree_of[at] = np.arange(len(at))
    steps = np.zeros((len(nodes), features))
    while len(at := at[nodes["low"][at] != at]):
        feature = feature_of[nodes["column"][at]]
        for name in ("low", "high"):
            below = nodes[name][at]
            tree_of[below] = tree_of[at]
            steps[below] = steps[at]
            steps[below, feature] += nodes["expected"][below] - nodes["expected"][at]
        at = np.concatenate([nodes["low"][at], nodes["high"][at]])
    return tree_of, steps


def _doubles(values: ArrayLike) -> Any:
    return onnx.numpy_helper.from_array(np.ascontiguousarray(values, np.float64))
