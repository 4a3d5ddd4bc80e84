"""Reads bundles of format 2, which version 0.1.0 wrote, as bundles of this version under the id they have.

They hold the trees as plain arrays beside the ONNX model that rated, and the model of the error scale and the legacy
model in files of their own. Remove this module once there are two later formats.
"""

import io
import json
from collections.abc import Mapping

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from movie_assets.prediction.bundle import ModelBundle, Spec
from movie_assets.prediction.bundle_files import (
    CARD,
    ENCODERS,
    GOLDEN,
    SPEC,
    Format,
    read,
    refuse_other_versions,
    verified,
)
from movie_assets.prediction.card import Card
from movie_assets.prediction.features import Encoders
from movie_assets.prediction.legacy_model import LEGACY_CODES, LEGACY_COLUMNS, LegacyModel
from movie_assets.prediction.runtime import ERROR_SCALE, FILMS
from movie_assets.training.onnx_graph import features_of, graph_of
from movie_assets.training.trees import NODE, Trees

TREES, ERROR_SCALE_MODEL, INTERVAL, LEGACY_TREES = "trees.npz", "spread.onnx", "interval.json", "companion.npz"
FORMAT_2 = Format(
    2,
    always=("model.onnx", TREES, ENCODERS, SPEC, GOLDEN),
    some=(ERROR_SCALE_MODEL, INTERVAL, LEGACY_CODES, LEGACY_TREES),
)


def is_format_2(manifest: bytes) -> bool:
    """Whether this is the manifest of a bundle of format 2."""
    try:
        return bool(json.loads(manifest)["format"] == FORMAT_2.number)
    except (ValueError, KeyError, TypeError):
        return False


def bundle_of_format_2(files: Mapping[str, bytes], *, expected_id: str) -> ModelBundle:
    """The bundle of these files, if they are the one of `expected_id`. Raises BundleError as `from_files` does."""
    covered = verified(files, expected_id, FORMAT_2)
    stored = json.loads(files[SPEC])
    interval = json.loads(files[INTERVAL]) if stored["interval"] else None
    spec = Spec.model_validate({**stored, "interval": interval})
    refuse_other_versions(spec.requires, spec.features, expected_id)
    encoders = Encoders.model_validate_json(files[ENCODERS])
    with np.load(io.BytesIO(files[TREES]), allow_pickle=False) as arrays:
        _, offset = arrays["shape"]
        trees = _trees(arrays["nodes"], arrays["roots"], base=offset, single=True, value="expected")
    model = graph_of(trees, features_of(encoders))
    return ModelBundle(
        model=_with_error_scale(model, files[ERROR_SCALE_MODEL]) if spec.interval else model,
        encoders=encoders,
        spec=spec,
        golden=json.loads(files[GOLDEN]),
        legacy_model=_legacy_model(files) if LEGACY_CODES in covered else None,
        card=read(Card, files, CARD, expected_id) if CARD in files else None,
        known_as=expected_id,
    )


def _trees(stored: NDArray[np.void], roots: NDArray[np.int32], *, base: float, single: bool, value: str) -> Trees:
    """Of the legacy model's nodes only the leaves have a value; its contributions are never used."""
    nodes = np.zeros(len(stored), NODE)
    for name in ("column", "threshold", "low", "high"):
        nodes[name] = stored[name]
    nodes["expected"] = stored[value]
    return Trees(nodes, roots.astype(np.int64), float(base), single)


def _with_error_scale(model: bytes, error_scale: bytes) -> bytes:
    """The graph with the tree ensemble of another model in it."""
    merged, other = onnx.load_from_string(model), onnx.load_from_string(error_scale)
    [ensemble] = [node for node in other.graph.node if node.op_type == "TreeEnsembleRegressor"]
    ensemble.input[:], ensemble.output[:] = ["error_scale_of"], [ERROR_SCALE]
    merged.graph.node.extend([helper.make_node("Cast", [FILMS], ["error_scale_of"], to=TensorProto.FLOAT), ensemble])
    merged.graph.output.append(helper.make_tensor_value_info(ERROR_SCALE, TensorProto.FLOAT, [None, 1]))
    return bytes(merged.SerializeToString())


def _legacy_model(files: Mapping[str, bytes]) -> LegacyModel:
    stored = json.loads(files[LEGACY_CODES])
    with np.load(io.BytesIO(files[LEGACY_TREES]), allow_pickle=False) as arrays:
        single = stored["inputs"] == "float32"
        trees = _trees(arrays["nodes"], arrays["roots"], base=stored["base"], single=single, value="value")
    return LegacyModel(
        genres=tuple(stored["genres"]),
        languages=tuple(stored["languages"]),
        model=graph_of(trees, range(len(LEGACY_COLUMNS))),
    )
