"""Lists of the TMDB API: popular films, films released in a period, and films with the most votes.

A further list belongs here, and so does paging; which list a day uses is decided in source.py.
"""

import heapq
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from movie_assets.catalogue.source import SourceError
from movie_assets.catalogue.tmdb.client import FilmGoneError, TmdbClient

PAGE_LIMIT = 500  # TMDB answers 400 beyond: no list shows more than 10,000 films
DISCOVER_DAYS = 60  # an old day has the most popular films released in so many days up to it
FIRST_RELEASE_YEAR = 1870
HISTORY_SLICE_YEARS = 5  # short enough that the page limit of a slice cuts no film with many votes


def popular(client: TmdbClient, *, language: str) -> Iterator[object]:
    """Entries of today's popular list."""
    return _pages(client, "/movie/popular", {"language": language})


def popular_releases(client: TmdbClient, *, until: date) -> Iterator[object]:
    """Entries for films released in the 60 days up to a day, the most popular of today first."""
    first = until - timedelta(days=DISCOVER_DAYS)
    return _discover(client, first=first, last=until, sort_by="popularity.desc")


def most_voted(client: TmdbClient, *, before: date) -> Iterator[object]:
    """Films released before a day, most votes first: slices of years in that order, merged as they come."""
    last = before - timedelta(days=1)
    starts = [date(year, 1, 1) for year in range(FIRST_RELEASE_YEAR, last.year + 1, HISTORY_SLICE_YEARS)]
    ends = [start - timedelta(days=1) for start in starts[1:]] + [last]
    slices = [
        _discover(client, first=start, last=end, sort_by="vote_count.desc")
        for start, end in zip(starts, ends, strict=True)
    ]
    return heapq.merge(*slices, key=lambda entry: -_votes(entry))


def distinct_ids(entries: Iterable[object], seen: set[int]) -> Iterator[int | None]:
    """Ids not seen before, in order; None for an entry that has none."""
    for entry in entries:
        film_id = entry.get("id") if isinstance(entry, dict) else None
        if not isinstance(film_id, int):
            yield None
        elif film_id not in seen:
            seen.add(film_id)
            yield film_id


def _pages(client: TmdbClient, path: str, params: dict[str, str | int]) -> Iterator[object]:
    """The entries of a list, page after page, up to its end or the page limit."""
    for page in range(1, PAGE_LIMIT + 1):
        try:
            answer = client.get(path, {**params, "page": page})
        except FilmGoneError as error:
            raise SourceError(f"{error} This list should exist: does the address of the API end in /3?") from error
        results = answer.get("results") if isinstance(answer, dict) else None
        if not isinstance(results, list):
            raise SourceError(f"Page {page} of TMDB's {path} has no list of results; its form may have changed.")
        yield from results
        if not results or page == answer.get("total_pages"):
            return


def _discover(client: TmdbClient, *, first: date, last: date, sort_by: str) -> Iterator[object]:
    params: dict[str, str | int] = {
        "primary_release_date.gte": first.isoformat(),
        "primary_release_date.lte": last.isoformat(),
        "sort_by": sort_by,
        "include_adult": "false",
        "include_video": "false",
    }
    return _pages(client, "/discover/movie", params)


def _votes(entry: object) -> int:
    votes = entry.get("vote_count") if isinstance(entry, dict) else None
    return votes if isinstance(votes, int) else 0
