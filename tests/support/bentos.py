"""A small real bundle and its real Bento, built or served, for tests of releasing and serving."""

import contextlib
import dataclasses
import hashlib
import sys
import tarfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from lightgbm import LGBMRegressor

from movie_assets.prediction.bundle import ModelBundle
from movie_assets.prediction.bundle_files import MANIFEST
from movie_assets.prediction.card import Card
from movie_assets.prediction.encodings import Number, OneOf, ReleaseDay, TitleFacts
from movie_assets.prediction.features import Encoders
from movie_assets.prediction.interval import Interval
from movie_assets.prediction.legacy_model import LEGACY_COLUMNS, LegacyModel
from movie_assets.prediction.missing_facts import MissingFacts
from movie_assets.release.bento_build import BuiltBento, build_bento
from movie_assets.serving_host.archive import unpack
from movie_assets.training.onnx_graph import graph_of, with_error_scale
from movie_assets.training.trees import NODE, Trees, lightgbm_trees
from tests.support.servers import free_port, running, stripped_environment

PROJECT = Path(__file__).parents[2]
FEATURE_OF = [0, 1, 1, 1, 2, 2, 2, 3, 4]  # runtime, three genres, three languages, mood, length


def some_trees(*, bias: float) -> Trees:
    """Trees of a real estimator: rises with runtime and mood, falls for comedies, shifted by `bias`."""
    chance = np.random.default_rng(5)
    films = 400
    genre, language = np.eye(3)[chance.integers(0, 3, films)], np.eye(3)[chance.integers(0, 3, films)]
    numbers = [chance.uniform(60, 200, films), chance.uniform(-1, 1, films), chance.uniform(20, 400, films)]
    matrix = np.column_stack([numbers[0], genre, language, numbers[1], numbers[2]]).astype(np.float32)
    ratings = bias + 0.004 * (numbers[0] - 105) - 0.4 * genre[:, 1] + 0.3 * language[:, 1] + 0.8 * numbers[1]
    estimator = LGBMRegressor(n_estimators=60, num_leaves=12, learning_rate=0.15, n_jobs=1, verbosity=-1)
    return lightgbm_trees(estimator.fit(matrix, ratings))


def a_model(*, bias: float, error_scale: float | None = None) -> bytes:
    """The graph of `some_trees`, with an error scale of about `error_scale`."""
    model = graph_of(some_trees(bias=bias), FEATURE_OF)
    return model if error_scale is None else with_error_scale(model, some_trees(bias=error_scale))


def a_card(**fields: Any) -> Card:
    """A valid card, with some fields changed."""
    defaults: dict[str, Any] = {
        "source": "synthetic",
        "day": "2026-01-14",
        "family": "lightgbm",
        "parameters": {},
        "window": {"first_day": "2026-01-01", "last_day": "2026-01-14", "films": 4_200, "digest": "d1"},
        "metrics": {"test_rmse": 0.73},
        "decision": "Promoted: there was no champion.",
        "provisional": False,
        "versions": {},
        "seed": 7,
        "known": {"genres": ["Drama", "Comedy"], "original_languages": ["en", "ko"]},
    }
    return Card(**(defaults | fields))


def a_bundle(*, bias: float = 6.0, median: float = 105.0, interval: Interval | None = None, **card: Any) -> ModelBundle:
    """A small bundle; another `bias` or `median` makes it another bundle."""
    encoders = Encoders(
        encodings={
            "runtime": (Number(median=median, low=60, high=200),),
            "main_genre": (OneOf(known=("Drama", "Comedy"), seen=2),),
            "original_language": (OneOf(known=("en", "ko"), seen=2),),
            "overview_sentiment": (Number(median=0.0),),
            "overview_len": (Number(median=90.0),),
        }
    )
    made = ModelBundle.create(a_model(bias=bias, error_scale=1.0 if interval else None), encoders, interval=interval)
    return dataclasses.replace(made, card=a_card(**card))


def a_corrected_bundle() -> ModelBundle:
    """The same with date and title, which its trees do not ask for, and a correction for missing facts."""
    encodings = dict(a_bundle().encoders.encodings)
    encodings["release_date"] = (ReleaseDay(newest=date(2020, 1, 6)),)
    encodings["title"] = (TitleFacts(medians=(14.0, 2.0, 0.0, 0.0)),)
    correction = MissingFacts(facts=("overview", "title"), terms=(0.25, -0.5, 0.125), season=(6, 4))
    graph = graph_of(some_trees(bias=6.0), [*FEATURE_OF, 5, 5, 5, 6, 6, 6, 6])
    made = ModelBundle.create(graph, Encoders(encodings=encodings), missing_facts=correction)
    return dataclasses.replace(made, card=a_card())


def a_legacy_model() -> LegacyModel:
    """One that knows two genres and three languages: a tree that asks the mood, and one that asks the genre."""
    nodes = [
        (3, 0.0, False, 1, 2, 0.0),
        (0, 0, False, 1, 1, -0.5),
        (0, 0, False, 2, 2, 0.5),
        (1, 0.5, False, 4, 5, 0.5),
        (0, 0, False, 4, 4, 0.25),
        (0, 0, False, 5, 5, 1.0),
    ]
    trees = Trees(np.array(nodes, NODE), np.array([0, 3]), base=6.0, single=False)
    return LegacyModel(
        genres=("Comedy", "Drama"),
        languages=("en", "fr", "ko"),
        model=graph_of(trees, range(len(LEGACY_COLUMNS))),
    )


def a_bento(bundle: ModelBundle, folder: Path) -> BuiltBento:
    """The bundle's Bento, built from this project's sources in a few seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    return build_bento(bundle, project=PROJECT, workdir=folder)


def unpacked(bento: BuiltBento, folder: Path) -> Path:
    """The Bento's files in `folder`."""
    unpack(bento.archive, folder)
    return folder


def repacked(folder: Path, *, tag: str, archive: Path) -> BuiltBento:
    """An unpacked Bento under another tag, in a tenth of the time of a build."""
    info = yaml.safe_load((folder / "bento.yaml").read_text())
    (folder / "bento.yaml").write_text(yaml.safe_dump(info | {"version": tag.partition(":")[2]}, sort_keys=False))
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(folder, arcname=".")
    return BuiltBento(tag=tag, archive=archive, sha256=hashlib.sha256(archive.read_bytes()).hexdigest())


def with_bundle(bento: BuiltBento, bundle: ModelBundle, folder: Path) -> BuiltBento:
    """The Bento with another bundle in it, in a tenth of the time of a build."""
    files = unpacked(bento, folder / "bento")
    for name, content in bundle.files.items():
        (model_folder(files) / name).write_bytes(content)
    info = yaml.safe_load((files / "bento.yaml").read_text())
    info["args"] |= {"bundle_id": bundle.id, "digest": bundle.digest}
    (files / "bento.yaml").write_text(yaml.safe_dump(info, sort_keys=False))
    return repacked(files, tag=f"movie_rating:{bundle.id[:12]}", archive=folder / "bento.tar.gz")


def model_folder(bento: Path) -> Path:
    """The folder of the bundle in an unpacked Bento."""
    [manifest] = bento.glob(f"models/*/*/{MANIFEST}")
    return manifest.parent


@contextlib.contextmanager
def serving(
    bento: Path, *, log: Path, ready: str = "/readyz", port: int | None = None, **variables: str
) -> Iterator[str]:
    """The slot's own program around an unpacked Bento on `port` or a free one, with `variables` for its settings.

    `ready` is the path that must answer 200; the output goes to `log`.
    """
    port = port or free_port()
    home = log.parent / f"home-{log.name}"
    arguments = f"home=Path({str(home)!r}), host='127.0.0.1', port={port}, variables={variables!r}"
    program = "from pathlib import Path; from movie_assets.serving_host.slot import run_slot; "
    program += f"run_slot(Path({str(bento)!r}), {arguments})"
    shell = ["sh", "-c", 'exec "$0" "$@" > "$LOG" 2>&1', sys.executable, "-c", program]
    url = f"http://127.0.0.1:{port}"
    with running(shell, ready=url + ready, env=stripped_environment(LOG=str(log)), cwd=PROJECT):
        yield url
