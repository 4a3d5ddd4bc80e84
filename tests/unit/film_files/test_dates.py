"""Columns of dates in every form that people write, and those that do not tell their order."""

from datetime import UTC, date, datetime

import pytest

from film_files.date_columns import DateEvidence, DateForm
from tests.support.film_columns import Refused, forms_of, read_column

MARCH_18, JULY_2 = date(2012, 3, 18), date(2014, 7, 2)


@pytest.mark.parametrize(
    "cells",
    [
        ["2012-03-18", "2014-07-02"],
        ["2012-3-18", "2014-7-2"],
        ["2012-03-18T00:00:00Z", "2014-07-02T00:00:00+09:00"],
        ["2012-03-18 00:00:00", "2014-07-02 00:00:00.000"],
        ["2012/03/18", "2014/07/02"],
        ["2012.03.18", "2014.07.02"],
        ["2012. 3. 18.", "2014. 7. 2."],
        ["20120318", 20140702],
        ["20120318.0", "20140702.0"],
        ["18/03/2012", "02/07/2014"],
        ["03/18/2012", "07/02/2014"],
        ["18/3/2012", "2/7/2014"],
        ["3/18/2012", "7/2/2014"],
        ["3/18/2012 12:00:00 AM", "7/2/2014 12:00:00 AM"],
        ["18.03.2012", "02.07.2014"],
        ["18.3.2012", "2.7.2014"],
        ["18-03-2012", "02-07-2014"],
        ["03-18-2012", "07-02-2014"],
        ["18 March 2012", "2 July 2014"],
        ["18th of March 2012", "2nd July, 2014"],
        ["March 18, 2012", "July 2, 2014"],
        ["18 Mar 2012", "2 Jul 2014"],
        ["Mar 18 2012", "Jul 02 2014"],
        ["18-Mar-2012", "02-Jul-2014"],
        ["Sunday, March 18, 2012", "Wednesday, July 2, 2014"],
        ["Sun, 18 Mar 2012 00:00:00 GMT", "Wed, 02 Jul 2014 00:00:00 GMT"],
        ["2012년 3월 18일", "2014년 07월 02일 (수)"],
        ["2012年3月18日", "2014年7月2日"],
        ["18. März 2012", "2. Juli 2014"],
        ["18 mars 2012", "2 juillet 2014"],
        ["18 de marzo de 2012", "2 de julio de 2014"],
        ["2012-03-18 오전 12:00:00", "2014-07-02 오전 12:00:00"],
        ["２０１２-０３-１８", "2014\u00a0-\u00a007-02"],
        ["2012–03–18", "2014–07–02"],
        ["40986", "41822"],
        ["1332028800", "1404259200"],
        [1332028800000, 1404259200000],
        [date(2012, 3, 18), datetime(2014, 7, 2, 12)],  # noqa: DTZ001  # as a workbook's cell has it
        ["2012-03-18", "7/2/2014", "7/18/2014"],
    ],
    ids=lambda cells: str(cells[0]),
)
def test_a_form_of_dates_is_read(cells):
    """The second cell alone would be unclear in some; the column tells its order."""
    assert read_column("release_date", cells)[:2] == [MARCH_18, JULY_2]
    assert forms_of(release_date=cells).date_problem is None


def test_two_digits_of_a_year_are_read_where_a_cell_rules_out_all_other_orders():
    """99 is no day; the century is a spreadsheet's."""
    cells = ["18-03-12", "02-07-14", "25-12-99", "01-01-30"]

    assert read_column("release_date", cells) == [MARCH_18, JULY_2, date(1999, 12, 25), date(1930, 1, 1)]
    assert forms_of(release_date=cells).describe()["release_date"] == (
        "DD-MM-YY (30-99 are 1930-1999, 00-29 are 2000-2029)"
    )
    assert read_column("release_date", ["18-Mar-12", "02-Jul-14", "25-Dec-99"])[:2] == [MARCH_18, JULY_2]


@pytest.mark.parametrize(
    ("cells", "unclear", "readings"),
    [
        (
            ["02/07/2014", "05/06/2013"],
            "05/06/2013",
            '"02/07/2014" can be 2014-07-02 (DD/MM/YYYY) or 2014-02-07 (MM/DD/YYYY)',
        ),
        (["18-03-12", "25-11-13"], "25-11-13", '"18-03-12" can be 2012-03-18 (DD-MM-YY) or 2018-03-12 (YY-MM-DD)'),
        (["18-Mar-12"], "18-Mar-12", '"18-Mar-12" can be 2012-03-18 (DD-month-YY) or 2018-03-12 (YY-month-DD)'),
        (
            ["18/03/2012", "03/25/2012", "02/07/2014"],
            "02/07/2014",
            '"18/03/2012" is DD/MM/YYYY and "03/25/2012" is MM/DD/YYYY',
        ),
        (
            ["2012-13-01", "2012-02-07"],
            "2012-02-07",
            '"2012-02-07" can be 2012-02-07 (YYYY-MM-DD) or 2012-07-02 (YYYY-DD-MM)',
        ),
        (
            ["18/03/2012", "25/11/2013", "2/7/2014"],
            "2/7/2014",
            '"2/7/2014" can be 2014-07-02 (D/M/YYYY) or 2014-02-07 (M/D/YYYY)',
        ),
    ],
)
def test_a_column_that_does_not_tell_its_order_is_refused(cells, unclear, readings):
    """The last one is what a spreadsheet leaves that took some of the cells for its own dates."""
    forms = forms_of(release_date=cells)

    assert readings in forms.date_problem
    assert "write dates as YYYY-MM-DD" in forms.date_problem
    with pytest.raises(ValueError, match=r"release_date is .* which can be .*; write dates as YYYY-MM-DD"):
        forms.read("release_date", unclear)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (["soon", "later", ""], 'none of 2 rows has a release_date that can be read; the first is "soon"'),
        (["2012", 2013], 'none of 2 rows has a release_date that can be read; the first is "2012"'),
        (["Mar-12"], 'none of 1 rows has a release_date that can be read; the first is "Mar-12"'),
        (["1332028801"], "none of 1 rows"),
        (["86400"], "none of 1 rows"),
        (["0", 0, "0"], 'none of 3 rows has a release_date that can be read; the first is "0"'),
        (["2012-03-18", "x", "y", "z"], '3 of 4 rows have no release_date that can be read; the first is "x"'),
    ],
)
def test_a_column_without_dates_is_a_problem(cells, sentence):
    """Years, times of the day and words are no days."""
    assert forms_of(release_date=cells).date_problem.startswith(sentence)


def test_a_cell_that_fits_no_form_of_its_column_is_refused_alone():
    """The others are read."""
    cells = ["18/03/2012", "30/02/2012", "banana", "", "0000-00-00", "02/07/2014", "2012-03-18"]

    found = read_column("release_date", cells)

    assert found[:1] + found[3:] == [MARCH_18, None, None, JULY_2, MARCH_18]
    assert found[1:3] == [
        'release_date is "30/02/2012", not a date; write dates as YYYY-MM-DD',
        'release_date is "banana", not a date; write dates as YYYY-MM-DD',
    ]
    assert forms_of(release_date=cells).date_problem is None


def test_one_slip_does_not_turn_iso_dates_round():
    """The month 13 of one cell is a slip where another has a day above 12."""
    assert read_column("release_date", ["2012-13-01", "2012-02-27", "2012-02-07"])[1:] == [
        date(2012, 2, 27),
        date(2012, 2, 7),
    ]
    assert read_column("release_date", ["2012-18-03", "2014-02-07", "2013-25-11"])[:2] == [MARCH_18, JULY_2]


@pytest.mark.parametrize(
    "cell",
    ["٢٠١٢-٠٣-١٨", "2012²-03-18", "9" * 5000, "1/" * 40_000, "[" * 90_000, True, float("inf"), 10**30, "2012-W11-7"],
)
def test_a_hostile_cell_is_refused_in_one_bounded_sentence(cell):
    """Whatever it is."""
    [found] = read_column("release_date", [cell])

    assert isinstance(found, Refused)
    assert len(found) < 300


def test_without_evidence_only_certain_dates_are_read():
    """A form's field has no column."""
    forms = forms_of()

    assert forms.read("release_date", "2012-03-04") == date(2012, 3, 4)
    assert forms.read("release_date", "2012-3-4") == date(2012, 3, 4)
    assert forms.read("release_date", "18/03/2012") == MARCH_18
    with pytest.raises(ValueError, match="can be 2014-07-02"):
        forms.read("release_date", "02/07/2014")


@pytest.mark.parametrize(
    "cells",
    [["2561-01-23", "2558-11-30"], ["23/1/2561", "30/11/2558"], ["1397-01-23", "1399-11-30"], [date(2561, 1, 23)]],
)
def test_years_of_another_calendar_are_refused(cells):
    """A Buddhist or Persian year is no year of ours; a few slips are no calendar."""
    assert "another calendar?" in problem_of(cells)
    assert problem_of([*cells, "1998-05-20", "2003-08-31", "1871-12-01"]) is None


@pytest.mark.parametrize(
    "moment",
    ["2016-09-21T15:00:00.000Z", "2016-09-21 20:30+02:00", "Wed, 21 Sep 2016 15:00:00 GMT",
     datetime(2016, 9, 21, 15, tzinfo=UTC)],
)  # fmt: skip
def test_a_moment_in_a_time_zone_has_no_day_of_its_own(moment):
    """Midnight in Seoul is the day before in UTC; a midnight where it was written keeps its day."""
    assert "depends on a time zone" in problem_of([moment, moment])
    with pytest.raises(ValueError, match="depends on a time zone"):
        DateForm().read(moment)


@pytest.mark.parametrize(
    "moment",
    ["2016-09-21T00:00:00.000+09:00", "2016-09-21 00:00Z", "2016-09-21 15:00:00", "2016-09-21 12:00:00 AM UTC"],
)
def test_a_midnight_or_a_time_without_zone_keeps_its_day(moment):
    """Nothing is converted."""
    assert problem_of([moment]) is None
    assert DateForm().read(moment) == date(2016, 9, 21)


def problem_of(cells):
    evidence = DateEvidence()
    for cell in cells:
        evidence.add(cell)
    return evidence.form("release_date").problem or None
