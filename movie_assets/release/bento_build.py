"""From a bundle to a Bento: built and proved in fresh processes, as one archive.

What happens inside those processes: packing.py. What becomes of the archive: release.py.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml  # type: ignore[import-untyped]  # PyYAML ships no types

from movie_assets.prediction.bundle import ModelBundle
from movie_assets.release import packing

BUILD_SECONDS = 300
OUTPUT_TAIL_CHARACTERS = 2_000
MODEL_NAME = "movie_rating_bundle"


class BuildError(RuntimeError):
    """A Bento could not be built, or is not what was asked for; the message ends with what the tool said."""


@dataclass(frozen=True, kw_only=True)
class BuiltBento:
    """A proved Bento as one archive (a gzipped tar)."""

    tag: str
    archive: Path
    sha256: str


def build_bento(bundle: ModelBundle, *, project: Path, workdir: Path) -> BuiltBento:
    """The Bento of exactly this bundle and the service's sources in `project`.

    Works in `workdir` only, which should be empty and be kept for as long as the archive is needed. The tag follows
    from the bundle and the sources, so the same two give the same tag. Raises BuildError.
    """
    workdir = workdir.resolve()
    sources = _copy_sources(project, workdir / "sources")
    files = workdir / "bundle"
    files.mkdir()
    for name, content in bundle.files.items():
        (files / name).write_bytes(content)
    order = packing.Order(
        step="pack",
        sources=str(sources),
        files=str(files),
        archive=str(workdir / "bento.tar.gz"),
        model_tag=f"{MODEL_NAME}:{bundle.id[:16]}",
        bundle_id=bundle.id,
        digest=bundle.digest,
        version=f"{bundle.id[:12]}-{_digest(sources)[:8]}",
    )
    tag = _run(order, home=workdir / "building")
    proved = _run({**order, "step": "prove"}, home=workdir / "proving")
    if proved != tag:
        raise BuildError(f"Built Bento {tag}, but its archive holds {proved}.")
    archive = Path(order["archive"])
    return BuiltBento(tag=tag, archive=archive, sha256=hashlib.sha256(archive.read_bytes()).hexdigest())


def _copy_sources(project: Path, target: Path) -> Path:
    """What bentofile.yaml includes, and nothing else: BentoML would walk the whole project, environments and all."""
    try:
        for file in _included(project):
            copy = target / file.relative_to(project)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
    except FileNotFoundError as missing:
        raise BuildError(f"{project} lacks {missing.filename}; it must be the project's top folder.") from missing
    return target


def _included(project: Path) -> Iterator[Path]:
    bentofile = project / "bentofile.yaml"
    yield bentofile
    for pattern in yaml.safe_load(bentofile.read_text())["include"]:
        found = sorted(project.glob(pattern))
        if not found:
            raise FileNotFoundError(2, "No such file", str(project / pattern))
        yield from found


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{file.relative_to(folder)} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def _run(order: packing.Order, *, home: Path) -> str:
    """The tag of the Bento that a fresh process packed or proved, with a BentoML store of its own."""
    home.mkdir()
    # Nothing of this process's environment: keys stay here, and no index, proxy or cloud account is found.
    environment = {
        "BENTOML_HOME": str(home),
        "BENTOML_DO_NOT_TRACK": "True",
        "OTEL_SDK_DISABLED": "true",
        "HOME": str(home),
        "LANG": "C.UTF-8",
    }
    # -P: the folder of packing.py holds modules of ours that must not shadow anything.
    command = [sys.executable, "-P", packing.__file__, json.dumps(order)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and program
            command, cwd=home, env=environment, capture_output=True, text=True, timeout=BUILD_SECONDS, check=True
        )
    except subprocess.CalledProcessError as error:
        said = f"{error.stdout}\n{error.stderr}".strip()[-OUTPUT_TAIL_CHARACTERS:]
        raise BuildError(f"Could not {order['step']} the Bento of bundle {order['bundle_id']}: {said}") from error
    except subprocess.TimeoutExpired as error:
        raise BuildError(f"Packing bundle {order['bundle_id']} took more than {BUILD_SECONDS} seconds.") from error
    return str(json.loads(done.stdout.splitlines()[-1])["tag"])
