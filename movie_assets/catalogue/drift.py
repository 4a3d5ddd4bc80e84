"""Warnings about a cleaned day: shares that should be small, and the day compared with the days before it.

A further warning is an entry of `shares` or `compare`. Nothing here keeps a day from being learnt from; a promise that
does belongs in quality.py.
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
MIN_EARLIER_DAYS = 7
MAX_UNREADABLE = 0.05
MIN_ENGLISH = 0.5  # below it the mood of most films is unknown to the estimators
PLAUSIBLE_MINUTES = (40, 300)  # feature films; shorts and series are kept, and should stay the exception
MIN_PLAUSIBLE = 0.9
TERMS_ARE_KNOWN = "genres_languages_and_countries_are_known"
MAX_UNKNOWN = 0.01  # genres, languages and countries left out, by films
DEVIATIONS = 4  # so rare by chance that a year of days gives no false alarm
_MAX_VALUES = 4  # of a mix that a sentence names
MAX_TERMS = 3  # of a column
MAX_TERM_CHARACTERS = 40


@dataclass(frozen=True)
class DaySummary:
    """The figures of a day that are compared, small enough to keep a month of them."""

    films: int
    rating_sum: float
    rating_squares: float
    mixes: Mapping[str, Counter[str]]  # column -> films by value


def summary_of(movies: pd.DataFrame) -> DaySummary:
    """The summary of a cleaned day."""
    ratings = movies["rating"].to_numpy("float64")
    mixes = {name: Counter(movies[name].fillna("none").tolist()) for name in ("main_genre", "original_language")}
    return DaySummary(len(movies), float(ratings.sum()), float((ratings**2).sum()), mixes)


def shares(
    movies: pd.DataFrame, counts: Mapping[str, int], unknown_terms: Mapping[str, Mapping[str, int]] | None = None
) -> dict[str, DayVerdict]:
    """By name of the check: shares of the day's films and records; of records that became no film, none passes.

    `unknown_terms` are the genres, languages and countries left out, by column; None of a day that did not count them.
    """
    none_kept = not len(movies) and sum(counts.values()) > 0
    unreadable, records = sum(counts[reason] for reason in UNREADABLE_REASONS), sum(counts.values())
    english = int(movies["overview_is_english"].sum())
    low, high = PLAUSIBLE_MINUTES
    plausible = int(movies["runtime"].between(low, high).sum())
    counted = (
        {} if none_kept or unknown_terms is None else {TERMS_ARE_KNOWN: _terms_are_known(len(movies), unknown_terms)}
    )
    return {
        **counted,
        "few_records_are_unreadable": DayVerdict(
            unreadable <= MAX_UNREADABLE * records,
            f"at most {MAX_UNREADABLE:.0%} of the records gone or malformed",
            _share(unreadable, records),
        ),
        "synopses_are_mostly_english": DayVerdict(
            english >= MIN_ENGLISH * len(movies) and not none_kept,
            f"at least {MIN_ENGLISH:.0%} of the synopses in English",
            _share(english, len(movies)),
        ),
        "runtimes_are_plausible": DayVerdict(
            plausible >= MIN_PLAUSIBLE * len(movies) and not none_kept,
            f"at least {MIN_PLAUSIBLE:.0%} of the films between {low} and {high} minutes long",
            _share(plausible, len(movies)),
        ),
    }


def compare(day: DaySummary, earlier: Sequence[DaySummary], *, records: int = 0) -> dict[str, DayVerdict]:
    """By name of the check: the day compared with the days before it; it passes where they are too few.

    A day that read `records` and kept no film passes none.
    """
    names = {"genres_are_as_usual": "main_genre", "languages_are_as_usual": "original_language"}
    if records and not day.films:
        verdict = DayVerdict(False, "films to compare with earlier days", f"0 films of {records:,} records")
        return dict.fromkeys(["as_many_films_as_usual", "ratings_are_as_usual", *names], verdict)
    if len(earlier) < MIN_EARLIER_DAYS:
        expected = f"nothing yet: {len(earlier)} earlier days, {MIN_EARLIER_DAYS} are needed"
        verdict = DayVerdict(True, expected, f"{day.films} films")
        return dict.fromkeys(["as_many_films_as_usual", "ratings_are_as_usual", *names], verdict)
    return {
        "as_many_films_as_usual": _films(day, earlier),
        "ratings_are_as_usual": _ratings(day, earlier),
        **{check: _mix(column, day, earlier) for check, column in names.items()},
    }


def _terms_are_known(films: int, unknown: Mapping[str, Mapping[str, int]]) -> DayVerdict:
    left_out = sum(count for terms in unknown.values() for count in terms.values())
    commonest = [
        f"{name} {term[:MAX_TERM_CHARACTERS]!r} {count} times"
        for name, terms in unknown.items()
        for term, count in Counter(terms).most_common(MAX_TERMS)
    ]
    return DayVerdict(
        left_out <= MAX_UNKNOWN * films,
        f"names without a code left out at most {MAX_UNKNOWN:.0%} as often as there are films",
        f"{left_out} left out, {films} films" + "".join(f"; {one}" for one in commonest),
    )


def _films(day: DaySummary, earlier: Sequence[DaySummary]) -> DayVerdict:
    films = [summary.films for summary in earlier]
    usual = fmean(films)
    margin = max(usual / 2, DEVIATIONS * pstdev(films), 10)
    return DayVerdict(
        abs(day.films - usual) <= margin,
        f"{max(usual - margin, 0):.0f} to {usual + margin:.0f} films, {usual:.0f} a day {_over(earlier)}",
        f"{day.films} films",
    )


def _ratings(day: DaySummary, earlier: Sequence[DaySummary]) -> DayVerdict:
    films = sum(summary.films for summary in earlier)
    if not (day.films and films):
        return _no_films(day, films, earlier)
    usual = sum(summary.rating_sum for summary in earlier) / films
    deviation = sqrt(max(sum(summary.rating_squares for summary in earlier) / films - usual**2, 0))
    margin = DEVIATIONS * deviation * sqrt(1 / day.films + 1 / films) + 0.2  # tastes differ by day as well
    mean = day.rating_sum / day.films
    return DayVerdict(
        abs(mean - usual) <= margin,
        f"a mean of {usual:.2f} ± {margin:.2f} {_over(earlier)}",
        f"a mean of {mean:.2f} over {day.films} films",
    )


def _mix(column: str, day: DaySummary, earlier: Sequence[DaySummary]) -> DayVerdict:
    usual: Counter[str] = sum((summary.mixes[column] for summary in earlier), Counter())
    films = usual.total()
    if not (day.films and films):
        return _no_films(day, films, earlier)
    now = day.mixes[column]
    distance = sum(abs(now[value] / day.films - usual[value] / films) for value in {*now, *usual}) / 2
    # The mean distance by chance alone, doubled, and a tenth of the films on top.
    deviations = sum(sqrt(count / films * (1 - count / films)) for count in usual.values())
    by_chance = sqrt(1 / (2 * pi)) * deviations * sqrt(1 / day.films + 1 / films)
    margin = min(2 * by_chance + 0.1, 1)
    return DayVerdict(
        distance <= margin,
        f"at most {margin:.0%} of the films other than {_listed(usual)} {_over(earlier)}",
        f"{distance:.0%} other: {_listed(now)}",
    )


def _no_films(day: DaySummary, films: int, earlier: Sequence[DaySummary]) -> DayVerdict:
    return DayVerdict(True, f"{films} films {_over(earlier)}", f"{day.films} films")


def _listed(mix: Counter[str]) -> str:
    return ", ".join(f"{value} {count / mix.total():.0%}" for value, count in mix.most_common(_MAX_VALUES))


def _over(earlier: Sequence[DaySummary]) -> str:
    return f"over the {len(earlier)} days before"


def _share(count: int, of: int) -> str:
    return f"{count} of {of}, {count / of:.1%}" if of else "none is there"
