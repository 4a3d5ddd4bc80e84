"""What a cleaned day must be before anything may learn from it: its columns, no leak, enough films.

A further promise is one entry in FILM_PROPERTIES or WHOLE_DAY_PROPERTIES, which are asked before the write and shown
as asset checks.
The columns: columns.py. How records become films: cleaning.py. Where a refused day goes: the asset's business.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from movie_assets.catalogue.cleaning import UNREADABLE_REASONS
from movie_assets.catalogue.columns import CLEANED_MOVIES, schema_of

# Every name that is only known, or only settled, after the release; a budget is edited afterwards and mostly 0.
LEAKAGE_COLUMNS = frozenset(
    {"vote_count", "vote_average", "votes", "popularity", "budget", "revenue"}
    | {"profit", "roi", "gross", "box_office", "weighted_rating", "imdb_rating"}
)
_LEAKING_WORDS = frozenset({"vote", "votes", "popularity", "budget", "revenue", "profit", "roi", "gross"})
_SHOWN = 5  # failures named in a sentence; the frame itself is kept for whoever needs them all


def leakage_columns(columns: Iterable[str]) -> list[str]:
    """The columns only known after release, derived ones such as `log_budget` included, in the order given.

    A derived column is a plain name with a telling word; `company=Budget Films` is a value of a company and is none.
    """
    return [name for name in columns if name.lower() in LEAKAGE_COLUMNS or _is_derived(name.lower())]


def _is_derived(name: str) -> bool:
    return re.fullmatch(r"\w+", name) is not None and not _LEAKING_WORDS.isdisjoint(name.split("_"))


@dataclass(frozen=True, kw_only=True)
class CleanedDay:
    """What the properties are asked of."""

    movies: pd.DataFrame
    films_read: int
    min_films: int


@dataclass(frozen=True, kw_only=True)
class DayVerdict:
    """One property's answer for one day, in words a person can compare."""

    passed: bool
    expected: str
    actual: str


Property = Callable[[CleanedDay], DayVerdict]


def films_read(counts: Mapping[str, int]) -> int:
    """Distinct films of a day that could be read, kept or not; films known only to exist count as missing."""
    return sum(count for reason, count in counts.items() if reason not in {*UNREADABLE_REASONS, "duplicate"})


def failures(day: CleanedDay, properties: Mapping[str, Property]) -> list[str]:
    """One sentence for each of these properties that the day lacks."""
    return sentences({name: check(day) for name, check in properties.items()})


def sentences(verdicts: Mapping[str, DayVerdict]) -> list[str]:
    """One sentence for each verdict that did not pass."""
    return [f"{name}: expected {v.expected}, found {v.actual}." for name, v in verdicts.items() if not v.passed]


def _columns_are_as_declared(day: CleanedDay) -> DayVerdict:
    from pandera.errors import SchemaErrors  # seconds to import, as in columns.py

    expected = "the columns, types and ranges of the schema cleaned_movies"
    try:
        schema_of(CLEANED_MOVIES).validate(day.movies, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases.head(_SHOWN)
        failures = [
            f"{case.column if case.schema_context == 'Column' else 'frame'}: {case.check} ({case.failure_case!s:.60})"
            for case in cases.itertuples()
        ]
        return DayVerdict(
            passed=False, expected=expected, actual=f"{len(errors.failure_cases)} failures: {'; '.join(failures)}"
        )
    return DayVerdict(passed=True, expected=expected, actual=f"{len(day.movies)} films in that form")


def _no_column_leaks(day: CleanedDay) -> DayVerdict:
    leaks = leakage_columns(map(str, day.movies.columns))
    return DayVerdict(
        passed=not leaks, expected="no column only known after release", actual=", ".join(leaks) if leaks else "none"
    )


def _ids_are_unique(day: CleanedDay) -> DayVerdict:
    expected = "each id once"
    if "id" not in day.movies:
        return DayVerdict(passed=False, expected=expected, actual="no column id")
    twice = day.movies["id"][day.movies["id"].duplicated()].unique().tolist()
    actual = f"{len(twice)} ids more than once: {twice[:_SHOWN]}" if twice else f"{len(day.movies)} different ids"
    return DayVerdict(passed=not twice, expected=expected, actual=actual)


def _ratings_are_in_range(day: CleanedDay) -> DayVerdict:
    expected = "every rating from 0 to 10"
    if "rating" not in day.movies:
        return DayVerdict(passed=False, expected=expected, actual="no column rating")
    outside = day.movies["rating"][~pd.to_numeric(day.movies["rating"], errors="coerce").between(0, 10)].tolist()
    actual = f"{len(outside)} outside: {outside[:_SHOWN]}" if outside else f"{len(day.movies)} ratings, none outside"
    return DayVerdict(passed=not outside, expected=expected, actual=actual)


def _enough_films_were_read(day: CleanedDay) -> DayVerdict:
    return DayVerdict(
        passed=day.films_read >= day.min_films,
        expected=f"at least {day.min_films} films that could be read",
        actual=str(day.films_read),
    )


# Each holds for a day anything may learn from: the first can be asked of its films in batches.
FILM_PROPERTIES: dict[str, Property] = {
    "columns_are_as_declared": _columns_are_as_declared,
    "no_column_is_only_known_after_release": _no_column_leaks,
    "ratings_are_between_0_and_10": _ratings_are_in_range,
}
WHOLE_DAY_PROPERTIES: dict[str, Property] = {
    "ids_are_unique": _ids_are_unique,
    "enough_films_were_read": _enough_films_were_read,
}
DAY_PROPERTIES = FILM_PROPERTIES | WHOLE_DAY_PROPERTIES


def whole_day_verdicts(
    film_ids: Iterable[int], vote_ids: Iterable[int], *, dropped: int, counts: Mapping[str, int]
) -> dict[str, DayVerdict]:
    """By name of the property: what holds between the files of a day; `counts` are of records, by their fate."""
    films, votes, records = list(film_ids), list(vote_ids), sum(counts.values())
    return {
        "every_film_has_its_votes": DayVerdict(
            passed=set(films) == set(votes),
            expected=f"votes of {len(films)} films",
            actual=f"votes of {len(votes)} films",
        ),
        "every_record_is_accounted_for": DayVerdict(
            passed=records == len(films) + dropped,
            expected=f"{records} records",
            actual=f"{len(films)} films and {dropped} dropped records",
        ),
    }
