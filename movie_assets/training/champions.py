"""The chain of champions: the bundle that `best_model` of each day names.

The bundle in service may be another: release/store.py.
"""

from collections.abc import Collection
from dataclasses import dataclass

from movie_assets.storage.bucket import Bucket
from movie_assets.storage.folders import days_of, find_folder, read_file
from movie_assets.storage.keys import CHOICE, asset_folder
from movie_assets.training.records import DayChoice


@dataclass(frozen=True)
class Champion:
    """A bundle, and the day whose best_model names it."""

    bundle_id: str
    named_by: str


def champion_before(bucket: Bucket, source: str, day: str) -> Champion | None:
    """The champion of the latest day before `day`, or None when no earlier day has one."""
    days = days_of(bucket, asset_folder(source, "best_model"))
    return _newest(bucket, source, [found for found in days if found < day])


def newest_champion(bucket: Bucket, source: str, *, without: Collection[str] = ()) -> Champion:
    """The champion of the newest day whose bundle is not in `without`. Raises LookupError when there is none."""
    champion = _newest(bucket, source, days_of(bucket, asset_folder(source, "best_model")), without)
    if champion is None:
        raise LookupError(
            f"No champion for source {source} in {bucket.address}: materialize best_model for any day first, "
            "or point MOVIE_BUCKET elsewhere."
        )
    return champion


def _newest(bucket: Bucket, source: str, days: list[str], without: Collection[str] = ()) -> Champion | None:
    for day in reversed(days):
        folder = find_folder(bucket, asset_folder(source, "best_model", day))
        champion = DayChoice.from_json(read_file(bucket, folder, CHOICE)).champion
        if champion and champion not in without:
            return Champion(bundle_id=champion, named_by=day)
    return None
