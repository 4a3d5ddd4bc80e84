"""A row of a dump as a record: which cells are read, and what one that cannot be read does to its film."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from film_files.forms import FormEvidence, Forms
from movie_assets.catalogue.dump.fields import LIST_COLUMNS, NEEDED, READ, RowForms, plain, read_row
from movie_assets.catalogue.dump.rating_scale import RatingScale
from movie_assets.catalogue.values import cast_of, collection_of, directors_of

DAY = date(1995, 10, 30)


def read(day=None, scale=RatingScale(), forms=Forms(), **cells):  # noqa: B008  # both are frozen
    """The id, the record and the problem of a row of these cells."""
    return read_row({"id": "7", **cells}, RowForms(forms, scale), day)


def test_values_become_those_of_json():
    """Whatever a Parquet file may hold."""
    value = {
        1: float("nan"), "price": Decimal("1.5"), "day": date(2017, 1, 2), "night": datetime(2017, 1, 2, tzinfo=UTC),
        "noon": datetime(2017, 1, 2, 12, tzinfo=UTC), "pairs": [("a", float("inf"))],
        "length": timedelta(hours=2), "yes": True,
    }  # fmt: skip

    assert plain(value) == {
        "1": None, "price": 1.5, "day": "2017-01-02", "night": "2017-01-02", "noon": "2017-01-02T12:00:00+00:00",
        "pairs": [["a", None]], "length": "2:00:00", "yes": True,
    }  # fmt: skip


def test_cells_are_read_by_the_kind_of_their_column():
    """Texts of a CSV as the values that JSON would have held; a synopsis and other columns to the letter."""
    cells = {
        "title": "1917", "overview": " A nurse waits. ", "runtime": "1h 30m", "genres": "['Drama' 'Crime']",
        "vote_average": "6,5", "vote_count": "12", "adult": "f", "status": "N/A", "mood": "", "place": "-",
    }  # fmt: skip

    assert read(day=DAY, release_date="30/10/1995", **cells) == (
        7,
        {
            "id": 7, "title": "1917", "overview": " A nurse waits. ", "runtime": 90.0, "genres": ["Drama", "Crime"],
            "vote_average": 6.5, "vote_count": 12, "adult": False, "status": None, "mood": None, "place": "-",
            "release_date": "1995-10-30",
        },
        None,
    )  # fmt: skip


def test_a_cell_is_read_by_the_form_of_its_column():
    """A single cell does not tell whether a point groups thousands; its column does."""
    evidence = FormEvidence()
    evidence.add("vote_count", "1.204.000")

    assert read(forms=evidence.forms(), vote_count="1.204")[1]["vote_count"] == 1204


@pytest.mark.parametrize("film_id", ["1997-08-20", "tt0114709", "862.5", "", None, "0", -3, "9" * 40])
def test_an_id_is_a_whole_number_above_zero(film_id):
    """Nothing else is taken for one; the row says what stood there."""
    found, record, problem = read(id=film_id)

    assert found is None
    assert problem.startswith("malformed: id ")
    assert record["id"] == film_id


@pytest.mark.parametrize("column", sorted(LIST_COLUMNS & NEEDED))
def test_a_broken_nested_column_is_the_rows_problem(column):
    """The rest of the record is kept, and so is what could not be read."""
    film_id, record, problem = read(**{column: "[{'id': 18, "})

    assert film_id == 7
    assert problem.startswith(f"malformed: {column} is \"[{{'id': 18,")
    assert record == {"id": 7, column: "[{'id': 18, "}


@pytest.mark.parametrize(
    ("column", "cell"), [("runtime", "long"), ("vote_count", "12.805"), ("vote_average", "74%"), ("adult", "maybe")]
)
def test_a_value_that_a_film_needs_is_quoted_where_it_cannot_be_read(column, cell):
    """Never a reason that is not the true one: a film of many votes has not too few of them."""
    _, record, problem = read(**{column: cell})

    assert problem.startswith(f'malformed: {column} is "{cell}"')
    assert record[column] == cell


@pytest.mark.parametrize("column", sorted(READ - NEEDED))
@pytest.mark.parametrize("cell", ["[{'name': ", {"odd": object}])
def test_what_no_film_needs_costs_none(column, cell):
    """It stays as it was: people, words and whatever no estimator uses."""
    assert read(**{column: cell})[::2] == (7, None)


def test_people_that_cannot_be_read_are_missing():
    """The film has none."""
    _, record, problem = read(cast="[{'name': ", crew="[{'job': 'Director', ", credits="{'cast': [")

    assert (cast_of(record), directors_of(record), problem) == ([], [], None)


@pytest.mark.parametrize(
    ("written", "series"),
    [
        ("{'id': 5, 'name': 'Harbour Collection', 'poster_path': None}", "Harbour Collection"),
        ('{"id": 5, "name": "Harbour Collection"}', "Harbour Collection"),
        ("Harbour Collection", "Harbour Collection"),
        ({"id": 5, "name": "Harbour Collection"}, "Harbour Collection"),
        ("{'id': 5, 'name", None),
        (None, None),
    ],
)
def test_the_series_may_be_written_as_an_object(written, series):
    """As pandas writes it; one that cannot be read is no problem of the row."""
    _, record, problem = read(belongs_to_collection=written)

    assert problem is None
    assert collection_of(record) == series


def test_a_date_that_is_none_is_the_rows_problem():
    """The film keeps its id and the date as it was written."""
    film_id, record, problem = read(release_date="soon")

    assert film_id == 7
    assert problem.startswith('malformed: release_date is "soon"')
    assert record["release_date"] == "soon"


def test_ratings_are_brought_to_a_scale_of_ten():
    """By the setting that says the scale; a rating above it is a slip."""
    five = RatingScale(5)

    assert read(scale=five, vote_average="3.7")[1]["vote_average"] == pytest.approx(7.4)
    assert read(scale=five, vote_average="")[1]["vote_average"] is None
    assert read(scale=five, vote_average="37")[2] == "malformed: vote_average is 37, above MOVIE_DUMP_RATING_MAX=5"


def test_columns_that_are_not_there_are_not_made_up():
    """A dump without keywords gives records without keywords."""
    assert read(release_date=None)[1] == {"id": 7, "release_date": None}


@pytest.mark.parametrize("film_id", [True, 10**21, -3, 2.5])
def test_an_id_of_json_that_is_none_is_the_rows_problem(film_id):
    """A truth value and a number that no column can hold stay in the record, and nowhere else."""
    found, record, problem = read(id=film_id)

    assert found is None
    assert problem.startswith("malformed: id is ")
    assert record["id"] is film_id


def test_a_rating_that_names_its_scale_contradicts_the_setting():
    """3.4/10 is no rating of 5."""
    _, _, problem = read(scale=RatingScale(5), vote_average="3.4/10")

    assert (
        problem
        == 'malformed: vote_average is "3.4/10", on a scale of 10, but MOVIE_DUMP_RATING_MAX=5: correct one of them'
    )
    assert read(vote_average="3.4/10")[1]["vote_average"] == 3.4
