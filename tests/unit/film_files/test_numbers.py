"""Columns of counts, ratings and other numbers, with every mark between their digits."""

import pytest

from film_files.forms import Forms
from tests.support.film_columns import Refused, forms_of, read_column


@pytest.mark.parametrize(
    ("column", "cells", "numbers"),
    [
        ("vote_count", ["2,417", "86"], [2417, 86]),  # as decimals, these would be no counts
        ("vote_count", ["2,417,305", "1,000"], [2417305, 1000]),
        ("vote_count", ["2.417.305", "9.120"], [2417305, 9120]),
        ("vote_count", ["2 417", "2\u00a0417", "2\u202f417", "2\u2009417", "2'417", "2’417"], [2417] * 6),
        ("vote_count", ["86.0", "2417.0"], [86, 2417]),
        ("vote_count", ["+5", "０８６"], [5, 86]),
        ("vote_count", [12.0, 7], [12, 7]),
        ("vote_average", ["6,9", "7,123"], [6.9, 7.123]),
        ("vote_average", ["6.9", "7.123", "8"], [6.9, 7.123, 8]),
        ("vote_average", ["6.9/10", "8 / 10"], [6.9, 8]),
        ("revenue", ["$12,000,000", "1,5 EUR", "7.5"], [12e6, 1.5, 7.5]),
        ("revenue", ["1.000.000", "500.000", "2,5"], [1e6, 5e5, 2.5]),
        ("revenue", ["1,234.5", "2,417"], [1234.5, 2417]),
        ("revenue", ["1.234,5", "2.417"], [1234.5, 2417]),
        ("popularity", ["12.805", "7.3"], [12.805, 7.3]),
        ("id", ["862", "862.0", 862, 862.0], [862] * 4),
    ],
)
def test_numbers_are_read_where_their_column_leaves_no_doubt(column, cells, numbers):
    """Blanks and apostrophes are never unclear; a comma or point is by what other cells show."""
    assert read_column(column, cells) == numbers


def test_another_column_of_the_file_tells_the_decimal_mark():
    """Ratings such as 6,9 make the point of the counts a group's; ratings such as 6.9 make the comma it."""
    assert read_column("vote_count", ["9.120", "86"], vote_average=["6,9"]) == [9120, 86]
    assert read_column("runtime", ["1,200"], vote_average=["6.9"]) == [1200]


@pytest.mark.parametrize(
    ("column", "cells", "others", "message"),
    [
        ("vote_count", ["9.120", "86"], {}, 'vote_count is "9.120", which can be 9120 or 9.120'),
        ("vote_count", ["9.120", "86"], {"vote_average": ["6.9"]}, 'vote_count is "9.120", which can be 9120 or'),
        ("vote_count", ["25.000", "86"], {"vote_average": ["6.9"]}, 'vote_count is "25.000", which can be 25000 or'),
        ("vote_count", ["2,417"], {"vote_average": ["6,9"]}, 'vote_count is "2,417", which can be 2417 or 2.417'),
        ("vote_count", ["1,000", "2,000"], {}, 'vote_count is "1,000", which can be 1000 or 1.000'),
        ("vote_count", ["2,417", "1,234,567", "2.417.305"], {}, 'vote_count is "2,417", which can be'),
        ("vote_count", [12.805], {}, "vote_count is 12.805, not a whole number"),
        ("vote_average", ["74%"], {}, 'vote_average is "74%", a rating on a scale of its own'),
        ("vote_average", ["3.5/5"], {}, 'vote_average is "3.5/5", a rating on a scale of its own'),
        ("runtime", ["1,200"], {}, 'runtime is "1,200", which can be 1200 or 1.200'),
        ("id", ["0"], {}, 'id is "0", not a whole number above 0'),
        ("id", ["tt0114709"], {}, 'id is "tt0114709", not a number'),
    ],
)
def test_an_unclear_number_is_refused_with_its_cell(column, cells, others, message):
    """Never cut off, never guessed."""
    assert read_column(column, cells, **others)[0].startswith(message)


@pytest.mark.parametrize(
    "cell",
    [
        "−5",
        "-5",
        "inf",
        "1e400",
        "-inf",
        "Infinity",
        "٣",
        "²",
        "1_000",
        "0x10",
        "1,23,456",
        "12,345,67",
        "1.2.3",
        ",",
        "1,,2",
        "5 6",
        "12M",
        "--5",
        True,
        float("inf"),
        10**40,
        "9" * 1_000_000,
        "1" + ",000" * 50_000,
        [5],
        {"n": 5},
    ],
)
def test_a_hostile_number_is_refused_in_one_bounded_sentence(cell):
    """Whatever it is; no count is below 0."""
    [found] = read_column("vote_count", [cell])

    assert isinstance(found, Refused)
    assert len(found) < 300


def test_a_stray_rating_among_counts_does_not_change_how_the_others_are_read():
    """7,4 is no count by either reading, so it proves nothing."""
    assert read_column("vote_count", ["2,417", "86", "7,4"])[:2] == [2417, 86]


def test_the_form_is_described_only_where_it_had_to_be_found():
    """Plain numbers need no words."""
    described = forms_of(vote_count=["2,417", "86"], vote_average=["6.9"], budget=["5"]).describe()

    assert described == {"vote_count": "2,417 (comma groups thousands)"}
    assert forms_of(vote_average=["7,123", "6.9"]).describe() == {}
    assert forms_of(vote_average=["6,9"]).describe() == {"vote_average": "6,9 (comma is the decimal mark)"}


@pytest.mark.parametrize(("column", "cell"), [("vote_count", "4.56E+05"), ("id", "7.89e+04"), ("vote_count", "2E+3")])
def test_a_number_that_a_spreadsheet_shortened_is_refused(column, cell):
    """Its last digits are lost: another film, or a count that nobody counted."""
    with pytest.raises(ValueError, match="a spreadsheet shortened"):
        Forms().read(column, cell)
