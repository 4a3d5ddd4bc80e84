"""Builds the Bento of a bundle as one archive, in a fresh process.

The program of that process is packing.py; request.py uploads the archive.
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
    """A Bento could not be built, or is not the one requested; the message ends with the output of the process."""


@dataclass(frozen=True, kw_only=True)
class BuiltBento:
    """A Bento as one archive (a gzipped tar)."""

    tag: str
    archive: Path
    sha256: str


def build_bento(bundle: ModelBundle, *, project: Path, workdir: Path) -> BuiltBento:
    """The Bento of exactly this bundle and the service's sources in `project`.

    Writes to `workdir` only, which must be empty; the archive is in it. The tag is derived from the bundle and the
    sources, so the same two give the same tag. Raises BuildError.
    """
    workdir = workdir.resolve()
    sources = _copy_sources(project, workdir / "sources")
    files = workdir / "bundle"
    files.mkdir()
    for name, content in bundle.files.items():
        (files / name).write_bytes(content)
    archive = workdir / "bento.tar.gz"
    tag = _pack(
        packing.PackRequest(
            sources=str(sources),
            files=str(files),
            archive=str(archive),
            model_tag=f"{MODEL_NAME}:{bundle.id[:16]}",
            bundle_id=bundle.id,
            digest=bundle.digest,
            version=f"{bundle.id[:12]}-{_digest(sources)[:8]}",
        ),
        home=workdir / "building",
    )
    return BuiltBento(tag=tag, archive=archive, sha256=hashlib.sha256(archive.read_bytes()).hexdigest())


def _copy_sources(project: Path, target: Path) -> Path:
    """A copy of the files that bentofile.yaml includes: BentoML would walk the whole project, environments and all."""
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


def _pack(request: packing.PackRequest, *, home: Path) -> str:
    """The tag of the Bento that a fresh process packs, with a BentoML store of its own in `home`."""
    home.mkdir()
    # Nothing of this process's environment: keys stay here, and no index, proxy or cloud account is found.
    environment = {
        "BENTOML_HOME": str(home),
        "BENTOML_DO_NOT_TRACK": "True",
        "OTEL_SDK_DISABLED": "true",
        "HOME": str(home),
        "LANG": "C.UTF-8",
    }
    # -P: modules beside packing.py must not shadow others.
    command = [sys.executable, "-P", packing.__file__, json.dumps(request)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and program
            command, cwd=home, env=environment, capture_output=True, text=True, timeout=BUILD_SECONDS, check=True
        )
    except subprocess.CalledProcessError as error:
        output = f"{error.stdout}\n{error.stderr}".strip()[-OUTPUT_TAIL_CHARACTERS:]
        raise BuildError(f"Could not pack the Bento of bundle {request['bundle_id']}: {output}") from error
    except subprocess.TimeoutExpired as error:
        raise BuildError(f"Packing bundle {request['bundle_id']} took more than {BUILD_SECONDS} seconds.") from error
    return str(json.loads(done.stdout.splitlines()[-1])["tag"])
