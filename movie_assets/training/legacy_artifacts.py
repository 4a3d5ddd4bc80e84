"""The old layout: `<source>/models/<day>/` and `models/latest/`, for programs that load pickles by fixed names.

The core companion of each promoted bundle as a plain estimator with two LabelEncoders, by joblib. A day's files are
written as a set, the manifest last; `latest` is the set of the champion as of the newest day. Nothing of ours ever
reads a pickle. What a companion is: training/legacy_training.py. What is in the files:
docs/reference/legacy-artifacts.md.
"""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from movie_assets.prediction.legacy_model import COMPANION_COLUMNS
from movie_assets.storage.bucket import Bucket, MissingObjectError
from movie_assets.storage.folders import MANIFEST
from movie_assets.storage.formats import json_from, json_of
from movie_assets.storage.keys import legacy_artifacts_folder
from movie_assets.training.champions import newest_champion
from movie_assets.training.legacy_training import FittedLegacyModel, core_columns
from movie_assets.training.window import Part

if TYPE_CHECKING:
    import pandas as pd

    from movie_assets.training.selection import Choice
    from movie_assets.training.window import TrainingWindow

LATEST = "latest"
MODEL, GENRES, LANGUAGES = "best_model.pkl", "main_genre_encoder.pkl", "original_language_encoder.pkl"
OF_LATEST = (MODEL, GENRES, LANGUAGES)
FILMS, SCORE = "cleaned_movies.csv", "best_score.txt"  # of a day only
LIBRARIES = ("numpy", "pandas", "joblib", "scikit-learn", "lightgbm")
FILMS_FETCHED_FROM = "films_fetched_from"  # in the manifest: when the oldest record in FILMS was fetched


@dataclass(frozen=True)
class LegacyArtifacts:
    """The files of one promotion by name, and what its manifest says beside their digests."""

    files: Mapping[str, bytes]
    about: Mapping[str, Any]


def legacy_artifacts_of(choice: "Choice", window: "TrainingWindow") -> LegacyArtifacts | None:
    """What the old pipeline would have kept of this day; None where nothing is promoted."""
    fitted, challenger = choice.companion, choice.challenger
    if fitted is None or challenger is None:
        return None
    day_films = window.frame[window.frame["partition"] == window.day].reset_index(drop=True)
    fetched = day_films["fetched_at"].min() if len(day_films) else None
    return LegacyArtifacts(
        files={
            MODEL: _pickled(fitted.estimator),
            GENRES: _pickled(fitted.genre_encoder),
            LANGUAGES: _pickled(fitted.language_encoder),
            FILMS: _csv(day_films, fitted),
            SCORE: f"{choice.metrics['rmse_gap']}\n".encode(),
        },
        about={
            "bundle_id": challenger.id,
            "columns": COMPANION_COLUMNS,
            "versions": {name: version(name) for name in LIBRARIES},
            FILMS_FETCHED_FROM: fetched.isoformat() if fetched is not None else None,
        },
    )


def write_legacy_artifacts(bucket: Bucket, source: str, day: str, layout: LegacyArtifacts) -> None:
    """Keep the files of a promotion under its day."""
    _write(bucket, legacy_artifacts_folder(source, day), layout.files, {**layout.about, "day": day})


def follow_champion(bucket: Bucket, source: str) -> None:
    """Make `latest` the set of the champion that the newest day names; changes nothing where it already is.

    So a day made again does not displace a newer champion, and a set that a killed run did not write comes with the
    next day. A champion without a set, promoted before there were any, leaves `latest` as it is.
    """
    try:
        champion = newest_champion(bucket, source).bundle_id
    except LookupError:
        return
    there = _manifest(bucket, legacy_artifacts_folder(source, LATEST))
    if there and there["bundle_id"] == champion:
        return
    keys = bucket.keys(f"{legacy_artifacts_folder(source)}/")
    folders = {key.rpartition("/")[0] for key in keys if key.endswith(f"/{MANIFEST}")}
    for folder in sorted(folders - {legacy_artifacts_folder(source, LATEST)}, reverse=True):
        about = _manifest(bucket, folder)
        if about and about["bundle_id"] == champion:
            files = {name: bucket.get(f"{folder}/{name}") for name in OF_LATEST}
            about = {name: said for name, said in about.items() if name not in {"sha256", FILMS_FETCHED_FROM}}
            _write(bucket, legacy_artifacts_folder(source, LATEST), files, about)
            return


def _write(bucket: Bucket, folder: str, files: Mapping[str, bytes], about: Mapping[str, Any]) -> None:
    for name, content in files.items():
        bucket.put(f"{folder}/{name}", content)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    bucket.put(f"{folder}/{MANIFEST}", json_of({**about, "sha256": digests}))


def _manifest(bucket: Bucket, folder: str) -> dict[str, Any] | None:
    try:
        manifest: dict[str, Any] = json_from(bucket.get(f"{folder}/{MANIFEST}"))
    except MissingObjectError:
        return None
    return manifest


def _pickled(fitted: Any) -> bytes:
    import joblib  # paid by a promotion

    content = io.BytesIO()
    joblib.dump(fitted, content)
    return content.getvalue()


def _csv(films: "pd.DataFrame", fitted: FittedLegacyModel) -> bytes:
    """The day's films with the old pipeline's columns, the codes included."""
    columns = core_columns(Part(films), fitted.genre_encoder, fitted.language_encoder)
    names = ["id", "title", "release_date", "overview", "main_genre", "original_language"]
    table = films[names].join(columns).assign(vote_average=films["rating"])
    content: str = table.to_csv(index=False, date_format="%Y-%m-%d", lineterminator="\n")
    return content.encode()
