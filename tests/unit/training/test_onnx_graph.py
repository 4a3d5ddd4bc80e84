"""The graph's outputs are the contributions: what each feature adds on the way to a leaf."""

import numpy as np
import onnx
import pytest

from movie_assets.prediction.features import FEATURES
from movie_assets.prediction.runtime import Estimator, ForeignModelError
from movie_assets.training.candidates import CANDIDATES, MOST_LEAVES
from movie_assets.training.onnx_graph import graph_of, with_error_scale
from movie_assets.training.trees import NODE, Trees

MOST_BYTES = 40_000_000
LEAF = (0, 0.0, False)
NODES = np.array(
    [
        (0, 0.5, True, 1, 2, 5.0),
        (1, 2.0, False, 3, 4, 4.0),
        (*LEAF, 2, 2, 8.0),
        (*LEAF, 3, 3, 3.0),
        (2, 0.0, False, 5, 6, 6.0),
        (*LEAF, 5, 5, 5.5),
        (*LEAF, 6, 6, 7.0),
    ],
    NODE,
)
TREE = Trees(NODES, np.array([0]), base=1.0, single=False)


@pytest.mark.parametrize(
    ("film", "steps"),
    [
        ([1, 0, 0], [3, 0, 0]),
        ([0, 2, 0], [-1, -1, 0]),
        ([0, 3, 0], [-1, 2, -0.5]),
        ([np.nan, 3, 1], [-1, 2, 1]),
        ([0, np.nan, np.nan], [-1, 2, 1]),
    ],
)
def test_a_step_counts_for_the_column_of_the_split(film, steps):
    """From a node's expectation to its child's; a missing value goes where the node says."""
    estimates = Estimator(graph_of(TREE, [0, 1, 2])).estimate(np.array([film], np.float64))

    assert estimates.base_value == 6.0
    assert estimates.contributions.tolist() == [steps]
    assert estimates.unclipped.tolist() == [6.0 + sum(steps)]
    assert estimates.error_scale is None


def test_columns_of_one_feature_are_one_output():
    """Their steps are added up."""
    estimates = Estimator(graph_of(TREE, [0, 1, 0])).estimate(np.array([[0.0, 3.0, 1.0]]))

    assert estimates.contributions.tolist() == [[0.0, 2.0]]


def test_a_column_without_a_split_has_no_contribution():
    """Nor has any in a tree of one leaf."""
    estimates = Estimator(graph_of(TREE, [0, 1, 2, 3])).estimate(np.array([[0, 3, 1, 9.0]]))
    constant = Trees(np.array([(*LEAF, 0, 0, 5.0)], NODE), np.array([0]), base=1.0, single=False)
    unmoved = Estimator(graph_of(constant, [0, 1])).estimate(np.zeros((1, 2)))

    assert estimates.contributions.tolist() == [[-1, 2, 1, 0]]
    assert (unmoved.base_value, unmoved.contributions.tolist()) == (6.0, [[0, 0]])


def test_trees_are_added_up():
    """Each counts its nodes from its own root."""
    twice = Trees.of([NODES, NODES], base=1.0, single=False)

    estimates = Estimator(graph_of(twice, [0, 1, 2])).estimate(np.array([[0, 3, 1.0], [1, 0, 0]]))

    assert estimates.base_value == 11.0
    assert estimates.contributions.tolist() == [[-2, 4, 2], [6, 0, 0]]


def test_the_oldest_runtime_of_a_service_reads_the_graph():
    """onnxruntime 1.22 knows these versions; later ones it may not."""
    model = onnx.load_from_string(graph_of(TREE, [0, 1, 2]))

    assert model.ir_version == 10
    assert {opset.domain: opset.version for opset in model.opset_import} == {"": 18, "ai.onnx.ml": 3}


def test_the_error_scale_is_a_further_output():
    """Which changes nothing of the first."""
    scale = Trees(NODES, np.array([0]), base=0.25, single=True)
    rows = np.array([[1, 0, 0], [0, 3, 1.0]])
    alone = graph_of(TREE, [0, 1, 2])

    both = Estimator(with_error_scale(alone, scale)).estimate(rows)

    assert both.error_scale.tolist() == [8.25, 7.25]
    assert both.contributions.tolist() == Estimator(alone).estimate(rows).contributions.tolist()


def test_nodes_that_no_film_comes_to_are_left_out():
    """XGBoost leaves some behind where it prunes."""
    nodes = np.concatenate([NODES, np.array([(*LEAF, 7, 7, 99.0)], NODE)])

    assert graph_of(Trees(nodes, TREE.roots, base=1.0, single=False), [0, 1, 2]) == graph_of(TREE, [0, 1, 2])


def test_a_rating_stays_on_the_scale():
    """The estimate does not."""
    estimates = Estimator(graph_of(Trees(NODES, TREE.roots, 4.0, False), [0, 1, 2])).estimate(np.array([[1.0, 0, 0]]))

    assert (estimates.unclipped.tolist(), estimates.ratings.tolist()) == ([12.0], [10.0])


def test_a_foreign_model_is_refused():
    """With its outputs, and what to do."""
    from onnx import TensorProto, helper

    given, answer = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, 1]) for name in ("x", "variable"))
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["variable"])], "none", [given], [answer])
    opset = [helper.make_opsetid("", 18)]
    model = helper.make_model(graph, ir_version=10, opset_imports=opset).SerializeToString()

    with pytest.raises(ForeignModelError, match=r"has the outputs variable instead of .* trained_candidates .* again"):
        Estimator(model).estimate(np.zeros((1, 1)))


class Largest:
    """A trial that takes the most of everything."""

    def suggest_int(self, _name, _low, high, **_):
        return high

    suggest_float = suggest_int


def a_full_tree(depth):
    """As many leaves as there can be, each moved by another feature at every step to it."""
    inner = np.arange(2**depth - 1)
    nodes = np.zeros(2 ** (depth + 1) - 1, NODE)
    nodes["low"], nodes["high"] = np.arange(len(nodes)), np.arange(len(nodes))
    nodes["low"][inner], nodes["high"][inner] = 2 * inner + 1, 2 * inner + 2
    nodes["column"][inner] = np.log2(inner + 1).astype(int)
    nodes["expected"] = np.random.default_rng(1).random(len(nodes))
    return Trees(nodes, np.array([0]), 0.0, single=False)


@pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda candidate: candidate.family)
def test_the_largest_candidate_of_a_search_stays_below_40_mb(candidate):
    """Its whole ensemble, though each step to a leaf is of another feature."""
    found = candidate.suggest(Largest())
    leaves, depth = {
        "xgboost": lambda: (2 ** found["max_depth"], found["max_depth"]),
        "lightgbm": lambda: (found["num_leaves"], len(FEATURES)),
        "random_forest": lambda: (MOST_LEAVES // found["n_estimators"], found["max_depth"]),
    }[candidate.family]()
    bytes_a_leaf = len(graph_of(a_full_tree(depth), range(depth))) / 2**depth

    assert candidate.ensemble_size * found["n_estimators"] * leaves * bytes_a_leaf < MOST_BYTES
