"""TmdbSource: which films TMDB shows on a day, each fetched whole.

Here: how a day and the history are chosen, paging, tombstones. One question over HTTP: tmdb_client.py.
TMDB's terms limit what may be done with its films; the settings that guard them are not here.
"""

import heapq
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

import httpx

from movie_assets.catalogue.source import RawFilm, SourceError
from movie_assets.catalogue.tmdb_client import FilmGoneError, TmdbClient, TmdbKey

PAGE_LIMIT = 500  # TMDB answers 400 beyond: no list shows more than 10,000 films
POPULAR_DAYS = 1  # the popular list is today's; a run after midnight still means the day that ended
DISCOVER_DAYS = 60  # an older day is the most popular of the films released in the days up to it
FIRST_RELEASE_YEAR = 1870
HISTORY_SLICE_YEARS = 5  # short enough that the most voted of each slice lie within the page limit
APPENDED = "credits,keywords,translations,release_dates"  # one request a film instead of five

log = logging.getLogger(__name__)


class TmdbSource:
    """Films of the TMDB API.

    The API shows the present: fetching a day again gives other votes, another order and another `fetched_at`.
    """

    name = "tmdb"

    def __init__(
        self,
        *,
        token: str | None,
        api_key: str | None,
        today: Callable[[], date],
        base_url: str = "https://api.themoviedb.org/3",
        films_per_day: int = 100,
        history_films: int = 3_000,
        language: str = "en-US",
        requests_per_second: float = 20,
        timeout_seconds: float = 20,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`today` gives the current day in UTC. Raises ValueError when neither `token` nor `api_key` is usable."""
        self._key = TmdbKey(token=token, api_key=api_key)
        self._today = today
        self._base_url = base_url
        self._films_per_day = films_per_day
        self._history_films = history_films
        self._language = language
        self._requests_per_second = requests_per_second
        self._timeout_seconds = timeout_seconds
        self._transport = transport
        self._sleep = sleep

    def fetch(self, day: date, *, with_history: bool) -> Iterator[RawFilm]:
        """The films of `day`, then the history: the most voted films released before it, without repeats.

        A film that TMDB no longer knows is a tombstone (`gone`), a record in another form is `malformed`.
        Raises SourceError when the key is refused, TMDB does not answer, or the day lies ahead.
        """
        today = self._today()
        if day > today:
            raise SourceError(f"{day} lies ahead; TMDB can show no day after {today} (UTC).")
        with self._client() as client:
            seen: set[int] = set()
            if today - day <= timedelta(days=POPULAR_DAYS):
                chosen_by, listed = "popular", _pages(client, "/movie/popular", {"language": self._language})
            else:
                chosen_by, listed = "discover", _popular_releases(client, until=day)
            yield from self._films(client, listed, seen, chosen_by=chosen_by, at_most=self._films_per_day)
            if with_history:
                listed = _most_voted(client, before=day)
                yield from self._films(client, listed, seen, chosen_by="history", at_most=self._history_films)

    def _client(self) -> TmdbClient:
        return TmdbClient(
            key=self._key,
            base_url=self._base_url,
            requests_per_second=self._requests_per_second,
            timeout_seconds=self._timeout_seconds,
            transport=self._transport,
            sleep=self._sleep,
        )

    def _films(
        self, client: TmdbClient, listed: Iterable[object], seen: set[int], *, chosen_by: str, at_most: int
    ) -> Iterator[RawFilm]:
        # The list is read to its end first: it moves while one reads it, and the films take minutes.
        film_ids = list(islice(_distinct_ids(listed, seen), at_most))
        log.info("Fetching %d films from TMDB, chosen by %s", len(film_ids), chosen_by)
        for film_id in film_ids:
            record, problem = self._record(client, film_id)
            yield RawFilm(
                film_id=film_id, record=record, chosen_by=chosen_by, fetched_at=datetime.now(UTC), problem=problem
            )

    def _record(self, client: TmdbClient, film_id: int | None) -> tuple[dict[str, Any] | None, str | None]:
        if film_id is None:
            return None, "malformed: an entry of TMDB's list has no id"
        try:
            answer = client.get(f"/movie/{film_id}", {"language": self._language, "append_to_response": APPENDED})
        except FilmGoneError as gone:
            return None, f"gone: {gone}"
        if not isinstance(answer, dict):
            return None, f"malformed: TMDB's record of film {film_id} is a JSON {type(answer).__name__}, not an object"
        if answer.get("id") != film_id:
            return None, f"malformed: TMDB's record of film {film_id} has the id {answer.get('id')!r}"
        return answer, None


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


def _popular_releases(client: TmdbClient, *, until: date) -> Iterator[object]:
    first = until - timedelta(days=DISCOVER_DAYS)
    return _discover(client, first=first, last=until, sort_by="popularity.desc")


def _most_voted(client: TmdbClient, *, before: date) -> Iterator[object]:
    """Films released before a day, the most voted first: slices of years, each in that order, merged as they come."""
    last = before - timedelta(days=1)
    starts = [date(year, 1, 1) for year in range(FIRST_RELEASE_YEAR, last.year + 1, HISTORY_SLICE_YEARS)]
    ends = [start - timedelta(days=1) for start in starts[1:]] + [last]
    slices = [
        _discover(client, first=start, last=end, sort_by="vote_count.desc")
        for start, end in zip(starts, ends, strict=True)
    ]
    return heapq.merge(*slices, key=lambda entry: -_votes(entry))


def _votes(entry: object) -> int:
    votes = entry.get("vote_count") if isinstance(entry, dict) else None
    return votes if isinstance(votes, int) else 0


def _distinct_ids(entries: Iterable[object], seen: set[int]) -> Iterator[int | None]:
    """Ids not seen before, in order; None for an entry that has none."""
    for entry in entries:
        film_id = entry.get("id") if isinstance(entry, dict) else None
        if not isinstance(film_id, int):
            yield None
        elif film_id not in seen:
            seen.add(film_id)
            yield film_id
