"""The history in turns: which of its films a day fetches again, so that none of them expires.

What a source's history is: tmdb.py, synthetic.py. How long records may be kept: settings.py. Their removal:
storage/retention.py.
"""

from datetime import date

HISTORY = "history"  # chosen_by, on the first day
AGAIN = "history_again"  # chosen_by, on any other


def is_due(film_id: int, day: date, *, every_days: int) -> bool:
    """Whether it is the film's turn on this day, which comes once in so many days: about as many films each day."""
    return film_id % every_days == day.toordinal() % every_days
