"""The view of many films: a file is uploaded, rated and downloaded."""

import tomllib
from pathlib import Path

import pytest

from streamlit_ui import batch_file
from streamlit_ui.batch_file import template
from streamlit_ui.views import batch as words
from streamlit_ui.views import messages
from tests.support.pages import in_korean, opened, show_view, text_of
from tests.support.service_lookalike import an_answer

HEAD = "title,runtime,original_language\n"


@pytest.fixture
def batch(page):
    """The page with the view of many films open."""
    return show_view(page, "batch")


def uploaded(batch, text, *, name="films.csv"):
    raw = text if isinstance(text, bytes) else text.encode()
    return batch.file_uploader(key="batch_file").set_value((name, raw, "text/csv")).run()


def test_a_template_is_offered(batch):
    """With the columns."""
    assert [button.label for button in batch.get("download_button")] == [words.TEMPLATE.en]


def test_a_batch_is_rated_and_can_be_downloaded(batch, service):
    """With the number of ratings and the first films."""
    uploaded(batch, template())
    assert words.READ.en.format(films=2, bad=0) in text_of(batch)
    assert service.films == []

    batch.button(key="rate_batch").click().run()

    text = text_of(batch)
    assert words.DONE.en.format(films=2, bad=0) in " ".join(found.value for found in batch.success)
    assert "The Last Case" in text
    assert "5.6–7.7" in text
    assert words.DOWNLOAD.en in [button.label for button in batch.get("download_button")]


def test_bad_rows_are_listed_with_their_reasons(batch):
    """By line, in the page's words."""
    uploaded(batch, f"{HEAD}A,90,en\nB,,en\nC,x,en\n").button(key="rate_batch").click().run()

    text = text_of(batch)
    assert "running time is missing" in text
    assert 'running time is "x", not a number of minutes' in text
    assert words.DONE.en.format(films=1, bad=2) in " ".join(found.value for found in batch.success)


def test_synopses_left_out_are_counted(batch, service):
    """A batch is never translated."""
    service.answer = an_answer(
        mood=None, warnings=[{"code": "overview_not_english", "field": "overview", "message": "…"}]
    )

    uploaded(batch, f"{HEAD}A,90,ko\n").button(key="rate_batch").click().run()

    assert words.LEFT_OUT.en.format(films=1) in text_of(batch)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("title\nA\n", "This file has no column runtime, original_language. Its columns: title."),
        ("<!DOCTYPE html><html></html>", "films.csv is an HTML page"),
        ("title,![x](https://x.test/),name\nA,b,c\n", r"\!\[x\]\(https\:"),
        (f"{HEAD}" + "A,90,en\n" * 10_001, "more than 10,000 films"),
        (f"{HEAD}" + ",,\n", "no rows"),
    ],
)
def test_an_invalid_file_is_refused(batch, text, shown):
    """With a message, in which the file writes no markup, and no button."""
    uploaded(batch, text)

    [message] = batch.error
    assert shown in (message.value if "\\" in shown else message.value.replace("\\", ""))
    assert "rate_batch" not in [button.key for button in batch.button]


def test_how_the_file_was_understood_is_shown(batch):
    """Before it is rated: its form, and the columns that are not used."""
    text = "title;runtime;original_language;release_date;note <b>\n봄;90;ko;24/12/2026;x\n여름;95;ko;05/03/2027;y\n"

    uploaded(batch, text.encode("cp949"))

    assert "Read as CSV, CP949 (guessed), semicolons, release date DD/MM/YYYY. Columns not used: note <b>." in text_of(
        batch
    )


def test_dates_that_no_row_tells_are_one_warning(batch):
    """Beside the reason of each row."""
    uploaded(batch, "runtime,original_language,release_date\n" + "90,en,02/03/2027\n" * 3)

    assert sum("The release dates cannot be read" in warning.value for warning in batch.warning) == 1
    assert words.READ.en.format(films=0, bad=3) in text_of(batch)


def test_a_file_is_read_once(batch, monkeypatch):
    """However often the page runs; another upload is read anew."""
    read = []
    monkeypatch.setattr(words, "read_batch", lambda raw, name: read.append(raw) or batch_file.read_batch(raw, name))

    uploaded(batch, f"{HEAD}A,90,ko\n").button(key="rate_batch").click().run()
    batch.run()
    uploaded(batch, f"{HEAD}B,90,ko\n")

    assert read == [f"{HEAD}A,90,ko\n".encode(), f"{HEAD}B,90,ko\n".encode()]


def test_the_server_takes_no_larger_file_than_the_page():
    """Streamlit's own limit is for any upload, whatever the page's uploader says."""
    config = tomllib.loads((Path(__file__).parents[3] / ".streamlit" / "config.toml").read_text())

    assert config["server"]["maxUploadSize"] == words.MEGABYTES


def test_a_service_that_is_down_says_so(batch, service):
    """The file stays for another attempt."""
    uploaded(batch, f"{HEAD}A,90,ko\n")
    service.fault = "cut"
    batch.button(key="rate_batch").click().run()
    text = text_of(batch)
    assert messages.SERVICE_ERRORS["down"].en in text
    assert words.STOPPED.en.format(done=0, films=1) in text

    service.fault = None
    batch.button(key="rate_batch").click().run()

    assert words.DONE.en.format(films=1, bad=0) in " ".join(found.value for found in batch.success)


def test_the_view_is_in_korean(stack):
    """From the title to the last table."""
    page = show_view(in_korean(opened()), "batch")
    uploaded(page, f"{HEAD}A,90,en\nB,,en\n").button(key="rate_batch").click().run()

    text = text_of(page)
    assert words.TITLE.ko in " ".join(found.value for found in page.header)
    assert "빠진 항목: 상영 시간" in text
    assert "읽은 형식: CSV, UTF-8, 쉼표." in text

    uploaded(page, "<!DOCTYPE html><html></html>")

    assert "영화 표가 아닌 파일입니다. 자세한 내용: films.csv is an HTML page" in page.error[0].value.replace("\\", "")
