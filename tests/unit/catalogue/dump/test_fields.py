"""The notations in which dumps write their nested columns, ids and dates."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from movie_assets.catalogue.dump.fields import LIST_COLUMNS, as_list, plain, read_row, release_day, whole_number
from movie_assets.catalogue.values import collection_of

DRAMA = {"id": 18, "name": "Drama"}


@pytest.mark.parametrize(
    ("written", "items"),
    [
        pytest.param('[{"id": 18, "name": "Drama"}]', [DRAMA], id="JSON"),
        pytest.param("[{'id': 18, 'name': 'Drama'}]", [DRAMA], id="a Python literal"),
        pytest.param("""[{'name': "Mira's", 'logo': None}]""", [{"name": "Mira's", "logo": None}], id="None"),
        pytest.param("['Drama', 'Crime']", ["Drama", "Crime"], id="a Python list of names"),
        pytest.param("Drama, Crime,War", ["Drama", "Crime", "War"], id="joined by commas"),
        pytest.param("Drama|Science Fiction", ["Drama", "Science Fiction"], id="joined by bars"),
        pytest.param("Drama", ["Drama"], id="one name"),
        pytest.param("{'id': 18, 'name': 'Drama'}", [DRAMA], id="one object"),
        pytest.param([DRAMA], [DRAMA], id="a list"),
        pytest.param(DRAMA, [DRAMA], id="an object"),
        pytest.param("[]", [], id="an empty list"),
        pytest.param("", [], id="nothing"),
        pytest.param(None, [], id="missing"),
        pytest.param("nan", [], id="missing, as pandas says it"),
        pytest.param('[{"rank": NaN}]', [{"rank": None}], id="not a number"),
    ],
)
def test_a_nested_column_becomes_a_list_of_what_was_there(written, items):
    """Objects stay objects and names stay names, in their order."""
    assert as_list(written) == items


@pytest.mark.parametrize("broken", ["[{'id': 18, 'name': 'Dra", "[__import__('os')]", "[" * 5_000, "{1: {}, **x}"])
def test_a_broken_nested_column_is_refused_and_never_run(broken):
    """Only literals are read; the message quotes no more than its beginning."""
    with pytest.raises(ValueError, match="is neither JSON nor a Python list") as refused:
        as_list(broken)

    assert len(str(refused.value)) < 120


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (862, 862), ("862", 862), (862.0, 862), ("862.0", 862), (" 862 ", 862),
        ("1997-08-20", None), ("tt0114709", None), ("862.5", None), ("", None), (None, None), (0, None), (-3, None),
        (True, None), ("1_000", None), ("8e2", None), ("9" * 40, None),
    ],
)  # fmt: skip
def test_an_id_is_a_whole_number_above_zero(written, number):
    """However a gap in its column has bent it; nothing else is taken for one."""
    assert whole_number(written) == number


@pytest.mark.parametrize(
    "written",
    [
        "1995-10-30",
        "1995-10-30 00:00:00",
        "1995-10-30T12:00:00Z",
        date(1995, 10, 30),
        datetime(1995, 10, 30, 9, tzinfo=UTC),
    ],
)
def test_a_day_may_be_written_as_a_date_or_a_time(written):
    """The time of day is left out."""
    assert release_day(written) == date(1995, 10, 30)


@pytest.mark.parametrize("written", [None, "", " ", "nan", "NaT", float("nan")])
def test_a_day_may_be_missing(written):
    """In whatever form."""
    assert release_day(written) is None


@pytest.mark.parametrize("written", ["1", "30/10/1995", "1995", 815011200000, "1995-13-01", "1995-10-300"])
def test_what_is_no_day_is_refused_with_its_value(written):
    """No date is guessed at."""
    with pytest.raises(ValueError, match=rf"{written}.* is not a date written YYYY-MM-DD"):
        release_day(written)


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


@pytest.mark.parametrize("column", LIST_COLUMNS)
def test_a_broken_nested_column_is_the_rows_problem(column):
    """The rest of the record is kept, and so is what could not be read."""
    film_id, record, problem = read_row({"id": "7", "release_date": "1995-10-30", column: "[{'id': 18, "})

    assert film_id == 7
    assert problem == f"malformed: {column} is neither JSON nor a Python list: \"[{{'id': 18,\""
    assert record == {"id": 7, "release_date": "1995-10-30", column: "[{'id': 18, "}


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
    _, record, problem = read_row({"id": "7", "release_date": "1995-10-30", "belongs_to_collection": written})

    assert problem is None
    assert collection_of(record) == series


def test_a_date_that_is_none_is_the_rows_problem():
    """The film keeps its id and the date as it was written."""
    film_id, record, problem = read_row({"id": 7, "release_date": "soon"})

    assert (film_id, problem) == (7, 'malformed: release_date "soon" is not a date written YYYY-MM-DD')
    assert record["release_date"] == "soon"


def test_columns_that_are_not_there_are_not_made_up():
    """A dump without keywords gives records without keywords."""
    assert read_row({"id": 7, "release_date": None})[1] == {"id": 7, "release_date": None}
