"""A day in batches: the same films in the same order as all at once."""

from datetime import date

import joblib
import pyarrow as pa
import pytest

from movie_assets.catalogue import batches
from movie_assets.catalogue.batches import fetched_tables
from movie_assets.catalogue.raw import frame_from, raw_frame
from movie_assets.catalogue.source import SourceError
from movie_assets.catalogue.synthetic.source import SyntheticCatalogue
from tests.support.dumps import DAY, START, a_row, json_lines, write_dump

CLEANED_ON = date(2024, 5, 1)


@pytest.fixture
def many_batches(monkeypatch):
    """Days of a few dozen films are large; workers are threads (processes: the integration tier)."""
    monkeypatch.setattr(batches, "BATCH_RECORDS", 7)
    monkeypatch.setattr(batches, "PARALLEL_FROM", 2)
    with joblib.parallel_config(backend="threading"):
        yield


@pytest.mark.usefixtures("many_batches")
def test_tables_hold_the_films_that_the_source_gives():
    """In its order, with the columns and types of the raw table."""
    source = SyntheticCatalogue(seed=3, start=CLEANED_ON, films_per_day=40)

    tables = list(fetched_tables(source, CLEANED_ON, with_history=False))

    assert [len(table) for table in tables] == [7, 7, 7, 7, 7, 5]
    fetched = frame_from(pa.concat_tables(tables))
    assert fetched.equals(raw_frame(source.fetch(CLEANED_ON, with_history=False)))


@pytest.mark.usefixtures("many_batches")
def test_a_dump_is_read_in_batches_as_it_is_film_by_film(tmp_path, monkeypatch):
    """History first, undated films, then those of the day; also where other processes read the rows."""
    monkeypatch.setattr("movie_assets.catalogue.dump.source.BATCH_FILMS", 5)
    released = ["2017-11-30", "2017-12-03", "", "2017-12-02", "2017-12-04"]
    rows = [a_row(number, release_date=released[number % 5]) for number in range(1, 60)]
    source = write_dump(tmp_path, json_lines(rows) + "no film\n", "films.jsonl")

    fetched = frame_from(pa.concat_tables(fetched_tables(source, DAY, with_history=True)))

    assert fetched.equals(raw_frame(source.fetch(DAY, with_history=True)))
    assert fetched["chosen_by"].unique().tolist() == ["history", "undated", "released_on_day"]
    assert fetched["problem"].notna().sum() == 1


def test_a_day_without_films_is_one_empty_table():
    """With the columns of any other."""
    source = SyntheticCatalogue(seed=3, start=CLEANED_ON, films_per_day=0, history_films=0)

    (table,) = fetched_tables(source, CLEANED_ON, with_history=False)

    assert frame_from(table).equals(raw_frame([]))


def test_a_day_that_cannot_be_had_says_so(tmp_path):
    """The source's own sentence."""
    source = write_dump(tmp_path, [a_row()])

    with pytest.raises(SourceError, match="ask for a later day"):
        list(fetched_tables(source, date(2017, 1, 1), with_history=False))
    assert source.start == START
