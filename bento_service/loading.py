"""From the folder the Bento packs to a bundle that has proved itself.

The id comes from the Bento's build arguments, so a folder that was changed or exchanged is refused.
"""

from pathlib import Path

from movie_assets.prediction.bundle import CARD, DIGESTED, MANIFEST, OF_COMPANION, OF_INTERVAL, ModelBundle


def load_bundle(folder: Path, *, expected_id: str) -> ModelBundle:
    """The verified bundle in `folder`; only the files of a bundle are read, each of them as JSON, ONNX or plain arrays.

    Raises BundleError when it is not the bundle of `expected_id`, was made for other versions, or answers its golden
    examples differently.
    """
    names = (MANIFEST, *DIGESTED, *OF_INTERVAL, *OF_COMPANION, CARD)
    bundle = ModelBundle.from_files(
        {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()}, expected_id=expected_id
    )
    bundle.verify()
    return bundle
