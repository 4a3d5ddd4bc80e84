"""A large day, in several processes."""

from datetime import date

from movie_assets.catalogue import day as day_module
from movie_assets.catalogue.day import clean_day, fetch_day
from movie_assets.catalogue.dump.source import BATCH_FILMS
from tests.support.dumps import a_row, json_lines, write_dump

DAY = date(2026, 1, 1)
OVERVIEWS = [
    "A nurse waits for a wonderful summer that never comes.",
    "Une infirmière attend un été qui ne vient pas, et la ville l'oublie.",
    "He said “not good”… and 'really' left :-( Terrible!",
    "",
]


def test_processes_make_the_same_days_as_one(tmp_path, monkeypatch):
    """Byte by byte, above all the moods: the same numbers wherever they are computed."""
    rows = [
        a_row(number, overview=OVERVIEWS[number % 4], title=f"Film {number}") for number in range(1, BATCH_FILMS + 500)
    ]
    source = write_dump(tmp_path, json_lines([*rows, *rows[:3]]) + "no film\n", "films.jsonl")

    def day():
        raw = fetch_day(source, DAY, with_history=True)
        cleaned = clean_day(raw.films, DAY, min_votes=6, min_films=0)
        return raw.films, cleaned.movies, cleaned.votes, cleaned.dropped, cleaned.counts

    monkeypatch.setattr(day_module, "PARALLEL_FROM", 100)
    alone = day()
    monkeypatch.setattr(day_module, "PARALLEL_FROM", 1)

    assert day() == alone
    assert alone[-1]["duplicate"] == 3
    assert alone[-1]["malformed"] == 1
