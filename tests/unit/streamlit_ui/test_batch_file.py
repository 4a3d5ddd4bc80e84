"""A batch file: what is read, and what is refused and why."""

from datetime import date

import pytest

from streamlit_ui.batch_file import (
    MAX_FILMS,
    RowProblem,
    UnreadableFile,
    read_batch,
    template,
)
from streamlit_ui.contract import Film

HEAD = "title,runtime,genres,original_language,overview,release_date,cast\n"
TEMPLATE = (
    "\ufefftitle,runtime,genres,original_language,overview,release_date,production_countries,production_companies,"
    "spoken_languages,directors,cast,collection\r\n"
    "The Last Case,112,Drama|Crime,en,A retired detective returns to a quiet town to solve one last case.,2027-03-05,"
    ",,,A. Director,First Name|Second Name,\r\n"
    "Night Harvest,88,Horror,ko,,,,,,,,\r\n"
)


def rows_of(text, *, encoding="utf-8"):
    return read_batch(text.encode(encoding))


def film_of(**cells):
    """The film that one row of these cells gives."""
    cells = {"runtime": "90", "original_language": "en"} | cells
    [row] = rows_of("\t".join(cells) + "\n" + "\t".join(cells.values()) + "\n")
    return row.film


def test_the_template_can_be_read():
    """All columns, a byte order mark for Excel, and two example films."""
    rows = read_batch(template().encode())

    assert template() == TEMPLATE
    assert rows[0].film == Film(
        title="The Last Case",
        runtime=112,
        genres=["Drama", "Crime"],
        original_language="en",
        overview="A retired detective returns to a quiet town to solve one last case.",
        release_date=date(2027, 3, 5),
        directors=["A. Director"],
        cast=["First Name", "Second Name"],
    )
    assert rows[1].film == Film(title="Night Harvest", runtime=88, genres=["Horror"], original_language="ko")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_a_file_from_a_korean_excel_is_read(encoding):
    """With names of genres and languages in either language."""
    [row] = rows_of(f"{HEAD}봄,101,드라마|액션,한국어,,,\n", encoding=encoding)

    assert row.film == Film(title="봄", runtime=101, genres=["Drama", "Action"], original_language="ko")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("before", ["", "\n \n"])
def test_commas_semicolons_and_tabs_separate_columns(delimiter, before):
    """Empty lines above the column names are ignored."""
    names = delimiter.join([" Runtime ", "Original_Language", "title"])
    [row] = rows_of(f"{before}{names}\n" + delimiter.join(["90", "en", " A "]) + "\n")

    assert row.cells == {"runtime": "90", "original_language": "en", "title": "A"}
    assert row.film == Film(title="A", runtime=90, genres=[], original_language="en")


@pytest.mark.parametrize(
    ("cells", "facts_of_cells"),
    [
        ({"runtime": "90,5"}, {"runtime": 90.5}),
        ({"runtime": "0.5"}, {"runtime": 0.5}),
        ({"original_language": "FR"}, {"original_language": "fr"}),
        ({"original_language": "french"}, {"original_language": "fr"}),
        ({"original_language": "Qq"}, {"original_language": "qq"}),
        ({"genres": "science fiction|공포|Mockumentary"}, {"genres": ["Science Fiction", "Horror", "Mockumentary"]}),
        ({"genres": "drama; crime,war"}, {"genres": ["Drama", "Crime", "War"]}),
        ({"cast": "Doe, Jane | |Roe; Richard"}, {"cast": ["Doe, Jane", "Roe; Richard"]}),
        ({"cast": " ; "}, {"cast": None}),
        ({"production_countries": "KR|FR"}, {"production_countries": ["KR", "FR"]}),
        ({"production_companies": "Moon"}, {"production_companies": ["Moon"]}),
        ({"spoken_languages": "ko"}, {"spoken_languages": ["ko"]}),
        ({"directors": "A. Director"}, {"directors": ["A. Director"]}),
        ({"collection": "Cases", "overview": "A town.", "title": "B"}, {}),
        ({"release_date": "2027-03-05"}, {"release_date": date(2027, 3, 5)}),
        ({"collection": "", "overview": "", "title": "", "release_date": "", "note": "mine"}, None),
    ],
)
def test_each_cell_is_a_fact_of_the_film(cells, facts_of_cells):
    """An empty cell is no fact, and an unknown column is ignored."""
    facts = {"runtime": 90, "genres": [], "original_language": "en"}

    assert film_of(**cells) == Film(**(facts if facts_of_cells is None else facts | cells | facts_of_cells))


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ("A,,Drama,en,,,", RowProblem("missing", "runtime")),
        ("A,90,Drama,,,,", RowProblem("missing", "original_language")),
        ("A,90", RowProblem("missing", "original_language")),
        ("A,long,Drama,en,,,", RowProblem("not_a_number", "runtime")),
        ("A,0,Drama,en,,,", RowProblem("not_a_number", "runtime")),
        ("A,inf,Drama,en,,,", RowProblem("not_a_number", "runtime")),
        ("A,nan,Drama,en,,,", RowProblem("not_a_number", "runtime")),
        ("A,90,Drama,en,,next May,", RowProblem("not_a_date", "release_date")),
    ],
)
def test_a_bad_row_has_a_reason_and_affects_no_other(cells, problem):
    """The row after it is a film; empty rows are skipped."""
    bad, good = rows_of(f"{HEAD}{cells}\n , ,,,,,\nB,90,Drama,en,,,,too,many\n")

    assert (bad.line, bad.film) == (2, problem)
    assert (good.line, good.film) == (4, Film(title="B", runtime=90, genres=["Drama"], original_language="en"))


def test_the_line_is_where_the_row_begins():
    """A synopsis may contain line breaks."""
    first, second = rows_of(f'{HEAD}A,90,Drama,en,"one\ntwo\nthree",,\nB,90,Drama,en,,,\n')

    assert (first.line, second.line) == (2, 5)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"", "no_header"),
        (b"title,genres\nA,Drama\n", "no_header"),
        (HEAD.encode(), "no_films"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe", "not_text"),
        (b"runtime,original_language\n90,e\0n\n", "not_text"),
        (b"runtime\n" + b"90\n" * (MAX_FILMS + 1), "too_many"),
        (b'runtime\n"' + b"x" * 200_000, "not_text"),
    ],
    ids=["empty", "no runtime", "no rows", "a picture", "a zero", "too long", "a huge cell"],
)
def test_an_invalid_file_is_refused(raw, fault):
    """With its fault."""
    assert read_batch(raw) == UnreadableFile(fault)


def test_the_largest_batch_has_ten_thousand_films():
    """As many as the service takes."""
    assert len(read_batch(b"runtime\n" + b"90\n" * 10_000)) == 10_000
