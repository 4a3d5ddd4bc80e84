"""What must hold after the drill: the same days in bucket and Dagster as where nothing was killed, and nothing else."""

from typing import TYPE_CHECKING

from movie_assets.storage.bucket import Bucket, MissingObjectError
from movie_assets.storage.folders import HELD, MANIFEST, find_folder, read_file
from tests.support.dagster_storage import DagsterStorage

if TYPE_CHECKING:
    from benchmarks.drill.drilled_stack import DrilledStack

SOURCE = "synthetic"
TIMED = {"candidates.json", "trials.json"}  # they tell how long a fit took
SHOWN = 5


def differences(stack: "DrilledStack", assets: list[str]) -> list[str]:
    """One sentence for each thing that is not as in the run that nothing disturbed; empty when all is well."""
    from benchmarks.drill.drilled_stack import DAYS, DISTURBED, UNDISTURBED

    kept, expected = stack.bucket(DISTURBED), stack.bucket(UNDISTURBED)
    with DagsterStorage.at(stack.undisturbed_home) as undisturbed:
        told = [said for asset in assets for said in _told(stack.storage, undisturbed, asset, DAYS)]
    contents = [
        said for asset in assets for day in DAYS for said in _content(kept, expected, f"{SOURCE}/{asset}/{day}")
    ]
    return _shortened(contents) + _left_over(kept) + _shortened(told)


def stray_objects(bucket: Bucket, assets: list[str]) -> int:
    """How many objects lie beside the days of these assets and belong to none."""
    stray = 0
    for asset in assets:
        keys = set(bucket.keys(f"{SOURCE}/{asset}/"))
        for manifest in [key for key in keys if key.endswith(f"/{MANIFEST}")]:
            folder = find_folder(bucket, manifest.removesuffix(f"/{MANIFEST}"))
            keys -= {manifest, *(folder.key_of(name) for name in folder.sha256)}
        stray += len(keys)
    return stray


def _content(kept: Bucket, expected: Bucket, prefix: str) -> list[str]:
    """What is wrong with a day in the bucket; every file is read and compared with its digest."""
    try:
        folder = find_folder(kept, prefix)
        for name in folder.sha256:
            read_file(kept, folder, name)
    except (MissingObjectError, ValueError) as error:
        return [f"{prefix} cannot be read: {error}"]
    wanted = find_folder(expected, prefix).sha256
    other = sorted(
        name
        for name in {*folder.sha256, *wanted} - TIMED
        if folder.sha256.get(name, "absent") != wanted.get(name, "absent")
    )
    return [f"{prefix} is not what an undisturbed run makes: {', '.join(other)} differ."] if other else []


def _left_over(kept: Bucket) -> list[str]:
    """Progress of a fetch, rejected and held days: an undisturbed run leaves none."""
    found = [
        key
        for key in kept.keys(f"{SOURCE}/")
        if key.startswith((f"{SOURCE}/progress/", f"{SOURCE}/rejected/")) or key.endswith(f"/{HELD}")
    ]
    return [f"{key} should not be there." for key in found[:SHOWN]]


def _told(storage: DagsterStorage, undisturbed: DagsterStorage, asset: str, days: list[str]) -> list[str]:
    """What Dagster says otherwise of an asset's days and their checks."""
    times = storage.told(asset)
    wrong = [f"Dagster tells {asset} of {day} {times.count(day)} times." for day in days if times.count(day) != 1]
    lacking = storage.unchecked([asset]).get(asset, [])
    wrong += [f"{asset} of {day} has not been checked since it was made." for day in lacking]
    results = storage.check_results(asset)
    wrong += [
        f"The check {check} of {asset} {day} says {results.get((day, check))}, undisturbed {said}."
        for (day, check), said in undisturbed.check_results(asset).items()
        if results.get((day, check)) != said
    ]
    return wrong


def _shortened(sentences: list[str]) -> list[str]:
    more = len(sentences) - SHOWN
    return sentences[:SHOWN] + ([f"… and {more} more of that kind."] if more > 0 else [])
