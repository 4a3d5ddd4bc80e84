"""A bundle that version 0.1.0 wrote (commit 787b1d0, of small made-up films) is the same bundle in this one.

Beside it are its predictions: the golden examples with contributions and intervals, and three films in legacy codes.
"""

import json
import zipfile
from pathlib import Path

import pytest

from movie_assets.prediction.bundle import ModelBundle
from movie_assets.prediction.bundle_files import MANIFEST, BundleError
from movie_assets.prediction.golden import GOLDEN_MOVIES
from movie_assets.prediction.movie import Movie
from movie_assets.training.bundles import load_bundle
from tests.support.memory_bucket import MemoryBucket

with zipfile.ZipFile(Path(__file__).parents[2] / "fixtures" / "bundle_0_1_0.zip") as packed:
    THEN = json.loads(packed.read("answers.json"))
    FILES = {
        name.removeprefix("bundle/"): packed.read(name) for name in packed.namelist() if name.startswith("bundle/")
    }
IN_CODES = [(112, 1, 0, 0.1, 240), (90.5, 5, -1, -0.35, 80), (61, -1, 3, 1 / 3, 0)]


def loaded(**changed):
    """From a bucket, with these files changed."""
    bucket = MemoryBucket()
    for name, content in (FILES | changed).items():
        bucket.put(f"synthetic/bundles/{THEN['id']}/{name}", content)
    return load_bundle(bucket, "synthetic", THEN["id"])


def test_it_keeps_its_id_and_proves_itself():
    """So it keeps its place in the chain of champions."""
    bundle = loaded()

    assert bundle.id == THEN["id"]
    assert bundle.card.day == "2026-01-07"
    bundle.verify()


def test_it_answers_as_it_did():
    """Ratings, reasons and intervals, to the digits that single precision had."""
    films = [Movie.model_validate(example["movie"]) for example in loaded().golden]  # without a release date
    for now, then in zip(loaded().predict(films, year=2031), THEN["predictions"], strict=True):
        assert now.predicted_rating == pytest.approx(then["predicted_rating"], abs=1e-5)
        assert now.base_value == pytest.approx(then["base_value"], abs=1e-5)
        assert now.contributions == pytest.approx(then["contributions"], abs=1e-5)
        assert now.interval.model_dump() == pytest.approx(then["interval"], abs=1e-5)
        assert [one.model_dump() for one in now.warnings] == then["warnings"]


def test_its_legacy_model_answers_as_it_did():
    bundle = loaded()

    assert [bundle.legacy_model.predict(*film) for film in IN_CODES] == pytest.approx(THEN["legacy"], abs=1e-6)


@pytest.mark.parametrize("name", ["trees.npz", "spread.onnx", "companion.npz", "spec.json"])
def test_a_changed_file_is_named(name):
    with pytest.raises(BundleError, match=f"{name} of bundle {THEN['id']} was changed"):
        loaded(**{name: FILES[name] + b" "})


def test_it_goes_into_a_bento_under_its_id():
    """Its files are those of this version, and vouched for by their own digest; the id is only its name."""
    bundle = loaded()

    again = ModelBundle.from_files(bundle.files, expected_id=bundle.digest, known_as=bundle.id)

    assert again.id == bundle.id == THEN["id"] != bundle.digest
    assert again.predict(GOLDEN_MOVIES) == bundle.predict(GOLDEN_MOVIES)
    with pytest.raises(BundleError, match=f"Asked for bundle {bundle.id}"):
        ModelBundle.from_files(bundle.files, expected_id=bundle.id)


def test_a_manifest_of_a_later_format_is_refused():
    with pytest.raises(BundleError, match="made with format 4, this process has 3"):
        loaded(**{MANIFEST: b'{"format": 4, "sha256": {}}'})
