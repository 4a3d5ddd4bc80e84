"""The legacy artifacts: one model in two forms, files that other programs load without us, and what `latest` is."""

import hashlib
import io
import json
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from movie_assets.prediction.legacy_model import LEGACY_COLUMNS
from movie_assets.prediction.runtime import Estimator
from movie_assets.storage.folders import write_folder
from movie_assets.storage.keys import CHOICE
from movie_assets.training.baselines import fit_baselines
from movie_assets.training.evaluation import weighted_rmse
from movie_assets.training.legacy_artifacts import (
    LegacyArtifacts,
    fit_legacy_model,
    follow_champion,
    legacy_artifacts_of,
    legacy_columns,
    write_legacy_artifacts,
)
from tests.support.cleaned_days import a_cleaned_film, a_part, a_window
from tests.support.memory_bucket import MemoryBucket
from tests.support.records import a_choice

DAY = "2026-01-07"
OF_LATEST = ("main_genre_encoder.pkl", "original_language_encoder.pkl", "best_model.pkl")
LEGACY_PROGRAM = """
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
    return replace(window, frame=window.frame.assign(partition=days, fetched_at=pd.Timestamp(2026, 1, 6, tz="UTC")))


@pytest.fixture(scope="module")
def fitted(window):
    return fit_legacy_model(window.train, seed=7)


@pytest.fixture(scope="module")
def artifacts(fitted, window):
    """Those of a promotion."""
    challenger = SimpleNamespace(id="id of the bundle")
    return legacy_artifacts_of(
        SimpleNamespace(legacy=fitted, challenger=challenger, metrics={"rmse_gap": 0.125}), window
    )


@pytest.fixture
def bucket():
    return MemoryBucket()


def columns_of(part, fitted):
    return legacy_columns(part, fitted.genre_encoder, fitted.language_encoder)


def test_both_forms_give_the_same_rating(fitted, window):
    """For films of the holdout and for values that no film has, unknown codes among them."""
    chance = np.random.default_rng(1)
    films = 3_000
    made_up = pd.DataFrame(
        {
            "runtime": chance.uniform(1, 400, films),
            "genre_encoded": chance.integers(-1, 4, films),
            "lang_encoded": chance.integers(-1, 3, films),
            "overview_sentiment": np.round(chance.uniform(-1, 1, films), 2) + chance.integers(-2, 3, films) * 1e-16,
            "overview_len": chance.integers(0, 2_000, films),
        }
    )
    for columns in (columns_of(window.holdout, fitted), made_up):
        ours = Estimator(fitted.model.model).estimate(columns.to_numpy(np.float64)).unclipped
        np.testing.assert_allclose(ours, fitted.estimator.predict(columns), atol=1e-6, rtol=0)
    assert fitted.model.predict(*made_up.iloc[0]) == pytest.approx(fitted.estimator.predict(made_up.head(1))[0])


def test_it_beats_the_mean(fitted, window):
    """The made-up films follow three of its five columns."""
    holdout = window.holdout
    mean, _ = fit_baselines(window.train)
    bar = weighted_rmse(holdout.ratings, mean.predict_columns(holdout.columns), holdout.weights)
    predicted = fitted.estimator.predict(columns_of(holdout, fitted))

    assert weighted_rmse(holdout.ratings, predicted, holdout.weights) < 0.9 * bar


def test_the_same_films_and_seed_give_the_same_bytes(fitted, window):
    assert fit_legacy_model(window.train, seed=7).model.files == fitted.model.files
    assert fit_legacy_model(window.train, seed=8).model.files != fitted.model.files


def test_the_columns_are_those_of_the_earlier_pipeline(fitted):
    """Names, order, codes by the alphabet, and the mood of a synopsis in any language; an unknown name is -1."""
    films = a_part(
        a_cleaned_film(main_genre="Drama", original_language="ko", overview_is_english=False, overview_sentiment=0.25),
        a_cleaned_film(main_genre="Western", original_language="xx"),
        a_cleaned_film(main_genre=None),
    )

    columns = columns_of(films, fitted)

    drama, korean = fitted.model.genres.index("Drama"), fitted.model.languages.index("ko")
    assert tuple(columns) == LEGACY_COLUMNS
    assert columns["genre_encoded"].tolist() == [drama, -1, -1]
    assert columns["lang_encoded"].tolist() == [korean, -1, 0]
    assert columns["overview_sentiment"].tolist() == [0.25, 0.1, 0.1]
    assert fitted.genre_encoder.transform(["Drama"]).tolist() == [drama]


def test_other_programs_load_the_files_without_us(fitted, artifacts, tmp_path):
    """joblib and LightGBM are enough, and the rating is that of the bundle's legacy model."""
    for name in OF_LATEST:
        (tmp_path / name).write_bytes(artifacts.files[name])

    printed = subprocess.run(
        [sys.executable, "-I", "-c", LEGACY_PROGRAM, *OF_LATEST],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout

    classes, films, ratings = json.loads(printed)
    assert classes == list(fitted.model.genres) == ["Comedy", "Documentary", "Drama", "Horror"]
    for (runtime, genre, language, sentiment, length), rating in zip(films, ratings, strict=True):
        ours = fitted.model.predict(runtime, int(genre), int(language), sentiment, length)
        assert rating == pytest.approx(ours, abs=1e-6)


def test_no_pickle_names_what_an_older_numpy_lacks(artifacts):
    """numpy._core is where numpy 2 keeps what numpy 1 kept elsewhere."""
    assert [name for name, content in artifacts.files.items() if b"numpy._core" in content] == []


def test_a_day_has_its_films_and_its_score(fitted, artifacts, window):
    """The films of that day only, with the codes of the encoders beside them; the score is the bundle's gap."""
    films = pd.read_csv(io.BytesIO(artifacts.files["cleaned_movies.csv"]))
    expected = window.frame[window.frame["partition"] == DAY].reset_index(drop=True)

    assert artifacts.files["best_score.txt"] == b"0.125\n"
    assert films["id"].tolist() == expected["id"].tolist()
    assert films["vote_average"].tolist() == pytest.approx(expected["rating"].tolist())
    pd.testing.assert_frame_equal(films[list(LEGACY_COLUMNS)], columns_of(SimpleNamespace(frame=expected), fitted))


def test_a_day_that_promotes_nothing_has_none(window):
    assert legacy_artifacts_of(SimpleNamespace(legacy=None, challenger=None), window) is None


def test_a_set_ends_with_its_manifest(bucket, artifacts):
    """Which names the bundle, the versions and the digest of each file, so that half a set is recognized."""
    write_legacy_artifacts(bucket, "synthetic", DAY, artifacts)

    folder = f"synthetic/models/{DAY}"
    assert bucket.writes[-1] == f"{folder}/manifest.json"
    manifest = json.loads(bucket.get(f"{folder}/manifest.json"))
    assert manifest["bundle_id"] == "id of the bundle"
    assert manifest["columns"][0] == "runtime"
    assert {"scikit-learn", "lightgbm", "numpy", "joblib"} <= set(manifest["versions"])
    assert manifest["films_fetched_from"] == "2026-01-06T00:00:00+00:00"  # when its films expire: retention/expiry.py
    assert manifest["sha256"] == {
        name: hashlib.sha256(bucket.get(f"{folder}/{name}")).hexdigest() for name in artifacts.files
    }


def promote(bucket, day, bundle_id, *, promoted=True):
    """A day that names this champion, as the IO manager and the asset leave it."""
    if promoted:
        files = {name: f"{name} of {bundle_id}".encode() for name in (*OF_LATEST, "cleaned_movies.csv")}
        write_legacy_artifacts(bucket, "synthetic", day, LegacyArtifacts(files, {"bundle_id": bundle_id}))
    write_folder(bucket, f"synthetic/best_model/{day}", {CHOICE: a_choice(champion=bundle_id).to_json()})
    follow_champion(bucket, "synthetic")


def latest(bucket):
    """The bundle whose model is the latest, by the file and by the manifest."""
    manifest = json.loads(bucket.get("synthetic/models/latest/manifest.json"))
    assert set(manifest["sha256"]) == set(OF_LATEST)
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
    """It writes its own set only."""
    promote(bucket, "2026-01-01", "a")
    promote(bucket, "2026-01-02", "b")

    promote(bucket, "2026-01-01", "c")

    assert latest(bucket) == "b"
    assert bucket.get("synthetic/models/2026-01-01/best_model.pkl") == b"best_model.pkl of c"


def test_a_newest_day_that_returns_to_an_earlier_champion_takes_latest_with_it(bucket):
    promote(bucket, "2026-01-01", "a")
    promote(bucket, "2026-01-02", "b")

    promote(bucket, "2026-01-02", "a", promoted=False)

    assert latest(bucket) == "a"


def test_a_champion_without_a_set_changes_nothing(bucket):
    """Neither one from before there were any, nor none at all."""
    follow_champion(bucket, "synthetic")
    promote(bucket, "2026-01-01", "a", promoted=False)

    assert bucket.keys("synthetic/models/") == []
