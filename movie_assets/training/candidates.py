"""CANDIDATES: the families of estimators, each with its search space and the reader of its trees.

Add an entry for a new family (docs/how-to/add-a-candidate.md). The search: tuning.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from movie_assets.prediction.features import Encoders, FeatureSet, labels
from movie_assets.training.trees import Trees, forest_trees, lightgbm_trees, xgboost_trees

# One thread an estimator: sums are added in the same order on every machine, and a busy one is not made slower by
# threads that spin while they wait for each other. Folds run side by side instead.
THREADS = 1
Parameters = dict[str, Any]
ENSEMBLE_SIZE = 3  # of a boosted candidate: each further estimator helps less
MOST_LEAVES = 100_000  # of a forest, so that its graph stays below 40 MB
SUBSAMPLING: Parameters = {"subsample": 0.8, "subsample_freq": 1, "colsample_bytree": 0.5, "reg_lambda": 5.0}
BINS = 63  # numbers rounded to so many values: less noise learnt, in less time


def rising_columns(encoders: Encoders) -> tuple[int, ...]:
    """For each column 1 where more can only mean a better rating, else 0.

    A good track record and well-liked words never lower a rating; the core features have neither.
    """
    return tuple(int(label.endswith((".record", ".words"))) for _, label in labels(encoders))


def candidate_name(family: str, feature_set: str) -> str:
    """The name of a family on a feature set in files, settings and sentences."""
    return f"{family}_{feature_set}"


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One family: its estimators, its search space, and the reader of its trees."""

    family: str
    build: Callable[[Parameters, int, tuple[int, ...]], Any]  # parameters, seed, `rising_columns` -> a regressor
    suggest: Callable[[Any], Parameters]  # an Optuna trial -> parameters
    starting_points: Mapping[FeatureSet, Parameters]  # the first trial, so that even a search of one is sensible
    trees: Callable[[Any], Trees]  # of a fitted regressor
    folds_at_once: int = 2
    ensemble_size: int = 1  # estimators averaged where the family is the best of its feature set


def _xgboost(parameters: Parameters, seed: int, rising: tuple[int, ...]) -> Any:
    from xgboost import XGBRegressor

    return XGBRegressor(
        **parameters,
        max_bin=BINS,
        monotone_constraints=rising,
        random_state=seed,
        n_jobs=THREADS,
        tree_method="hist",
    )


def lightgbm(seed: int, **settings: Any) -> Any:
    """An unfitted regressor of LightGBM that learns the same on every machine."""
    from lightgbm import LGBMRegressor  # only training pays for the import

    return LGBMRegressor(
        **settings, random_state=seed, n_jobs=THREADS, deterministic=True, force_row_wise=True, verbosity=-1
    )


def _lightgbm(parameters: Parameters, seed: int, rising: tuple[int, ...]) -> Any:
    return lightgbm(
        seed,
        **parameters,
        max_bin=BINS,
        # Thresholds at random, where there are many columns to find one in: less noise learnt from noisy ratings.
        extra_trees=any(rising),
        monotone_constraints=list(rising),
    )


def _random_forest(parameters: Parameters, seed: int, rising: tuple[int, ...]) -> Any:  # noqa: ARG001
    from sklearn.ensemble import RandomForestRegressor

    # Without the constraint of rising columns, which takes three times as long and helps an average of trees less.
    most = MOST_LEAVES // parameters["n_estimators"]
    return RandomForestRegressor(**parameters, max_leaf_nodes=most, random_state=seed, n_jobs=THREADS)


def _xgboost_space(trial: Any) -> Parameters:
    return {
        "n_estimators": trial.suggest_int("n_estimators", 100, 400, log=True),
        "learning_rate": trial.suggest_float("learning_rate", 0.02, 0.15, log=True),
        "max_depth": trial.suggest_int("max_depth", 4, 7),
        "min_child_weight": trial.suggest_float("min_child_weight", 5, 50, log=True),
        "subsample": trial.suggest_float("subsample", 0.6, 0.95),
        "colsample_bynode": trial.suggest_float("colsample_bynode", 0.15, 0.7),
        "reg_lambda": trial.suggest_float("reg_lambda", 1, 30, log=True),
    }


def _lightgbm_space(trial: Any) -> Parameters:
    return {
        "n_estimators": trial.suggest_int("n_estimators", 100, 400, log=True),
        "learning_rate": trial.suggest_float("learning_rate", 0.02, 0.15, log=True),
        "num_leaves": trial.suggest_int("num_leaves", 12, 48),
        "min_child_samples": trial.suggest_int("min_child_samples", 10, 80),
        "subsample": trial.suggest_float("subsample", 0.6, 0.95),
        "subsample_freq": 1,
        "colsample_bytree": trial.suggest_float("colsample_bytree", 0.3, 0.8),
        "reg_lambda": trial.suggest_float("reg_lambda", 1, 30, log=True),
    }


def _forest_space(trial: Any) -> Parameters:
    return {
        "n_estimators": trial.suggest_int("n_estimators", 40, 160, log=True),
        "max_depth": trial.suggest_int("max_depth", 9, 14),
        "min_samples_leaf": trial.suggest_int("min_samples_leaf", 4, 20),
        "max_features": trial.suggest_float("max_features", 0.1, 0.5, log=True),
        "max_samples": 0.4,  # keeps a forest on 30,000 films to seconds and a few megabytes
    }


FOREST: Parameters = {
    "n_estimators": 60,
    "max_depth": 13,
    "min_samples_leaf": 6,
    "max_features": 0.2,
    "max_samples": 0.4,
}
CANDIDATES = (
    Candidate(
        family="xgboost",
        build=_xgboost,
        suggest=_xgboost_space,
        starting_points={
            "core": {
                "n_estimators": 150,
                "learning_rate": 0.06,
                "max_depth": 5,
                "min_child_weight": 10.0,
                "subsample": 0.7,
                "colsample_bynode": 0.3,
                "reg_lambda": 5.0,
            },
            "full": {
                "n_estimators": 150,
                "learning_rate": 0.1,
                "max_depth": 6,
                "min_child_weight": 15.0,
                "subsample": 0.8,
                "colsample_bynode": 0.2,
                "reg_lambda": 8.0,
            },
        },
        trees=xgboost_trees,
        ensemble_size=ENSEMBLE_SIZE,
    ),
    Candidate(
        family="lightgbm",
        build=_lightgbm,
        suggest=_lightgbm_space,
        starting_points={
            "core": {
                "n_estimators": 200,
                "learning_rate": 0.04,
                "num_leaves": 15,
                "min_child_samples": 20,
                "subsample": 0.8,
                "subsample_freq": 1,
                "colsample_bytree": 0.5,
                "reg_lambda": 5.0,
            },
            "full": {
                "n_estimators": 170,
                "learning_rate": 0.1,
                "num_leaves": 31,
                "min_child_samples": 20,
                "subsample": 0.85,
                "subsample_freq": 1,
                "colsample_bytree": 0.6,
                "reg_lambda": 5.0,
            },
        },
        trees=lightgbm_trees,
        ensemble_size=ENSEMBLE_SIZE,
    ),
    Candidate(
        family="random_forest",
        build=_random_forest,
        suggest=_forest_space,
        starting_points={"core": FOREST, "full": FOREST},
        trees=forest_trees,
        folds_at_once=1,  # scikit-learn's forests change the process's warning filters while they run
    ),
)
