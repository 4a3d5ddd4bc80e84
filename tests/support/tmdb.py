"""Shared by the tests of the TMDB source: a day, keys, records, and the whole text of an error."""

import traceback
from datetime import date

from movie_assets.catalogue.synthetic.source import SyntheticCatalogue
from tests.support.builders import a_record

TODAY = date(2024, 5, 1)
TOKEN = "a-read-token"
API_KEY = "an-api-key"


class NoCheckpoints:
    """Saves nothing, so that every fetch asks for everything."""

    def load(self, _day, _name):
        return None

    def save(self, _day, _name, _value):
        pass


def the_records(count, **changes):
    """Films 1, 2, 3 …, each less popular and less voted than the one before."""
    return [a_record(id=n, popularity=1000.0 - n, vote_count=10_000 - n, **changes) for n in range(1, count + 1)]


def synthetic_records(*, day, films, history=0):
    """Made-up films with the gaps and oddities of real ones: released on a day, and before it."""
    catalogue = SyntheticCatalogue(seed=3, start=day, films_per_day=films, history_films=history)
    shown = catalogue.fetch(day, with_history=history > 0)
    return list({film.film_id: film.record for film in shown}.values())


def translations(**texts):
    """Synopses by language, as TMDB appends them to a record."""
    return {
        "translations": [
            {"iso_639_1": language, "iso_3166_1": "XX", "data": {"title": "", "overview": text}}
            for language, text in texts.items()
        ]
    }


def export_line(film_id, popularity, **changes):
    """A film as a daily export has it."""
    return {
        "id": film_id,
        "original_title": "A film",
        "popularity": popularity,
        "adult": False,
        "video": False,
    } | changes


def ids(films):
    return [film.film_id for film in films]


def traceback_text(error):
    """The text of the error in a log, with its causes."""
    return "".join(traceback.format_exception(error)) + repr(error)
