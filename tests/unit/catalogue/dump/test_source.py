"""Which film of a dump comes on which day, and what its record says."""

from datetime import UTC, date, datetime
from functools import partial

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from movie_assets.catalogue.dump.source import DumpSource
from tests.support.dumps import START, a_row, csv_text, fetched, ids, only_film, write_dump

# The columns of well-known dumps, besides those that are required of any.
DETAILS_26 = (
    "adult", "backdrop_path", "belongs_to_collection", "budget", "genres", "homepage", "id", "imdb_id",
    "origin_country", "original_language", "original_title", "overview", "popularity", "poster_path",
    "production_companies", "production_countries", "release_date", "revenue", "runtime", "spoken_languages",
    "status", "tagline", "title", "video", "vote_average", "vote_count",
)  # fmt: skip
TMDB_5000 = (
    "budget", "genres", "homepage", "id", "keywords", "original_language", "original_title", "overview",
    "popularity", "production_companies", "production_countries", "release_date", "revenue", "runtime",
    "spoken_languages", "status", "tagline", "title", "vote_average", "vote_count",
)  # fmt: skip


@pytest.fixture
def dump_of(tmp_path):
    """Writes a dump and opens it as a source."""
    return partial(write_dump, tmp_path)


def test_a_film_comes_on_the_day_of_its_release(dump_of):
    """No other day shows it, and a day without films is empty."""
    source = dump_of([a_row(1, release_date="2017-12-03"), a_row(2, release_date="2017-12-05")])

    assert ids(fetched(source, date(2017, 12, 3))) == [1]
    assert fetched(source, date(2017, 12, 4)) == []
    assert ids(fetched(source, date(2017, 12, 5))) == [2]
    assert fetched(source, date(2017, 12, 3))[0].chosen_by == "released_on_day"


def test_the_first_day_also_holds_what_came_before_and_what_was_never_dated(dump_of):
    """In the file's order; films yet to come are not among them."""
    dates = {1: "2017-12-02", 2: "", 3: "1931-05-11", 4: "2017-12-03", 5: "2017-12-04", 6: ""}
    source = dump_of([a_row(film_id, release_date=day) for film_id, day in dates.items()])

    found = fetched(source, with_history=True)

    assert [(film.film_id, film.chosen_by) for film in found] == [
        (1, "history"), (3, "history"), (2, "undated"), (6, "undated"), (4, "released_on_day"),
    ]  # fmt: skip


def test_each_film_belongs_to_one_day_of_a_backfill(dump_of):
    """Over a first day with history and the days after it, no film is lost and none comes twice."""
    days = [f"2017-{month:02}-{day:02}" for month in (11, 12) for day in (1, 2, 3, 9, 9, 30)]
    source = dump_of([a_row(n, release_date=day) for n, day in enumerate(days, start=1)])

    found = [film for n in range(31) for film in fetched(source, date(2017, 12, 1 + n), with_history=n == 0)]

    assert sorted(ids(found)) == list(range(1, 13))


def test_an_id_that_stands_twice_is_handed_on_twice(dump_of):
    """Which of two records counts is for cleaning to decide."""
    assert ids(fetched(dump_of([a_row(5), a_row(5, title="Again")]))) == [5, 5]


def test_the_file_is_read_once_for_all_days(dump_of):
    """A backfill of a month does not read a big file thirty times; the file may even be gone."""
    source = dump_of([a_row(1), a_row(2, release_date="2017-12-05")])
    fetched(source)
    source.path.unlink()

    assert ids(fetched(source, date(2017, 12, 5))) == [2]


def test_parquet_values_become_plain_ones(tmp_path):
    """Arrays are lists, time stamps are days, and what is no number is missing."""
    rows = [a_row(7, runtime=float("nan"), release_date=datetime(2017, 12, 3, tzinfo=UTC), genres=["Drama"])]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "films.parquet")

    record = only_film(DumpSource(tmp_path / "films.parquet", START)).record

    assert record == a_row(7, runtime=None, genres=["Drama"])


def test_a_csv_gives_the_values_that_json_would(dump_of):
    """A title of digits stays a text; an empty cell is a missing value."""
    record = only_film(dump_of([a_row(7, title="1917", overview="")])).record

    assert record == a_row(7, title="1917", overview=None)


def test_other_columns_are_kept_as_they_are(dump_of):
    """An index column of pandas, say."""
    assert only_film(dump_of([{"": 0, **a_row(7), "mood": "calm"}])).record["mood"] == "calm"


@pytest.mark.parametrize("columns", [DETAILS_26, TMDB_5000], ids=["26 columns", "20 columns"])
def test_known_public_shapes_have_all_that_is_required(dump_of, columns):
    """Neither needs its columns renamed."""
    source = dump_of(csv_text([a_row(7)], columns))

    assert set(only_film(source).record) == set(columns)


def test_a_row_with_other_than_an_id_is_malformed(dump_of):
    """As in well-known files whose rows have shifted: the day goes on, the row says what is wrong."""
    shifted = a_row("1997-08-20", release_date="1", genres="[{'name': 'Carousel Productions'}]")

    broken, sound = fetched(dump_of([shifted, a_row(2)]), with_history=True)

    assert (broken.film_id, broken.chosen_by) == (None, "undated")
    assert broken.problem == 'malformed: id is "1997-08-20", not a number'
    assert broken.record["title"] == "The Quiet Harbour"
    assert (sound.film_id, sound.problem) == (2, None)


@pytest.mark.parametrize("cells", [["9", "cut short"], [*map(str, a_row(9).values()), "one", "too many"]])
def test_a_row_of_the_wrong_width_is_malformed(dump_of, cells):
    """Its cells may have shifted, so not even its date is believed."""
    header, sound, later = csv_text([a_row(1), a_row(2)]).splitlines(keepends=True)
    text = header + sound + ",".join(f'"{cell}"' for cell in cells) + "\n" + later

    broken, first, last = fetched(dump_of(text), with_history=True)

    assert broken.problem == f"malformed: the row in line 3 has {len(cells)} cells, and there are 9 headings"
    assert broken.record is None
    assert broken.chosen_by == "undated"
    assert ids([first, last]) == [1, 2]
