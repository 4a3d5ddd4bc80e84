"""The program that packs a Bento, and the one that proves it; each runs in a fresh process of its own.

BentoML keeps the service module and its stores for the life of a process: a second Bento built in the same one would
silently carry the first one's model. Started by bento.py, by path; imports nothing of the platform, so that the Bento's
own sources are the ones that are used. Reads one JSON object from its argument, writes one to standard output.
"""

import json
import sys
from pathlib import Path
from typing import Literal, TypedDict

BUILD_ARGUMENTS: tuple[Literal["model_tag", "bundle_id", "digest"], ...] = ("model_tag", "bundle_id", "digest")


class Order(TypedDict):
    """What to pack, and where."""

    step: str  # "pack" or "prove"
    sources: str  # folder with bentofile.yaml and what it includes
    files: str  # folder with the bundle's files
    archive: str  # absolute path of the Bento as one file
    model_tag: str
    bundle_id: str
    digest: str  # of the bundle's files
    version: str  # of the Bento


def main() -> None:
    """Do the ordered step."""
    order: Order = json.loads(sys.argv[1])
    tag = {"pack": pack, "prove": prove}[order["step"]](order)
    sys.stdout.write(json.dumps({"tag": tag}) + "\n")


def pack(order: Order) -> str:
    """Build the Bento and write it to one archive; its tag."""
    import bentoml

    with bentoml.models.create(order["model_tag"], metadata={"bundle_id": order["bundle_id"]}) as model:
        for file in Path(order["files"]).iterdir():
            Path(model.path_of(file.name)).write_bytes(file.read_bytes())
    bento = bentoml.bentos.build_bentofile(
        f"{order['sources']}/bentofile.yaml",
        version=order["version"],
        labels={"bundle_id": order["bundle_id"]},
        build_ctx=order["sources"],
        args={name: order[name] for name in BUILD_ARGUMENTS},
    )
    check_contents(bento, order)
    bento.export(order["archive"], output_format="gz")
    return str(bento.tag)


def prove(order: Order) -> str:
    """Import the archive into this process's empty store, and answer the golden examples with what it packs."""
    import bentoml

    bento = bentoml.import_bento(order["archive"])
    check_contents(bento, order)
    sys.path.insert(0, bento.path_of("src"))
    from bento_service.answers import Answers, load_bundle

    [packed] = bento.info.all_models
    folder = Path(bentoml.models.get(packed.tag).path)
    bundle = load_bundle(folder, digest=order["digest"], bundle_id=order["bundle_id"])
    Answers(bundle, str(bento.tag)).description()
    return str(bento.tag)


def check_contents(bento: object, order: Order) -> None:
    """Fail unless the Bento packs the ordered model and no other, and knows the bundle's id."""
    info = bento.info  # type: ignore[attr-defined]  # BentoML is imported by the steps alone
    models = [str(model.tag) for model in info.all_models]
    if models != [order["model_tag"]]:
        raise SystemExit(f"The Bento packs {models}, not {order['model_tag']} alone.")
    if any(info.args.get(name) != order[name] for name in BUILD_ARGUMENTS):
        raise SystemExit(f"The Bento was built with {info.args}, not for bundle {order['bundle_id']}.")


if __name__ == "__main__":
    main()
