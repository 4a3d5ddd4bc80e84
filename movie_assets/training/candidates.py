"""CANDIDATES: the kinds of estimator in the race, each with its search space and its way to ONNX.

A new kind is one more entry. The baselines, which every candidate must beat: baselines.py. The search: tuning.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# One thread an estimator: sums are added in the same order on every machine, and a busy one is not made slower by
# threads that spin while they wait for each other. Folds run side by side instead.
THREADS = 1
Parameters = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One family: how an estimator is made, which settings are worth trying, how it becomes portable."""

    family: str
    build: Callable[[Parameters, int], Any]  # parameters, seed -> an unfitted scikit-learn regressor
    suggest: Callable[[Any], Parameters]  # an Optuna trial -> parameters
    starting_point: Parameters  # the first trial, so that even a search of one is sensible
    export: Callable[[Any, int], bytes]  # fitted regressor, number of features -> ONNX
    folds_at_once: int = 2


def _xgboost(parameters: Parameters, seed: int) -> Any:
    from xgboost import XGBRegressor

    return XGBRegressor(**parameters, random_state=seed, n_jobs=THREADS, tree_method="hist")


def _lightgbm(parameters: Parameters, seed: int) -> Any:
    from lightgbm import LGBMRegressor

    return LGBMRegressor(
        **parameters, random_state=seed, n_jobs=THREADS, deterministic=True, force_row_wise=True, verbosity=-1
    )


def _random_forest(parameters: Parameters, seed: int) -> Any:
    from sklearn.ensemble import RandomForestRegressor

    return RandomForestRegressor(**parameters, random_state=seed, n_jobs=THREADS)


def _boosting_space(trial: Any) -> Parameters:
    return {
        "n_estimators": trial.suggest_int("n_estimators", 100, 500, step=50),
        "learning_rate": trial.suggest_float("learning_rate", 0.02, 0.15, log=True),
        "max_depth": trial.suggest_int("max_depth", 3, 7),
        "subsample": trial.suggest_float("subsample", 0.6, 1.0),
        "reg_lambda": trial.suggest_float("reg_lambda", 0.1, 20, log=True),
    }


def _lightgbm_space(trial: Any) -> Parameters:
    return {
        **_boosting_space(trial),
        "subsample_freq": 1,
        "num_leaves": trial.suggest_int("num_leaves", 8, 48),
        "min_child_samples": trial.suggest_int("min_child_samples", 10, 80),
    }


def _forest_space(trial: Any) -> Parameters:
    return {
        "n_estimators": trial.suggest_int("n_estimators", 80, 160, step=40),
        "max_depth": trial.suggest_int("max_depth", 8, 14),
        "min_samples_leaf": trial.suggest_int("min_samples_leaf", 4, 30),
        "max_features": trial.suggest_float("max_features", 0.4, 1.0),
        "max_samples": 0.4,  # keeps a forest on 30,000 films to seconds and a few megabytes
    }


def _export_xgboost(estimator: Any, features: int) -> bytes:
    from onnxmltools import convert_xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType

    converted = convert_xgboost(estimator, "rating", [("features", FloatTensorType([None, features]))])
    return bytes(converted.SerializeToString())


def _export_lightgbm(estimator: Any, features: int) -> bytes:
    from onnxmltools import convert_lightgbm
    from onnxmltools.convert.common.data_types import FloatTensorType

    converted = convert_lightgbm(estimator, "rating", [("features", FloatTensorType([None, features]))])
    return bytes(converted.SerializeToString())


def _export_forest(estimator: Any, features: int) -> bytes:
    from skl2onnx import convert_sklearn
    from skl2onnx.common.data_types import FloatTensorType

    converted = convert_sklearn(estimator, "rating", [("features", FloatTensorType([None, features]))])
    return bytes(converted.SerializeToString())


CANDIDATES = (
    Candidate(
        family="xgboost",
        build=_xgboost,
        suggest=_boosting_space,
        starting_point={
            "n_estimators": 200,
            "learning_rate": 0.05,
            "max_depth": 4,
            "subsample": 0.7,
            "reg_lambda": 1.0,
        },
        export=_export_xgboost,
    ),
    Candidate(
        family="lightgbm",
        build=_lightgbm,
        suggest=_lightgbm_space,
        starting_point={
            "n_estimators": 200,
            "learning_rate": 0.05,
            "max_depth": 6,
            "subsample": 0.8,
            "subsample_freq": 1,
            "reg_lambda": 1.0,
            "num_leaves": 20,
            "min_child_samples": 30,
        },
        export=_export_lightgbm,
    ),
    Candidate(
        family="random_forest",
        build=_random_forest,
        suggest=_forest_space,
        starting_point={
            "n_estimators": 120,
            "max_depth": 12,
            "min_samples_leaf": 8,
            "max_features": 0.6,
            "max_samples": 0.4,
        },
        export=_export_forest,
        folds_at_once=1,  # scikit-learn's forests change the process's warning filters while they run
    ),
)
