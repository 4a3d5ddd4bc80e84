"""The core companion: the best of three families on the five label-encoded columns of the old layout.

Made only for a bundle that is promoted. It is fitted as a plain estimator, which the old layout keeps for the programs
that read it (storage/old_layout.py), and written as a graph, which the bundle keeps and answers with
(prediction/companion.py).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from movie_assets.prediction.companion import COMPANION_COLUMNS, UNKNOWN_CODE, Companion
from movie_assets.training.candidates import CANDIDATES, Candidate, Columns, Parameters
from movie_assets.training.evaluation import weighted_rmse
from movie_assets.training.onnx_graph import graph_of
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
    """One model in two forms: as a graph, and as the fitted estimator with the encoders of its codes."""

    companion: Companion
    estimator: Any  # of XGBoost, LightGBM or scikit-learn; takes a frame of COMPANION_COLUMNS
    genre_encoder: Any  # scikit-learn's LabelEncoder
    language_encoder: Any


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
    companion = Companion(
        family=best.family,
        genres=tuple(genres.classes_.tolist()),
        languages=tuple(languages.classes_.tolist()),
        rmse=errors[best.family],
        model=graph_of(best.trees(estimator), range(len(COMPANION_COLUMNS))),
    )
    if hasattr(estimator, "feature_names_in_") and best.family == "random_forest":
        # Names of a fixed width, for the reason in _encoder.
        estimator.feature_names_in_ = estimator.feature_names_in_.astype(np.str_)
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
