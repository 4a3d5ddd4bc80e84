"""The legacy artifacts, `<source>/models/<day>/` and `models/latest/`: a small model as pickles under fixed names.

For programs written for the pipeline before this one; each promotion fits and writes them. Nothing here reads a pickle:
the same model as a graph is prediction/legacy_model.py. The files are listed in docs/reference/legacy-artifacts.md.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from movie_assets.prediction.legacy_model import LEGACY_COLUMNS, UNKNOWN_CODE, LegacyModel
from movie_assets.storage.bucket import Bucket, MissingObjectError
from movie_assets.storage.folders import MANIFEST, digests_of, write_manifest_last
from movie_assets.storage.formats import json_from, json_of
from movie_assets.storage.keys import LEGACY_FILMS, LEGACY_FILMS_FETCHED_FROM, legacy_artifacts_folder
from movie_assets.training.candidates import BINS, SUBSAMPLING, lightgbm
from movie_assets.training.champions import newest_champion
from movie_assets.training.onnx_graph import graph_of
from movie_assets.training.trees import lightgbm_trees
from movie_assets.training.weighting import WEIGHTINGS
from movie_assets.training.window import FilmSet

if TYPE_CHECKING:
    import pandas as pd

    from movie_assets.training.selection import Choice
    from movie_assets.training.window import TrainingWindow

# What the searches of core candidates tend to; five columns and a few trees need no search of their own.
SETTINGS = SUBSAMPLING | {
    "n_estimators": 200,
    "learning_rate": 0.05,
    "num_leaves": 24,
    "min_child_samples": 40,
    "colsample_bytree": 0.8,
    "max_bin": BINS,
}
LATEST = "latest"
MODEL, GENRES, LANGUAGES = "best_model.pkl", "main_genre_encoder.pkl", "original_language_encoder.pkl"
OF_LATEST = (MODEL, GENRES, LANGUAGES)
SCORE = "best_score.txt"  # of a day only
LIBRARIES = ("numpy", "pandas", "joblib", "scikit-learn", "lightgbm")


@dataclass(frozen=True, kw_only=True)
class FittedLegacyModel:
    """LightGBM on LEGACY_COLUMNS in two forms: as a graph, and as the estimator with the encoders of its codes."""

    model: LegacyModel
    estimator: Any  # of LightGBM; takes a frame of LEGACY_COLUMNS
    genre_encoder: Any  # scikit-learn's LabelEncoder
    language_encoder: Any


@dataclass(frozen=True)
class LegacyArtifacts:
    """The files of one promotion by name, and the fields of its manifest beside their digests."""

    files: Mapping[str, bytes]
    about: Mapping[str, Any]


def fit_legacy_model(train: FilmSet, *, seed: int) -> FittedLegacyModel:
    """Fitted on the whole training part; the same part and seed give the same bytes."""
    genres, languages = _encoder(train, "main_genre"), _encoder(train, "original_language")
    columns = legacy_columns(train, genres, languages)
    estimator = lightgbm(seed, **SETTINGS).fit(columns, train.ratings, sample_weight=WEIGHTINGS["core"].of(train))
    model = LegacyModel(
        genres=tuple(genres.classes_.tolist()),
        languages=tuple(languages.classes_.tolist()),
        model=graph_of(lightgbm_trees(estimator), range(len(LEGACY_COLUMNS))),
    )
    return FittedLegacyModel(model=model, estimator=estimator, genre_encoder=genres, language_encoder=languages)


def legacy_columns(part: FilmSet, genre_encoder: Any, language_encoder: Any) -> "pd.DataFrame":
    """LEGACY_COLUMNS of these films; an unknown name has UNKNOWN_CODE."""
    frame = part.frame
    return frame.assign(
        genre_encoded=_codes(frame["main_genre"], genre_encoder),
        lang_encoded=_codes(frame["original_language"], language_encoder),
    )[list(LEGACY_COLUMNS)].astype({"runtime": np.float64, "overview_sentiment": np.float64, "overview_len": np.int64})


def legacy_artifacts_of(choice: "Choice", window: "TrainingWindow") -> LegacyArtifacts | None:
    """The files of a promotion; None where nothing is promoted."""
    fitted, challenger = choice.legacy, choice.challenger
    if fitted is None or challenger is None:
        return None
    day_films = window.frame[window.frame["partition"] == window.day].reset_index(drop=True)
    fetched = day_films["fetched_at"].min() if len(day_films) else None
    return LegacyArtifacts(
        files={
            MODEL: _pickled(fitted.estimator),
            GENRES: _pickled(fitted.genre_encoder),
            LANGUAGES: _pickled(fitted.language_encoder),
            LEGACY_FILMS: _csv(day_films, fitted),
            SCORE: f"{choice.metrics['rmse_gap']}\n".encode(),
        },
        about={
            "bundle_id": challenger.id,
            "columns": LEGACY_COLUMNS,
            "versions": {name: version(name) for name in LIBRARIES},
            LEGACY_FILMS_FETCHED_FROM: fetched.isoformat() if fetched is not None else None,
        },
    )


def write_legacy_artifacts(bucket: Bucket, source: str, day: str, artifacts: LegacyArtifacts) -> None:
    """Write the files of a promotion under its day, the manifest last."""
    _write(bucket, legacy_artifacts_folder(source, day), artifacts.files, {**artifacts.about, "day": day})


def follow_champion(bucket: Bucket, source: str) -> None:
    """Make `latest` the set of the newest day's champion; changes nothing where it already is.

    So a day made again does not displace a newer champion, and a set that a killed run did not write follows with the
    next day. A champion without a set leaves `latest` as it is.
    """
    try:
        champion = newest_champion(bucket, source).bundle_id
    except LookupError:
        return
    latest = legacy_artifacts_folder(source, LATEST)
    there = _manifest(bucket, latest)
    if there and there["bundle_id"] == champion:
        return
    keys = bucket.keys(f"{legacy_artifacts_folder(source)}/")
    folders = {key.rpartition("/")[0] for key in keys if key.endswith(f"/{MANIFEST}")}
    for folder in sorted(folders - {latest}, reverse=True):
        about = _manifest(bucket, folder)
        if about and about["bundle_id"] == champion:
            files = {name: bucket.get(f"{folder}/{name}") for name in OF_LATEST}
            about = {name: value for name, value in about.items() if name not in {"sha256", LEGACY_FILMS_FETCHED_FROM}}
            _write(bucket, latest, files, about)
            return


def _encoder(train: FilmSet, name: str) -> Any:
    """Its classes have a fixed width: as Python objects they could not be read where numpy is older than 2."""
    from sklearn.preprocessing import LabelEncoder  # only training pays for the import

    return LabelEncoder().fit(np.array(train.frame[name].dropna().tolist(), dtype=np.str_))


def _codes(values: "pd.Series", encoder: Any) -> NDArray[np.int64]:
    codes = {name: code for code, name in enumerate(encoder.classes_.tolist())}
    return np.array([codes.get(value, UNKNOWN_CODE) for value in values.tolist()], np.int64)


def _write(bucket: Bucket, folder: str, files: Mapping[str, bytes], about: Mapping[str, Any]) -> None:
    write_manifest_last(bucket, folder, files, json_of({**about, "sha256": digests_of(files)}))


def _manifest(bucket: Bucket, folder: str) -> dict[str, Any] | None:
    try:
        manifest: dict[str, Any] = json_from(bucket.get(f"{folder}/{MANIFEST}"))
    except MissingObjectError:
        return None
    return manifest


def _pickled(fitted: Any) -> bytes:
    import joblib  # only a promotion pays for the import

    content = io.BytesIO()
    joblib.dump(fitted, content)
    return content.getvalue()


def _csv(films: "pd.DataFrame", fitted: FittedLegacyModel) -> bytes:
    """The day's films with the columns of the earlier pipeline, the codes included."""
    columns = legacy_columns(FilmSet(films), fitted.genre_encoder, fitted.language_encoder)
    names = ["id", "title", "release_date", "overview", "main_genre", "original_language"]
    table = films[names].join(columns).assign(vote_average=films["rating"])
    content: str = table.to_csv(index=False, date_format="%Y-%m-%d", lineterminator="\n")
    return content.encode()
