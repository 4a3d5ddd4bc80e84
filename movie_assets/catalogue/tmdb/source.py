"""TmdbSource: the films that TMDB shows on a day, each fetched whole.

The choice of a day's list, resuming, threads and tombstones belong here; lists in lists.py and export.py, single
requests in client.py. TMDB's terms limit the use of its films: docs/how-to/use-tmdb.md.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from movie_assets.catalogue.source import AGAIN, HISTORY, RawFilm, SourceError, is_due
from movie_assets.catalogue.tmdb.checkpoint import Checkpoints, ChosenFilm, FetchCheckpoint, Plan
from movie_assets.catalogue.tmdb.client import FilmGoneError, TmdbClient, TmdbKey
from movie_assets.catalogue.tmdb.export import NoExportError, most_popular
from movie_assets.catalogue.tmdb.film_record import problem_of, with_fallback
from movie_assets.catalogue.tmdb.lists import distinct_ids, most_voted, popular, popular_releases
from movie_assets.catalogue.tmdb.rate_limit import RateLimiter
from movie_assets.catalogue.tmdb.retry import RetryPolicy, TimeLimits

POPULAR_DAYS = 1  # the popular list is today's; a run after midnight still means the day that ended
EXPORT_DAYS = 92  # TMDB keeps its exports for three months; where one is missing, discovery stands in
LANGUAGE = "en-US"
APPENDED = "credits,keywords,translations,release_dates"  # one request a film instead of five
CONCURRENT_REQUESTS = 8  # enough for 40 a second at 200 ms each
REQUEST_LIMITS = TimeLimits(read=20, total=60)
EXPORT_SECONDS = 600  # some 20 MB

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
        base_url: str,
        files_url: str,
        films_per_day: int,
        history_films: int,
        rate_limiter: RateLimiter,
        checkpoints: Checkpoints,
        history_again_days: int | None = None,
        limits: TimeLimits = REQUEST_LIMITS,
        report: Callable[[str], None] = log.info,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        """`today` gives the current day in UTC; all fetches of a process share a `rate_limiter`; `report` receives a
        sentence now and then about the fetch. With `history_again_days`, each film of the history comes again once in
        so many days. Raises ValueError when neither `token` nor `api_key` is usable.
        """
        self._key = TmdbKey(token=token, api_key=api_key)
        self._today = today
        self._base_url = base_url
        self._files_url = files_url
        self._films_per_day = films_per_day
        self._history_films = history_films
        self._history_again_days = history_again_days or 0
        self._rate_limiter = rate_limiter
        self._checkpoints = checkpoints
        self._limits = limits
        self._report = report
        self._sleep = sleep

    def fetch(self, day: date, *, with_history: bool) -> Iterator[RawFilm]:
        """The films of `day`, then the history: the most voted films released before it, without repeats.

        With `history_again_days`, a day without the history has those of its films that are due, unless a later day
        that has ended has them as well.
        A film that TMDB no longer knows is a tombstone (`gone`), a record in another form is `malformed`.
        Films that an earlier fetch of the day has saved are not requested again, until the checkpoint is cleared.
        Raises SourceError when the key is refused, TMDB does not answer, or the day is in the future.
        """
        today = self._today()
        if day > today:
            raise SourceError(f"{day} is in the future; TMDB can show no day after {today} (UTC).")
        policy = RetryPolicy(self._sleep)
        checkpoint = FetchCheckpoint(self._checkpoints, day)
        with TmdbClient(
            key=self._key, base_url=self._base_url, rate_limiter=self._rate_limiter, policy=policy, limits=self._limits
        ) as client:
            plan = self._plan(client, policy, day, checkpoint, with_history=with_history)
            pool = ThreadPoolExecutor(CONCURRENT_REQUESTS, thread_name_prefix="tmdb")
            try:
                films = _in_order(pool, lambda choice: _film(client, checkpoint, plan, choice), plan.chosen)
                yield from self._reported(films, day, len(plan.chosen))
            finally:  # also when a film fails or the caller stops early
                policy.cancel()
                pool.shutdown(cancel_futures=True)

    def _plan(
        self, client: TmdbClient, policy: RetryPolicy, day: date, checkpoint: FetchCheckpoint, *, with_history: bool
    ) -> Plan:
        # A turn of the history is left out where the next day with that turn has ended.
        is_recent = self._today() - day <= timedelta(days=self._history_again_days)
        every_days = self._history_again_days if is_recent and not with_history else 0
        settings = {
            "films_per_day": self._films_per_day,
            "history_films": self._history_films if with_history or every_days else 0,
            "history_again_days": every_days,
            "language": LANGUAGE,
        }
        if plan := checkpoint.load_plan(settings):
            self._report(f"{day}: resuming the fetch that began at {plan.name}")
            return plan
        # The lists are read to their end first: they move while one reads them, and the films take minutes.
        seen: set[int] = set()
        chosen_by, entries = self._list_of(day, client, policy)
        chosen = [
            ChosenFilm(film_id, chosen_by) for film_id in islice(distinct_ids(entries, seen), self._films_per_day)
        ]
        self._report(f"{day}: {len(chosen)} films chosen by {chosen_by}")
        if with_history or every_days:
            history = islice(distinct_ids(most_voted(client, before=day), seen), self._history_films)
            if with_history:
                chosen += [ChosenFilm(film_id, HISTORY) for film_id in history]
            else:
                due = (film_id for film_id in history if film_id and is_due(film_id, day, every_days=every_days))
                chosen += [ChosenFilm(film_id, AGAIN) for film_id in due]
            self._report(f"{day}: {len(chosen)} films with the history")
        plan = Plan(datetime.now(UTC).isoformat(), chosen, is_resumed=False)
        checkpoint.save_plan(plan, settings)
        return plan

    def _list_of(self, day: date, client: TmdbClient, policy: RetryPolicy) -> tuple[str, Iterable[object]]:
        """The list of the day's films, and its name."""
        age = self._today() - day
        if age <= timedelta(days=POPULAR_DAYS):
            return "popular", popular(client, language=LANGUAGE)
        if age <= timedelta(days=EXPORT_DAYS):
            limits = replace(self._limits, total=EXPORT_SECONDS)
            try:
                return "export", most_popular(
                    day, films=self._films_per_day, files_url=self._files_url, policy=policy, limits=limits
                )
            except NoExportError as missing:
                self._report(f"{day}: {missing} The films are chosen by discover instead.")
        return "discover", popular_releases(client, until=day)

    def _reported(self, films: Iterable[RawFilm], day: date, count: int) -> Iterator[RawFilm]:
        """The films as they come, with some ten reports on the way."""
        step = max(1, count // 10)
        for number, film in enumerate(films, start=1):
            yield film
            if number % step == 0 or number == count:
                self._report(f"{day}: {number} of {count} films fetched")


def _film(client: TmdbClient, checkpoint: FetchCheckpoint, plan: Plan, choice: ChosenFilm) -> RawFilm:
    if film := checkpoint.load_film(choice.film_id, plan):
        return film
    record, problem = _record(client, choice.film_id)
    film = RawFilm(
        film_id=choice.film_id,
        record=record,
        chosen_by=choice.chosen_by,
        fetched_at=datetime.now(UTC),
        problem=problem,
    )
    checkpoint.save_film(film, plan)
    return film


def _record(client: TmdbClient, film_id: int | None) -> tuple[dict[str, Any] | None, str | None]:
    """The film's record, or the problem."""
    if film_id is None:
        return None, "malformed: an entry of TMDB's list has no id"
    try:
        answer = client.get(f"/movie/{film_id}", {"language": LANGUAGE, "append_to_response": APPENDED})
    except FilmGoneError as gone:
        return None, f"gone: {gone}"
    problem = problem_of(answer, film_id)
    return (None, problem) if problem else (with_fallback(answer), None)


def _in_order(
    pool: ThreadPoolExecutor, fetch: Callable[[ChosenFilm], RawFilm], chosen: Iterable[ChosenFilm]
) -> Iterator[RawFilm]:
    """The films in the order of their choice, with at most CONCURRENT_REQUESTS under way or waiting to be taken."""
    under_way: deque[Future[RawFilm]] = deque()
    for choice in chosen:
        under_way.append(pool.submit(fetch, choice))
        if len(under_way) == CONCURRENT_REQUESTS:
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()
