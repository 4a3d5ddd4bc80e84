"""What a cleaned day must be before anything may learn from it: its columns, no leak, enough films.

The same properties are asked before the write (`validate_day`) and shown one by one as asset checks (`DAY_PROPERTIES`).
How records become films: cleaning.py. Where a refused day goes: the asset's business.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from movie_assets.catalogue.cleaning import UNREADABLE_REASONS, Cleaned
from movie_assets.prediction.movie import MAX_OVERVIEW_CHARACTERS, MAX_RUNTIME_MINUTES

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

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


@cache
def cleaned_movies_schema() -> "DataFrameSchema":
    """The columns of `cleaned_movies`: types, ranges and a description each; no other column is allowed."""
    import pandera.pandas as pa  # seconds to import: paid only by who validates a day or writes the docs

    def texts(description: str) -> pa.Column:
        return pa.Column("object", pa.Check(_is_list_of_texts, element_wise=True), description=description)

    minutes = pa.Check.in_range(0, MAX_RUNTIME_MINUTES, include_min=False)
    columns = {
        "id": pa.Column("int64", description="The source's id of the film."),
        "title": pa.Column("str", nullable=True, description="Title of the film."),
        "overview": pa.Column("str", description="Synopsis, exactly as the source gave it."),
        "runtime": pa.Column("float64", minutes, description="Running time in minutes."),
        "genres": texts("Genre names, the main one first."),
        "main_genre": pa.Column("str", nullable=True, description="The first genre listed; null when none is."),
        "original_language": pa.Column("str", description="ISO 639-1 code, or TMDB's own `xx` and `cn`."),
        "release_date": pa.Column(
            "datetime64[us]", description="Day of the first release, as midnight without a zone."
        ),
        "production_countries": texts("ISO 3166-1 codes of the producing countries."),
        "production_companies": texts("Names of the producing companies."),
        "spoken_languages": texts("ISO 639-1 codes of the languages spoken."),
        "overview_len": pa.Column(
            "int64", pa.Check.in_range(1, MAX_OVERVIEW_CHARACTERS), description="Length of the synopsis in characters."
        ),
        "overview_is_english": pa.Column(
            "bool", description="Whether the synopsis can be read for its mood; if not, estimators do not see it."
        ),
        "overview_sentiment": pa.Column(
            "float64", pa.Check.in_range(-1, 1), description="TextBlob's polarity of the synopsis, -1 to 1."
        ),
        "rating": pa.Column("float64", description="The target: the mean vote, 0 to 10."),
        "fetched_at": pa.Column(
            pd.DatetimeTZDtype("us", "UTC"),
            description="When the record was fetched, UTC; the newest of a film counts.",
        ),
    }
    return pa.DataFrameSchema(columns, strict=True, name="cleaned_movies")


@cache
def movie_votes_schema() -> "DataFrameSchema":
    """The columns of `movie_votes`: for weighting rows and measuring, never joined to features."""
    import pandera.pandas as pa  # as above

    columns = {
        "id": pa.Column("int64", unique=True, description="The source's id of the film."),
        "vote_count": pa.Column("int64", pa.Check.ge(0), description="Votes behind the rating when it was fetched."),
    }
    return pa.DataFrameSchema(columns, strict=True, name="movie_votes")


def _is_list_of_texts(value: object) -> bool:
    # Parquet gives lists back as arrays.
    return not isinstance(value, str) and isinstance(value, Iterable) and all(isinstance(item, str) for item in value)


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


@dataclass(frozen=True, kw_only=True)
class DayProperty:
    """A statement that holds for a day anything may learn from."""

    name: str
    description: str
    check: Callable[[CleanedDay], DayVerdict]


def films_read(counts: Mapping[str, int]) -> int:
    """Distinct films of a day that could be read, kept or not; films known only to exist count as missing."""
    return sum(count for reason, count in counts.items() if reason not in {*UNREADABLE_REASONS, "duplicate"})


def validate_day(cleaned: Cleaned, *, min_films: int, movies: pd.DataFrame | None = None) -> list[str]:
    """What is wrong with a day as a whole, one sentence each; an empty list means it may be kept.

    `movies` stands for the frame about to be written, where that is not `cleaned.movies` itself.
    """
    day = CleanedDay(
        movies=cleaned.movies if movies is None else movies,
        films_read=films_read(cleaned.counts),
        min_films=min_films,
    )
    verdicts = [(asked.name, asked.check(day)) for asked in DAY_PROPERTIES]
    return [f"{name}: expected {v.expected}, found {v.actual}." for name, v in verdicts if not v.passed]


def _columns_are_as_declared(day: CleanedDay) -> DayVerdict:
    from pandera.errors import SchemaErrors  # slow to import, see above

    expected = "the columns, types and ranges of the schema cleaned_movies"
    try:
        cleaned_movies_schema().validate(day.movies, lazy=True)
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


DAY_PROPERTIES: tuple[DayProperty, ...] = (
    DayProperty(
        name="columns_are_as_declared",
        description="Exactly the declared columns, each with its type and range.",
        check=_columns_are_as_declared,
    ),
    DayProperty(
        name="no_column_is_only_known_after_release",
        description="No votes, popularity, budget, revenue or anything derived from them.",
        check=_no_column_leaks,
    ),
    DayProperty(name="ids_are_unique", description="One row for each film.", check=_ids_are_unique),
    DayProperty(
        name="ratings_are_between_0_and_10",
        description="The target is a mean vote on the source's scale.",
        check=_ratings_are_in_range,
    ),
    DayProperty(
        name="enough_films_were_read",
        description="The source gave at least MOVIE_MIN_FILMS films that could be read, kept or not.",
        check=_enough_films_were_read,
    ),
)
