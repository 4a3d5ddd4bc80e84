"""The core companion: the best of three families on the five label-encoded columns of the old layout.

Made only for a bundle that is promoted. It is fitted as a plain estimator, which the old layout keeps for the programs
that read it (storage/old_layout.py), and taken apart into plain arrays, which the bundle keeps and answers with
(prediction/companion.py).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from movie_assets.prediction.companion import COMPANION_COLUMNS, NODE, UNKNOWN_CODE, Companion, Precision
from movie_assets.training.candidates import CANDIDATES, Candidate, Columns, Parameters
from movie_assets.training.evaluation import weighted_rmse
from movie_assets.training.split import FOLDS, whole_folds
from movie_assets.training.weighting import fit_weights
from movie_assets.training.window import Part

if TYPE_CHECKING:
    import pandas as pd

# What the searches of core candidates tend to; five columns and a few trees need no search of their own.
SETTINGS: Mapping[str, Parameters] = {
    "xgboost": {
        "n_estimators": 200,
        "learning_rate": 0.05,
        "max_depth": 5,
        "min_child_weight": 10.0,
        "subsample": 0.8,
        "colsample_bynode": 0.8,
        "reg_lambda": 5.0,
    },
    "lightgbm": {
        "n_estimators": 200,
        "learning_rate": 0.05,
        "num_leaves": 24,
        "min_child_samples": 40,
        "subsample": 0.8,
        "subsample_freq": 1,
        "colsample_bytree": 0.8,
        "reg_lambda": 5.0,
    },
    "random_forest": {
        "n_estimators": 80,
        "max_depth": 10,
        "min_samples_leaf": 10,
        "max_features": 0.6,
        "max_samples": 0.5,
    },
}
NO_COLUMN_RISES = Columns((0,) * len(COMPANION_COLUMNS))


@dataclass(frozen=True, kw_only=True)
class FittedCompanion:
    """One model in two forms: as plain arrays, and as the fitted estimator with the encoders of its codes."""

    companion: Companion
    estimator: Any  # of XGBoost, LightGBM or scikit-learn; takes a frame of COMPANION_COLUMNS
    genre_encoder: Any  # scikit-learn's LabelEncoder
    language_encoder: Any


@dataclass(frozen=True)
class _Trees:
    """An estimator's trees, gathered one after the other."""

    nodes: list[NDArray[np.void]] = field(default_factory=list)
    roots: list[int] = field(default_factory=list)

    def add(self, **columns: Any) -> None:
        """One tree: column, threshold, low and high within the tree, value; a leaf's `low` is negative."""
        begin = sum(map(len, self.nodes))
        tree = np.zeros(len(columns["low"]), NODE)
        own = np.arange(len(tree))
        leaf = np.asarray(columns["low"]) < 0
        for name in ("low", "high"):
            tree[name] = begin + np.where(leaf, own, columns[name])
        for name in ("column", "threshold"):
            tree[name] = np.where(leaf, 0, columns[name])
        tree["value"] = np.where(leaf, columns["value"], 0)
        self.nodes.append(tree)
        self.roots.append(begin)


def fit_companion(train: Part, *, seed: int, families: Collection[str] = tuple(SETTINGS)) -> FittedCompanion:
    """Of these families the one with the smallest error in cross-validation, fitted on the whole training part.

    The same part and seed give the same companion. Raises ValueError when a fold would be empty.
    """
    folds = whole_folds(train.ids)
    genres, languages = _encoder(train, "main_genre"), _encoder(train, "original_language")
    columns = core_columns(train, genres, languages)
    weights = fit_weights(train, "core")

    def error(candidate: Candidate) -> float:
        predicted = np.empty(len(train))
        for fold in range(FOLDS):
            out = folds == fold
            fitted = _built(candidate, seed).fit(columns[~out], train.ratings[~out], sample_weight=weights[~out])
            predicted[out] = fitted.predict(columns[out])
        return weighted_rmse(train.ratings, predicted, train.weights)

    raced = [candidate for candidate in CANDIDATES if candidate.family in families]
    errors = {candidate.family: error(candidate) for candidate in raced}
    best = min(raced, key=lambda candidate: errors[candidate.family])
    estimator = _built(best, seed).fit(columns, train.ratings, sample_weight=weights)
    trees = _Trees()
    base, inputs, sums = _TAKEN_APART[best.family](estimator, trees)
    companion = Companion(
        family=best.family,
        genres=tuple(genres.classes_.tolist()),
        languages=tuple(languages.classes_.tolist()),
        rmse=errors[best.family],
        base=base,
        inputs=inputs,
        sums=sums,
        nodes=np.concatenate(trees.nodes),
        roots=np.array(trees.roots, np.int32),
    )
    return FittedCompanion(companion=companion, estimator=estimator, genre_encoder=genres, language_encoder=languages)


def core_columns(part: Part, genre_encoder: Any, language_encoder: Any) -> "pd.DataFrame":
    """COMPANION_COLUMNS of these films, as the old pipeline made them; an unknown name has UNKNOWN_CODE."""
    frame = part.frame
    return frame.assign(
        genre_encoded=_codes(frame["main_genre"], genre_encoder),
        lang_encoded=_codes(frame["original_language"], language_encoder),
    )[list(COMPANION_COLUMNS)].astype(
        {"runtime": np.float64, "overview_sentiment": np.float64, "overview_len": np.int64}
    )


def _encoder(train: Part, name: str) -> Any:
    """Its classes have a fixed width: as Python objects they could not be read where numpy is older than 2."""
    from sklearn.preprocessing import LabelEncoder  # paid by who trains

    return LabelEncoder().fit(np.array(train.frame[name].dropna().tolist(), dtype=np.str_))


def _codes(values: "pd.Series", encoder: Any) -> NDArray[np.int64]:
    codes = {name: code for code, name in enumerate(encoder.classes_.tolist())}
    return np.array([codes.get(value, UNKNOWN_CODE) for value in values.tolist()], np.int64)


def _built(candidate: Candidate, seed: int) -> Any:
    return candidate.build(SETTINGS[candidate.family], seed, NO_COLUMN_RISES)


def _xgboost_apart(estimator: Any, trees: _Trees) -> tuple[float, Precision, Precision]:
    import json

    learner = json.loads(bytes(estimator.get_booster().save_raw("json")))["learner"]
    for tree in learner["gradient_booster"]["model"]["trees"]:
        below = np.nextafter(np.array(tree["split_conditions"], np.float32), np.float32(-np.inf))
        trees.add(
            column=tree["split_indices"],
            threshold=below,  # "less than t" is "at most the number before t"
            low=tree["left_children"],
            high=tree["right_children"],
            value=np.array(tree["split_conditions"], np.float32),  # of a leaf, what it adds
        )
    base = float(str(learner["learner_model_param"]["base_score"]).strip("[]"))
    return float(np.float32(base)), "float32", "float32"


def _lightgbm_apart(estimator: Any, trees: _Trees) -> tuple[float, Precision, Precision]:
    for told in estimator.booster_.dump_model()["tree_info"]:
        nodes: list[dict[str, Any]] = []
        _number(told["tree_structure"], nodes)
        trees.add(**{name: [node[name] for node in nodes] for name in ("column", "threshold", "low", "high", "value")})
    return 0.0, "float64", "float64"


def _number(node: dict[str, Any], nodes: list[dict[str, Any]]) -> int:
    """Put a node and all below it into the list; its place there."""
    place = len(nodes)
    if "leaf_value" in node:
        nodes.append({"column": 0, "threshold": 0.0, "low": -1, "high": -1, "value": node["leaf_value"]})
        return place
    nodes.append({"column": node["split_feature"], "threshold": node["threshold"], "value": 0.0})
    nodes[place]["low"] = _number(node["left_child"], nodes)
    nodes[place]["high"] = _number(node["right_child"], nodes)
    return place


def _forest_apart(estimator: Any, trees: _Trees) -> tuple[float, Precision, Precision]:
    for one in estimator.estimators_:
        tree = one.tree_
        trees.add(
            column=tree.feature,
            threshold=tree.threshold,
            low=tree.children_left,
            high=tree.children_right,
            value=tree.value[:, 0, 0] / len(estimator.estimators_),
        )
    # Names of a fixed width, for the reason in _encoder.
    estimator.feature_names_in_ = estimator.feature_names_in_.astype(np.str_)
    return 0.0, "float32", "float64"


_TAKEN_APART: Mapping[str, Callable[[Any, _Trees], tuple[float, Precision, Precision]]] = {
    "xgboost": _xgboost_apart,
    "lightgbm": _lightgbm_apart,
    "random_forest": _forest_apart,
}
