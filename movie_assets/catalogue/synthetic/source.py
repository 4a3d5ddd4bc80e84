"""SyntheticCatalogue: a seeded catalogue of invented films with a known truth; the default source, which runs offline.

The films of each day are decided here, the facts of a film in film.py, its true rating in truth.py.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from movie_assets.catalogue.source import AGAIN, HISTORY, RawFilm, SourceError, is_due
from movie_assets.catalogue.synthetic.film import DRAWS_PER_FILM, draw_film
from movie_assets.catalogue.synthetic.text import Draws

HISTORY_YEARS = 60
REPEATED_SHARE = 0.004  # films listed twice in a row, as paging through a moving list does
IDS_PER_DAY = 1_000_000  # each day has a range of ids of its own; history has those below every day's
BLOCK_FILMS = 1_000  # drawn at once
DRAW_BITS = 32

# First number of a block's seed; a new kind of films gets a new number.
_RELEASES, _HISTORY = 1, 2


class SyntheticCatalogue:
    """A movie source that invents its films; each depends on the seed, its day and its place in the day, nothing else.

    Days may be fetched in any order, with identical records on every machine, and more films a day leave the earlier
    ones unchanged. The history is `history_films` films of the 60 years before `start`, most of them recent. An id is
    never used for two films.
    """

    name = "synthetic"

    def __init__(
        self,
        seed: int,
        start: date,
        films_per_day: int = 100,
        history_films: int = 3000,
        history_again_days: int | None = None,
    ) -> None:
        """With `history_again_days`, each film of the history comes again once in so many days.

        Raises ValueError when `seed` or a number of films is out of range.
        """
        for what, value, limit in (
            ("The seed", seed, 2**63),
            ("Films a day", films_per_day, IDS_PER_DAY),
            ("History films", history_films, start.toordinal() * IDS_PER_DAY),
        ):
            if not 0 <= value < limit:
                raise ValueError(
                    f"{what} of the synthetic catalogue must be at least 0 and below {limit:,}, not {value:,}."
                )
        self.seed = seed
        self.start = start
        self.films_per_day = films_per_day
        self.history_films = history_films
        self.history_again_days = history_again_days

    def fetch(self, day: date, *, with_history: bool) -> Iterator[RawFilm]:
        """The films released on `day`; before them, with `with_history`, those from before the catalogue's start.

        With `history_again_days`, a day without the history begins with those of its films that are due.
        Raises SourceError for a day before the catalogue's start.
        """
        if day < self.start:
            raise SourceError(
                f"The synthetic catalogue begins on {self.start}, and {day} is earlier: choose a later day, "
                "or set an earlier start date."
            )
        fetched_at = datetime.combine(day + timedelta(days=1), time(), UTC)
        every_days = self.history_again_days
        if with_history or every_days:
            chosen_by = HISTORY if with_history else AGAIN
            history = self._draw((_HISTORY, self.start.toordinal()), films=self.history_films, first_id=1)
            for film_id, draws in history:
                if with_history or (every_days and is_due(film_id, day, every_days=every_days)):
                    record = draw_film(draws, film_id=film_id, release_date=self._historic_date(draws))
                    yield RawFilm(film_id=film_id, record=record, chosen_by=chosen_by, fetched_at=fetched_at)
        first_id = day.toordinal() * IDS_PER_DAY
        for film_id, draws in self._draw((_RELEASES, day.toordinal()), films=self.films_per_day, first_id=first_id):
            record = draw_film(draws, film_id=film_id, release_date=day)
            yield RawFilm(film_id=film_id, record=record, chosen_by="released_on_day", fetched_at=fetched_at)

    def _draw(self, stream: tuple[int, int], *, films: int, first_id: int) -> Iterator[tuple[int, Draws]]:
        """The id and the draws of each film; a film that repeats has those of the film before it."""
        for block_start in range(0, films, BLOCK_FILMS):
            rows = self._draw_block((*stream, block_start // BLOCK_FILMS), films=min(BLOCK_FILMS, films - block_start))
            for place, row in enumerate(rows):
                is_repeat = place > 0 and row[0] < REPEATED_SHARE * (1 << DRAW_BITS)
                source = place - 1 if is_repeat else place
                yield first_id + block_start + source, Draws(rows[source][1:], bits=DRAW_BITS)

    def _draw_block(self, stream: tuple[int, ...], *, films: int) -> list[list[int]]:
        """A row of numbers below 2**DRAW_BITS for each film of one block."""
        # Raw bits, not Generator's distributions: numpy promises never to change the former.
        bits = np.random.PCG64(np.random.SeedSequence((self.seed, *stream)))
        width = 2 + DRAWS_PER_FILM  # besides the film's own: whether it repeats, and its date
        raw = bits.random_raw(films * width).reshape(films, width) >> np.uint64(64 - DRAW_BITS)
        rows: list[list[int]] = raw.tolist()
        return rows

    def _historic_date(self, draws: Draws) -> date:
        """A date within the sixty years before the start; half of them in the last fifteen."""
        share = draws.unit()
        return self.start - timedelta(days=1 + int(share * share * HISTORY_YEARS * 365))
