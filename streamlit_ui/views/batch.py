"""The view of many films: upload, progress, download, and the rows that could not be rated. The sheet: sheet.py."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from streamlit_ui import names
from streamlit_ui.client import Service
from streamlit_ui.contract import Answer, Film
from streamlit_ui.flow import NOT_ENGLISH, Visit
from streamlit_ui.sheet import (
    Problem,
    RatedSheet,
    Row,
    Unreadable,
    predictions,
    problems,
    rate_sheet,
    read_sheet,
    template,
)
from streamlit_ui.strings import batch as words
from streamlit_ui.strings.tongue import Tongue
from streamlit_ui.views.facts import table
from streamlit_ui.views.states import sentence_of

ROWS_SHOWN, PROBLEMS_SHOWN = 8, 30
MEGABYTES = 20


def batch_view(say: Tongue, visit: Visit, service: Service) -> None:
    """Template and upload; then what came of the last sheet."""
    with st.container(key="batch", border=True):
        st.header(say(words.TITLE), anchor=False)
        st.markdown(say(words.LEAD))
        st.download_button(
            say(words.TEMPLATE),
            template(),
            file_name=say(words.TEMPLATE_FILE),
            mime="text/csv",
            key="template",
            icon=":material/table:",
            on_click="ignore",
        )
        file = st.file_uploader(say(words.UPLOAD), type="csv", key="sheet", max_upload_size=MEGABYTES)
        if file is not None:
            _uploaded(say, visit, service, file.name, read_sheet(file.getvalue()))
        if visit.sheet is not None:
            _outcome(say, visit.sheet)


def _uploaded(say: Tongue, visit: Visit, service: Service, name: str, rows: list[Row] | Unreadable) -> None:
    if isinstance(rows, Unreadable):
        st.error(say(words.FAULTS[rows.fault]), icon=":material/error:")
        return
    films = sum(isinstance(row.film, Film) for row in rows)
    st.markdown(say(words.READ, films=films, bad=len(rows) - films))
    if st.button(say(words.START, films=films), key="rate_sheet", type="primary", disabled=not films):
        bar = st.progress(0.0, text=say(words.RUNNING, share=0.0))
        visit.sheet = rate_sheet(
            name, rows, service, lambda share: bar.progress(share, text=say(words.RUNNING, share=share))
        )
        bar.empty()


def _outcome(say: Tongue, sheet: RatedSheet) -> None:
    bad = problems(sheet)
    with st.container(key="sheet_outcome"):
        if sheet.trouble is not None:
            sentence_of(say, sheet.trouble)
            st.markdown(say(words.STOPPED, done=len(sheet.outcomes), films=len(sheet.rows)))
        else:
            st.success(say(words.DONE, films=len(sheet.outcomes) - len(bad), bad=len(bad)), icon=":material/check:")
        rated = [outcome for outcome in sheet.outcomes if isinstance(outcome, Answer)]
        if foreign := sum(answer.warns_of(NOT_ENGLISH) for answer in rated):
            st.info(say(words.LEFT_OUT, films=foreign), icon=":material/translate:")
        if len({answer.bundle_id for answer in rated}) > 1:
            st.info(say(words.MIXED), icon=":material/published_with_changes:")
        if not sheet.outcomes:
            return
        st.download_button(
            say(words.DOWNLOAD),
            predictions(sheet),
            file_name=say(words.RESULT_FILE),
            mime="text/csv",
            key="predictions",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
        )
        st.html(_first_rows(say, sheet))
        if bad:
            st.html(_bad_rows(say, bad))


def _first_rows(say: Tongue, sheet: RatedSheet) -> str:
    rated = [(row, found) for row, found in zip(sheet.rows, sheet.outcomes, strict=False) if isinstance(found, Answer)]
    rows = [
        (
            row.cells.get("title") or "–",
            f"{answer.predicted_rating:.1f}",
            f"{answer.interval.low:.1f}–{answer.interval.high:.1f}" if answer.interval else "–",
        )
        for row, answer in rated[:ROWS_SHOWN]
    ]
    return _titled(say(words.FIRST_ROWS), (say(words.FILM), say(words.RATING), say(words.RANGE)), rows)


def _bad_rows(say: Tongue, bad: Sequence[tuple[Row, Problem]]) -> str:
    rows = [(str(row.line), row.cells.get("title") or "–", _why(say, problem)) for row, problem in bad[:PROBLEMS_SHOWN]]
    listed = _titled(say(words.BAD_ROWS), (say(words.LINE), say(words.FILM), say(words.WHY)), rows)
    left = len(bad) - PROBLEMS_SHOWN
    return listed + (f'<p class="note">{escape(say(words.MORE_BAD_ROWS, count=left))}</p>' if left > 0 else "")


def _why(say: Tongue, problem: Problem) -> str:
    field = say.name(names.FEATURES, problem.field) if problem.field else "–"
    return say(words.REASONS[problem.reason], field=field, message=problem.message)


def _titled(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return f'<p class="kicker">{escape(title)}</p>{table(heads, rows)}'
