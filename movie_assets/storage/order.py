"""How far each day has come, and which days have learnt from a window that is another now.

Read from the bucket, not from Dagster's events. What a window is: windows.py. What mends it: `make mend`.
"""

from dataclasses import dataclass

from movie_assets.storage.bucket import Bucket
from movie_assets.storage.folders import HELD, MANIFEST, find_folder, read_file
from movie_assets.storage.formats import json_from
from movie_assets.storage.names import CHOICE, ENCODERS
from movie_assets.storage.windows import Windows

KEEPS_ITS_WINDOW = {"encoders": ENCODERS, "best_model": CHOICE}  # asset -> the file that has the window's digest
STAGES = ("raw_tmdb", "cleaned_movies", "encoders", "trained_candidates", "best_model")


@dataclass(frozen=True, kw_only=True)
class DayState:
    """One day of a source as the bucket has it."""

    day: str
    there: tuple[str, ...]  # of STAGES, those that are kept whole
    rejected: bool  # its films were refused, and no accepted ones have come since
    held: bool  # a check keeps it out of the windows
    out_of_order: bool  # its models have learnt from another window than would be read now


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
    """The days whose encoders or champion come from another window than would be read now, in order.

    An earlier day was filled in, withdrawn or written anew since. Making the days again from the first of them on
    gives the same chain as if it had been there from the start.
    """
    learnt = {asset: sorted(_days_with(bucket, f"{source}/{asset}", MANIFEST)) for asset in KEEPS_ITS_WINDOW}
    now = Windows(bucket, source).digests(sorted({day for days in learnt.values() for day in days}))
    return sorted(
        {
            day
            for asset, days in learnt.items()
            for day in days
            if _window_of(bucket, f"{source}/{asset}/{day}", KEEPS_ITS_WINDOW[asset]) != now[day]
        }
    )


def _window_of(bucket: Bucket, prefix: str, name: str) -> str | None:
    """The window's digest as the file has it; None where it says nothing, which is no window that is read now."""
    digest: str | None = json_from(read_file(bucket, find_folder(bucket, prefix), name)).get("window")
    return digest


def _days_with(bucket: Bucket, prefix: str, name: str) -> set[str]:
    found = (key.removeprefix(f"{prefix}/").split("/") for key in bucket.keys(f"{prefix}/"))
    return {day for day, *rest in found if rest == [name]}
