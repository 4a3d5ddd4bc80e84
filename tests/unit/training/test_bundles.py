"""Bundles in the bucket."""

import pytest

from movie_assets.prediction.bundle_files import BundleError
from movie_assets.storage.bucket import MissingObjectError
from movie_assets.training.bundles import load_bundle, save_bundle
from movie_assets.training.card_page import markdown_of
from tests.support.bentos import a_bundle
from tests.support.memory_bucket import MemoryBucket


@pytest.fixture
def bucket():
    return MemoryBucket()


def test_a_bundle_comes_back_as_it_was(bucket):
    """What was saved under an id is what is loaded, card included; until the last write there is none at all."""
    bundle = a_bundle()
    save_bundle(bucket, "synthetic", bundle)

    loaded = load_bundle(bucket, "synthetic", bundle.id)

    assert loaded == bundle
    assert loaded.card == bundle.card
    assert (len(bucket.writes), bucket.writes[-1]) == (7, f"synthetic/bundles/{bundle.id}/manifest.json")


def test_the_card_stands_beside_the_bundle_as_a_page(bucket):
    """For people with a bucket browser; it may be lost or changed without harm."""
    bundle = a_bundle()
    save_bundle(bucket, "synthetic", bundle)
    page = f"synthetic/bundles/{bundle.id}/card.md"

    assert bucket.get(page).decode() == markdown_of(bundle.card, bundle.id)
    bucket.put(page, b"something else")
    assert load_bundle(bucket, "synthetic", bundle.id).card == bundle.card


def test_a_missing_bundle_is_named_with_what_to_do(bucket):
    """The error says which bundle, of which source, where."""
    with pytest.raises(MissingObjectError, match=r"Bundle abc of source synthetic is not in memory.*best_model"):
        load_bundle(bucket, "synthetic", "abc")


def test_a_changed_bundle_is_refused(bucket):
    """Another bundle's estimator under this id does not load."""
    bundle = a_bundle()
    save_bundle(bucket, "synthetic", bundle)
    bucket.put(f"synthetic/bundles/{bundle.id}/model.onnx", a_bundle(bias=9.0).model)

    with pytest.raises(BundleError, match=r"model\.onnx .* was changed"):
        load_bundle(bucket, "synthetic", bundle.id)
