"""Small dumps of films: rows with defaults, in every notation a file may have."""

import csv
import io
import json
from datetime import date

from movie_assets.catalogue.dump.source import DumpSource

START = date(2017, 12, 1)
DAY = date(2017, 12, 3)  # the release date of a row, unless changed


def a_row(film_id=1, **changes):
    row = {
        "id": film_id,
        "title": "The Quiet Harbour",
        "overview": "A nurse waits.",
        "runtime": 90.0,
        "genres": ["Drama", "Crime"],
        "original_language": "en",
        "release_date": "2017-12-03",
        "vote_average": 6.5,
        "vote_count": 12,
    }
    return row | changes


def csv_text(rows, columns=None):
    """The rows as pandas writes them: nested values as Python literals, missing ones as nothing."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns or list(rows[0]), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def json_lines(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def write_dump(folder, content, name="films.csv"):
    """A source of the file written into `folder`: text or bytes as they are, rows as CSV."""
    if isinstance(content, list):
        content = csv_text(content)
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return DumpSource(path, START)


def fetched(source, day=DAY, *, with_history=False):
    """The films of a day, all at once."""
    return list(source.fetch(day, with_history=with_history))


def only_film(source):
    """The one film that the dump holds."""
    (film,) = fetched(source, with_history=True)
    return film


def ids(films):
    """Their ids, in the order they came."""
    return [film.film_id for film in films]
