"""Excel workbooks of films, as people write them and as nobody should."""

import io
import re
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter

from film_files import workbook_bounds
from film_files.table import FilmFileError, TableRow, open_table

HEADINGS = ["제목", "Running time", "release date", "vote average", "note"]


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    """A workbook with these cells."""
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return sink.getvalue()


def changed(content: bytes, part: str, pattern: str, replacement: str) -> bytes:
    """The workbook with another text in one of its parts."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, re.sub(pattern, replacement, text.decode()) if name == part else text)
    return sink.getvalue()


def refusal(content: bytes) -> str:
    """The sentence with which it is refused."""
    with pytest.raises(FilmFileError) as refused:
        list(open_table(content, name="films.xlsx").rows())
    return str(refused.value)


def test_a_workbook():
    """Its sheet of films, below a title, with numbers and dates as they are."""
    rows = [
        ["Films of 2024"],
        [],
        HEADINGS,
        ["겨울", 101, date(2024, 5, 1), 7.5, True],
        [],
        ["Amber", "1h 2m", "2024", "", ""],
    ]
    table = open_table(workbook({"About": [["Written by hand"]], "Films": rows}), name="films.csv")

    assert list(table.rows()) == [
        TableRow(4, dict(zip(table.columns, ["겨울", 101.0, date(2024, 5, 1), 7.5, True], strict=True))),
        TableRow(6, dict(zip(table.columns, ["Amber", "1h 2m", "2024", None, None], strict=True))),
    ]
    assert table.columns == ("title", "runtime", "release_date", "vote_average", "note")
    assert table.headings["title"] == "제목"
    assert table.form.describe() == {"format": "Excel", "heading line": "3"}


def test_formulas_and_times():
    """The values that Excel has stored; an error is an empty cell."""
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["title", "runtime", "release_date"])
        sheet.write_row(1, 0, ["A"])
        sheet.write_formula(1, 1, "=100+1", None, 101)
        sheet.write_datetime(
            1, 2, datetime.fromisoformat("2024-05-01T12:30"), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        )
        sheet.write_row(2, 0, ["B"])
        sheet.write_formula(2, 1, "=NA()", None, "#N/A")

    rows = [row.cells for row in open_table(sink.getvalue()).rows()]

    assert rows[0] == {"title": "A", "runtime": 101.0, "release_date": "2024-05-01T12:30:00"}
    assert rows[1] == {"title": "B", "runtime": None, "release_date": None}


@pytest.mark.parametrize(
    ("sheets", "said"),
    [
        ({"Sheet1": []}, "names no column of films in its sheets (Sheet1)"),
        ({"Sheet1": [["title", "runtime"]]}, "headings and no rows"),
        ({"Sheet1": [["title", "runtime"], ["A", 90, "Drama"]]}, "cells beyond its last heading, runtime"),
        ({"Sheet1": [["Film", "Movie"], ["A", "B"]]}, "two headings for the column title"),
    ],
)
def test_workbooks_that_are_refused(sheets, said):
    """With their sheets."""
    assert said in refusal(workbook(sheets))


def test_damaged_workbooks():
    """Cut, and with parts that are none."""
    whole = workbook({"Films": [["title", "runtime"], *(["A" * 50, number] for number in range(2_000))]})

    assert "damaged" in refusal(whole[: len(whole) // 2])
    assert "cannot be read" in refusal(changed(whole, "xl/worksheets/sheet1.xml", "</sheetData>.*", "<"))
    assert "cannot be read" in refusal(changed(whole, "xl/worksheets/sheet1.xml", "</v></c>", "<"))


def test_a_styled_empty_cell_far_away_spans_nothing():
    """Spreadsheets format whole columns."""
    content = workbook({"Films": [["title", "runtime"], ["A", 90]]})
    content = changed(
        content,
        "xl/worksheets/sheet1.xml",
        "</sheetData>",
        '<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>',
    )

    assert [row.cells for row in open_table(content).rows()] == [{"title": "A", "runtime": 90.0}]


@pytest.mark.parametrize("cell", ['<c r="XFD1048576"><v>1</v></c>', "<c t='>' r = 'XFD1048576' ><v>1</v></c>"])
def test_two_cells_far_apart(cell):
    """They would span 17 billion cells in memory."""
    content = workbook({"Films": [["title", "runtime"], ["A", 90]]})

    assert "spans" in refusal(
        changed(content, "xl/worksheets/sheet1.xml", "</sheetData>", f"<row>{cell}</row></sheetData>")
    )


def test_cells_without_number(monkeypatch):
    """Empty ones, which take a few bytes each."""
    monkeypatch.setattr(workbook_bounds, "MAX_CELLS", 1_000)
    content = workbook({"Films": [["title", "runtime"], ["A", 90]]})

    said = refusal(
        changed(content, "xl/worksheets/sheet1.xml", "</sheetData>", f"<row>{'<c/>' * 9_000}</row></sheetData>")
    )

    assert "more than 1,000 cells" in said


def test_one_text_in_many_cells(monkeypatch):
    """A workbook of kilobytes whose cells would hold gigabytes."""
    monkeypatch.setattr(workbook_bounds, "MAX_UNPACKED", 10 << 20)
    content = workbook({"Films": [["title", "overview"], *(["A", "x" * 30_000] for _ in range(500))]})

    assert "MB of texts" in refusal(content)


def test_a_workbook_that_unpacks_to_far_too_much(monkeypatch):
    """It is not read to its end."""
    monkeypatch.setattr(workbook_bounds, "MAX_UNPACKED", 1 << 20)

    assert "unpacks to more than 1 MB" in refusal(workbook({"Films": [["title"], *([n] for n in range(50_000))]}))
