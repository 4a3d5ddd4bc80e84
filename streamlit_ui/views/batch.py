"""The view of many films: upload, progress, download, and rows without a rating.

Reading a file: batch_file.py. Rating and the download: rated_batch.py.
"""

from collections.abc import Sequence
from html import escape

import streamlit as st

from streamlit_ui import names
from streamlit_ui.batch_file import (
    ENDINGS,
    BatchFile,
    Row,
    UnreadableFile,
    read_batch,
    template,
)
from streamlit_ui.batch_film import ProblemReason, RowProblem
from streamlit_ui.client import RatingClient
from streamlit_ui.contract import Answer, Film
from streamlit_ui.flow import NOT_ENGLISH, Upload, Visit
from streamlit_ui.localizer import Localizer, Sentence
from streamlit_ui.rated_batch import RatedBatch, rate_batch
from streamlit_ui.views.answer import RANGE
from streamlit_ui.views.html import table
from streamlit_ui.views.messages import error_message
from streamlit_ui.views.uploaded_file import uploaded_file

TITLE = Sentence("Rate many films", "여러 편 예측하기")
LEAD = Sentence(
    "Upload a table with one film per row: CSV, Excel (.xlsx), JSON or Parquet. Required: runtime in minutes and "
    "original_language. Genres and an English synopsis (overview) improve the prediction. Nothing in the file is sent "
    "to a translator.",
    "한 행에 영화 한 편씩 적은 표(CSV, 엑셀 .xlsx, JSON, Parquet)를 올려 주세요. 상영시간(runtime, 분)과 "
    "원어(original_language)는 꼭 필요하며, 장르(genres)와 영어 줄거리(overview)가 있으면 예측이 좋아집니다. "
    "파일 내용은 번역기로 보내지 않습니다.",
)
TEMPLATE = Sentence("Download a template", "양식 내려받기")
TEMPLATE_FILE = Sentence("films.csv", "영화.csv")
UPLOAD = Sentence("Table of films", "영화 목록 파일")
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
    "The model was replaced during the batch: the column bundle_id shows which one rated a row.",
    "예측하는 도중에 모델이 교체되었습니다. 각 행을 예측한 모델은 bundle_id 열에 있습니다.",
)
STOPPED = Sentence(
    "Stopped after {done:,} of {films:,} rows. You can download these, or start again with the button above.",
    "{films:,}행 중 {done:,}행까지 예측했습니다. "
    "여기까지는 내려받을 수 있고, 위의 버튼을 누르면 처음부터 다시 예측합니다.",
)
DOWNLOAD = Sentence("Download the predictions", "예측 결과 내려받기")
RESULT_FILE = Sentence("predictions.csv", "예측결과.csv")
FIRST_ROWS = Sentence("First films", "처음 몇 편")
BAD_ROWS = Sentence("Rows without a rating", "예측하지 못한 행")
MORE_BAD_ROWS = Sentence(
    "And {count:,} more; the download lists them all.", "그 밖에 {count:,}개. 전체는 결과 파일에 있습니다."
)
LINE = Sentence("Line", "줄")
FILM = Sentence("Film", "영화")
RATING = Sentence("Rating", "평점")
WHY = Sentence("Why", "이유")
REASONS: dict[ProblemReason, Sentence] = {
    "missing": Sentence("{field} is missing", "빠진 항목: {field}"),
    "not_above_0": Sentence("{field} is {message}, not above 0", "0보다 크지 않은 항목: {field}({message})"),
    "unreadable": Sentence("{field} {message}", "읽을 수 없는 항목: {field}({message})"),
    "broken_row": Sentence("{message}", "읽을 수 없는 행: {message}"),
    "refused": Sentence("the service refused {field}: {message}", "서비스가 거절한 항목: {field}({message})"),
}


ROWS_SHOWN, PROBLEMS_SHOWN = 8, 30
MEGABYTES = 20


def batch_view(t: Localizer, visit: Visit, service: RatingClient) -> None:
    """Template and upload, then the results of the last batch."""
    with st.container(key="batch", border=True):
        st.header(t(TITLE), anchor=False)
        st.markdown(t(LEAD))
        st.download_button(
            t(TEMPLATE),
            template(),
            file_name=t(TEMPLATE_FILE),
            mime="text/csv",
            key="template",
            icon=":material/table:",
            on_click="ignore",
        )
        file = st.file_uploader(t(UPLOAD), type=list(ENDINGS), key="batch_file", max_upload_size=MEGABYTES)
        if file is None:
            visit.upload = None
        else:
            if visit.upload is None or visit.upload.file_id != file.file_id:
                visit.upload = Upload(file.file_id, read_batch(file.getvalue(), file.name))
            _uploaded(t, visit, service, file.name, visit.upload.found)
        if visit.batch is not None:
            _outcome(t, visit.batch)


def _uploaded(t: Localizer, visit: Visit, service: RatingClient, name: str, found: BatchFile | UnreadableFile) -> None:
    uploaded_file(t, found)
    if isinstance(found, UnreadableFile):
        return
    films = sum(isinstance(row.film, Film) for row in found.rows)
    st.markdown(t(READ, films=films, bad=len(found.rows) - films))
    if st.button(t(START, films=films), key="rate_batch", type="primary", disabled=not films):
        bar = st.progress(0.0, text=t(RUNNING, share=0.0))
        visit.batch = rate_batch(name, found, service, lambda share: bar.progress(share, text=t(RUNNING, share=share)))
        bar.empty()


def _outcome(t: Localizer, batch: RatedBatch) -> None:
    bad = batch.problems
    with st.container(key="batch_outcome"):
        if batch.error is not None:
            error_message(t, batch.error)
            st.markdown(t(STOPPED, done=len(batch.outcomes), films=len(batch.rows)))
        else:
            st.success(t(DONE, films=len(batch.outcomes) - len(bad), bad=len(bad)), icon=":material/check:")
        rated = [outcome for outcome in batch.outcomes if isinstance(outcome, Answer)]
        if foreign := sum(answer.has_warning(NOT_ENGLISH) for answer in rated):
            st.info(t(LEFT_OUT, films=foreign), icon=":material/translate:")
        if len({answer.bundle_id for answer in rated}) > 1:
            st.info(t(MIXED), icon=":material/published_with_changes:")
        if not batch.outcomes:
            return
        st.download_button(
            t(DOWNLOAD),
            batch.predictions,
            file_name=t(RESULT_FILE),
            mime="text/csv",
            key="predictions",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
        )
        st.html(_first_rows(t, batch))
        if bad:
            st.html(_bad_rows(t, bad))


def _first_rows(t: Localizer, batch: RatedBatch) -> str:
    rated = [(row, found) for row, found in zip(batch.rows, batch.outcomes, strict=False) if isinstance(found, Answer)]
    rows = [
        (
            row.cells.get("title") or "–",
            f"{answer.predicted_rating:.1f}",
            f"{answer.interval.low:.1f}–{answer.interval.high:.1f}" if answer.interval else "–",
        )
        for row, answer in rated[:ROWS_SHOWN]
    ]
    return _titled(t(FIRST_ROWS), (t(FILM), t(RATING), t(RANGE)), rows)


def _bad_rows(t: Localizer, bad: Sequence[tuple[Row, RowProblem]]) -> str:
    rows = [(str(row.line), row.cells.get("title") or "–", _why(t, problem)) for row, problem in bad[:PROBLEMS_SHOWN]]
    listed = _titled(t(BAD_ROWS), (t(LINE), t(FILM), t(WHY)), rows)
    left = len(bad) - PROBLEMS_SHOWN
    return listed + (f'<p class="note">{escape(t(MORE_BAD_ROWS, count=left))}</p>' if left > 0 else "")


def _why(t: Localizer, problem: RowProblem) -> str:
    field = t.name(names.FEATURES, problem.field) if problem.field else "–"
    return t(REASONS[problem.reason], field=field, message=problem.message)


def _titled(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return f'<p class="kicker">{escape(title)}</p>{table(heads, rows)}'
