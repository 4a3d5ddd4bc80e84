"""Values written in any form read back exactly, or are refused: there is no third outcome."""

import json
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.film_columns import Refused, read_column
from tests.support.written_dates import DATE_FORMS, SHORT_FORMS

BUDGET = settings(max_examples=150, deadline=None)
DAYS = st.dates(date(1930, 1, 1), date(2029, 12, 31))
SURE = st.dates(date(1930, 1, 1), date(2029, 12, 31)).filter(lambda day: day.day > 12)
NAME = (
    st.text("abcdefgh XYZéö한국-'&.", min_size=3, max_size=12)
    .map(str.strip)
    .filter(lambda name: len(name) > 2 and name[0].isalpha() and name[-1].isalpha() and "  " not in name)
)
NAMES = st.lists(NAME, min_size=1, max_size=4, unique=True)
LIST_FORMS = {
    "json": lambda names: json.dumps(names, ensure_ascii=False),
    "ascii json": json.dumps,
    "python": str,
    "numpy": lambda names: f"[{' '.join(map(repr, names))}]",
    "numpy lines": lambda names: "[{}]".format("\n ".join(map(repr, names))),
    "tuple": lambda names: str(tuple(names)),
    "set": lambda names: "{" + ", ".join(map(repr, names)) + "}",
    "array": lambda names: f"array({names!r}, dtype=object)",
    "json in json": lambda names: json.dumps(json.dumps(names)),
    "ids": lambda names: json.dumps({str(number): name for number, name in enumerate(names)}),
    "postgres": lambda names: "{" + ",".join(json.dumps(name, ensure_ascii=False) for name in names) + "}",
    "objects": lambda names: str([{"id": 1, "name": name} for name in names]),
    "numpy objects": lambda names: f"[{' '.join(str({'name': name}) for name in names)}]",
    "bars": "|".join,
    "semicolons": "; ".join,
    "commas": ", ".join,
    "lines": "\n".join,
}


@BUDGET
@given(st.sampled_from(sorted(DATE_FORMS)), st.lists(DAYS, max_size=6), SURE)
def test_dates_of_a_column_with_a_day_above_12_read_back(form, days, sure):
    """In each form."""
    cells = [DATE_FORMS[form](day) for day in [*days, sure]]

    if form in ("D/M/YYYY", "M/D/YYYY"):  # cells with zeros in front never occur, so the days are one column's
        assert all("/0" not in cell for cell in cells)
    assert read_column("release_date", cells) == [*days, sure]


@BUDGET
@given(st.sampled_from(sorted(DATE_FORMS | SHORT_FORMS)), st.lists(DAYS, min_size=1, max_size=6))
def test_dates_of_any_column_read_back_or_are_refused(form, days):
    """Also where no day is above 12, and with two digits of the year."""
    cells = [(DATE_FORMS | SHORT_FORMS)[form](day) for day in days]

    for day, found in zip(days, read_column("release_date", cells), strict=True):
        assert found == day or (isinstance(found, Refused) and "write dates as YYYY-MM-DD" in found)


@BUDGET
@given(
    st.lists(st.integers(0, 10**7), min_size=1, max_size=6),
    st.sampled_from([",", ".", " ", "\u00a0", "\u202f", "\u2009", "'", "’", ""]),
    st.sampled_from([[], ["6.9"], ["6,9"]]),
)
def test_counts_with_any_separator_read_back_or_are_refused(counts, separator, ratings):
    """Whatever the decimal mark of another column is."""
    cells = [f"{count:,}".replace(",", separator) for count in counts]

    for count, found in zip(counts, read_column("vote_count", cells, vote_average=ratings), strict=True):
        assert found == count or (isinstance(found, Refused) and found.startswith("vote_count is "))


@BUDGET
@given(st.sampled_from(sorted(LIST_FORMS)), st.lists(NAMES, min_size=1, max_size=4))
def test_lists_in_any_form_read_back_or_are_refused(form, lists):
    """Names with apostrophes, hyphens and letters of any language."""
    cells = [LIST_FORMS[form](names) for names in lists]

    for names, found in zip(lists, read_column("production_companies", cells), strict=True):
        read = (
            [item["name"] if isinstance(item, dict) else item for item in found] if isinstance(found, list) else found
        )
        assert read == names or isinstance(found, Refused)
