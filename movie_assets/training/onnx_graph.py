"""An ONNX graph of trees whose outputs are the contributions: the one writer for every family and use.

The method is Saabas's (2014, "Interpreting random forests", the `approx_contribs` of XGBoost): along a film's path,
each step from a node to its child moves the expected rating, and the feature that the node asks is given the step. All
steps on the way to a leaf are known beforehand, so the leaf carries their sums, one a feature, and the graph answers
with no more work than the rating alone takes: that is the base value plus all contributions. They approximate Shapley
values, which for trees of this size take too long to give with each request.

Who runs the graph: prediction/runtime.py. Where trees come from: trees.py.
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
    """The graph that answers the contributions of each feature, and the base value they are added to.

    `feature_of` has for each column of a film the number of its feature. The same trees give the same bytes.
    """
    columns, features = len(feature_of), max(feature_of) + 1
    base = trees.base + float(trees.nodes["expected"][trees.roots].sum())
    told = helper.make_tensor("value", TensorProto.DOUBLE, [], [base])
    graph = helper.make_graph(
        [
            *_ensemble(trees, np.asarray(feature_of), features, output=CONTRIBUTIONS),
            helper.make_node("Constant", [], [BASE_VALUE], value=told),
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
    """A graph of `graph_of` that also answers what these trees say: the usual size of an error."""
    whole = onnx.load_from_string(model)
    columns = whole.graph.input[0].type.tensor_type.shape.dim[1].dim_value
    base = trees.base + float(trees.nodes["expected"][trees.roots].sum())
    whole.graph.node.extend(_ensemble(trees, np.zeros(columns, np.int64), 1, output=ERROR_SCALE, base=[base]))
    whole.graph.output.append(helper.make_tensor_value_info(ERROR_SCALE, TensorProto.FLOAT, [None, 1]))
    return bytes(whole.SerializeToString())


def features_of(encoders: Encoders) -> list[int]:
    """For each column of the matrix the number of its feature, in the order of the feature spec."""
    names = [feature for feature, _ in labels(encoders)]
    places = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return [places[name] for name in names]


def _ensemble(
    trees: Trees, feature_of: NDArray[np.int64], features: int, *, output: str, base: Sequence[float] = ()
) -> list[Any]:
    """The nodes of a graph from FILMS to `output`."""
    tree_of, moved = _walked(trees, feature_of, features)
    kept = np.flatnonzero(tree_of >= 0)  # XGBoost leaves nodes behind that no film comes to
    nodes = trees.nodes[kept]
    is_leaf = nodes["low"] == kept
    number = np.arange(len(trees.nodes)) - trees.roots[tree_of]  # within its tree
    leaves = kept[is_leaf]
    tells = moved[leaves] != 0
    tells[~tells.any(axis=1), 0] = True  # a leaf that moves nothing says so
    leaf, feature = np.nonzero(tells)
    asked, casts = FILMS, []
    if trees.single:
        asked = f"{output}_of"
        casts = [
            helper.make_node("Cast", [FILMS], [f"{asked}_single"], to=TensorProto.FLOAT),
            helper.make_node("Cast", [f"{asked}_single"], [asked], to=TensorProto.DOUBLE),
        ]
    attributes: dict[str, Any] = {
        "nodes_treeids": tree_of[kept].tolist(),
        "nodes_nodeids": number[kept].tolist(),
        "nodes_featureids": nodes["column"].tolist(),
        "nodes_modes": np.where(is_leaf, "LEAF", "BRANCH_LEQ").tolist(),
        "nodes_values_as_tensor": _doubles(nodes["threshold"]),
        "nodes_truenodeids": np.where(is_leaf, 0, number[nodes["low"]]).tolist(),
        "nodes_falsenodeids": np.where(is_leaf, 0, number[nodes["high"]]).tolist(),
        "nodes_missing_value_tracks_true": nodes["missing_low"].astype(int).tolist(),
        "target_treeids": tree_of[leaves[leaf]].tolist(),
        "target_nodeids": number[leaves[leaf]].tolist(),
        "target_ids": feature.tolist(),
        "target_weights_as_tensor": _doubles(moved[leaves[leaf], feature]),
    }
    if base:
        attributes["base_values_as_tensor"] = _doubles(base)
    ensemble = helper.make_node(
        "TreeEnsembleRegressor", [asked], [output], domain="ai.onnx.ml", n_targets=features, **attributes
    )
    return [*casts, ensemble]


def _walked(
    trees: Trees, feature_of: NDArray[np.int64], features: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """For each node its tree, -1 where no film comes to it, and how far each feature moved those who come to it."""
    nodes, at = trees.nodes, trees.roots
    tree_of = np.full(len(nodes), -1)
    tree_of[at] = np.arange(len(at))
    moved = np.zeros((len(nodes), features))
    while len(at := at[nodes["low"][at] != at]):
        asks = feature_of[nodes["column"][at]]
        for name in ("low", "high"):
            below = nodes[name][at]
            tree_of[below] = tree_of[at]
            moved[below] = moved[at]
            moved[below, asks] += nodes["expected"][below] - nodes["expected"][at]
        at = np.concatenate([nodes["low"][at], nodes["high"][at]])
    return tree_of, moved


def _doubles(values: ArrayLike) -> Any:
    return onnx.numpy_helper.from_array(np.ascontiguousarray(values, np.float64))
