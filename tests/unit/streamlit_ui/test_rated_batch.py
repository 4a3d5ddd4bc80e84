"""A rated batch: the outcome of each row, and the download."""

import csv
import io

import pytest

from film_files.table import FileForm
from streamlit_ui.batch_file import BatchFile, Row, read_batch
from streamlit_ui.batch_film import RowProblem
from streamlit_ui.client import RatingClient
from streamlit_ui.contract import Answer
from streamlit_ui.rated_batch import BATCH_SIZE, RatedBatch, rate_batch, without_formula
from tests.support.service_lookalike import an_answer

HEAD = "title,runtime,genres,original_language,overview,release_date,cast\n"


def file_of(text):
    return read_batch(text.encode(), "films.csv")


def file_with(*rows):
    return BatchFile(list(rows), FileForm("csv"), {})


def rated(service, file, progress=lambda share: None):
    return rate_batch("films.csv", file, RatingClient(service.url, timeout_seconds=5), progress)


def test_every_row_gets_its_own_answer(service):
    """Bad rows are not sent and keep their place; progress is reported after each 250."""
    file = file_of(HEAD + "".join(f"F{n},{'' if n % 3 == 0 else 90 + n},Drama,en,,,\n" for n in range(BATCH_SIZE + 20)))
    done = []

    batch = rated(service, file, done.append)

    assert [isinstance(outcome, Answer) for outcome in batch.outcomes] == [n % 3 != 0 for n in range(BATCH_SIZE + 20)]
    assert [[film["title"] for film in films] for films in service.films] == [
        [f"F{n}" for n in range(start, end) if n % 3] for start, end in ((0, 250), (250, 270))
    ]
    assert done == [250 / 270, 1.0]
    assert (batch.name, batch.rows, batch.error) == ("films.csv", file.rows, None)
    assert batch.problems == [(file.rows[n], RowProblem("missing", "runtime")) for n in range(0, BATCH_SIZE + 20, 3)]


def test_a_service_that_stops_keeps_the_finished_rows(service):
    """They can be downloaded."""
    service.batches_until_cut = 1

    batch = rated(service, file_of(HEAD + "A,90,Drama,en,,,\n" * (BATCH_SIZE + 20)))

    assert batch.error.kind == "down"
    assert len(batch.outcomes) == BATCH_SIZE
    assert len(batch.predictions.splitlines()) == 1 + BATCH_SIZE


def test_a_refused_film_has_the_services_message(service):
    """In place of an answer."""
    [row] = file_of(f"{HEAD}A,90,Drama,en,,,\n").rows
    refused = Row(row.line, row.cells, row.film.model_copy(update={"runtime": 0.0}))

    [outcome] = rated(service, file_with(refused)).outcomes

    assert outcome == RowProblem("refused", "runtime", "Input should be greater than 0, got 0.")


def test_the_download_has_each_row_with_its_prediction_or_reason():
    """Other columns stay, in their order and with their headings; those of an earlier download are replaced."""
    warnings = [{"code": code, "field": None, "message": "…"} for code in ("no_overview", "runtime_out_of_range")]
    whole = Answer.model_validate(an_answer(warnings=warnings, bundle_id="b1"))
    bare = Answer.model_validate(an_answer(interval=None, mood=None, bundle_id="b2"))
    outcomes = [
        whole,
        bare,
        RowProblem("missing", "runtime"),
        RowProblem("refused", None, "Too odd."),
        RowProblem("refused", "cast", "No."),
        RowProblem("unreadable", "runtime", 'is "long", not a number of minutes'),
        RowProblem("broken_row", None, "the row in line 8 has 4 cells, and there are 3 headings"),
    ]
    rows = [Row(line, {"note": f"n{line}", "low": "old", "title": "봄"}, outcomes[2]) for line in range(2, 10)]

    text = RatedBatch("films.csv", rows, outcomes, headings={"title": "제목", "note": "Note"}).predictions

    assert text == (
        "\ufeff제목,Note,predicted_rating,low,high,mood,warnings,problem,bundle_id\r\n"
        "봄,n2,6.810,5.620,7.740,0.120,no_overview|runtime_out_of_range,,b1\r\n"
        "봄,n3,6.810,,,,,,b2\r\n"
        "봄,n4,,,,,,runtime: missing,\r\n"
        "봄,n5,,,,,,Too odd.,\r\n"
        "봄,n6,,,,,,cast: No.,\r\n"
        '봄,n7,,,,,,"runtime is ""long"", not a number of minutes",\r\n'
        '봄,n8,,,,,,"the row in line 8 has 4 cells, and there are 3 headings",\r\n'
    )


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+SUM(A1)",
        "-2+3",
        "@here",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1+1",
        "＝1+1",
        "-",
        "+82 2 123",
        "-1e",
        "=",
        "- no",
    ],
)
def test_no_cell_of_the_download_is_a_formula(cell):
    """With an apostrophe in front, a spreadsheet takes it as text; a name of a column likewise."""
    rows = [Row(2, {cell: cell}, RowProblem("missing", "runtime"))]

    text = RatedBatch("films.csv", rows, [RowProblem("refused", None, cell)]).predictions

    head, row = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert (head[0], row[0], row[head.index("problem")]) == (f"'{cell}", f"'{cell}", f"'{cell}")


@pytest.mark.parametrize("cell", ["-5", "+7.5", "-1,234.5", "-1.5e-3", "-3%", "a=b", "", "– none", "8-9"])
def test_numbers_and_plain_texts_stay_as_they_are(cell):
    """Also below zero."""
    assert without_formula(cell) == cell
