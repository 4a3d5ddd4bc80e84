"""What a run would read of a dump and refuse in it, told before any run: `check-dump`.

Everything is read and judged by the code of the assets, as one day with the history. A further figure about the file
belongs in files.py, a further promise about its films in catalogue/quality.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from movie_assets.catalogue.day import CleanedDay, clean_day, fetch_day
from movie_assets.catalogue.dump.files import NO_DAY
from movie_assets.catalogue.dump.source import DumpSource

OPTIONAL_COLUMNS = (
    "production_countries", "production_companies", "spoken_languages", "belongs_to_collection", "directors", "cast",
    "crew", "credits", "keywords",
)  # fmt: skip
_LONGEST_EXAMPLE = 160  # characters


@dataclass(frozen=True)
class DumpReport:
    """Lines about how a dump is written and what becomes of its films, and the sentences with which runs refuse it."""

    lines: tuple[str, ...]
    refusals: tuple[str, ...]


def report_of(source: DumpSource, last: date, *, min_votes: int, min_films: int, min_kept_share: float) -> DumpReport:
    """The report over all films released up to `last`, the source's start. Raises what `fetch` raises."""
    raw = fetch_day(source, last, with_history=True)
    cleaned = clean_day(raw.films, last, min_votes=min_votes, min_films=min_films, min_kept_share=min_kept_share)
    lines = [*_of_file(source), *_of_films(cleaned)]
    return DumpReport(tuple(lines), tuple(cleaned.failures))


def _of_file(source: DumpSource) -> Iterator[str]:
    rows = source.rows
    for what, form in source.describe().items():
        yield f"{what.removeprefix('form/')}: {form}"
    yield f"columns: {', '.join(rows.columns)}"
    missing = [name for name in OPTIONAL_COLUMNS if name not in rows.columns]
    yield f"columns missing, not required: {', '.join(missing) or 'none'}"
    days = rows.days[rows.days != NO_DAY]
    if len(days):
        first, last = (date.fromordinal(int(day)).year for day in (np.min(days), np.max(days)))
        yield f"years: {first} to {last}, {len(rows.days) - len(days):,} films without a date"
    else:
        yield "years: none, no film has a date"


def _of_films(cleaned: CleanedDay) -> Iterator[str]:
    yield f"records: {cleaned.records:,}"
    yield f"kept: {cleaned.counts['kept']:,}"
    for reason, count in cleaned.dropped_by_reason.items():
        if count:
            yield f"dropped as {reason}: {count:,}, such as {cleaned.losses.example_of(reason)[:_LONGEST_EXAMPLE]}"
    for column, terms in cleaned.unknown_terms.items():
        named = ", ".join(f"{term} ({count:,})" for term, count in list(terms.items())[:5])
        yield f"{column} left out, without a code: {named}"
