"""The program that packs a Bento, in a fresh process of its own.

BentoML keeps the service module and its stores for the life of a process: a second Bento built in the same one would
silently carry the first one's model. bento_build.py starts this file by path. It imports nothing of the platform, so
that the modules imported are those of the sources being packed. It reads one JSON object from its argument and writes
one to standard output.
"""

import json
import sys
from pathlib import Path
from typing import Literal, TypedDict

BUILD_ARGUMENTS: tuple[Literal["model_tag", "bundle_id", "digest"], ...] = ("model_tag", "bundle_id", "digest")


class PackRequest(TypedDict):
    """What to pack, and where."""

    sources: str  # folder with bentofile.yaml and the files it includes
    files: str  # folder with the bundle's files
    archive: str  # absolute path of the archive to write
    model_tag: str
    bundle_id: str
    digest: str  # of the bundle's files
    version: str  # of the Bento


def pack(request: PackRequest) -> str:
    """Build the Bento, repeat the golden examples with the packed sources and bundle, and export the archive."""
    import bentoml

    with bentoml.models.create(request["model_tag"], metadata={"bundle_id": request["bundle_id"]}) as model:
        for file in Path(request["files"]).iterdir():
            Path(model.path_of(file.name)).write_bytes(file.read_bytes())
    bento = bentoml.bentos.build_bentofile(
        f"{request['sources']}/bentofile.yaml",
        version=request["version"],
        labels={"bundle_id": request["bundle_id"]},
        build_ctx=request["sources"],
        args={name: request[name] for name in BUILD_ARGUMENTS},
    )
    models = [str(packed.tag) for packed in bento.info.all_models]
    if models != [request["model_tag"]]:
        raise SystemExit(f"The Bento packs {models}, not {request['model_tag']} alone.")
    if any(bento.info.args.get(name) != request[name] for name in BUILD_ARGUMENTS):
        raise SystemExit(f"The Bento was built with {bento.info.args}, not for bundle {request['bundle_id']}.")
    _verify(bento.path_of("src"), request, bundle=bentoml.models.get(request["model_tag"]).path)
    bento.export(request["archive"], output_format="gz")
    return str(bento.tag)


def _verify(sources: str, request: PackRequest, *, bundle: str) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] in {"bento_service", "movie_assets"}]:
        del sys.modules[name]  # BentoML imported those it packed from
    sys.path.insert(0, sources)
    from bento_service.responses import ServedBundle, load_bundle

    packed = load_bundle(Path(bundle), digest=request["digest"], bundle_id=request["bundle_id"])
    ServedBundle(packed, request["version"]).describe()


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"tag": pack(json.loads(sys.argv[1]))}) + "\n")
