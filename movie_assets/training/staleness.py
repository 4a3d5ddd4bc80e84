"""Staleness: the state of each day, and the days whose encoders or champion rest on inputs that have changed since.

Read from the bucket, not from Dagster's events. A new reason for a day to be stale belongs here; `make retrain-stale`
acts on it. What a window is: window.py.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from movie_assets.catalogue.cleaning_version import cleaning_version_of
from movie_assets.storage.bucket import Bucket
from movie_assets.storage.folders import MANIFEST, QUARANTINE, days_of, find_folder, read_file
from movie_assets.storage.keys import CHOICE, ENCODERS, asset_folder, rejected_folder
from movie_assets.training.records import DayChoice, LearntFrom
from movie_assets.training.window import READERS, Windows

AnyRecord = TypeVar("AnyRecord", LearntFrom, DayChoice)
STAGES = ("raw_tmdb", "cleaned_movies", "encoders", "trained_candidates", "best_model")


@dataclass(frozen=True, kw_only=True)
class DayState:
    """One day of a source in the bucket."""

    day: str
    there: tuple[str, ...]  # the complete ones of STAGES
    rejected: bool  # its films were refused, and no accepted ones have come since
    held: bool  # a failed check keeps it out of the windows
    stale: bool  # its encoders or its champion rest on inputs that have changed since
    cleaning_version: int | None  # of its cleaned films; None without them


def day_states(bucket: Bucket, source: str) -> list[DayState]:
    """Every day in the bucket, in order."""
    complete = {asset: _days_with(bucket, asset_folder(source, asset), MANIFEST) for asset in STAGES}
    held = _days_with(bucket, asset_folder(source, "cleaned_movies"), QUARANTINE)
    rejected = _days_with(bucket, rejected_folder(source, "cleaned_movies"), MANIFEST) - complete["cleaned_movies"]
    stale = set(stale_days(bucket, source))
    versions = _cleaning_versions(bucket, source, sorted(complete["cleaned_movies"]))
    return [
        DayState(
            day=day,
            there=tuple(asset for asset in STAGES if day in complete[asset]),
            rejected=day in rejected,
            held=day in held,
            stale=day in stale,
            cleaning_version=versions.get(day),
        )
        for day in sorted(rejected.union(*complete.values()))
    ]


def stale_days(bucket: Bucket, source: str) -> list[str]:
    """The days that would come out otherwise if they were made again, in order.

    A day is stale when its window has changed, when the champion before it has changed, or when it has no champion and
    a later day has one. Expired days make no day stale. Making all days again from the first stale one leaves none.
    """
    encoded = _records(bucket, asset_folder(source, "encoders"), ENCODERS, LearntFrom)
    chosen = _records(bucket, asset_folder(source, "best_model"), CHOICE, DayChoice)
    stale = _with_another_window(bucket, source, encoded)
    stale |= {day for day, choice in chosen.items() if day not in encoded or choice.window != encoded[day].window}
    stale |= _with_another_champion_before(chosen)
    return sorted(stale | _passed_over(bucket, source, encoded, chosen))


def _cleaning_versions(bucket: Bucket, source: str, days: Sequence[str]) -> dict[str, int]:
    """By day, of each of these days; reads manifests only."""
    prefix = asset_folder(source, "cleaned_movies")
    with ThreadPoolExecutor(READERS) as readers:
        folders = readers.map(lambda day: find_folder(bucket, f"{prefix}/{day}"), days)
        return {day: cleaning_version_of(folder) for day, folder in zip(days, folders, strict=True)}


def _with_another_window(bucket: Bucket, source: str, encoded: Mapping[str, LearntFrom]) -> set[str]:
    windows = Windows(bucket, source)
    now = windows.day_digests(max(encoded, default=""))
    learnt = {day: record.window_days for day, record in encoded.items() if record.window_days is not None}
    expired = _expired(bucket, source, {found for days in learnt.values() for found in days} - now.keys())
    stale = {
        day
        for day, days in learnt.items()
        if {found: digest for found, digest in days.items() if found not in expired}
        != {found: digest for found, digest in now.items() if found <= day}
    }
    # An old record has one digest of the whole window, which changes when a day expires.
    digests = windows.digests(encoded.keys() - learnt.keys())
    return stale | {day for day, digest in digests.items() if encoded[day].window != digest}


def _expired(bucket: Bucket, source: str, missing: set[str]) -> set[str]:
    """The missing days that were deleted for good; a withdrawn or held day still has versions."""
    if not missing:
        return set()
    prefix = f"{asset_folder(source, 'cleaned_movies')}/"
    left = {found.key for found in bucket.versions(prefix)}
    return {day for day in missing if f"{prefix}{day}/{MANIFEST}" not in left}


def _with_another_champion_before(chosen: Mapping[str, DayChoice]) -> set[str]:
    stale = set()
    champion = None
    for day, choice in chosen.items():
        if choice.names_before and choice.before != champion:
            stale.add(day)
        champion = choice.champion or champion
    return stale


def _passed_over(
    bucket: Bucket, source: str, encoded: Mapping[str, LearntFrom], chosen: Mapping[str, DayChoice]
) -> set[str]:
    """Days with encoders and without a champion, where a later day has one and there are films to learn from."""
    newest = max(chosen, default="")
    first = min(days_of(bucket, asset_folder(source, "cleaned_movies")), default=newest)
    return {day for day in encoded.keys() - chosen.keys() if first <= day < newest}


def _records(bucket: Bucket, prefix: str, name: str, kind: type[AnyRecord]) -> dict[str, AnyRecord]:
    """By day, in order: the record of this kind in the file of this name."""
    days = sorted(_days_with(bucket, prefix, MANIFEST))
    with ThreadPoolExecutor(READERS) as readers:
        contents = readers.map(lambda day: read_file(bucket, find_folder(bucket, f"{prefix}/{day}"), name), days)
        return {day: kind.from_json(content) for day, content in zip(days, contents, strict=True)}


def _days_with(bucket: Bucket, prefix: str, name: str) -> set[str]:
    found = (key.removeprefix(f"{prefix}/").split("/") for key in bucket.keys(f"{prefix}/"))
    return {day for day, *rest in found if rest == [name]}
