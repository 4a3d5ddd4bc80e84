"""Promises about a cleaned day that hold before anything learns from it: its columns, no leak, enough films.

A further promise about films is one entry in `film_verdicts`, one about the whole day an entry in `day_verdicts`; both
run before a day is written and again as its asset check. What is only unusual about a day belongs in drift.py.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from movie_assets.catalogue.cleaning import UNREADABLE_REASONS
from movie_assets.catalogue.columns import CLEANED_MOVIES, schema_of
from movie_assets.catalogue.losses import Losses

# Only known, or only settled, after the release; a budget is edited afterwards and mostly 0.
LEAKAGE_COLUMNS = frozenset({
    "vote_count", "vote_average", "votes", "popularity", "budget", "revenue", "profit", "roi", "gross", "box_office",
    "weighted_rating", "imdb_rating",
})  # fmt: skip
_LEAKING_WORDS = frozenset({"vote", "votes", "popularity", "budget", "revenue", "profit", "roi", "gross"})
_MAX_EXAMPLES = 5  # in a sentence; the rejected day itself is kept

MIN_KEPT_SHARE = 0.5  # of the films that are old enough and have votes, unless set
FEWEST_JUDGED = 3  # such films of a day without the history: two may lack a synopsis by chance
_MAX_CAUSES = 3
_MAX_DETAIL = 300  # characters


def leakage_columns(columns: Iterable[str]) -> list[str]:
    """The columns only known after release, derived ones such as `log_budget` included, in the order given.

    A derived column is a plain name with a leaking word; `company=Budget Films` is a value of a company, no leak.
    """
    return [name for name in columns if name.lower() in LEAKAGE_COLUMNS or _is_derived(name.lower())]


def _is_derived(name: str) -> bool:
    return re.fullmatch(r"\w+", name) is not None and not _LEAKING_WORDS.isdisjoint(name.split("_"))


@dataclass(frozen=True)
class DayVerdict:
    """Whether a day has a property; both texts are for comparison by a person."""

    passed: bool
    expected: str
    actual: str


def film_verdicts(movies: pd.DataFrame) -> dict[str, DayVerdict]:
    """By name of the property: what the films of a day must be, also some of them."""
    return {
        "columns_are_as_declared": _columns_are_as_declared(movies),
        "no_column_is_only_known_after_release": _no_column_leaks(movies),
        "ratings_are_between_0_and_10": _ratings_are_in_range(movies),
    }


def day_verdicts(
    film_ids: Iterable[int], vote_ids: Iterable[int], *, dropped: int, counts: Mapping[str, int], min_films: int
) -> dict[str, DayVerdict]:
    """By name of the property: what a day must be as a whole.

    `counts` are records by "kept" or the reason they were dropped, `dropped` the dropped records stored. A film counts
    as read if its record could be read, whether it was kept or not.
    """
    films, votes, records = list(film_ids), list(vote_ids), sum(counts.values())
    repeated = [film_id for film_id, times in Counter(films).items() if times > 1]
    read = sum(count for reason, count in counts.items() if reason not in {*UNREADABLE_REASONS, "duplicate"})
    return {
        "ids_are_unique": DayVerdict(
            not repeated,
            "each id once",
            f"{len(repeated)} ids more than once: {repeated[:_MAX_EXAMPLES]}"
            if repeated
            else f"{len(films)} different ids",
        ),
        "enough_films_were_read": DayVerdict(
            read >= min_films, f"at least {min_films} films that could be read", str(read)
        ),
        "every_film_has_its_votes": DayVerdict(
            set(films) == set(votes), f"votes of {len(films)} films", f"votes of {len(votes)} films"
        ),
        "every_record_is_accounted_for": DayVerdict(
            records == len(films) + dropped,
            f"{records} records",
            f"{len(films)} films and {dropped} dropped records",
        ),
    }


def kept_share_verdict(
    kept: int, losses: Losses, *, min_share: float, is_whole: bool, has_history: bool = False
) -> DayVerdict:
    """Whether enough of the films are kept that are old enough and have votes, or votes that cannot be read.

    A day without the history (`is_whole` is False) is judged from `FEWEST_JUDGED` such films on. With films of the
    history, some must be kept, whatever the others lack: a history without votes or dates was not read right.
    """
    if has_history and min_share and not kept and not losses.expected.total() and losses.dropped:
        actual = f"none of {losses.dropped.total():,} records kept; {_causes(losses, losses.dropped)}"
        return DayVerdict(False, "films that are old enough and have votes (MOVIE_MIN_KEPT_SHARE)", actual)
    records = kept + losses.expected.total()
    enough = kept >= min_share * records or (records < FEWEST_JUDGED and not is_whole)
    causes = _causes(losses, losses.expected)
    return DayVerdict(
        enough,
        f"at least {min_share:.0%} of the films that are old enough and have votes (MOVIE_MIN_KEPT_SHARE)",
        f"{kept:,} of {records:,} kept" + (f"; {causes}" if causes else ""),
    )


def _causes(losses: Losses, counts: Counter[tuple[str, str]]) -> str:
    """The commonest causes, with their counts and one value each."""
    return "; ".join(
        f"{count:,} dropped as {reason}, such as: {losses.example(reason, word)[:_MAX_DETAIL]}"
        for (reason, word), count in counts.most_common(_MAX_CAUSES)
        if count
    )


def failures(verdicts: Mapping[str, DayVerdict]) -> list[str]:
    """One sentence for each property that the day lacks."""
    return [f"{name}: expected {v.expected}, found {v.actual}." for name, v in verdicts.items() if not v.passed]


def _columns_are_as_declared(movies: pd.DataFrame) -> DayVerdict:
    from pandera.errors import SchemaErrors  # seconds to import, as in columns.py

    expected = "the columns, types and ranges of the schema cleaned_movies"
    try:
        schema_of(CLEANED_MOVIES).validate(movies, lazy=True)
    except SchemaErrors as errors:
        cases = [
            f"{case.column if case.schema_context == 'Column' else 'frame'}: {case.check} ({case.failure_case!s:.60})"
            for case in errors.failure_cases.head(_MAX_EXAMPLES).itertuples()
        ]
        return DayVerdict(False, expected, f"{len(errors.failure_cases)} failures: {'; '.join(cases)}")
    return DayVerdict(True, expected, f"{len(movies)} films in that form")


def _no_column_leaks(movies: pd.DataFrame) -> DayVerdict:
    leaks = leakage_columns(map(str, movies.columns))
    return DayVerdict(not leaks, "no column only known after release", ", ".join(leaks) or "none")


def _ratings_are_in_range(movies: pd.DataFrame) -> DayVerdict:
    expected = "every rating from 0 to 10"
    if "rating" not in movies:
        return DayVerdict(False, expected, "no column rating")
    outside = movies["rating"][~pd.to_numeric(movies["rating"], errors="coerce").between(0, 10)].tolist()
    actual = f"{len(outside)} outside: {outside[:_MAX_EXAMPLES]}" if outside else f"{len(movies)} ratings, none outside"
    return DayVerdict(not outside, expected, actual)
