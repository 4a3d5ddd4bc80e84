"""The verdict of the drill: the same days in the bucket and in Dagster as in an undisturbed run, and nothing else."""

from benchmarks.drill.drilled_stack import DAYS, DISTURBED, UNDISTURBED, DrilledStack
from movie_assets.storage.bucket import Bucket, MissingObjectError
from movie_assets.storage.folders import MANIFEST, QUARANTINE, find_folder, read_file
from tests.support.dagster_storage import DagsterStorage

SOURCE = "synthetic"
TIMED = {"candidates.json", "trials.json"}  # contain the seconds of fits
MAX_SENTENCES = 5  # of each kind


def differences(stack: DrilledStack, assets: list[str]) -> list[str]:
    """One sentence for each difference from the undisturbed run, shortened; empty when there is none."""
    disturbed, undisturbed = stack.bucket(DISTURBED), stack.bucket(UNDISTURBED)
    prefixes = [f"{SOURCE}/{asset}/{day}" for asset in assets for day in DAYS]
    contents = [sentence for prefix in prefixes for sentence in _content(disturbed, undisturbed, prefix)]
    with DagsterStorage.at(stack.undisturbed_home) as storage:
        events = [sentence for asset in assets for sentence in _events(stack.storage, storage, asset)]
    return [*_shortened(contents), *_shortened(_left_over(disturbed)), *_shortened(events)]


def stray_objects(bucket: Bucket, assets: list[str]) -> int:
    """How many objects in the folders of these assets are in no manifest."""
    stray = 0
    for asset in assets:
        keys = set(bucket.keys(f"{SOURCE}/{asset}/"))
        for manifest in [key for key in keys if key.endswith(f"/{MANIFEST}")]:
            folder = find_folder(bucket, manifest.removesuffix(f"/{MANIFEST}"))
            keys -= {manifest, *(folder.key_of(name) for name in folder.sha256)}
        stray += len(keys)
    return stray


def _content(disturbed: Bucket, undisturbed: Bucket, prefix: str) -> list[str]:
    """Differences of a day in the bucket; every file is read and compared with its digest."""
    try:
        folder = find_folder(disturbed, prefix)
        for name in folder.sha256:
            read_file(disturbed, folder, name)
    except (MissingObjectError, ValueError) as error:
        return [f"{prefix} cannot be read: {error}"]
    expected = find_folder(undisturbed, prefix).sha256
    names = {*folder.sha256, *expected} - TIMED
    differing = sorted(name for name in names if folder.sha256.get(name) != expected.get(name))
    return [f"{prefix} is not what an undisturbed run writes: {', '.join(differing)} differ."] if differing else []


def _left_over(bucket: Bucket) -> list[str]:
    """Checkpoints, rejected and quarantined days: an undisturbed run leaves none."""
    unwanted = (f"{SOURCE}/progress/", f"{SOURCE}/rejected/")
    keys = [key for key in bucket.keys(f"{SOURCE}/") if key.startswith(unwanted) or key.endswith(f"/{QUARANTINE}")]
    return [f"{key} should not be there." for key in keys]


def _events(disturbed: DagsterStorage, undisturbed: DagsterStorage, asset: str) -> list[str]:
    """Differences of an asset's materializations and checks in Dagster."""
    days, results = disturbed.materialized_days(asset), disturbed.check_results(asset)
    return [
        *(f"{asset} of {day} has {days.count(day)} materializations." for day in DAYS if days.count(day) != 1),
        *(f"{asset} of {day} lacks a check." for day in disturbed.missing_checks([asset]).get(asset, [])),
        *(
            f"The check {check} of {asset} {day} is {results.get((day, check))}, undisturbed {expected}."
            for (day, check), expected in undisturbed.check_results(asset).items()
            if results.get((day, check)) != expected
        ),
    ]


def _shortened(sentences: list[str]) -> list[str]:
    more = len(sentences) - MAX_SENTENCES
    return sentences[:MAX_SENTENCES] + ([f"… and {more} more of that kind."] if more > 0 else [])
