"""Kinds of columns, texts and flags, and the forms as a value."""

import json
import pickle
from datetime import date

import pytest

from film_files.forms import KINDS, FormEvidence, Forms
from tests.support.film_columns import Refused, forms_of, read_column


@pytest.mark.parametrize(
    ("cells", "flag"),
    [
        (["true", "TRUE", "t", "1", "1.0", "yes", "Y", 1, 1.0, True, "예"], True),
        (["false", "False", "F", "0", "0.0", "no", "N", 0, 0.0, False], False),
        (["", "nan", None, r"\N"], None),
    ],
)
def test_flags_are_read(cells, flag):
    """As PostgreSQL, spreadsheets and people write them."""
    assert read_column("adult", cells) == [flag] * len(cells)


@pytest.mark.parametrize("cell", ["maybe", 2, "ttrue", [True], "t" * 100_000])
def test_anything_else_is_no_flag(cell):
    """Nothing is false because it is unknown."""
    [found] = read_column("adult", [cell])

    assert isinstance(found, Refused)
    assert "not true or false" in found


@pytest.mark.parametrize(
    ("column", "cell", "text"),
    [
        ("title", "None", "None"),
        ("title", 1917, "1917"),
        ("title", 1917.0, "1917"),
        ("title", date(2012, 5, 1), "2012-05-01"),
        ("title", "nan", None),
        ("original_language", "None", None),
        ("original_language", "한국어", "한국어"),
        ("overview", "No overview found.", None),
        ("overview", "Two brothers row home. ", "Two brothers row home. "),
        ("tagline", "TBA", None),
        ("a column of its own", "N/A", None),
        ("status", "Released", "Released"),
    ],
)
def test_texts_stay_as_typed(column, cell, text):
    """But words for nothing are none; a film may be called None."""
    assert read_column(column, [cell]) == [text]


@pytest.mark.parametrize("cell", [["a"], {"a": 1}])
def test_a_list_is_no_text(cell):
    """It is not turned into one."""
    assert isinstance(read_column("title", [cell])[0], Refused)


def test_the_forms_travel_as_json_and_as_a_pickle():
    """A run writes them, another reads with them."""
    forms = forms_of(
        release_date=["18/03/2012", "02/07/2014"], vote_count=["2,417", "86"], genres=["War", "Drama", "War-Drama"]
    )

    assert Forms.from_json(json.loads(json.dumps(forms.to_json()))) == forms
    assert pickle.loads(pickle.dumps(forms)) == forms
    assert forms.describe() == {
        "release_date": "DD/MM/YYYY",
        "vote_count": "2,417 (comma groups thousands)",
        "genres": "War-Drama (hyphens join names)",
    }


def test_the_evidence_does_not_grow_with_the_file():
    """Nor with its cells."""
    evidence = FormEvidence()
    for i in range(3000):
        for column in sorted(evidence.columns):
            evidence.add(column, f"{i}-{'x' * 500}")
            evidence.add(column, f"name {i}")

    assert len(pickle.dumps(evidence.forms())) < 20_000
    assert evidence.columns <= set(KINDS)
