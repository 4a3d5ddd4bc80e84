"""TmdbSource: which films TMDB shows on a day, each fetched whole.

Here: which list a day takes, resuming, threads, tombstones. The lists: lists.py, export.py; one question
over HTTP: client.py. TMDB's terms limit what may be done with its films; what guards them is not here.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from movie_assets.catalogue.source import AGAIN, HISTORY, RawFilm, SourceError, is_due
from movie_assets.catalogue.tmdb.client import FilmGoneError, TmdbClient
from movie_assets.catalogue.tmdb.export import NoExportError, most_popular
from movie_assets.catalogue.tmdb.key import TmdbKey
from movie_assets.catalogue.tmdb.lists import distinct_ids, most_voted, popular, popular_releases
from movie_assets.catalogue.tmdb.rate_limit import RateLimiter
from movie_assets.catalogue.tmdb.record import Checkpoints, as_json, from_json, problem_of, with_fallback
from movie_assets.catalogue.tmdb.retry import RetryPolicy, TimeLimits

POPULAR_DAYS = 1  # the popular list is today's; a run after midnight still means the day that ended
EXPORT_DAYS = 92  # TMDB keeps its exports for three months; where one is missing, discovery stands in
LANGUAGE = "en-US"
APPENDED = "credits,keywords,translations,release_dates"  # one request a film instead of five
AT_ONCE = 8  # requests under way: enough for 40 a second at 200 ms each
EXPORT_SECONDS = 600  # some 20 MB
PLAN = "plan"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Chosen:
    film_id: int | None
    chosen_by: str


@dataclass(frozen=True)
class _Plan:
    """The films of a fetch, in order."""

    name: str
    chosen: list[_Chosen]
    is_resumed: bool


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
        pace: RateLimiter,
        checkpoints: Checkpoints,
        history_again_days: int | None = None,
        timeout_seconds: float = 20,
        total_seconds: float = 60,
        tell: Callable[[str], None] = log.info,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        """`today` gives the current day in UTC; `pace` is shared by whom it is handed to; `tell` gets a sentence now
        and then on how a fetch goes. With `history_again_days`, each film of the history comes again once in so many
        days. Raises ValueError when neither `token` nor `api_key` is usable.
        """
        self._key = TmdbKey(token=token, api_key=api_key)
        self._today = today
        self._base_url = base_url
        self._files_url = files_url
        self._films_per_day = films_per_day
        self._history_films = history_films
        self._history_again_days = history_again_days
        self._pace = pace
        self._timeout_seconds = timeout_seconds
        self._total_seconds = total_seconds
        self._checkpoints = checkpoints
        self._tell = tell
        self._sleep = sleep

    def fetch(self, day: date, *, with_history: bool) -> Iterator[RawFilm]:
        """The films of `day`, then the history: the most voted films released before it, without repeats.

        Where the history comes again, a day without it has those of its films whose turn it is, unless a later day
        that has ended has them as well.
        A film that TMDB no longer knows is a tombstone (`gone`), a record in another form is `malformed`.
        Films that an earlier fetch of the day has saved are not requested again, until the checkpoint is cleared.
        Raises SourceError when the key is refused, TMDB does not answer, or the day lies ahead.
        """
        today = self._today()
        if day > today:
            raise SourceError(f"{day} lies ahead; TMDB can show no day after {today} (UTC).")
        patience = RetryPolicy(self._sleep)
        limits = TimeLimits(silence=self._timeout_seconds, total=self._total_seconds)
        with TmdbClient(
            key=self._key, base_url=self._base_url, pace=self._pace, patience=patience, limits=limits
        ) as client:
            plan = self._plan(client, patience, day, with_history=with_history)
            pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="tmdb")
            try:
                films = _in_order(pool, lambda chosen: self._film(client, day, plan, chosen), plan.chosen)
                yield from self._told(films, day, len(plan.chosen))
            finally:  # also when a film fails or nobody takes the rest
                patience.give_up()
                pool.shutdown(cancel_futures=True)

    def _plan(self, client: TmdbClient, patience: RetryPolicy, day: date, *, with_history: bool) -> _Plan:
        asked = {
            "films_per_day": self._films_per_day,
            "history_films": self._history_films if with_history or self._again(day) else 0,
            "history_again_days": 0 if with_history else self._again(day),
            "language": LANGUAGE,
        }
        saved = self._checkpoints.load(day, PLAN)
        if saved is not None and saved["asked"] == asked:
            self._tell(f"{day}: going on with the fetch that began at {saved['name']}")
            chosen = [_Chosen(**entry) for entry in saved["chosen"]]
            return _Plan(saved["name"], chosen, is_resumed=True)
        # The lists are read to their end first: they move while one reads them, and the films take minutes.
        chosen = self._choose(client, patience, day, with_history=with_history)
        plan = _Plan(datetime.now(UTC).isoformat(), chosen, is_resumed=False)
        self._checkpoints.save(
            day, PLAN, {"name": plan.name, "asked": asked, "chosen": [asdict(entry) for entry in chosen]}
        )
        return plan

    def _choose(self, client: TmdbClient, patience: RetryPolicy, day: date, *, with_history: bool) -> list[_Chosen]:
        seen: set[int] = set()
        chosen_by, listed = self._listed(client, patience, day)
        chosen = [_Chosen(film_id, chosen_by) for film_id in islice(distinct_ids(listed, seen), self._films_per_day)]
        self._tell(f"{day}: {len(chosen)} films chosen by {chosen_by}")
        again = self._again(day)
        if with_history or again:
            earlier = islice(distinct_ids(most_voted(client, before=day), seen), self._history_films)
            if with_history:
                chosen += [_Chosen(film_id, HISTORY) for film_id in earlier]
            else:
                due = (film_id for film_id in earlier if film_id and is_due(film_id, day, every_days=again))
                chosen += [_Chosen(film_id, AGAIN) for film_id in due]
            self._tell(f"{day}: {len(chosen)} films with the history")
        return chosen

    def _again(self, day: date) -> int:
        """In how many days each film of the history comes again; 0 where the next day with that turn has ended."""
        every_days = self._history_again_days or 0
        return every_days if self._today() - day <= timedelta(days=every_days) else 0

    def _listed(self, client: TmdbClient, patience: RetryPolicy, day: date) -> tuple[str, Iterable[object]]:
        age = self._today() - day
        if age <= timedelta(days=POPULAR_DAYS):
            return "popular", popular(client, language=LANGUAGE)
        if age <= timedelta(days=EXPORT_DAYS):
            limits = TimeLimits(silence=self._timeout_seconds, total=EXPORT_SECONDS)
            try:
                return "export", most_popular(
                    day, films=self._films_per_day, files_url=self._files_url, patience=patience, limits=limits
                )
            except NoExportError as missing:
                self._tell(f"{day}: {missing} The films are chosen by discover instead.")
        return "discover", popular_releases(client, until=day)

    def _film(self, client: TmdbClient, day: date, plan: _Plan, chosen: _Chosen) -> RawFilm:
        name = f"films/{chosen.film_id}"
        if plan.is_resumed and (film := from_json(self._checkpoints.load(day, name), plan=plan.name)):
            return film
        record, problem = self._record(client, chosen.film_id)
        film = RawFilm(
            film_id=chosen.film_id,
            record=record,
            chosen_by=chosen.chosen_by,
            fetched_at=datetime.now(UTC),
            problem=problem,
        )
        self._checkpoints.save(day, name, as_json(film, plan=plan.name))
        return film

    def _record(self, client: TmdbClient, film_id: int | None) -> tuple[dict[str, Any] | None, str | None]:
        if film_id is None:
            return None, "malformed: an entry of TMDB's list has no id"
        try:
            answer = client.get(f"/movie/{film_id}", {"language": LANGUAGE, "append_to_response": APPENDED})
        except FilmGoneError as gone:
            return None, f"gone: {gone}"
        if problem := problem_of(answer, film_id):
            return None, problem
        return with_fallback(answer), None

    def _told(self, films: Iterable[RawFilm], day: date, count: int) -> Iterator[RawFilm]:
        """The films as they come, with some ten sentences on the way."""
        step = max(1, count // 10)
        for number, film in enumerate(films, start=1):
            yield film
            if number % step == 0 or number == count:
                self._tell(f"{day}: {number} of {count} films fetched")


def _in_order(
    pool: ThreadPoolExecutor, fetch: Callable[[_Chosen], RawFilm], chosen: Iterable[_Chosen]
) -> Iterator[RawFilm]:
    """The films in the order they were chosen, with no more than AT_ONCE under way or waiting to be taken."""
    under_way: deque[Future[RawFilm]] = deque()
    for entry in chosen:
        under_way.append(pool.submit(fetch, entry))
        if len(under_way) == AT_ONCE:
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()
