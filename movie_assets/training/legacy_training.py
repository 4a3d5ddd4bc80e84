"""The core companion: LightGBM on the five label-encoded columns of the old layout.

Made only for a bundle that is promoted. It is fitted as a plain estimator, which the old layout keeps for the programs
that read it (training/legacy_artifacts.py), and written as a graph, which the bundle keeps and answers with
(prediction/legacy_model.py).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from movie_assets.prediction.legacy_model import COMPANION_COLUMNS, UNKNOWN_CODE, LegacyModel
from movie_assets.training.candidates import BINS, Parameters, lightgbm
from movie_assets.training.onnx_graph import graph_of
from movie_assets.training.trees import lightgbm_trees
from movie_assets.training.weighting import WEIGHTINGS
from movie_assets.training.window import Part

if TYPE_CHECKING:
    import pandas as pd

# What the searches of core candidates tend to; five columns and a few trees need no search of their own.
SETTINGS: Parameters = {
    "n_estimators": 200,
    "learning_rate": 0.05,
    "num_leaves": 24,
    "min_child_samples": 40,
    "subsample": 0.8,
    "subsample_freq": 1,
    "colsample_bytree": 0.8,
    "reg_lambda": 5.0,
    "max_bin": BINS,
}


@dataclass(frozen=True, kw_only=True)
class FittedLegacyModel:
    """One model in two forms: as a graph, and as the fitted estimator with the encoders of its codes."""

    companion: LegacyModel
    estimator: Any  # of LightGBM; takes a frame of COMPANION_COLUMNS
    genre_encoder: Any  # scikit-learn's LabelEncoder
    language_encoder: Any


def fit_legacy_model(train: Part, *, seed: int) -> FittedLegacyModel:
    """Fitted on the whole training part; the same part and seed give the same companion."""
    genres, languages = _encoder(train, "main_genre"), _encoder(train, "original_language")
    columns = core_columns(train, genres, languages)
    estimator = lightgbm(seed, **SETTINGS).fit(columns, train.ratings, sample_weight=WEIGHTINGS["core"].of(train))
    companion = LegacyModel(
        genres=tuple(genres.classes_.tolist()),
        languages=tuple(languages.classes_.tolist()),
        model=graph_of(lightgbm_trees(estimator), range(len(COMPANION_COLUMNS))),
    )
    return FittedLegacyModel(companion=companion, estimator=estimator, genre_encoder=genres, language_encoder=languages)


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
