"""What the tests of the TMDB source share: a day, keys, records, and how an error is read."""

import traceback
from datetime import date

from tests.support.builders import a_record

TODAY = date(2024, 5, 1)
TOKEN = "a-read-token"
API_KEY = "an-api-key"


def the_records(count, **said):
    """Films 1, 2, 3 …, each less popular and less voted than the one before."""
    return [a_record(id=n, popularity=1000.0 - n, vote_count=10_000 - n, **said) for n in range(1, count + 1)]


def ids(films):
    return [film.film_id for film in films]


def everything_said(error):
    """What a log of the error would hold, its causes included."""
    return "".join(traceback.format_exception(error)) + repr(error)
