"""Which films of the history are due on a day."""

from collections import Counter
from datetime import date, timedelta

from movie_assets.catalogue.source import is_due

START = date(2026, 2, 20)


def test_every_film_is_due_once_in_so_many_days():
    """From any first day, across the end of a month."""
    days = [START + timedelta(days=number) for number in range(20)]

    due = {film_id: [day for day in days if is_due(film_id, day, every_days=10)] for film_id in range(1, 101)}

    assert {len(found) for found in due.values()} == {2}
    assert {later - earlier for earlier, later in due.values()} == {timedelta(days=10)}


def test_each_day_has_about_as_many_films():
    """A day with many more films than others would look like another kind of day."""
    days = [START + timedelta(days=number) for number in range(90)]

    films = Counter(day for day in days for film_id in range(3_000) if is_due(film_id, day, every_days=90))

    assert len(films) == 90
    assert max(films.values()) - min(films.values()) <= 1
