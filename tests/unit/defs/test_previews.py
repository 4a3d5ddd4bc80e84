"""Small tables and pictures in the Dagster UI."""

import pandas as pd

from movie_assets.defs.previews import picture, preview, table


def test_rows_become_a_table():
    """The first row's keys are the columns; what a row lacks is empty."""
    text = table([{"family": "xgboost", "rmse": 0.72}, {"family": "lightgbm"}]).value

    assert text.split("\n") == ["| family | rmse |", "| --- | --- |", "| xgboost | 0.72 |", "| lightgbm |  |"]


def test_no_rows_say_so():
    """An empty table would look like a fault."""
    assert table([]).value == "_no rows_"


def test_a_cell_cannot_break_its_table():
    """A synopsis may hold bars and new lines, and be long."""
    [_, _, row] = table([{"overview": "one | two\nthree " + "x" * 200}]).value.split("\n")

    assert row.startswith("| one \\| two three xxx")
    assert row.endswith("…\u0020|")
    assert len(row) < 70


def test_a_preview_is_the_first_rows():
    """Five of them, and only the chosen columns."""
    text = preview(pd.DataFrame({"id": range(9), "title": "T", "overview": "long"}), ["id", "title"]).value

    assert text.count("\n") == 6
    assert "overview" not in text
    assert text.endswith("| 4 | T |")


def test_a_picture_is_inside_the_metadata():
    """No link that dies when the run's files are gone."""
    assert picture(b"<svg/>", "ratings").value == "![ratings](data:image/svg+xml;base64,PHN2Zy8+)"
