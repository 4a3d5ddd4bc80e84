"""Bundles in the bucket."""

from dataclasses import replace

import pytest

from movie_assets.prediction.bundle import ModelBundle
from movie_assets.prediction.bundle_files import BundleError
from movie_assets.prediction.encodings import OneOf
from movie_assets.prediction.features import Encoders
from movie_assets.storage.bucket import MissingObjectError
from movie_assets.training.bundles import load_bundle, save_bundle
from movie_assets.training.card_page import markdown_of
from tests.support.bentos import a_bundle
from tests.support.builders import a_movie
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


@pytest.mark.parametrize(
    "genres", [("drama", "Comedy"), ("Sci-Fi", "Comedy"), ("comedy", "Comedy")], ids=lambda genres: genres[0]
)
def test_a_bundle_that_learnt_other_names_is_the_same_under_its_id(bucket, genres):
    """It was made before names had one form. Its golden examples hold as they did, or are rated anew."""
    learnt = {"main_genre": (OneOf(known=genres, seen=2),), "original_language": (OneOf(known=("eng", "ko"), seen=2),)}
    new = a_bundle()
    encoders = Encoders(encodings=new.encoders.encodings | learnt)
    made_before = ModelBundle.create(new.model, encoders.as_learnt())
    save_bundle(bucket, "synthetic", replace(made_before, encoders=encoders, card=new.card))

    loaded = load_bundle(bucket, "synthetic", made_before.id)

    loaded.verify()
    assert loaded.id == made_before.id
    assert ModelBundle.from_files(loaded.files, expected_id=loaded.digest, known_as=loaded.id) == loaded
    [new_name, old_name] = loaded.predict([a_movie(genres=["Comedy"]), a_movie(genres=["코미디", "comedy"])])
    assert new_name == old_name


def test_a_bundle_of_other_names_that_is_another_model_is_refused(bucket):
    """Its golden examples come out as neither form says."""
    other = a_bundle()
    encoders = Encoders(
        encodings=other.encoders.encodings | {"main_genre": (OneOf(known=("drama", "Comedy"), seen=2),)}
    )
    golden = [{**example, "predicted_rating": 1.0} for example in other.golden]
    changed = replace(other, encoders=encoders, golden=golden)
    save_bundle(bucket, "synthetic", changed)

    with pytest.raises(BundleError, match="not the same model here"):
        load_bundle(bucket, "synthetic", changed.id)
