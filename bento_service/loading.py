"""From the folder the Bento packs to a bundle that has proved itself.

The digest comes from the Bento's build arguments, so a folder that was changed or exchanged is refused.
"""

from pathlib import Path

from movie_assets.prediction.bundle import CARD, FORMAT, MANIFEST, ModelBundle


def load_bundle(folder: Path, *, digest: str, bundle_id: str) -> ModelBundle:
    """The verified bundle in `folder`, known as `bundle_id`; only its files are read, each as JSON or ONNX.

    Raises BundleError when it is not the one of this digest, was made for other versions, or answers its golden
    examples differently.
    """
    names = (MANIFEST, *FORMAT.parts, CARD)
    bundle = ModelBundle.from_files(
        {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()},
        expected_id=digest,
        known_as=bundle_id,
    )
    bundle.verify()
    return bundle
