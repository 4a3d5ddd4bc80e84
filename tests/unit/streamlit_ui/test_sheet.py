"""A CSV of films: what is read, what is refused and why, and what the download holds."""

import csv
import io
from datetime import date

import pytest

from streamlit_ui.client import Service
from streamlit_ui.contract import Answer, Film
from streamlit_ui.sheet import (
    MOST_FILMS,
    PART,
    Problem,
    Unreadable,
    predictions,
    problems,
    rate_sheet,
    read_sheet,
    template,
)

HEAD = "title,runtime,genres,original_language,overview,release_date,cast\n"


def rows_of(text, *, encoding="utf-8"):
    return read_sheet(text.encode(encoding))


def test_the_template_can_be_read_back():
    """What is offered as an example works."""
    rows = read_sheet(template().encode())

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
    assert rows[1].film.original_language == "ko"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_a_sheet_from_a_korean_excel_is_read(encoding):
    """Names of genres and languages may be in either language."""
    [row] = rows_of(f"{HEAD}봄,101,드라마|액션,한국어,,,\n", encoding=encoding)

    assert row.film.title == "봄"
    assert row.film.genres == ["Drama", "Action"]
    assert row.film.original_language == "ko"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_commas_semicolons_and_tabs_all_separate(delimiter):
    """As the spreadsheet of the country has it."""
    [row] = rows_of(
        delimiter.join(["Runtime", "Original_Language", "title"]) + "\n" + delimiter.join(["90", "en", "A"])
    )

    assert (row.film.runtime, row.film.title) == (90, "A")


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ("A,,Drama,en,,,", Problem("missing", "runtime")),
        ("A,90,Drama,,,,", Problem("missing", "original_language")),
        ("A,long,Drama,en,,,", Problem("not_a_number", "runtime")),
        ("A,-3,Drama,en,,,", Problem("not_a_number", "runtime")),
        ("A,nan,Drama,en,,,", Problem("not_a_number", "runtime")),
        ("A,90,Drama,en,,next May,", Problem("not_a_date", "release_date")),
    ],
)
def test_a_bad_row_says_why_and_spoils_no_other(cells, problem):
    """The row after it is a film."""
    bad, good = rows_of(f"{HEAD}{cells}\nB,90,Drama,en,,,\n")

    assert bad.film == problem
    assert bad.line == 2
    assert isinstance(good.film, Film)


def test_the_line_is_where_the_row_begins():
    """A synopsis may hold line ends."""
    first, second = rows_of(f'{HEAD}A,90,Drama,en,"one\ntwo\nthree",,\nB,90,Drama,en,,,\n')

    assert (first.line, second.line) == (2, 5)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"", "no_header"),
        (b"title,genres\nA,Drama\n", "no_header"),
        (HEAD.encode(), "no_films"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe", "not_text"),
        (b"runtime\n" + b"90\n" * (MOST_FILMS + 1), "too_many"),
        (b'runtime\n"' + b"x" * 200_000, "not_text"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_whole(raw, fault):
    """With a word for what is wrong."""
    assert read_sheet(raw) == Unreadable(fault)


def test_every_row_gets_its_own_answer(service):
    """Rows that are no films are skipped on the way and keep their place."""
    rows = rows_of(HEAD + "".join(f"F{n},{'' if n % 3 == 0 else 90 + n},Drama,en,,,\n" for n in range(PART + 20)))
    done = []

    sheet = rate_sheet("films.csv", rows, Service(service.url, timeout_seconds=5), done.append)

    assert [isinstance(outcome, Answer) for outcome in sheet.outcomes] == [n % 3 != 0 for n in range(PART + 20)]
    assert [len(films) for films in service.films] == [166, 14]
    assert done == [PART / (PART + 20), 1.0]


def test_a_service_that_stops_leaves_what_was_rated(service):
    """The first part can be downloaded; the rest says nothing."""
    service.batches_until_cut = 1
    rows = rows_of(HEAD + "A,90,Drama,en,,,\n" * (PART + 20))

    sheet = rate_sheet("films.csv", rows, Service(service.url, timeout_seconds=5), lambda share: None)

    assert sheet.trouble.kind == "down"
    assert len(sheet.outcomes) == PART
    assert len(list(csv.DictReader(io.StringIO(predictions(sheet))))) == PART


def test_the_download_has_each_row_with_its_prediction_or_reason(service):
    """The person's own columns stay, in their order."""
    rows = rows_of(f"note,{HEAD}mine,A,90,Drama,en,,,\nmine,B,,Drama,en,,,\n")
    sheet = rate_sheet("films.csv", rows, Service(service.url, timeout_seconds=5), lambda share: None)

    text = predictions(sheet).removeprefix("\ufeff")
    first, second = csv.DictReader(io.StringIO(text))

    assert text.startswith("note,title,runtime,")
    assert (first["predicted_rating"], first["low"], first["high"]) == ("6.810", "5.620", "7.740")
    assert first["problem"] == ""
    assert second["predicted_rating"] == ""
    assert "runtime" in second["problem"]
    assert [row.line for row, _ in problems(sheet)] == [3]
