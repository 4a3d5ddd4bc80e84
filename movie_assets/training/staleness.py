"""How far each day has come, and which days would have come out otherwise if all had been made in their turn.

Read from the bucket, not from Dagster's events. What a window is: windows.py. What retrains them: `make retrain-stale`.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from movie_assets.storage.bucket import Bucket
from movie_assets.storage.folders import HELD, MANIFEST, days_of, find_folder, read_file
from movie_assets.storage.keys import CHOICE, ENCODERS, asset_folder, rejected_folder
from movie_assets.training.records import DayChoice, LearntFrom
from movie_assets.training.window import READERS, Windows

AnyRecord = TypeVar("AnyRecord", LearntFrom, DayChoice)
STAGES = ("raw_tmdb", "cleaned_movies", "encoders", "trained_candidates", "best_model")


@dataclass(frozen=True, kw_only=True)
class DayState:
    """One day of a source as the bucket has it."""

    day: str
    there: tuple[str, ...]  # of STAGES, those that are kept whole
    rejected: bool  # its films were refused, and no accepted ones have come since
    held: bool  # a check keeps it out of the windows
    stale_days: bool  # its encoders or its champion come from something that is another now


def day_states(bucket: Bucket, source: str) -> list[DayState]:
    """Every day that the bucket knows of, in order."""
    whole = {asset: _days_with(bucket, asset_folder(source, asset), MANIFEST) for asset in STAGES}
    held = _days_with(bucket, asset_folder(source, "cleaned_movies"), HELD)
    rejected = _days_with(bucket, rejected_folder(source, "cleaned_movies"), MANIFEST) - whole["cleaned_movies"]
    late = set(stale_days(bucket, source))
    return [
        DayState(
            day=day,
            there=tuple(asset for asset in STAGES if day in whole[asset]),
            rejected=day in rejected,
            held=day in held,
            stale_days=day in late,
        )
        for day in sorted(rejected.union(*whole.values()))
    ]


def stale_days(bucket: Bucket, source: str) -> list[str]:
    """The days that would have come out otherwise if every day had been made in its turn, in order.

    An earlier day was filled in, withdrawn or written anew since, so that the window is another now; or the champion
    before the day is another now; or later days have a champion and this one has none. That days have expired since
    counts for nothing. Making the days again from the first of them on mends all.
    """
    encoded = _records(bucket, asset_folder(source, "encoders"), ENCODERS, LearntFrom)
    chosen = _records(bucket, asset_folder(source, "best_model"), CHOICE, DayChoice)
    late = _with_another_window(bucket, source, encoded)
    late |= {day for day, choice in chosen.items() if day not in encoded or choice.window != encoded[day].window}
    late |= _with_another_champion_before(chosen)
    return sorted(late | _passed_over(bucket, source, encoded, chosen))


def _with_another_window(bucket: Bucket, source: str, encoded: Mapping[str, LearntFrom]) -> set[str]:
    windows = Windows(bucket, source)
    now = windows.day_digests(max(encoded, default=""))
    learnt = {day: record.window_days for day, record in encoded.items() if record.window_days is not None}
    expired = _expired(bucket, source, {found for days in learnt.values() for found in days} - now.keys())
    late = {
        day
        for day, days in learnt.items()
        if {found: digest for found, digest in days.items() if found not in expired}
        != {found: digest for found, digest in now.items() if found <= day}
    }
    # A record that does not name the days of its window has a digest of all of them, which no expiry leaves as it was.
    whole = windows.digests(encoded.keys() - learnt.keys())
    return late | {day for day, digest in whole.items() if encoded[day].window != digest}


def _expired(bucket: Bucket, source: str, missing: set[str]) -> set[str]:
    """Those of the missing days that were deleted for good; of a day that was withdrawn or is held, versions remain."""
    if not missing:
        return set()
    prefix = f"{asset_folder(source, 'cleaned_movies')}/"
    left = {found.key for found in bucket.versions(prefix)}
    return {day for day in missing if f"{prefix}{day}/{MANIFEST}" not in left}


def _with_another_champion_before(chosen: Mapping[str, DayChoice]) -> set[str]:
    late = set()
    champion = None
    for day, choice in chosen.items():
        if choice.names_before and choice.before != champion:
            late.add(day)
        champion = choice.champion or champion
    return late


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
