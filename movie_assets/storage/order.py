"""How far each day has come, and which days would have come out otherwise if all had been made in their turn.

Read from the bucket, not from Dagster's events. What a window is: windows.py. What mends it: `make mend`.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from movie_assets.storage.bucket import Bucket
from movie_assets.storage.folders import HELD, MANIFEST, days_of, find_folder, read_file
from movie_assets.storage.formats import json_from
from movie_assets.storage.names import CHOICE, ENCODERS
from movie_assets.storage.windows import READERS, Windows

STAGES = ("raw_tmdb", "cleaned_movies", "encoders", "trained_candidates", "best_model")


@dataclass(frozen=True, kw_only=True)
class DayState:
    """One day of a source as the bucket has it."""

    day: str
    there: tuple[str, ...]  # of STAGES, those that are kept whole
    rejected: bool  # its films were refused, and no accepted ones have come since
    held: bool  # a check keeps it out of the windows
    out_of_order: bool  # its encoders or its champion come from something that is another now


def day_states(bucket: Bucket, source: str) -> list[DayState]:
    """Every day that the bucket knows of, in order."""
    whole = {asset: _days_with(bucket, f"{source}/{asset}", MANIFEST) for asset in STAGES}
    held = _days_with(bucket, f"{source}/cleaned_movies", HELD)
    rejected = _days_with(bucket, f"{source}/rejected/cleaned_movies", MANIFEST) - whole["cleaned_movies"]
    late = set(out_of_order(bucket, source))
    return [
        DayState(
            day=day,
            there=tuple(asset for asset in STAGES if day in whole[asset]),
            rejected=day in rejected,
            held=day in held,
            out_of_order=day in late,
        )
        for day in sorted(rejected.union(*whole.values()))
    ]


def out_of_order(bucket: Bucket, source: str) -> list[str]:
    """The days that would have come out otherwise if every day had been made in its turn, in order.

    An earlier day was filled in, withdrawn or written anew since, so that the window is another now; or the champion
    before the day is another now; or later days have a champion and this one has none. That days have expired since
    counts for nothing. Making the days again from the first of them on mends all.
    """
    encoded = _records(bucket, f"{source}/encoders", ENCODERS)
    chosen = _records(bucket, f"{source}/best_model", CHOICE)
    late = _with_another_window(bucket, source, encoded)
    late |= {day for day, choice in chosen.items() if _window(choice) != _window(encoded.get(day, {"window": ""}))}
    late |= _with_another_champion_before(chosen)
    return sorted(late | _passed_over(bucket, source, encoded, chosen))


def _with_another_window(bucket: Bucket, source: str, encoded: Mapping[str, Any]) -> set[str]:
    windows = Windows(bucket, source)
    now = windows.day_digests(max(encoded, default=""))
    learnt = {day: record["window_days"] for day, record in encoded.items() if "window_days" in record}
    expired = _expired(bucket, source, {found for days in learnt.values() for found in days} - now.keys())
    late = {
        day
        for day, days in learnt.items()
        if {found: digest for found, digest in days.items() if found not in expired}
        != {found: digest for found, digest in now.items() if found <= day}
    }
    # A record that does not name the days of its window has a digest of all of them, which no expiry leaves as it was.
    whole = windows.digests(encoded.keys() - learnt.keys())
    return late | {day for day, digest in whole.items() if _window(encoded[day]) != digest}


def _expired(bucket: Bucket, source: str, missing: set[str]) -> set[str]:
    """Those of the missing days that were deleted for good; of a day that was withdrawn or is held, versions remain."""
    if not missing:
        return set()
    prefix = f"{source}/cleaned_movies/"
    left = {found.key for found in bucket.versions(prefix)}
    return {day for day in missing if f"{prefix}{day}/{MANIFEST}" not in left}


def _with_another_champion_before(chosen: Mapping[str, Any]) -> set[str]:
    late = set()
    champion = None
    for day, choice in chosen.items():
        if choice.get("before", champion) != champion:
            late.add(day)
        champion = choice.get("champion") or champion
    return late


def _passed_over(bucket: Bucket, source: str, encoded: Mapping[str, Any], chosen: Mapping[str, Any]) -> set[str]:
    """Days with encoders and without a champion, where a later day has one and there are films to learn from."""
    newest = max(chosen, default="")
    first = min(days_of(bucket, f"{source}/cleaned_movies"), default=newest)
    return {day for day in encoded.keys() - chosen.keys() if first <= day < newest}


def _window(record: Mapping[str, Any]) -> str | None:
    """The window's digest as the record has it; None where it says nothing, which is no window that is read now."""
    return record.get("window")


def _records(bucket: Bucket, prefix: str, name: str) -> dict[str, Any]:
    """By day, in order: what the file of this name says."""
    days = sorted(_days_with(bucket, prefix, MANIFEST))
    with ThreadPoolExecutor(READERS) as readers:
        read = readers.map(lambda day: json_from(read_file(bucket, find_folder(bucket, f"{prefix}/{day}"), name)), days)
        return dict(zip(days, read, strict=True))


def _days_with(bucket: Bucket, prefix: str, name: str) -> set[str]:
    found = (key.removeprefix(f"{prefix}/").split("/") for key in bucket.keys(f"{prefix}/"))
    return {day for day, *rest in found if rest == [name]}
