"""The files of a bundle, and when they are refused: changed, missing, foreign, or made for other versions.

Their content: bundle.py. Where they are stored: training/bundles.py.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from movie_assets.prediction.features import FEATURES
from movie_assets.prediction.legacy_model import LEGACY_CODES, LEGACY_MODEL

MODEL, ENCODERS, SPEC, GOLDEN = "model.onnx", "encoders.json", "spec.json", "golden.json"
MANIFEST, CARD = "manifest.json", "card.json"  # the id does not cover the card
Form = TypeVar("Form", bound=BaseModel)
REMEDY = {CARD: "Restore the object's earlier version, or materialize best_model of its day again."}


class BundleError(ValueError):
    """A bundle is corrupt, foreign or of another version; the message names what differs."""


@dataclass(frozen=True)
class Format:
    """The files of a bundle beside manifest and card."""

    number: int
    always: tuple[str, ...]
    some: tuple[str, ...]  # optional


FORMAT = Format(3, always=(MODEL, ENCODERS, SPEC, GOLDEN), some=(LEGACY_CODES, LEGACY_MODEL))


def manifest_of(files: Mapping[str, bytes]) -> bytes:
    """The manifest of these files."""
    return json_of({"format": FORMAT.number, "sha256": {name: sha256(content) for name, content in files.items()}})


def files_of(manifest: bytes, bundle_id: str, form: Format = FORMAT) -> dict[str, str]:
    """The files of a manifest with their SHA-256. Raises BundleError where it is unreadable or of another format."""
    try:
        stored = json.loads(manifest)
        made_with, digests = stored["format"], dict(stored["sha256"])
    except (ValueError, KeyError, TypeError) as error:
        raise BundleError(f"{MANIFEST} of bundle {bundle_id} cannot be read; build it again.") from error
    if made_with != form.number:
        raise _other_version(bundle_id, "format", made_with, form.number)
    if foreign := [name for name in digests if name not in (*form.always, *form.some)]:
        raise BundleError(f"Bundle {bundle_id} names a file that no bundle has: {foreign[0]}.")
    return digests


def verified(files: Mapping[str, bytes], expected_id: str, form: Format = FORMAT) -> dict[str, str]:
    """The files that the manifest covers. Raises BundleError unless each is there and unchanged."""
    if MANIFEST not in files:
        raise _lacking(expected_id, [MANIFEST])
    if (actual := sha256(files[MANIFEST])) != expected_id:
        raise BundleError(f"Asked for bundle {expected_id}, but the manifest found is that of {actual}.")
    covered = files_of(files[MANIFEST], expected_id, form)
    if missing := [name for name in dict.fromkeys((*covered, *form.always)) if name not in files]:
        raise _lacking(expected_id, missing)
    for name, digest in covered.items():
        if (actual := sha256(files[name])) != digest:
            raise BundleError(f"{name} of bundle {expected_id} was changed: SHA-256 {actual}, not {digest}.")
    return covered


def versions_that_matter() -> dict[str, str]:
    """Libraries whose version changes a number: the runtime (major.minor) and the sentiment lexicon (exact)."""
    runtime = ".".join(version("onnxruntime").split(".")[:2])
    return {"onnxruntime": runtime, "textblob": version("textblob")}


def refuse_other_versions(requires: Mapping[str, str], features: Collection[str], bundle_id: str) -> None:
    """Raises BundleError where a library has another version here, or a feature is missing."""
    here = versions_that_matter()
    for name, wanted in requires.items():
        if here.get(name) != wanted:
            raise _other_version(bundle_id, name, wanted, here.get(name))
    made_here = [feature.name for feature in FEATURES]
    if unknown := [name for name in features if name not in made_here]:
        raise BundleError(
            f"Bundle {bundle_id} wants the features {', '.join(unknown)}; this process makes {', '.join(made_here)}. "
            "Retrain, or serve it with the sources it was made with."
        )


def read(form: type[Form], files: Mapping[str, bytes], name: str, bundle_id: str) -> Form:
    """The content of a file. Raises BundleError where it has another form."""
    try:
        return form.model_validate_json(files[name])
    except ValidationError as error:
        sentence = f"{name} of bundle {bundle_id} cannot be read ({error.error_count()} faults)."
        raise BundleError(f"{sentence} {REMEDY.get(name, '')}".strip()) from error


def json_of(value: Any) -> bytes:
    """Canonical JSON: the same value gives the same bytes."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def sha256(content: bytes) -> str:
    """In hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def _lacking(bundle_id: str, names: Collection[str]) -> BundleError:
    return BundleError(f"Bundle {bundle_id} lacks {', '.join(names)}. Build it again from its training day.")


def _other_version(bundle_id: str, name: str, wanted: object, found: object) -> BundleError:
    return BundleError(
        f"Bundle {bundle_id} was made with {name} {wanted}, this process has {found}. "
        "Rebuild the Bento from bentofile.yaml with the versions of the bundle, or retrain."
    )
