"""A small real bundle and its real Bento, for tests of releasing and serving."""

import contextlib
import dataclasses
import hashlib
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import onnx
import yaml
from onnx import TensorProto, helper

from movie_assets.deployment.bento import BuiltBento, build_bento
from movie_assets.prediction.bundle import MANIFEST, Card, ModelBundle
from movie_assets.prediction.features import FEATURES, Encoders
from tests.support.servers import free_port, running, stripped_environment

PROJECT = Path(__file__).parents[2]
WEIGHTS = [0.004, 0.1, -0.05, 0.8, 0.001]  # runtime, main genre, language, mood, length


def a_linear_estimator(*, bias: float) -> bytes:
    """An ONNX estimator that is the weights times the five features, plus `bias`."""
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["x", "weights"], ["product"]),
            helper.make_node("Add", ["product", "bias"], ["rating"]),
        ],
        "linear",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, len(FEATURES)])],
        [helper.make_tensor_value_info("rating", TensorProto.FLOAT, [None, 1])],
        [
            helper.make_tensor("weights", TensorProto.FLOAT, [len(FEATURES), 1], WEIGHTS),
            helper.make_tensor("bias", TensorProto.FLOAT, [1], [bias]),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    content: bytes = model.SerializeToString()
    return content


def a_card(**said: Any) -> Card:
    """What a made-up bundle says of itself."""
    facts: dict[str, Any] = {
        "source": "synthetic",
        "day": "2026-01-14",
        "family": "linear",
        "parameters": {},
        "window": {"first_day": "2026-01-01", "last_day": "2026-01-14", "films": 4_200, "digest": "d1"},
        "metrics": {"test_rmse": 0.73},
        "decision": "Promoted: there was no champion.",
        "provisional": False,
        "versions": {},
        "seed": 7,
        "known": {"genres": ["Drama", "Comedy"], "original_languages": ["en", "ko"]},
    }
    return Card(**(facts | said))


def a_bundle(*, bias: float = 6.0, **card: Any) -> ModelBundle:
    """A bundle that rates linearly; another `bias` makes it another bundle."""
    encoders = Encoders(
        categories={"main_genre": ("Drama", "Comedy"), "original_language": ("en", "ko")},
        medians={"runtime": 105.0, "overview_sentiment": 0.0, "overview_len": 90.0},
    )
    bundle = ModelBundle.create(a_linear_estimator(bias=bias), encoders)
    return dataclasses.replace(bundle, card=a_card(**card))


def a_bento(bundle: ModelBundle, folder: Path) -> BuiltBento:
    """The bundle's Bento, built of this project's sources; takes a few seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    return build_bento(bundle, project=PROJECT, workdir=folder)


def unpacked(bento: BuiltBento, folder: Path) -> Path:
    """The Bento's files in `folder`."""
    with tarfile.open(bento.archive) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # not there before Python 3.11.4
        archive.extractall(folder)
    return folder


def repacked(folder: Path, *, tag: str, archive: Path) -> BuiltBento:
    """An unpacked Bento, however changed, as a Bento of another tag; in a tenth of the time a build takes."""
    info = yaml.safe_load((folder / "bento.yaml").read_text())
    (folder / "bento.yaml").write_text(yaml.safe_dump(info | {"version": tag.partition(":")[2]}, sort_keys=False))
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(folder, arcname=".")
    return BuiltBento(tag=tag, archive=archive, sha256=hashlib.sha256(archive.read_bytes()).hexdigest())


def model_folder(bento: Path) -> Path:
    """Where an unpacked Bento keeps the files of its bundle."""
    [manifest] = bento.glob(f"models/*/*/{MANIFEST}")
    return manifest.parent


@contextlib.contextmanager
def serving(folder: Path, *, log: Path, ready: str) -> Iterator[str]:
    """The slot's own program around an unpacked Bento, on a free port; `ready` is the path that must answer 200."""
    port = free_port()
    arguments = (
        f"Path({str(folder)!r}), home=Path({str(folder.parent / 'home')!r}), host='127.0.0.1', port={port}, told={{}}"
    )
    program = f"from pathlib import Path; from movie_assets.deployment.slot import run_slot; run_slot({arguments})"
    shell = ["sh", "-c", 'exec "$0" "$@" > "$LOG" 2>&1', sys.executable, "-c", program]
    url = f"http://127.0.0.1:{port}"
    with running(shell, ready=url + ready, env=stripped_environment(LOG=str(log)), cwd=PROJECT):
        yield url
