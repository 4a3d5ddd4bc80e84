"""The old layout: files that other programs load without us, and whose they are."""

import hashlib
import io
import json
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from movie_assets.prediction.legacy_model import LegacyModel
from movie_assets.storage.folders import write_folder
from movie_assets.storage.keys import CHOICE
from movie_assets.training.legacy_artifacts import (
    LegacyArtifacts,
    follow_champion,
    legacy_artifacts_of,
    write_legacy_artifacts,
)
from movie_assets.training.legacy_training import core_columns, fit_legacy_model
from tests.support.cleaned_days import a_window
from tests.support.memory_bucket import MemoryBucket
from tests.support.records import a_choice

DAY = "2026-01-07"
OLD_PROGRAM = """
import json, sys
from importlib.abc import MetaPathFinder

class Ours(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"movie_assets", "bento_service"}:
            raise ImportError(name + " is not installed here")

sys.meta_path.insert(0, Ours())
import joblib, pandas
genres, languages, model = (joblib.load(name) for name in sys.argv[1:])
asked = pandas.DataFrame(
    {
        "runtime": [100, 90.5, 120],
        "genre_encoded": [*genres.transform(["Drama", "Horror"]), -1],
        "lang_encoded": [*languages.transform(["ko", "en"]), -1],
        "overview_sentiment": [0.1, -0.35, 1 / 3],
        "overview_len": [120, 300, 0],
    }
)
print(json.dumps([list(map(str, genres.classes_)), asked.values.tolist(), list(map(float, model.predict(asked)))]))
"""


@pytest.fixture(scope="module")
def window():
    window = a_window(700, day=DAY)
    days = np.where(np.arange(len(window.frame)) % 100, "2026-01-01", DAY)
    fetched = pd.Timestamp(2026, 1, 6, tz="UTC")
    window.frame.insert(0, "partition", days)
    window.frame["fetched_at"] = fetched
    return window


@pytest.fixture(scope="module")
def choice(window):
    """A promotion."""
    return SimpleNamespace(
        companion=fit_legacy_model(window.train, seed=7),
        challenger=SimpleNamespace(id="id of the bundle"),
        metrics={"rmse_gap": 0.125},
    )


@pytest.fixture(scope="module")
def layout(choice, window):
    return legacy_artifacts_of(choice, window)


@pytest.fixture
def bucket():
    return MemoryBucket()


def test_other_programs_load_the_files_without_us(choice, layout, tmp_path):
    """joblib and LightGBM are enough, and the rating is that of the bundle's companion."""
    names = ("main_genre_encoder.pkl", "original_language_encoder.pkl", "best_model.pkl")
    for name in names:
        (tmp_path / name).write_bytes(layout.files[name])

    told = subprocess.run(
        [sys.executable, "-I", "-c", OLD_PROGRAM, *names], cwd=tmp_path, check=True, capture_output=True, text=True
    )

    classes, asked, ratings = json.loads(told.stdout)
    companion: LegacyModel = choice.companion.companion
    assert classes == list(companion.genres) == ["Comedy", "Documentary", "Drama", "Horror"]
    for (runtime, genre, language, sentiment, length), rating in zip(asked, ratings, strict=True):
        ours = companion.predict(runtime, int(genre), int(language), sentiment, length)
        assert rating == pytest.approx(ours, abs=1e-6)


def test_no_pickle_names_what_an_older_numpy_lacks(layout):
    """numpy._core is where numpy 2 keeps what numpy 1 kept elsewhere."""
    assert [name for name, content in layout.files.items() if b"numpy._core" in content] == []


def test_a_day_has_its_films_and_its_score(choice, layout, window):
    """The films of that day only, with the codes of the encoders beside them; the score is the bundle's gap."""
    films = pd.read_csv(io.BytesIO(layout.files["cleaned_movies.csv"]))
    expected = window.frame[window.frame["partition"] == DAY].reset_index(drop=True)

    assert layout.files["best_score.txt"] == b"0.125\n"
    assert films["id"].tolist() == expected["id"].tolist()
    assert films["vote_average"].tolist() == pytest.approx(expected["rating"].tolist())
    coded = core_columns(
        SimpleNamespace(frame=expected), choice.companion.genre_encoder, choice.companion.language_encoder
    )
    pd.testing.assert_frame_equal(films[list(coded)], coded)


def test_nothing_is_written_of_a_day_that_promotes_nothing(window):
    """Its challenger has no companion."""
    choice = SimpleNamespace(companion=None, challenger=None)

    assert legacy_artifacts_of(choice, window) is None


def test_a_set_ends_with_its_manifest(bucket, layout):
    """Which names the bundle, the versions and the digest of each file, so that half a set is seen to be one."""
    write_legacy_artifacts(bucket, "synthetic", DAY, layout)

    folder = f"synthetic/models/{DAY}"
    assert bucket.writes[-1] == f"{folder}/manifest.json"
    manifest = json.loads(bucket.get(f"{folder}/manifest.json"))
    assert manifest["bundle_id"] == "id of the bundle"
    assert manifest["columns"][0] == "runtime"
    assert {"scikit-learn", "lightgbm", "numpy", "joblib"} <= set(manifest["versions"])
    assert manifest["films_fetched_from"] == "2026-01-06T00:00:00+00:00"  # when its films expire: retention.py
    assert manifest["sha256"] == {
        name: hashlib.sha256(bucket.get(f"{folder}/{name}")).hexdigest() for name in layout.files
    }


def promote(bucket, day, bundle_id, *, promoted=True):
    """A day that names this champion, as the IO manager and the asset leave it."""
    if promoted:
        files = {
            name: f"{name} of {bundle_id}".encode()
            for name in (
                "best_model.pkl",
                "main_genre_encoder.pkl",
                "original_language_encoder.pkl",
                "cleaned_movies.csv",
                "best_score.txt",
            )
        }
        write_legacy_artifacts(bucket, "synthetic", day, LegacyArtifacts(files, {"bundle_id": bundle_id}))
    write_folder(bucket, f"synthetic/best_model/{day}", {CHOICE: a_choice(champion=bundle_id).to_json()})
    follow_champion(bucket, "synthetic")


def latest(bucket):
    """The bundle whose model is the latest, by the file and by the manifest."""
    manifest = json.loads(bucket.get("synthetic/models/latest/manifest.json"))
    assert set(manifest["sha256"]) == {"best_model.pkl", "main_genre_encoder.pkl", "original_language_encoder.pkl"}
    assert bucket.get("synthetic/models/latest/best_model.pkl").decode() == f"best_model.pkl of {manifest['bundle_id']}"
    return manifest["bundle_id"]


def test_latest_is_the_newest_champions(bucket):
    """Written on a promotion, manifest last, and left alone on other days."""
    promote(bucket, "2026-01-01", "a")
    assert latest(bucket) == "a"
    promote(bucket, "2026-01-02", "b")
    assert latest(bucket) == "b"
    assert bucket.writes[-1] == "synthetic/models/latest/manifest.json"

    writes = len(bucket.writes)
    promote(bucket, "2026-01-03", "b", promoted=False)
    assert not [key for key in bucket.writes[writes:] if "/models/" in key]


def test_an_old_day_made_again_does_not_displace_a_newer_champion(bucket):
    """Its own set is its own business."""
    promote(bucket, "2026-01-01", "a")
    promote(bucket, "2026-01-02", "b")

    promote(bucket, "2026-01-01", "c")

    assert latest(bucket) == "b"
    assert bucket.get("synthetic/models/2026-01-01/best_model.pkl") == b"best_model.pkl of c"


def test_a_chain_made_again_takes_latest_with_it(bucket):
    """When the newest day goes back to an earlier champion, so does latest."""
    promote(bucket, "2026-01-01", "a")
    promote(bucket, "2026-01-02", "b")

    promote(bucket, "2026-01-02", "a", promoted=False)

    assert latest(bucket) == "a"


def test_a_champion_without_a_set_changes_nothing(bucket):
    """Neither one from before there were any, nor none at all."""
    follow_champion(bucket, "synthetic")
    promote(bucket, "2026-01-01", "a", promoted=False)

    assert bucket.keys("synthetic/models/") == []
