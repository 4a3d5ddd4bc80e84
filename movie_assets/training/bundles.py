"""Bundles in the bucket: `<source>/bundles/<id>/<file>`, written once, never changed.

The card as a page is beside them, for people with a bucket browser. What a bundle is: prediction/bundle.py. Which one
is in service: release/store.py.
"""

from dataclasses import replace

from movie_assets.prediction.bundle import ModelBundle
from movie_assets.prediction.bundle_files import CARD, FORMAT, MANIFEST, BundleError, files_of
from movie_assets.prediction.movie import Movie
from movie_assets.storage.bucket import Bucket, MissingObjectError
from movie_assets.storage.folders import write_manifest_last
from movie_assets.storage.keys import bundle_folder
from movie_assets.training.bundle_format_2 import FORMAT_2, bundle_of_format_2, is_format_2
from movie_assets.training.card_page import markdown_of

PAGE = "card.md"


def save_bundle(bucket: Bucket, source: str, bundle: ModelBundle) -> None:
    """Keep a bundle; saving it again changes nothing but its card.

    The manifest is written last: a bundle without one is not there, so nothing half-written is ever read.
    """
    page = {} if bundle.card is None else {PAGE: markdown_of(bundle.card, bundle.id).encode()}
    files = page | {name: content for name, content in bundle.files.items() if name != MANIFEST}
    write_manifest_last(bucket, bundle_folder(source, bundle.id), files, bundle.files[MANIFEST])


def load_bundle(bucket: Bucket, source: str, bundle_id: str) -> ModelBundle:
    """The bundle of this id, of this format or the one before.

    Raises MissingObjectError when it is not there, BundleError when it is not itself.
    """
    try:
        manifest = bucket.get(_key(source, bundle_id, MANIFEST))
        old = is_format_2(manifest)
        names = (*files_of(manifest, bundle_id, FORMAT_2 if old else FORMAT), CARD)
        files = {MANIFEST: manifest, **{name: bucket.get(_key(source, bundle_id, name)) for name in names}}
    except MissingObjectError as error:
        raise MissingObjectError(
            f"Bundle {bundle_id} of source {source} is not in {bucket.address}: {error} "
            "Materialize best_model of its day again, or set MOVIE_BUCKET to where it is."
        ) from error
    return _in_terms((bundle_of_format_2 if old else ModelBundle.from_files)(files, expected_id=bundle_id))


def _in_terms(bundle: ModelBundle) -> ModelBundle:
    """The bundle with golden examples as it rates them by the vocabulary, under the id it has.

    One fitted before may have learnt `drama` where a golden example says `Drama`, which it did not know then. That it
    is the same model here is verified by the names as it learnt them.
    """
    if not bundle.encoders.has_other_terms:
        return bundle
    try:
        bundle.verify()
    except BundleError:
        replace(bundle, encoders=bundle.encoders.as_learnt()).verify()
    else:
        return bundle
    answers = bundle.predict([Movie.model_validate(example["movie"]) for example in bundle.golden])
    golden = [
        {**example, "predicted_rating": answer.predicted_rating}
        for example, answer in zip(bundle.golden, answers, strict=True)
    ]
    return replace(bundle, golden=golden, known_as=bundle.id)


def _key(source: str, bundle_id: str, name: str) -> str:
    return f"{bundle_folder(source, bundle_id)}/{name}"
