"""The trees taken out of each family's ONNX model say the same as the model; averaged models answer the mean."""

import numpy as np
import onnxruntime
import pytest

from movie_assets.prediction.trees import Trees
from movie_assets.training.candidates import CANDIDATES, Columns
from movie_assets.training.portable import averaged, trees_of

COLUMNS = 7
UNUSED = 6  # a column that never changes can move nothing


@pytest.fixture(scope="module", params=CANDIDATES, ids=lambda candidate: candidate.family)
def fitted(request):
    """The model, its trees, and what both are asked about."""
    chance = np.random.default_rng(4)
    matrix = chance.normal(size=(800, COLUMNS)).astype(np.float32)
    matrix[:, 2] = chance.integers(0, 3, 800)  # whole numbers fall on thresholds
    matrix[:, UNUSED] = 1
    ratings = 6 + matrix[:, 0] + matrix[:, 0] * matrix[:, 1] + (matrix[:, 2] > 1)
    weights = chance.random(800)
    candidate = request.param
    estimator = candidate.build(
        {**candidate.starting_points["full"], "n_estimators": 30}, 0, Columns(rising=(0,) * COLUMNS)
    )
    estimator.fit(matrix, ratings, sample_weight=weights)
    model = candidate.export(estimator, COLUMNS)
    session = onnxruntime.InferenceSession(model)
    predicted = session.run(None, {session.get_inputs()[0].name: matrix})[0].ravel()
    return trees_of(model, matrix, weights), matrix, weights, predicted


def test_contributions_add_up_to_the_prediction(fitted):
    trees, matrix, _, predicted = fitted
    assert trees.base_value + trees.contributions(matrix).sum(axis=1) == pytest.approx(predicted, abs=1e-4)


def test_the_base_value_is_the_mean_prediction_of_the_training_films(fitted):
    trees, _, weights, predicted = fitted
    assert trees.base_value == pytest.approx(np.average(predicted, weights=weights), abs=1e-4)


def test_a_column_that_tells_nothing_is_given_nothing(fitted):
    trees, matrix, _, _ = fitted
    given = np.abs(trees.contributions(matrix)).mean(axis=0)
    assert given[UNUSED] == 0
    assert given[0] > 0.1


def test_films_that_no_training_film_resembles_still_add_up(fitted):
    trees, *_ = fitted
    far = np.full((1, COLUMNS), 1e6, np.float32)
    assert np.isfinite(trees.contributions(far)).all()


def test_rows_are_independent_of_their_batch(fitted):
    trees, matrix, _, _ = fitted
    assert trees.contributions(matrix[5:6])[0] == pytest.approx(trees.contributions(matrix)[5], abs=1e-12)


def test_trees_survive_being_kept(fitted):
    trees, matrix, _, _ = fitted
    again = Trees.from_bytes(trees.to_bytes())
    assert again.to_bytes() == trees.to_bytes()
    assert (again.contributions(matrix) == trees.contributions(matrix)).all()


def answered(model, matrix):
    session = onnxruntime.InferenceSession(model)
    return session.run(None, {session.get_inputs()[0].name: matrix})[0].ravel()


@pytest.fixture(scope="module")
def models():
    """Two models of each family, with the same seven columns, and what they are asked about."""
    chance = np.random.default_rng(5)
    matrix = chance.integers(0, 4, (500, COLUMNS)).astype(np.float32)  # whole numbers fall on thresholds
    ratings = 6 + matrix[:, 0] + chance.normal(size=500)
    made = []
    for candidate in CANDIDATES:
        for seed in (1, 2):
            parameters = {**candidate.starting_points["full"], "n_estimators": 10 + seed}
            estimator = candidate.build(parameters, seed, Columns(rising=(0,) * COLUMNS)).fit(matrix, ratings)
            made.append(candidate.export(estimator, COLUMNS))
    return made, matrix


@pytest.mark.parametrize("chosen", [(0, 1), (2, 3), (4, 5), (0, 2, 4, 3)])
def test_averaged_models_answer_their_mean(models, chosen):
    """Of one family, or of several that ask at their nodes in other ways; reasons still add up."""
    made, matrix = models
    several = [made[index] for index in chosen]
    mean = np.mean([answered(model, matrix) for model in several], axis=0)

    whole = averaged(several)

    assert np.ptp([answered(model, matrix) for model in several], axis=0).max() > 0.01
    assert answered(whole, matrix) == pytest.approx(mean, abs=1e-4)
    trees = trees_of(whole, matrix, np.ones(len(matrix)))
    assert trees.base_value + trees.contributions(matrix).sum(axis=1) == pytest.approx(mean, abs=1e-4)


def test_the_mean_of_one_model_is_itself(models):
    made, _ = models
    assert averaged(made[:1]) == made[0]


def test_a_model_without_trees_is_refused():
    from onnx import TensorProto, helper

    given, answer = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, 1]) for name in ("x", "y"))
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "none", [given], [answer])
    with pytest.raises(ValueError, match="holds 0 tree ensembles"):
        trees_of(helper.make_model(graph).SerializeToString(), np.zeros((1, 1), np.float32), np.ones(1))
