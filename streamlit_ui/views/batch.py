"""The view of many films: upload, progress, download, and the rows that could not be rated. The sheet: sheet.py."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from streamlit_ui import names
from streamlit_ui.batch_file import (
    Fault,
    Problem,
    RatedBatch,
    Reason,
    Row,
    UnreadableFile,
    predictions,
    problems,
    rate_batch,
    read_batch,
    template,
)
from streamlit_ui.client import Service
from streamlit_ui.contract import Answer, Film
from streamlit_ui.flow import NOT_ENGLISH, Visit
from streamlit_ui.localizer import Localizer, Sentence
from streamlit_ui.views.answer import RANGE
from streamlit_ui.views.html import table
from streamlit_ui.views.messages import sentence_of

TITLE = Sentence("Rate many films", "여러 편 예측하기")
LEAD = Sentence(
    "Upload a CSV with one film a row. Needed: runtime in minutes and original_language; genres and an English "
    "synopsis (overview) make the forecast better. Nothing of the file goes to a translator.",
    "한 행에 영화 한 편씩 적은 CSV를 올려 주세요. runtime(분)과 original_language는 꼭 필요하며, "
    "genres와 영어 줄거리(overview)가 있으면 예측이 좋아집니다. 파일 내용은 번역기로 보내지 않습니다.",
)
TEMPLATE = Sentence("Download a template", "양식 내려받기")
TEMPLATE_FILE = Sentence("films.csv", "영화.csv")
UPLOAD = Sentence("CSV of films", "영화 목록 CSV")
READ = Sentence(
    "{films:,} films can be rated; {bad:,} rows cannot.",
    "예측할 수 있는 영화 {films:,}편, 예측할 수 없는 행 {bad:,}개.",
)
START = Sentence("Predict {films:,} ratings", "{films:,}편 예측하기")
RUNNING = Sentence("{share:.0%} done", "{share:.0%} 완료")
DONE = Sentence(
    "{films:,} films rated, {bad:,} rows without a rating.", "영화 {films:,}편 예측 완료, 예측하지 못한 행 {bad:,}개."
)
LEFT_OUT = Sentence(
    "In {films:,} of them the synopsis is not English, so its mood and length were left out.",
    "그중 {films:,}편은 줄거리가 영어가 아니어서 분위기와 길이를 예측에서 뺐습니다.",
)
MIXED = Sentence(
    "The model was replaced on the way: the column bundle_id tells which one rated a row.",
    "예측하는 도중에 모델이 교체되었습니다. 각 행을 예측한 모델은 bundle_id 열에 있습니다.",
)
STOPPED = Sentence(
    "It stopped after {done:,} of {films:,} rows: what was rated can be downloaded, and the button above starts anew.",
    "{films:,}행 중 {done:,}행까지 예측했습니다. "
    "여기까지는 내려받을 수 있고, 위의 버튼을 누르면 처음부터 다시 예측합니다.",
)
DOWNLOAD = Sentence("Download the predictions", "예측 결과 내려받기")
RESULT_FILE = Sentence("predictions.csv", "예측결과.csv")
FIRST_ROWS = Sentence("The first films", "처음 몇 편")
BAD_ROWS = Sentence("Rows without a rating", "예측하지 못한 행")
MORE_BAD_ROWS = Sentence(
    "And {count:,} more; the download names them all.", "그 밖에 {count:,}개. 전체는 결과 파일에 있습니다."
)
LINE = Sentence("Line", "줄")
FILM = Sentence("Film", "영화")
RATING = Sentence("Rating", "평점")
WHY = Sentence("Why", "이유")
FAULTS: dict[Fault, Sentence] = {
    "not_text": Sentence("This file is not a CSV that can be read.", "읽을 수 있는 CSV 파일이 아닙니다."),
    "no_header": Sentence(
        "The first line must name the columns, runtime among them.",
        "첫 줄에는 runtime을 포함한 열 이름이 있어야 합니다.",
    ),
    "no_films": Sentence("There is no film in this file.", "파일에 영화가 하나도 없습니다."),
    "too_many": Sentence(
        "More than 10,000 films: please split the file.", "영화가 10,000편을 넘습니다. 파일을 나누어 주세요."
    ),
}
REASONS: dict[Reason, Sentence] = {
    "missing": Sentence("{field} is missing", "빠진 항목: {field}"),
    "not_a_number": Sentence("{field} is no number above 0", "0보다 큰 숫자가 아님: {field}"),
    "not_a_date": Sentence("{field} is no date like 2027-03-05", "2027-03-05 형식의 날짜가 아님: {field}"),
    "refused": Sentence("the service refused {field}: {message}", "서비스가 거절한 항목: {field}({message})"),
}


ROWS_SHOWN, PROBLEMS_SHOWN = 8, 30
MEGABYTES = 20


def batch_view(say: Localizer, visit: Visit, service: Service) -> None:
    """Template and upload; then what came of the last sheet."""
    with st.container(key="batch", border=True):
        st.header(say(TITLE), anchor=False)
        st.markdown(say(LEAD))
        st.download_button(
            say(TEMPLATE),
            template(),
            file_name=say(TEMPLATE_FILE),
            mime="text/csv",
            key="template",
            icon=":material/table:",
            on_click="ignore",
        )
        file = st.file_uploader(say(UPLOAD), type="csv", key="sheet", max_upload_size=MEGABYTES)
        if file is not None:
            _uploaded(say, visit, service, file.name, read_batch(file.getvalue()))
        if visit.sheet is not None:
            _outcome(say, visit.sheet)


def _uploaded(say: Localizer, visit: Visit, service: Service, name: str, rows: list[Row] | UnreadableFile) -> None:
    if isinstance(rows, UnreadableFile):
        st.error(say(FAULTS[rows.fault]), icon=":material/error:")
        return
    films = sum(isinstance(row.film, Film) for row in rows)
    st.markdown(say(READ, films=films, bad=len(rows) - films))
    if st.button(say(START, films=films), key="rate_batch", type="primary", disabled=not films):
        bar = st.progress(0.0, text=say(RUNNING, share=0.0))
        visit.sheet = rate_batch(name, rows, service, lambda share: bar.progress(share, text=say(RUNNING, share=share)))
        bar.empty()


def _outcome(say: Localizer, sheet: RatedBatch) -> None:
    bad = problems(sheet)
    with st.container(key="sheet_outcome"):
        if sheet.trouble is not None:
            sentence_of(say, sheet.trouble)
            st.markdown(say(STOPPED, done=len(sheet.outcomes), films=len(sheet.rows)))
        else:
            st.success(say(DONE, films=len(sheet.outcomes) - len(bad), bad=len(bad)), icon=":material/check:")
        rated = [outcome for outcome in sheet.outcomes if isinstance(outcome, Answer)]
        if foreign := sum(answer.warns_of(NOT_ENGLISH) for answer in rated):
            st.info(say(LEFT_OUT, films=foreign), icon=":material/translate:")
        if len({answer.bundle_id for answer in rated}) > 1:
            st.info(say(MIXED), icon=":material/published_with_changes:")
        if not sheet.outcomes:
            return
        st.download_button(
            say(DOWNLOAD),
            predictions(sheet),
            file_name=say(RESULT_FILE),
            mime="text/csv",
            key="predictions",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
        )
        st.html(_first_rows(say, sheet))
        if bad:
            st.html(_bad_rows(say, bad))


def _first_rows(say: Localizer, sheet: RatedBatch) -> str:
    rated = [(row, found) for row, found in zip(sheet.rows, sheet.outcomes, strict=False) if isinstance(found, Answer)]
    rows = [
        (
            row.cells.get("title") or "–",
            f"{answer.predicted_rating:.1f}",
            f"{answer.interval.low:.1f}–{answer.interval.high:.1f}" if answer.interval else "–",
        )
        for row, answer in rated[:ROWS_SHOWN]
    ]
    return _titled(say(FIRST_ROWS), (say(FILM), say(RATING), say(RANGE)), rows)


def _bad_rows(say: Localizer, bad: Sequence[tuple[Row, Problem]]) -> str:
    rows = [(str(row.line), row.cells.get("title") or "–", _why(say, problem)) for row, problem in bad[:PROBLEMS_SHOWN]]
    listed = _titled(say(BAD_ROWS), (say(LINE), say(FILM), say(WHY)), rows)
    left = len(bad) - PROBLEMS_SHOWN
    return listed + (f'<p class="note">{escape(say(MORE_BAD_ROWS, count=left))}</p>' if left > 0 else "")


def _why(say: Localizer, problem: Problem) -> str:
    field = say.name(names.FEATURES, problem.field) if problem.field else "–"
    return say(REASONS[problem.reason], field=field, message=problem.message)


def _titled(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return f'<p class="kicker">{escape(title)}</p>{table(heads, rows)}'
