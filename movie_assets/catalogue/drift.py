"""What is unusual about a day that is in order: shares that should be small, and the day beside the days before it.

Nothing here keeps a day from being learnt from; it tells a person where to look. What does keep it: validation.py.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import pi, sqrt
from statistics import fmean, pstdev

import pandas as pd

from movie_assets.catalogue.cleaning import UNREADABLE_REASONS
from movie_assets.catalogue.quality import DayVerdict

EARLIER_DAYS = 28  # four weeks: each day of the week counts the same
FEWEST_EARLIER_DAYS = 7
MOST_UNREADABLE = 0.05
LEAST_ENGLISH = 0.5  # below it the mood of most films is unknown to the estimators
PLAUSIBLE_MINUTES = (40, 300)  # feature films; shorts and series are kept, and should stay the exception
LEAST_PLAUSIBLE = 0.9
DEVIATIONS = 4  # so rare by chance that a year of days gives no false alarm
_SHOWN = 4  # values of a mix that a sentence names


@dataclass(frozen=True)
class DaySummary:
    """What is compared of a day, small enough to keep a month of them."""

    films: int
    rating_sum: float
    rating_squares: float
    mixes: Mapping[str, Counter[str]]  # column -> films by value


def summary_of(movies: pd.DataFrame) -> DaySummary:
    """The summary of a cleaned day."""
    ratings = movies["rating"].to_numpy("float64")
    mixes = {name: Counter(movies[name].fillna("none").tolist()) for name in ("main_genre", "original_language")}
    return DaySummary(len(movies), float(ratings.sum()), float((ratings**2).sum()), mixes)


def shares(movies: pd.DataFrame, counts: Mapping[str, int]) -> dict[str, DayVerdict]:
    """By name of the check: what a day's films and records should mostly be."""
    unreadable = sum(counts[reason] for reason in UNREADABLE_REASONS)
    records = sum(counts.values())
    low, high = PLAUSIBLE_MINUTES
    return {
        "few_records_are_unreadable": DayVerdict(
            passed=unreadable <= MOST_UNREADABLE * records,
            expected=f"at most {MOST_UNREADABLE:.0%} of the records gone or malformed",
            actual=_share(unreadable, records),
        ),
        "synopses_are_mostly_english": _at_least(
            LEAST_ENGLISH, int(movies["overview_is_english"].sum()), len(movies), "of the synopses in English"
        ),
        "runtimes_are_plausible": _at_least(
            LEAST_PLAUSIBLE,
            int(movies["runtime"].between(low, high).sum()),
            len(movies),
            f"of the films between {low} and {high} minutes long",
        ),
    }


def compare(day: DaySummary, earlier: Sequence[DaySummary]) -> dict[str, DayVerdict]:
    """By name of the check: the day beside the days before it, passing where there are too few to compare with."""
    names = {"genres_are_as_usual": "main_genre", "languages_are_as_usual": "original_language"}
    if len(earlier) < FEWEST_EARLIER_DAYS:
        expected = f"nothing yet: {len(earlier)} earlier days, {FEWEST_EARLIER_DAYS} are needed"
        verdict = DayVerdict(passed=True, expected=expected, actual=f"{day.films} films")
        return dict.fromkeys(["as_many_films_as_usual", "ratings_are_as_usual", *names], verdict)
    return {
        "as_many_films_as_usual": _films(day, earlier),
        "ratings_are_as_usual": _ratings(day, earlier),
        **{check: _mix(column, day, earlier) for check, column in names.items()},
    }


def _films(day: DaySummary, earlier: Sequence[DaySummary]) -> DayVerdict:
    films = [one.films for one in earlier]
    usual = fmean(films)
    margin = max(usual / 2, DEVIATIONS * pstdev(films), 10)
    return DayVerdict(
        passed=abs(day.films - usual) <= margin,
        expected=f"{max(usual - margin, 0):.0f} to {usual + margin:.0f} films, {usual:.0f} a day {_over(earlier)}",
        actual=f"{day.films} films",
    )


def _ratings(day: DaySummary, earlier: Sequence[DaySummary]) -> DayVerdict:
    films = sum(one.films for one in earlier)
    if not (day.films and films):
        return _nothing_to_compare(day, earlier)
    usual = sum(one.rating_sum for one in earlier) / films
    spread = sqrt(max(sum(one.rating_squares for one in earlier) / films - usual**2, 0))
    margin = DEVIATIONS * spread * sqrt(1 / day.films + 1 / films) + 0.2  # tastes differ by day as well
    mean = day.rating_sum / day.films
    return DayVerdict(
        passed=abs(mean - usual) <= margin,
        expected=f"a mean of {usual:.2f} ± {margin:.2f} {_over(earlier)}",
        actual=f"a mean of {mean:.2f} over {day.films} films",
    )


def _mix(column: str, day: DaySummary, earlier: Sequence[DaySummary]) -> DayVerdict:
    usual: Counter[str] = sum((one.mixes[column] for one in earlier), Counter())
    films = usual.total()
    if not (day.films and films):
        return _nothing_to_compare(day, earlier)
    now = day.mixes[column]
    distance = sum(abs(now[value] / day.films - usual[value] / films) for value in {*now, *usual}) / 2
    # What chance alone gives on average, doubled, and a tenth of the films on top.
    spread = sum(sqrt(count / films * (1 - count / films)) for count in usual.values())
    by_chance = sqrt(1 / (2 * pi)) * spread * sqrt(1 / day.films + 1 / films)
    margin = min(2 * by_chance + 0.1, 1)
    return DayVerdict(
        passed=distance <= margin,
        expected=f"at most {margin:.0%} of the films other than {_named(usual)} {_over(earlier)}",
        actual=f"{distance:.0%} other: {_named(now)}",
    )


def _nothing_to_compare(day: DaySummary, earlier: Sequence[DaySummary]) -> DayVerdict:
    films = sum(one.films for one in earlier)
    return DayVerdict(passed=True, expected=f"{films} films {_over(earlier)}", actual=f"{day.films} films")


def _named(mix: Counter[str]) -> str:
    return ", ".join(f"{value} {count / mix.total():.0%}" for value, count in mix.most_common(_SHOWN))


def _over(earlier: Sequence[DaySummary]) -> str:
    return f"over the {len(earlier)} days before"


def _at_least(least: float, count: int, of: int, what: str) -> DayVerdict:
    return DayVerdict(passed=count >= least * of, expected=f"at least {least:.0%} {what}", actual=_share(count, of))


def _share(count: int, of: int) -> str:
    return f"{count} of {of}" + (f", {count / of:.1%}" if of else "")
